/* `sockproof diff`: is it the same conversation, and if not, which field of which message changed?
 */
#ifndef SOCKPROOF_FRONT_DIFF_H
#define SOCKPROOF_FRONT_DIFF_H

/* argv[0] is the verb. Returns the exit status: 0 the same, 1 different, 2 could not be compared.
 */
int front_diff(int argc, char **argv);

#endif
