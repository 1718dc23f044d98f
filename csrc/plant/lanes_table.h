/* One level's table; the including file's target flags say which instructions it uses. */
#include "lanes_network.h"
#include "lanes_nodes.h"
#include "lanes_packs.h"
#include "lanes_rigid.h"
#include "lanes_section.h"
#include "lanes_sight.h"

#define DD_LANES_TABLE(level, number)                                                              \
    const dd_lanes dd_lanes_##level = {                                                            \
        .name = #level,                                                                            \
        .rank = number,                                                                            \
        .heat = heat,                                                                              \
        .curves = curves,                                                                          \
        .are_plain = are_plain,                                                                    \
        .expect = expect,                                                                          \
        .deliver = deliver,                                                                        \
        .peak = peak,                                                                              \
        .operate = operate,                                                                        \
        .refresh_packs = refresh_packs,                                                            \
        .drive_packs = drive_packs,                                                                \
        .warm_packs = warm_packs,                                                                  \
        .scan_groups = scan_groups,                                                                \
        .heat_switches = heat_switches,                                                            \
        .look = look,                                                                              \
        .turn = turn,                                                                              \
        .network = network_step,                                                                   \
        .count_nodes = count_nodes,                                                                \
        .run_nodes = run_nodes,                                                                    \
        .hold = hold,                                                                              \
    };
