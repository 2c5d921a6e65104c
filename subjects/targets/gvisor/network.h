/* A network of this process's own, in which gVisor has one end of a wire and this process the
 * other. */
#ifndef TARGET_GVISOR_NETWORK_H
#define TARGET_GVISOR_NETWORK_H

/* From here on this process is root of a user namespace and of a network that are its own, and so
 * are the processes that it starts. It has one thread. Ends the process, with a sentence, where it
 * cannot be done. */
void network_leave(void);

/* Makes the wire, with nothing on it but what is written to it, and names this process's end
 * `name`. Returns gVisor's end, as a socket of packets; ends the process where it cannot be done.
 */
int network_lay_wire(const char *name);

#endif
