#include "capture/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/datalink.h"
#include "capture/sentinel.h"
#include "capture/system.h"

enum { SNAPLEN_BYTES = 1600, BUFFER_BYTES = 16 * 1024 * 1024, FILTER_MAX = 1024 };

/* A subject that sends without end must not keep its harness from stopping it. */
enum { READ_PACKETS_MAX = 32 * 1024 };

struct capture {
  pcap_t *pcap;
  struct sentinels *sentinels;
  enum link_type link_type;
  int64_t tick_ns; /* what one step of its timestamps is */
};

static enum err_code refuse(struct err *err, const char *interface, int status, pcap_t *pcap) {
  if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED)
    return err_set(err, ERR_UNAVAILABLE, "libpcap may not capture on %s; %s", interface,
                   system_capture_right);
  return err_set(err, ERR_UNAVAILABLE, "libpcap cannot capture on %s: %s%s%s", interface,
                 pcap_statustostr(status), pcap_geterr(pcap)[0] != '\0' ? ": " : "",
                 pcap_geterr(pcap));
}

/* Immediate mode delivers each packet at once but has slots as large as the snaplen. Without it
 * blocks of 256 KiB are filled, which hold many more packets; but a block is also given up after
 * the timeout, however empty: 64 of them must last while the loop is busy, or has no processor, for
 * a second. */
enum { FLOOD_TIMEOUT_MS = 16 };
static enum err_code activate(pcap_t *pcap, const struct capture_options *options,
                              struct err *err) {
  const unsigned snaplen = options->snaplen_bytes != 0 ? options->snaplen_bytes : SNAPLEN_BYTES;
  const size_t buffer = options->buffer_bytes != 0 ? options->buffer_bytes : BUFFER_BYTES;
  if (pcap_set_snaplen(pcap, (int)snaplen) != 0 || pcap_set_promisc(pcap, 0) != 0 ||
      pcap_set_timeout(pcap, FLOOD_TIMEOUT_MS) != 0 ||
      pcap_set_immediate_mode(pcap, !options->flood) != 0 ||
      pcap_set_buffer_size(pcap, (int)buffer) != 0)
    return err_set(err, ERR_UNAVAILABLE, "libpcap cannot be set up to capture on %s",
                   options->interface);
  /* Where the system has microseconds alone, as BPF of macOS has, libpcap gives these. */
  (void)pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
  const int status = pcap_activate(pcap);
  if (status < 0) return refuse(err, options->interface, status, pcap);
  if (options->tells_interfaces && pcap_set_datalink(pcap, LINK_LINUX_SLL2) != 0)
    return err_set(err, ERR_UNAVAILABLE, "libpcap does not tell interfaces apart here: %s",
                   pcap_geterr(pcap));
  char why[PCAP_ERRBUF_SIZE] = "";
  if (pcap_setnonblock(pcap, 1, why) != 0) return err_set(err, ERR_SYSTEM, "libpcap: %s", why);
  fcntl(pcap_fileno(pcap), F_SETFD, FD_CLOEXEC);
  if (!options->both_directions) system_ignore_outgoing(pcap_fileno(pcap));
  return ERR_OK;
}

/* The caller's filter, and the sentinels. */
static enum err_code set_filter(pcap_t *pcap, const char *filter, struct err *err) {
  char text[FILTER_MAX];
  const int len =
      snprintf(text, sizeof text, "(%s) or (udp and dst host %s)", filter, system_sentinel_address);
  if (len < 0 || (size_t)len >= sizeof text)
    return err_set(err, ERR_LIMIT, "a capture filter has at most %d characters", FILTER_MAX);
  struct bpf_program program;
  if (pcap_compile(pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN) != 0)
    return err_set(err, ERR_USAGE, "the capture filter \"%s\" is not valid: %s", filter,
                   pcap_geterr(pcap));
  const int status = pcap_setfilter(pcap, &program);
  pcap_freecode(&program);
  if (status != 0)
    return err_set(err, ERR_SYSTEM, "the capture filter \"%s\" cannot be set: %s", filter,
                   pcap_geterr(pcap));
  return ERR_OK;
}

static enum err_code open_pcap(struct capture *capture, const struct capture_options *options,
                               struct err *err) {
  char why[PCAP_ERRBUF_SIZE] = "", loopback[SYSTEM_INTERFACE_MAX];
  struct capture_options named = *options;
  if (named.interface == NULL && !system_loopback(loopback))
    return err_set_errno(err, errno, "this host has no loopback to capture on");
  if (named.interface == NULL) named.interface = loopback;
  options = &named;
  capture->pcap = pcap_create(options->interface, why);
  if (capture->pcap == NULL)
    return err_set(err, ERR_UNAVAILABLE, "libpcap cannot capture on %s: %s", options->interface,
                   why);
  enum err_code code = activate(capture->pcap, options, err);
  if (code == ERR_OK && options->filter != NULL)
    code = set_filter(capture->pcap, options->filter, err);
  if (code != ERR_OK) return code;
  capture->tick_ns =
      pcap_get_tstamp_precision(capture->pcap) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000;
  const int datalink = pcap_datalink(capture->pcap);
  if (datalink_to_link_type(datalink, &capture->link_type)) return ERR_OK;
  return err_set(err, ERR_UNAVAILABLE,
                 "packets captured on %s cannot be read: their link header is of type %d",
                 options->interface, datalink);
}

enum err_code capture_open(struct capture **capture, const struct capture_options *options,
                           struct err *err) {
  *capture = NULL;
  struct capture *opened = calloc(1, sizeof *opened);
  if (opened == NULL) return err_set_errno(err, errno, "a capture has no memory");
  enum err_code code = open_pcap(opened, options, err);
  if (code == ERR_OK) code = sentinels_create(&opened->sentinels, err);
  if (code != ERR_OK) {
    capture_close(opened);
    return code;
  }
  *capture = opened;
  return ERR_OK;
}

void capture_close(struct capture *capture) {
  if (capture == NULL) return;
  if (capture->pcap != NULL) pcap_close(capture->pcap);
  sentinels_destroy(capture->sentinels);
  free(capture);
}

int capture_fd(const struct capture *capture) {
  return pcap_get_selectable_fd(capture->pcap);
}

enum link_type capture_link_type(const struct capture *capture) {
  return capture->link_type;
}

struct hand_out {
  struct capture *capture;
  capture_sink sink;
  void *context;
};

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is libpcap's */
static void take(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes) {
  const struct hand_out *to = (const struct hand_out *)(const void *)user;
  const struct packet packet = {
      .time_ns = (int64_t)header->ts.tv_sec * 1000000000 +
                 (int64_t)header->ts.tv_usec * to->capture->tick_ns,
      .wire_len = header->len,
      .bytes = span_of(bytes, header->caplen),
  };
  if (!sentinels_meet(to->capture->sentinels, to->capture->link_type, packet.bytes))
    to->sink(to->context, &packet);
}

enum err_code capture_read(struct capture *capture, capture_sink sink, void *context,
                           struct err *err) {
  struct hand_out to = {.capture = capture, .sink = sink, .context = context};
  for (int left = READ_PACKETS_MAX; left > 0;) {
    const int count = pcap_dispatch(capture->pcap, left, take, (u_char *)(void *)&to);
    if (count < 0)
      return err_set(err, ERR_SYSTEM, "the capture cannot be read: %s", pcap_geterr(capture->pcap));
    if (count == 0) break;
    left -= count;
  }
  return ERR_OK;
}

enum err_code capture_dropped(struct capture *capture, unsigned long *dropped, struct err *err) {
  struct pcap_stat statistics;
  if (pcap_stats(capture->pcap, &statistics) != 0)
    return err_set(err, ERR_SYSTEM, "the capture does not say what it dropped: %s",
                   pcap_geterr(capture->pcap));
  *dropped = statistics.ps_drop;
  return ERR_OK;
}

enum err_code capture_send_sentinels(struct capture *capture, struct err *err) {
  return sentinels_send(capture->sentinels, err);
}

unsigned capture_sentinels_due(const struct capture *capture) {
  return sentinels_due(capture->sentinels);
}

bool capture_permitted(const char *interface, struct err *err) {
  enum { SMALL_BUFFER_BYTES = 64 * 1024 };
  struct capture tried = {.pcap = NULL};
  const struct capture_options options = {.interface = interface,
                                          .buffer_bytes = SMALL_BUFFER_BYTES};
  const enum err_code code = open_pcap(&tried, &options, err);
  if (tried.pcap != NULL) pcap_close(tried.pcap);
  return code == ERR_OK;
}
