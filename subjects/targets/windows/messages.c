/* sendmsg() and recvmsg(): datagrams with the address that was asked beside them. */
#include "descriptor.h"

WSACMSGHDR *posix_cmsg_next(const struct msghdr *message, WSACMSGHDR *header) {
  WSAMSG of = {.Control = {.len = (ULONG)message->msg_controllen, .buf = message->msg_control}};
  return WSA_CMSG_NXTHDR(&of, header);
}

/* The recipes send and receive in one part. False with errno. */
static bool translate(const struct msghdr *message, WSABUF *part, WSAMSG *to) {
  if (message->msg_iovlen != 1) {
    errno = EMSGSIZE;
    return false;
  }
  *part = (WSABUF){.len = (ULONG)message->msg_iov[0].iov_len, .buf = message->msg_iov[0].iov_base};
  *to = (WSAMSG){
      .name = message->msg_name,
      .namelen = message->msg_namelen,
      .lpBuffers = part,
      .dwBufferCount = 1,
      .Control = {.len = (ULONG)message->msg_controllen, .buf = message->msg_control},
  };
  return true;
}

ssize_t posix_sendmsg(int number, const struct msghdr *message, int flags) {
  WSABUF part;
  WSAMSG sent;
  DWORD count = 0;
  if (!translate(message, &part, &sent)) return -1;
  stream_flush();
  if (WSASendMsg(descriptor_socket(number), &sent, (DWORD)flags, &count, NULL, NULL) != 0)
    return errors_from_winsock();
  return (ssize_t)count;
}

/* The library has it by pointer alone. */
static LPFN_WSARECVMSG find_receive(SOCKET of) {
  static LPFN_WSARECVMSG found;
  GUID name = WSAID_WSARECVMSG;
  DWORD size;
  if (found == NULL)
    (void)WSAIoctl(of, SIO_GET_EXTENSION_FUNCTION_POINTER, &name, sizeof name, &found, sizeof found,
                   &size, NULL, NULL);
  return found;
}

ssize_t posix_recvmsg(int number, struct msghdr *message, int flags) {
  SOCKET of = descriptor_socket(number);
  LPFN_WSARECVMSG receive = find_receive(of);
  WSABUF part;
  WSAMSG got;
  DWORD count = 0;
  if (receive == NULL) return errors_from_winsock();
  if (!translate(message, &part, &got)) return -1;
  got.dwFlags = (DWORD)flags;
  stream_flush();
  bool cut = false;
  if (receive(of, &got, &count, NULL, NULL) != 0) {
    cut = WSAGetLastError() == WSAEMSGSIZE;
    if (!cut) return errors_from_winsock();
  }
  message->msg_namelen = got.namelen;
  message->msg_controllen = got.Control.len;
  message->msg_flags = (int)got.dwFlags | (cut ? MSG_TRUNC : 0);
  return cut ? (ssize_t)part.len : (ssize_t)count;
}
