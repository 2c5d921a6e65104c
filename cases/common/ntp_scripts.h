/* The fake NTP servers of the cases: each script one way to answer, shared by all recipes that ask
 * for the time. */
#ifndef SOCKPROOF_CASES_NTP_SCRIPTS_H
#define SOCKPROOF_CASES_NTP_SCRIPTS_H

#include "fixtures/ntp_server.h"

extern const struct ntp_server_script ntp_good, ntp_good_at_peer2, ntp_delayed, ntp_interrupts,
    ntp_held, ntp_twice, ntp_silent, ntp_silent_at_peer2, ntp_closed, ntp_closed_at_peer2,
    ntp_any_mode, ntp_replay, ntp_octets_0, ntp_octets_1, ntp_octets_40, ntp_octets_47,
    ntp_octets_49, ntp_octets_100, ntp_octets_65507, ntp_40_then_8, ntp_40_after_bad,
    ntp_40_then_good, ntp_empty_then_good, ntp_crypto_nak, ntp_extension_28, ntp_mac_20, ntp_mac_24,
    ntp_extension_and_mac, ntp_extension_0, ntp_extension_8, ntp_extension_beyond, ntp_trailer_12,
    ntp_leap_1, ntp_leap_2, ntp_leap_3, ntp_version_other, ntp_version_0, ntp_version_5,
    ntp_version_6, ntp_version_7, ntp_mode_0, ntp_mode_1, ntp_mode_2, ntp_mode_3, ntp_mode_5,
    ntp_mode_6, ntp_mode_7, ntp_echo, ntp_stratum_0, ntp_stratum_15, ntp_stratum_16, ntp_stratum_17,
    ntp_stratum_255, ntp_stratum_1_gps, ntp_refid_escape, ntp_transmit_zero, ntp_receive_zero,
    ntp_origin_zero, ntp_origin_high_bit, ntp_origin_low_bit, ntp_origin_random,
    ntp_sent_before_received, ntp_held_longer_than_it_took, ntp_reference_later, ntp_reference_zero,
    ntp_receive_earlier, ntp_at_2004, ntp_at_2004_064, ntp_at_era_1, ntp_at_era_0_end, ntp_at_2040,
    ntp_almost_next_second, ntp_root_delay_32_s, ntp_root_delay_negative, ntp_root_dispersion_32_s,
    ntp_root_delay_minus_4_ms, ntp_odd_but_legal, ntp_from_other_address, ntp_from_other_port,
    ntp_other_address_then_good, ntp_kiss_deny, ntp_kiss_rstr, ntp_kiss_rate, ntp_kiss_xabc,
    ntp_kiss_init, ntp_kiss_random, ntp_kiss_rate_poll_255, ntp_kiss_rate_of_ntpd,
    ntp_kiss_deny_of_ntpd, ntp_kiss_deny_at_peer2, ntp_kiss_rate_forged_then_good,
    ntp_kiss_deny_forged_then_good, ntp_kiss_xabc_then_good, ntp_kiss_init_then_good,
    ntp_origin_then_good, ntp_mode_5_then_good, ntp_leap_3_then_good, ntp_three_bad_then_good,
    ntp_same_clock, ntp_ahead_5_s, ntp_behind_5_s, ntp_ahead_250_ms, ntp_behind_10_years,
    ntp_ahead_30_years, ntp_behind_30_years;

#endif
