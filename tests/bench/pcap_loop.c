/* The bare loop that every reader of captures is held against: libpcap's, which does nothing with
 * what it reads.
 *
 *   pcap_loop FILE... */
#include <pcap.h>
#include <stdint.h>
#include <stdio.h>

int main(int argc, char **argv) {
  uint64_t packets = 0, octets = 0;
  for (int i = 1; i < argc; i++) {
    char why[PCAP_ERRBUF_SIZE];
    pcap_t *pcap = pcap_open_offline(argv[i], why);
    if (pcap == NULL) {
      fprintf(stderr, "pcap_loop: %s\n", why);
      return 2;
    }
    struct pcap_pkthdr *header;
    const u_char *bytes;
    while (pcap_next_ex(pcap, &header, &bytes) == 1) {
      packets++;
      octets += header->caplen;
    }
    pcap_close(pcap);
  }
  printf("%llu packets, %llu octets\n", (unsigned long long)packets, (unsigned long long)octets);
  return 0;
}
