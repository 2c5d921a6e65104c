/* What a target's launcher is tried with, before it is trusted with any recipe: whether a program's
 * words come to it whole, and its output and exit come back.
 *
 *   trial ARGUMENT...      each on a line, then more than a pipe's buffer may hold back; exit 3 */
#include <stdio.h>

enum { EXIT_OF_TRIAL = 3, FILLING_LINES = 100 };

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    printf("argument %s\n", argv[i]);
  for (int i = 0; i < FILLING_LINES; i++)
    printf("this line is here so that output which is cut is seen to be\n");
  printf("end of the output\n");
  return EXIT_OF_TRIAL;
}
