/* Short names for the steps of a driver's script, so that a script reads as what a client does. */
#ifndef SOCKPROOF_CASES_DRIVER_STEPS_H
#define SOCKPROOF_CASES_DRIVER_STEPS_H

#include "fixtures/driver.h"

#define CONNECT(socket_) \
  { .action = DRIVER_CONNECT, .socket = (socket_) }
#define CONNECT_FROM_PORT(socket_, port_) \
  { .action = DRIVER_CONNECT, .socket = (socket_), .port = (port_) }
#define EXPECT_REFUSED(socket_) \
  { .action = DRIVER_EXPECT_REFUSED, .socket = (socket_) }
#define OPEN_UDP(socket_) \
  { .action = DRIVER_OPEN_UDP, .socket = (socket_) }
#define SEND(socket_, ...)                                               \
  {                                                                      \
    .action = DRIVER_SEND, .socket = (socket_), .bytes = { __VA_ARGS__ } \
  }
#define SEND_TO_SECOND(socket_, ...) \
  { .action = DRIVER_SEND, .socket = (socket_), .bytes = {__VA_ARGS__}, .to_second_address = true }
#define EXPECT(socket_, ...)                                               \
  {                                                                        \
    .action = DRIVER_EXPECT, .socket = (socket_), .bytes = { __VA_ARGS__ } \
  }
#define EXPECT_ANY_ORDER(socket_, ...)                                               \
  {                                                                                  \
    .action = DRIVER_EXPECT_ANY_ORDER, .socket = (socket_), .bytes = { __VA_ARGS__ } \
  }
#define EXPECT_PAST_EMPTY(socket_, ...)                                               \
  {                                                                                   \
    .action = DRIVER_EXPECT_PAST_EMPTY, .socket = (socket_), .bytes = { __VA_ARGS__ } \
  }
#define EXPECT_LENGTH(socket_, length_) \
  { .action = DRIVER_EXPECT_LENGTH, .socket = (socket_), .length = (length_) }
#define EXPECT_LINE(socket_) \
  { .action = DRIVER_EXPECT_LINE, .socket = (socket_) }
#define EXPECT_NOTHING(socket_, ms_) \
  { .action = DRIVER_EXPECT_NOTHING, .socket = (socket_), .ms = (ms_) }
#define HALF_CLOSE(socket_) \
  { .action = DRIVER_HALF_CLOSE, .socket = (socket_) }
#define EXPECT_END(socket_) \
  { .action = DRIVER_EXPECT_END, .socket = (socket_) }
#define CLOSE(socket_) \
  { .action = DRIVER_CLOSE, .socket = (socket_) }
#define RESET(socket_) \
  { .action = DRIVER_RESET, .socket = (socket_) }
#define STOP_SUBJECT \
  { .action = DRIVER_STOP_SUBJECT }
#define SIGNAL_SUBJECT(number) \
  { .action = DRIVER_STOP_SUBJECT, .signal = (number) }

#endif
