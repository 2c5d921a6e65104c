/* TCP_NODELAY and its like are lwIP's. */
#include <sys/socket.h>
