#include "lanes_table.h"

DD_LANES_TABLE(avx2, 1)
