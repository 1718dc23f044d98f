#include "shed.h"

int dd_shed(const int32_t *order, int count, const double *power_w, int32_t *closed,
            double deficit_w, double *rest_w)
{
    int opened = 0;
    double rest = deficit_w;
    for (int i = 0; i < count && rest > 0.0; i++) {
        const int32_t index = order[i];
        if (closed[index] && power_w[index] > 0.0) {
            closed[index] = 0;
            rest -= power_w[index];
            opened++;
        }
    }
    *rest_w = rest > 0.0 ? rest : 0.0;
    return opened;
}
