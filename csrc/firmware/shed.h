/* Undervoltage shed: which switches the bus comparator opens, at once and without messages. */
#ifndef DD_SHED_H
#define DD_SHED_H

#include <stdint.h>

/*
 * Opens closed switches in the given order until deficit_w is covered. Returns how many it opened;
 * the deficit that is left goes to rest_w. order holds count switch numbers.
 */
int dd_shed(const int32_t *order, int count, const double *power_w, int32_t *closed,
            double deficit_w, double *rest_w);

#endif
