/* How many of each the satellite has. */
#ifndef DD_COUNTS_H
#define DD_COUNTS_H

enum {
    DD_SECTIONS = 24,
    DD_WINGS = 2,
    DD_WHEELS = 4,
    DD_MODES = 4, /* two of each wing */
    DD_PACKS = 8,
    DD_SERIES = 40,
    DD_LOOPS = 2,
    DD_PANELS = 14,
    DD_LOOP_PANELS = 7,
    DD_SEGMENTS = 8,
    DD_PUMP_UNITS = 3,
    DD_NODES = 18,
    DD_ACCELERATORS = 72,
    DD_NODE_ACCELERATORS = 4,
    DD_UPSET_KINDS = 6,
    DD_TERMINALS = 4,
    DD_SWITCHES = 26,
    DD_SWITCH_TERMINAL = 18,
    DD_SWITCH_HEATERS = 22,
    DD_SWITCH_PUMP = 23,
    DD_SWITCH_TRAYS = 25,
    DD_DELAY_MAX = 3,
    DD_PAST_MAX = 1024,
    DD_FAULT_SLOTS = 16,
    DD_FAULT_RING = 32
};

#endif
