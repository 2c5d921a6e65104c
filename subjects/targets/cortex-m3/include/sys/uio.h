/* struct iovec is lwIP's. */
#include <sys/socket.h>
