#include "lanes_table.h"

DD_LANES_TABLE(avx512, 2)
