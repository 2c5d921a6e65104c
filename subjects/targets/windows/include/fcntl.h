#include_next <fcntl.h>

#include "posix_names.h"
