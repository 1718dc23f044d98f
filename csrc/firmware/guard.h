/* Node guard: keeps a compute node within its power lease without help from the bus. */
#ifndef DD_GUARD_H
#define DD_GUARD_H

#include <stdint.h>

/* A lease as the node was told it; state numbers are those of the flight dictionary. */
typedef struct dd_lease {
    double cap_w;
    double fallback_w;
    int64_t until_ns;
    int32_t state;
} dd_lease;

/* Power levels of the node. */
typedef struct dd_guard_levels {
    double idle_w;
    double sleep_w;
} dd_guard_levels;

/* What the guard lets through. */
typedef struct dd_guard_order {
    double cap_w;
    int32_t state;
} dd_guard_order;

/* Supply of a node: what it measures, what clocks and loads explain, and what is a latch-up. */
typedef struct dd_supply {
    double measured_w;
    double expected_w;
    double margin_w;
    double off_s;
} dd_supply;

/*
 * Latch-up guard: a current step that nothing explains takes the node off its supply for off_s.
 * Returns the time that is left of it; 0 while all is well.
 */
double dd_guard_trip(double left_s, const dd_supply *supply, double dt_s);

dd_guard_order dd_guard_decide(const dd_lease *lease, const dd_guard_levels *levels,
                               int64_t now_ns);

#endif
