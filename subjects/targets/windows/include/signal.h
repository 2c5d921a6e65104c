#include_next <signal.h>

#include "posix_names.h"
