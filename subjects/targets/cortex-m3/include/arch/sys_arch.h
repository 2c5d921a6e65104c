/* What stands for the objects of an operating system: see sys_arch.c. */
#ifndef TARGET_CORTEX_M3_SYS_ARCH_H
#define TARGET_CORTEX_M3_SYS_ARCH_H

#include <stdbool.h>

typedef struct {
  volatile unsigned count;
  bool is_valid;
} sys_sem_t;

typedef struct {
  void **slots; /* NULL: not valid */
  unsigned size, first;
  volatile unsigned count;
} sys_mbox_t;

typedef int sys_thread_t;
typedef int sys_prot_t;

#define sys_sem_valid(sem) ((sem)->is_valid)
#define sys_sem_set_invalid(sem) ((sem)->is_valid = false)
#define sys_mbox_valid(mbox) ((mbox)->slots != NULL)
#define sys_mbox_set_invalid(mbox) ((mbox)->slots = NULL)

#endif
