#include "dd_link.h"
