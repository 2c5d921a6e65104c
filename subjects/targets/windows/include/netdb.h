#include "posix_names.h"
