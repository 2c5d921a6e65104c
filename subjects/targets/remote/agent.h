/* The agent as a part of a machine's first program, which knows more of its machine than POSIX
 * tells: it is compiled with -Dmain=agent_main there. */
#ifndef SOCKPROOF_REMOTE_AGENT_H
#define SOCKPROOF_REMOTE_AGENT_H

/* The agent's main(). */
int agent_main(int argc, char **argv);

/* Called before a signal is sent to the program: returns NULL when what came before it over the
 * network is with the program; or, where that cannot be told, why: then the program is given up, as
 * nothing that it does after the signal would tell of it. NULL, as it is where nobody sets it: a
 * signal is sent as soon as it is there. */
extern const char *(*agent_settle)(void);

#endif
