/* What RFC 4330 and RFC 5905 ask of every client: cases that each recipe which asks for the time
 * has. */
#ifndef SOCKPROOF_CASES_COMMON_NTP_CLIENT_CASES_H
#define SOCKPROOF_CASES_COMMON_NTP_CLIENT_CASES_H

#include "run/catalogue/case.h"

extern const struct case_table ntp_request_cases; /* what is asked, and how */
extern const struct case_table ntp_reply_cases;   /* what is an answer, and what is a time */
extern const struct case_table ntp_refusal_cases; /* kiss-o'-death packets; when nobody answers */

#endif
