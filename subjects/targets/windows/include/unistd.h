#include_next <unistd.h>

#include "posix_names.h"
