#include "cases/common/ntp_scripts.h"

enum { NS = 1000000000, UNIT = 65536 }; /* a second in nanoseconds, and as a 16.16 number */
#define AHEAD_NS (INT64_C(100) * NS)
#define SECOND (INT64_C(1) << 32) /* in a timestamp */

/* Whole seconds of POSIX as a timestamp; the era is not on the wire (RFC 5905 section 6). */
#define AT_UNIX(seconds) ((uint64_t)((UINT64_C(seconds) + 2208988800) & UINT32_MAX) << 32)

#define CODE(a, b, c, d) \
  ((uint64_t)(a) << 24 | (uint64_t)(b) << 16 | (uint64_t)(c) << 8 | (uint64_t)(d))

#define ONE_REPLY(...) \
  { .rounds = {NTP_REPLIES({__VA_ARGS__})}, .round_count = 1, .clock_offset_ns = AHEAD_NS }
#define BAD_THEN_GOOD(...)                                                      \
  {                                                                             \
    .rounds = {NTP_REPLIES({__VA_ARGS__}, {.delay_ms = 50})}, .round_count = 1, \
    .clock_offset_ns = AHEAD_NS                                                 \
  }

/* The same, where the bad one is an answer to the request (its origin is right): a client for which
 * a request has one answer and no second may ask anew, and gets a good one alone. */
#define BAD_WITH_GOOD(...)                                                                  \
  {                                                                                         \
    .rounds = {NTP_REPLIES({__VA_ARGS__}, {.delay_ms = 50}), NTP_REPLIES({.delay_ms = 0})}, \
    .round_count = 2, .clock_offset_ns = AHEAD_NS                                           \
  }

/* A time that is plausible in itself, and 1,000 s from the good reply's. */
#define MUCH_LATER \
  [NTP_RECEIVE] = NTP_HONEST_PLUS(1000 * SECOND), [NTP_TRANSMIT] = NTP_HONEST_PLUS(1000 * SECOND)

/* A server that lives at one moment: its clock was set 16 s before. */
#define FIXED_TIME(timestamp)                                              \
  {                                                                        \
    [NTP_RECEIVE] = NTP_IS(timestamp), [NTP_TRANSMIT] = NTP_IS(timestamp), \
    [NTP_REFERENCE] = NTP_IS((timestamp)-16 * (uint64_t)SECOND)            \
  }

#define KISS_FIELDS(a, b, c, d) \
  [NTP_STRATUM] = NTP_IS(0), [NTP_REFERENCE_ID] = NTP_IS(CODE(a, b, c, d))
#define KISS(a, b, c, d) \
  { KISS_FIELDS(a, b, c, d) }
/* As ntpd makes it of the request: origin, receive and transmit are all the request's transmit
 * timestamp, and what describes its own clock is the request's too. */
#define KISS_OF_NTPD(a, b, c, d)                                                                 \
  {                                                                                              \
    KISS_FIELDS(a, b, c, d),                                                                     \
        [NTP_LEAP] = NTP_IS(3), [NTP_PRECISION] = NTP_AS_ASKED, [NTP_ROOT_DELAY] = NTP_AS_ASKED, \
        [NTP_ROOT_DISPERSION] = NTP_AS_ASKED, [NTP_REFERENCE] = NTP_AS_ASKED,                    \
        [NTP_RECEIVE] = NTP_AS_ASKED_TRANSMIT, [NTP_TRANSMIT] = NTP_AS_ASKED_TRANSMIT            \
  }

/* Trailers (RFC 7822 section 3, RFC 5905 section 7.3): type and length of an extension field, its
 * value; key identifier and digest of a MAC. The type is of the range for experiments. */
static const uint8_t EXTENSION_28[28] = {0xf0, 0x01, 0, 28, 'h', 'e', 'l', 'l', 'o'};
static const uint8_t MAC_20[20] = {0, 0, 0, 1, 0xde, 0xad, 0xbe, 0xef};
static const uint8_t MAC_24[24] = {0, 0, 0, 1, 0xde, 0xad, 0xbe, 0xef};
static const uint8_t EXTENSION_16_MAC_20[36] = {
    0xf0, 0x01, 0, 16, 'h', 'e', 'l', 'l', 'o', [16] = 0, 0, 0, 1, 0xde, 0xad, 0xbe, 0xef};
static const uint8_t EXTENSION_0[32] = {0xf0, 0x01, 0, 0, 'h', 'e', 'l', 'l', 'o'};
static const uint8_t EXTENSION_8[32] = {0xf0, 0x01, 0, 8, 'h', 'e', 'l', 'l', 'o'};
static const uint8_t EXTENSION_BEYOND[32] = {0xf0, 0x01, 0xff, 0xfc, 'h', 'e', 'l', 'l', 'o'};
static const uint8_t TRAILER_12[12] = {0xf0, 0x01, 0, 12, 'h', 'e', 'l', 'l', 'o'};

/* --- Honest servers --- */

/* Answers as it should, with a clock 100 s ahead: who prints its own clock is found out. */
const struct ntp_server_script ntp_good = {.clock_offset_ns = AHEAD_NS};

/* The same at the second address. */
const struct ntp_server_script ntp_good_at_peer2 = {.clock_offset_ns = AHEAD_NS, .at = AT_PEER2};

/* The network takes 300 ms. */
const struct ntp_server_script ntp_delayed = ONE_REPLY(.delay_ms = 300);

/* The client is stopped while it waits and goes on, and then the reply comes. */
const struct ntp_server_script ntp_interrupts = {.rounds = {NTP_REPLIES({.delay_ms = 150})},
                                                 .round_count = 1,
                                                 .clock_offset_ns = AHEAD_NS,
                                                 .stops_subject = true};

/* The server takes a second, and its transmit timestamp says so. */
const struct ntp_server_script ntp_held = ONE_REPLY(.hold_ms = 1000);

/* Every reply comes two times, back to back. */
const struct ntp_server_script ntp_twice = ONE_REPLY(.copies = 2);

/* Receives and never answers. */
const struct ntp_server_script ntp_silent = {.round_count = 1};

/* The same at the second address. */
const struct ntp_server_script ntp_silent_at_peer2 = {.round_count = 1, .at = AT_PEER2};

/* Nothing listens: ICMP port unreachable. */
const struct ntp_server_script ntp_closed = {.closed = true};

/* The same at the second address. */
const struct ntp_server_script ntp_closed_at_peer2 = {.closed = true, .at = AT_PEER2};

/* Answers requests of every mode, so that a wrong mode is seen and not a time-out. */
const struct ntp_server_script ntp_any_mode = {.clock_offset_ns = AHEAD_NS, .any_mode = true};

/* Answers the first request well, and later ones with that same reply again. */
const struct ntp_server_script ntp_replay = {
    .rounds = {NTP_REPLIES({.copies = 1}), NTP_REPLIES({.replay_of = 1})},
    .round_count = 2,
    .clock_offset_ns = AHEAD_NS};

/* --- Lengths and trailers --- */

/* 0 octets. */
const struct ntp_server_script ntp_octets_0 = ONE_REPLY(.length_plus_one = NTP_LENGTH(0));

/* 1 octets. */
const struct ntp_server_script ntp_octets_1 = ONE_REPLY(.length_plus_one = NTP_LENGTH(1));

/* 40 octets. */
const struct ntp_server_script ntp_octets_40 = ONE_REPLY(.length_plus_one = NTP_LENGTH(40));

/* 47 octets. It was sent a millisecond after its request came: without its last octet the transmit
 * timestamp would otherwise lie before the receive timestamp, and be refused for that. */
const struct ntp_server_script ntp_octets_47 =
    ONE_REPLY(.length_plus_one = NTP_LENGTH(47),
              .fields = {[NTP_TRANSMIT] = NTP_HONEST_PLUS(SECOND / 1000)});

/* 49 octets. */
const struct ntp_server_script ntp_octets_49 = ONE_REPLY(.length_plus_one = NTP_LENGTH(49));

/* 100 octets. */
const struct ntp_server_script ntp_octets_100 = ONE_REPLY(.length_plus_one = NTP_LENGTH(100));

/* 65507 octets. */
const struct ntp_server_script ntp_octets_65507 = ONE_REPLY(.length_plus_one = NTP_LENGTH(65507));

/* The first 40 octets of a good reply, then a datagram of 8. */
const struct ntp_server_script ntp_40_then_8 = {
    .rounds = {NTP_REPLIES({.length_plus_one = NTP_LENGTH(40)},
                           {.length_plus_one = NTP_LENGTH(8)})},
    .round_count = 1,
    .clock_offset_ns = AHEAD_NS};

/* A whole packet that is to be dropped, then 40 octets: what it lacks stands in the buffer still.
 */
const struct ntp_server_script ntp_40_after_bad = {
    .rounds = {NTP_REPLIES({.fields = {[NTP_MODE] = NTP_IS(5)}},
                           {.length_plus_one = NTP_LENGTH(40)})},
    .round_count = 1,
    .clock_offset_ns = AHEAD_NS};

/* The first 40 octets of a reply, then a whole good one. */
const struct ntp_server_script ntp_40_then_good = {
    .rounds = {NTP_REPLIES({.length_plus_one = NTP_LENGTH(40)}, {.delay_ms = 50})},
    .round_count = 1,
    .clock_offset_ns = AHEAD_NS};

/* An empty datagram, then a good reply. */
const struct ntp_server_script ntp_empty_then_good = {
    .rounds = {NTP_REPLIES({.length_plus_one = NTP_LENGTH(0)}, {.delay_ms = 50})},
    .round_count = 1,
    .clock_offset_ns = AHEAD_NS};

/* 52 octets: a key identifier of zero and no digest. */
const struct ntp_server_script ntp_crypto_nak = ONE_REPLY(.length_plus_one = NTP_LENGTH(52));

/* An unknown extension field of 28 octets, the least that may end a packet. */
const struct ntp_server_script ntp_extension_28 =
    ONE_REPLY(.trailer = {EXTENSION_28, sizeof EXTENSION_28});

/* A key identifier and 16 octets of digest. */
const struct ntp_server_script ntp_mac_20 = ONE_REPLY(.trailer = {MAC_20, sizeof MAC_20});

/* A key identifier and 20 octets of digest. */
const struct ntp_server_script ntp_mac_24 = ONE_REPLY(.trailer = {MAC_24, sizeof MAC_24});

/* An extension field of 16 octets, then a MAC of 20. */
const struct ntp_server_script ntp_extension_and_mac =
    ONE_REPLY(.trailer = {EXTENSION_16_MAC_20, sizeof EXTENSION_16_MAC_20});

/* An extension field that says it is 0 octets long. */
const struct ntp_server_script ntp_extension_0 =
    ONE_REPLY(.trailer = {EXTENSION_0, sizeof EXTENSION_0});

/* An extension field that says it is 8 octets long, less than any may be. */
const struct ntp_server_script ntp_extension_8 =
    ONE_REPLY(.trailer = {EXTENSION_8, sizeof EXTENSION_8});

/* An extension field that says it is longer than the packet. */
const struct ntp_server_script ntp_extension_beyond =
    ONE_REPLY(.trailer = {EXTENSION_BEYOND, sizeof EXTENSION_BEYOND});

/* 12 octets that are neither extension field nor MAC. */
const struct ntp_server_script ntp_trailer_12 =
    ONE_REPLY(.trailer = {TRAILER_12, sizeof TRAILER_12});

/* --- Leap, version, mode, stratum --- */

/* Leap indicator 1. */
const struct ntp_server_script ntp_leap_1 = ONE_REPLY(.fields = {[NTP_LEAP] = NTP_IS(1)});

/* Leap indicator 2. */
const struct ntp_server_script ntp_leap_2 = ONE_REPLY(.fields = {[NTP_LEAP] = NTP_IS(2)});

/* Leap indicator 3. */
const struct ntp_server_script ntp_leap_3 = ONE_REPLY(.fields = {[NTP_LEAP] = NTP_IS(3)});

/* Another version than was asked with. */
const struct ntp_server_script ntp_version_other =
    ONE_REPLY(.fields = {[NTP_VERSION] = NTP_HONEST_XOR(7)});

/* Version 0. */
const struct ntp_server_script ntp_version_0 = ONE_REPLY(.fields = {[NTP_VERSION] = NTP_IS(0)});

/* Version 5. */
const struct ntp_server_script ntp_version_5 = ONE_REPLY(.fields = {[NTP_VERSION] = NTP_IS(5)});

/* Version 6. */
const struct ntp_server_script ntp_version_6 = ONE_REPLY(.fields = {[NTP_VERSION] = NTP_IS(6)});

/* Version 7. */
const struct ntp_server_script ntp_version_7 = ONE_REPLY(.fields = {[NTP_VERSION] = NTP_IS(7)});

/* Mode 0. */
const struct ntp_server_script ntp_mode_0 = ONE_REPLY(.fields = {[NTP_MODE] = NTP_IS(0)});

/* Mode 1. */
const struct ntp_server_script ntp_mode_1 = ONE_REPLY(.fields = {[NTP_MODE] = NTP_IS(1)});

/* Mode 2. */
const struct ntp_server_script ntp_mode_2 = ONE_REPLY(.fields = {[NTP_MODE] = NTP_IS(2)});

/* Mode 3. */
const struct ntp_server_script ntp_mode_3 = ONE_REPLY(.fields = {[NTP_MODE] = NTP_IS(3)});

/* Mode 5. */
const struct ntp_server_script ntp_mode_5 = ONE_REPLY(.fields = {[NTP_MODE] = NTP_IS(5)});

/* Mode 6. */
const struct ntp_server_script ntp_mode_6 = ONE_REPLY(.fields = {[NTP_MODE] = NTP_IS(6)});

/* Mode 7. */
const struct ntp_server_script ntp_mode_7 = ONE_REPLY(.fields = {[NTP_MODE] = NTP_IS(7)});

/* The request's own octets come back. */
const struct ntp_server_script ntp_echo = ONE_REPLY(.echo = true);

/* Stratum 0 with nothing else to show for it: leap 0, good times, no kiss code. */
const struct ntp_server_script ntp_stratum_0 =
    ONE_REPLY(.fields = {[NTP_STRATUM] = NTP_IS(0), [NTP_REFERENCE_ID] = NTP_IS(0)});

/* Stratum 15. */
const struct ntp_server_script ntp_stratum_15 = ONE_REPLY(.fields = {[NTP_STRATUM] = NTP_IS(15)});

/* Stratum 16. */
const struct ntp_server_script ntp_stratum_16 = ONE_REPLY(.fields = {[NTP_STRATUM] = NTP_IS(16)});

/* Stratum 17. */
const struct ntp_server_script ntp_stratum_17 = ONE_REPLY(.fields = {[NTP_STRATUM] = NTP_IS(17)});

/* Stratum 255. */
const struct ntp_server_script ntp_stratum_255 = ONE_REPLY(.fields = {[NTP_STRATUM] = NTP_IS(255)});

/* Stratum 1, reference identifier GPS. */
const struct ntp_server_script ntp_stratum_1_gps =
    ONE_REPLY(.fields = {
                  [NTP_STRATUM] = NTP_IS(1), [NTP_REFERENCE_ID] = NTP_IS(CODE('G', 'P', 'S', 0))});

/* Stratum 1, with the escape sequence that clears a screen for a reference identifier. */
const struct ntp_server_script ntp_refid_escape = ONE_REPLY(
        .fields = {
            [NTP_STRATUM] = NTP_IS(1), [NTP_REFERENCE_ID] = NTP_IS(CODE(0x1b, '[', '2', 'J'))});

/* --- Timestamps --- */

/* No transmit timestamp. */
const struct ntp_server_script ntp_transmit_zero =
    ONE_REPLY(.fields = {[NTP_TRANSMIT] = NTP_IS(0)});

/* No receive timestamp; sent in the second era, where zero is not later than the transmit
 * timestamp. */
const struct ntp_server_script ntp_receive_zero =
    ONE_REPLY(.fields = {[NTP_RECEIVE] = NTP_IS(0),
                         [NTP_TRANSMIT] = NTP_IS(UINT64_C(0x10000) << 32),
                         [NTP_REFERENCE] = NTP_IS(0)});

/* Origin timestamp zero. */
const struct ntp_server_script ntp_origin_zero = ONE_REPLY(.fields = {[NTP_ORIGIN] = NTP_IS(0)});

/* The origin's highest bit is flipped. */
const struct ntp_server_script ntp_origin_high_bit =
    ONE_REPLY(.fields = {[NTP_ORIGIN] = NTP_HONEST_XOR(UINT64_C(1) << 63)});

/* The origin's lowest bit is flipped. */
const struct ntp_server_script ntp_origin_low_bit =
    ONE_REPLY(.fields = {[NTP_ORIGIN] = NTP_HONEST_XOR(1)});

/* The origin is anything. */
const struct ntp_server_script ntp_origin_random = ONE_REPLY(.fields = {[NTP_ORIGIN] = NTP_ANY});

/* The transmit timestamp is 3 s before the receive timestamp. */
const struct ntp_server_script ntp_sent_before_received =
    ONE_REPLY(.fields = {[NTP_TRANSMIT] = NTP_HONEST_PLUS(-3 * SECOND)});

/* It claims to have held the request for 3 s, and answers at once: the delay is negative. */
const struct ntp_server_script ntp_held_longer_than_it_took =
    ONE_REPLY(.fields = {[NTP_TRANSMIT] = NTP_HONEST_PLUS(3 * SECOND)});

/* The reference timestamp is an hour after the transmit timestamp. */
const struct ntp_server_script ntp_reference_later =
    ONE_REPLY(.fields = {[NTP_REFERENCE] = NTP_HONEST_PLUS(3616 * SECOND)});

/* It says that its clock was never set. */
const struct ntp_server_script ntp_reference_zero =
    ONE_REPLY(.fields = {[NTP_REFERENCE] = NTP_IS(0)});

/* Received 10 s before it is sent: the one is told from the other. */
const struct ntp_server_script ntp_receive_earlier =
    ONE_REPLY(.fields = {[NTP_RECEIVE] = NTP_HONEST_PLUS(-10 * SECOND)});

/* 27 September 2004, 03:18:04.125. */
const struct ntp_server_script ntp_at_2004 =
    ONE_REPLY(.fields = FIXED_TIME(AT_UNIX(1096255084) | UINT64_C(0x20000000)));

/* 27 September 2004, 03:18:04.064: a fraction that begins with a zero. */
const struct ntp_server_script ntp_at_2004_064 =
    ONE_REPLY(.fields = FIXED_TIME(AT_UNIX(1096255084) | UINT64_C(0x10624dd3)));

/* 65,536 s into the second era: 8 February 2036. */
const struct ntp_server_script ntp_at_era_1 =
    ONE_REPLY(.fields = FIXED_TIME(UINT64_C(0x10000) << 32));

/* The last second of the first era: 7 February 2036, 06:28:15. */
const struct ntp_server_script ntp_at_era_0_end =
    ONE_REPLY(.fields = FIXED_TIME(UINT64_C(0xffffffff) << 32));

/* 1 January 2040. */
const struct ntp_server_script ntp_at_2040 = ONE_REPLY(.fields = FIXED_TIME(AT_UNIX(2208988800)));

/* The last fraction of a second, 31 December 2025, 23:59:59.9999999998. */
const struct ntp_server_script ntp_almost_next_second =
    ONE_REPLY(.fields = FIXED_TIME(AT_UNIX(1767225599) | UINT32_MAX));

/* --- Root delay and dispersion, and what does not matter --- */

/* Root delay 32 s. */
const struct ntp_server_script ntp_root_delay_32_s =
    ONE_REPLY(.fields = {[NTP_ROOT_DELAY] = NTP_IS(32 * UNIT)});

/* Root delay -32 s. */
const struct ntp_server_script ntp_root_delay_negative =
    ONE_REPLY(.fields = {[NTP_ROOT_DELAY] = NTP_IS(UINT32_C(0) - 32 * UNIT)});

/* Root dispersion 32 s. */
const struct ntp_server_script ntp_root_dispersion_32_s =
    ONE_REPLY(.fields = {[NTP_ROOT_DISPERSION] = NTP_IS(32 * UNIT)});

/* Root delay -4 ms, which a good server may have (RFC 4330 section 4), and root dispersion 0.75 s.
 */
const struct ntp_server_script ntp_root_delay_minus_4_ms =
    ONE_REPLY(.fields = {[NTP_ROOT_DELAY] = NTP_IS(UINT32_C(0) - 262),
                         [NTP_ROOT_DISPERSION] = NTP_IS(UNIT / 4 * 3)});

/* The longest poll interval, a coarse precision, any reference identifier. */
const struct ntp_server_script ntp_odd_but_legal = ONE_REPLY(
        .fields = {
            [NTP_POLL] = NTP_IS(17), [NTP_PRECISION] = NTP_IS(0xfa), [NTP_REFERENCE_ID] = NTP_ANY});

/* --- From elsewhere --- */

/* The reply comes from another address. */
const struct ntp_server_script ntp_from_other_address = ONE_REPLY(.source = NTP_FROM_OTHER_ADDRESS);

/* The reply comes from another port of the asked address. */
const struct ntp_server_script ntp_from_other_port = ONE_REPLY(.source = NTP_FROM_OTHER_PORT);

/* First another address answers, then the server itself. */
const struct ntp_server_script ntp_other_address_then_good =
    BAD_THEN_GOOD(.source = NTP_FROM_OTHER_ADDRESS, .fields = {MUCH_LATER});

/* --- Kiss-o'-death packets --- */

/* DENY, with leap 0 and good times. */
const struct ntp_server_script ntp_kiss_deny = ONE_REPLY(.fields = KISS('D', 'E', 'N', 'Y'));

/* RSTR, with leap 0 and good times. */
const struct ntp_server_script ntp_kiss_rstr = ONE_REPLY(.fields = KISS('R', 'S', 'T', 'R'));

/* RATE, with leap 0 and good times. */
const struct ntp_server_script ntp_kiss_rate = ONE_REPLY(.fields = KISS('R', 'A', 'T', 'E'));

/* An experimental code. */
const struct ntp_server_script ntp_kiss_xabc = ONE_REPLY(.fields = KISS('X', 'A', 'B', 'C'));

/* INIT. */
const struct ntp_server_script ntp_kiss_init = ONE_REPLY(.fields = KISS('I', 'N', 'I', 'T'));

/* Four octets by chance. */
const struct ntp_server_script ntp_kiss_random =
    ONE_REPLY(.fields = {[NTP_STRATUM] = NTP_IS(0), [NTP_REFERENCE_ID] = NTP_ANY});

/* RATE that asks for an interval of 2^-1 s, as a signed number says. */
const struct ntp_server_script ntp_kiss_rate_poll_255 =
    ONE_REPLY(.fields = {[NTP_STRATUM] = NTP_IS(0),
                         [NTP_REFERENCE_ID] = NTP_IS(CODE('R', 'A', 'T', 'E')),
                         [NTP_POLL] = NTP_IS(255)});

/* RATE with leap 3 and the timestamps of the request, as ntpd sends it. */
const struct ntp_server_script ntp_kiss_rate_of_ntpd =
    ONE_REPLY(.fields = KISS_OF_NTPD('R', 'A', 'T', 'E'));

/* DENY in the same form. */
const struct ntp_server_script ntp_kiss_deny_of_ntpd =
    ONE_REPLY(.fields = KISS_OF_NTPD('D', 'E', 'N', 'Y'));

/* DENY from the second address, with a time that is known from the first one's. */
const struct ntp_server_script ntp_kiss_deny_at_peer2 = {
    .rounds = {NTP_REPLIES({.fields = {KISS_FIELDS('D', 'E', 'N', 'Y'), MUCH_LATER}})},
    .round_count = 1,
    .clock_offset_ns = AHEAD_NS,
    .at = AT_PEER2};

/* RATE that answers no request of ours, then the real reply. */
const struct ntp_server_script ntp_kiss_rate_forged_then_good =
    BAD_THEN_GOOD(.fields = {KISS_FIELDS('R', 'A', 'T', 'E'),
                             MUCH_LATER, [NTP_ORIGIN] = NTP_HONEST_XOR(UINT64_C(1) << 63)});

/* DENY that answers no request of ours, then the real reply. */
const struct ntp_server_script ntp_kiss_deny_forged_then_good =
    BAD_THEN_GOOD(.fields = {KISS_FIELDS('D', 'E', 'N', 'Y'),
                             MUCH_LATER, [NTP_ORIGIN] = NTP_HONEST_XOR(1)});

/* An experimental code, then a good reply. */
const struct ntp_server_script ntp_kiss_xabc_then_good =
    BAD_WITH_GOOD(.fields = {KISS_FIELDS('X', 'A', 'B', 'C'), MUCH_LATER});

/* INIT, then a good reply. */
const struct ntp_server_script ntp_kiss_init_then_good =
    BAD_WITH_GOOD(.fields = {KISS_FIELDS('I', 'N', 'I', 'T'), MUCH_LATER});

/* --- Bad, then good 50 ms later; the bad one claims a time 1,000 s later, so that it is known by
 * it --- */

/* A forged origin, then a good reply. */
const struct ntp_server_script ntp_origin_then_good =
    BAD_THEN_GOOD(.fields = {[NTP_ORIGIN] = NTP_HONEST_XOR(1), MUCH_LATER});

/* A broadcast, then a good reply. */
const struct ntp_server_script ntp_mode_5_then_good =
    BAD_THEN_GOOD(.fields = {[NTP_MODE] = NTP_IS(5), MUCH_LATER});

/* A clock that is not set, then a good reply. */
const struct ntp_server_script ntp_leap_3_then_good =
    BAD_WITH_GOOD(.fields = {[NTP_LEAP] = NTP_IS(3), MUCH_LATER});

/* Too short, of version 0, of stratum 16, then good. */
const struct ntp_server_script ntp_three_bad_then_good = {
    .rounds = {NTP_REPLIES({.length_plus_one = NTP_LENGTH(47), .fields = {MUCH_LATER}},
                           {.fields = {[NTP_VERSION] = NTP_IS(0), MUCH_LATER}},
                           {.fields = {[NTP_STRATUM] = NTP_IS(16), MUCH_LATER}}, {.delay_ms = 50}),
               NTP_REPLIES({.delay_ms = 0})},
    .round_count = 2,
    .clock_offset_ns = AHEAD_NS};

/* --- Clocks that are far off --- */

/* The client's own clock. */
const struct ntp_server_script ntp_same_clock = {.clock_offset_ns = 0};

/* 5 s ahead. */
const struct ntp_server_script ntp_ahead_5_s = {.clock_offset_ns = INT64_C(5) * NS};

/* 5 s behind. */
const struct ntp_server_script ntp_behind_5_s = {.clock_offset_ns = INT64_C(-5) * NS};

/* A quarter of a second ahead. */
const struct ntp_server_script ntp_ahead_250_ms = {.clock_offset_ns = NS / 4};

/* Ten years and an eighth of a second behind: far off, and in the same era as today. */
const struct ntp_server_script ntp_behind_10_years = {.clock_offset_ns =
                                                          INT64_C(-315360000) * NS - NS / 8};

/* 30 years ahead, in the next era. */
const struct ntp_server_script ntp_ahead_30_years = {.clock_offset_ns = INT64_C(946080000) * NS};

/* 30 years behind. */
const struct ntp_server_script ntp_behind_30_years = {.clock_offset_ns = INT64_C(-946080000) * NS};
