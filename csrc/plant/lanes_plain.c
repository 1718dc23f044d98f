#include "lanes_table.h"

DD_LANES_TABLE(plain, 0)
