/* A conversation made by hand, and the luck that it has: what two runs of one exchange need not
 * have in common. */
#ifndef SOCKPROOF_TESTS_CAPTURES_SCENE_H
#define SOCKPROOF_TESTS_CAPTURES_SCENE_H

#include "packets.h"
#include "trace/canonical.h"

struct luck {
  unsigned number;   /* ports, initial sequence numbers, identifications and times follow from it */
  size_t cut;        /* octets a segment; 0: what is said at once is one segment */
  bool resent;       /* every segment with octets is sent again */
  bool acknowledged; /* every segment twice, besides the acknowledgement that it gets anyway */
};

struct scene {
  struct packets packets;
  struct luck luck;
  uint16_t next_port;         /* of a client */
  struct canonical_head head; /* names the servers */
};

/* A play adds its packets to the scene. */
struct play {
  const char *name; /* "tcp-reset" */
  void (*perform)(struct scene *scene);
};

extern const struct play TCP_PLAYS[], DATAGRAM_PLAYS[], APPLICATION_PLAYS[];
extern const size_t TCP_PLAY_COUNT, DATAGRAM_PLAY_COUNT, APPLICATION_PLAY_COUNT;

/* The caller destroys scene.packets. */
struct scene scene_of(const struct play *play, const struct luck *luck);

/* A server's endpoint, which the head names from then on. */
struct endpoint scene_server(struct scene *scene, enum ip_family family, uint16_t port);
/* A client's, at a port of its own. */
struct endpoint scene_client(struct scene *scene, enum ip_family family);
/* A number that is another with other luck: an initial sequence number, an id. */
uint32_t scene_number(const struct scene *scene, uint32_t salt);

/* Not open yet. */
struct connection scene_connection(struct scene *scene, enum ip_family family, uint16_t port);
/* One end says it, as luck will have it; the other receives all of it. */
void scene_say(struct scene *scene, struct connection *connection, size_t from, struct span said);
void scene_say_text(struct scene *scene, struct connection *connection, size_t from,
                    const char *text);

#endif
