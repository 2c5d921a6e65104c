#include "run/check/check_wants.h"

/* The checks that look at an observation which they do not name, and those that name one: `name` is
 * NULL for these. */
static const struct {
  check_function judge;
  const char *name;
} WANTS[] = {
    {check_ntp_accepted, "time"},         {check_ntp_reply_not_taken, "time"},
    {check_ntp_time_truncated, "time"},   {check_time_told, "time"},
    {check_ntp_offset, "offset"},         {check_ntp_delay, "delay"},
    {check_message_received, "received"}, {check_observed_text, NULL},
    {check_observed_number, NULL},        {check_waited, NULL},
    {check_observed_address, NULL},       {check_printed_once, NULL},
    {check_observed_list, NULL},          {check_observed_set, NULL},
    {check_observed_one_of, NULL},        {check_observed_by_system, NULL},
    {check_observed_or_refused, NULL},    {check_not_observed, NULL},
    {check_observed_buffer, NULL},        {check_observed_in_network_order, NULL},
    {check_observed_own_end, NULL},
};

size_t check_wants(const struct check *check, const char *names[CHECK_WANTS_MAX]) {
  for (size_t i = 0; i < sizeof WANTS / sizeof WANTS[0]; i++) {
    if (WANTS[i].judge != check->judge) continue;
    names[0] = WANTS[i].name != NULL ? WANTS[i].name : check->name;
    names[1] = check->text;
    return check->judge == check_observed_own_end ? 2 : 1;
  }
  return 0;
}
