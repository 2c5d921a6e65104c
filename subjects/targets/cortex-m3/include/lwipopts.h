/* How lwIP is configured: as Debian's library of it, where one stack of 16 MiB allows. */
#ifndef TARGET_CORTEX_M3_LWIPOPTS_H
#define TARGET_CORTEX_M3_LWIPOPTS_H

#define NO_SYS 0
#define LWIP_TCPIP_CORE_LOCKING 1
#define LOCK_TCPIP_CORE() /* one stack, and no interrupt calls lwIP */
#define UNLOCK_TCPIP_CORE()
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_COMPAT_MUTEX 1
#define LWIP_COMPAT_MUTEX_ALLOWED 1

#define LWIP_COMPAT_SOCKETS 0 /* the names are sockets.c's */
#define LWIP_SOCKET_OFFSET 32
#define LWIP_SOCKET_SELECT 0
#define LWIP_SOCKET_POLL 1
#define MEMP_NUM_NETCONN 32

#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define MEM_ALIGNMENT 8

#define LWIP_IPV4 1
#define LWIP_IPV6 1
#define LWIP_IGMP 1
#define LWIP_RAW 1
#define LWIP_DNS 1
#define LWIP_IPV6_SEND_ROUTER_SOLICIT 0
#define LWIP_IPV6_AUTOCONFIG 0
#define LWIP_IPV6_DUP_DETECT_ATTEMPTS 0
#define LWIP_NETIF_TX_SINGLE_PBUF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_HAVE_LOOPIF 0
#define LWIP_NETIF_LOOPBACK_MULTITHREADING 0
#define ARP_QUEUEING 1
#define ARP_QUEUE_LEN 10

/* What is announced fits into the 10,560 octets that the chip holds. */
#define TCP_MSS 1460
#define TCP_WND (6 * TCP_MSS)
#define TCP_SND_BUF 65535
#define TCP_SND_QUEUELEN 255
#define TCP_LISTEN_BACKLOG 1
#define TCP_OVERSIZE TCP_MSS

#define LWIP_TCP_KEEPALIVE 1
#define LWIP_SO_SNDTIMEO 1
#define LWIP_SO_RCVTIMEO 1
#define LWIP_SO_RCVBUF 1
#define LWIP_SO_LINGER 1
#define SO_REUSE 1
#define LWIP_RANDOMIZE_INITIAL_LOCAL_PORTS 1

#define TCPIP_MBOX_SIZE 128
#define DEFAULT_RAW_RECVMBOX_SIZE 128
#define DEFAULT_UDP_RECVMBOX_SIZE 128
#define DEFAULT_TCP_RECVMBOX_SIZE 128
#define DEFAULT_ACCEPTMBOX_SIZE 128

#define LWIP_STATS 0

#endif
