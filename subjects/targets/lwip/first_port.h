/* lwIP's first TCP port of its own choice. */
#ifndef TARGET_LWIP_FIRST_PORT_H
#define TARGET_LWIP_FIRST_PORT_H

/* lwIP draws where it begins to number its ports, and steps over the end of their range only where
 * it steps on to it: 1 start in 16,384 is drawn beyond it, and goes on with port 0, for which
 * connect() fails with ENOBUFS (tcp_new_port() in tcp.c, 2.1.3). As that is luck and not what a
 * case asks for, it is drawn again there. Call it once lwIP is set up, where its core may be
 * called. */
void first_port_draw(void);

#endif
