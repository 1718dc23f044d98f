#include "guard.h"

enum { STATE_BMC = 1, STATE_SLEEP = 3, STATE_IDLE = 4 };

double dd_guard_trip(double left_s, const dd_supply *supply, double dt_s)
{
    if (supply->measured_w - supply->expected_w > supply->margin_w) {
        return supply->off_s;
    }
    return left_s > dt_s ? left_s - dt_s : 0.0;
}

/*
 * An expired lease leaves the smaller of cap and fallback. A cap below what idling takes is kept by
 * sleeping, one below what sleeping takes by switching to the baseboard controller; states below
 * that need no cap. Nothing here ever raises a state above the ordered one.
 */
dd_guard_order dd_guard_decide(const dd_lease *lease, const dd_guard_levels *levels, int64_t now_ns)
{
    dd_guard_order order = {lease->cap_w, lease->state};
    if (now_ns > lease->until_ns && lease->fallback_w < order.cap_w) {
        order.cap_w = lease->fallback_w;
    }
    if (order.state >= STATE_IDLE && order.cap_w < levels->idle_w) {
        order.state = STATE_SLEEP;
    }
    if (order.state == STATE_SLEEP && order.cap_w < levels->sleep_w) {
        order.state = STATE_BMC;
    }
    return order;
}
