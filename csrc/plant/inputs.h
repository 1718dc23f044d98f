/* Setpoints and faults. Whatever is not finite or out of range is saturated or refused, and
 * counted. */
#ifndef DD_INPUTS_H
#define DD_INPUTS_H

#include "plant.h"

typedef enum dd_unit_fault {
    DD_FAULT_SECTION_LIGHT = 0, /* section; value: share of light that is left */
    DD_FAULT_SECTION_SHORT = 1, /* section; value: 1 on */
    DD_FAULT_WING_STUCK = 2,    /* wing */
    DD_FAULT_PACK_OPEN = 3,     /* pack: contactor open */
    DD_FAULT_PUMP_STOP = 4,     /* loop * 3 + unit */
    DD_FAULT_VALVE_STUCK = 5,   /* loop */
    DD_FAULT_LEAK = 6,          /* loop; value: kg/s */
    DD_FAULT_PANEL_BLOCKED = 7, /* panel; value: share of the heat path that is left */
    DD_FAULT_NODE_HANG = 8,     /* node; cleared by a power cycle */
    DD_FAULT_GIMBAL_STUCK = 9,  /* terminal */
    DD_FAULT_PARTNER_LOST = 10, /* terminal */
    DD_FAULT_LINK_FADE = 11,    /* terminal; value: extra loss, dB */
    DD_FAULT_CAVITATION = 12,   /* loop; value: share of the head that is left */
    DD_FAULT_PANEL_FROZEN = 13, /* panel; 1: frozen through at once */
    DD_FAULT_UPSET = 14,        /* accelerator; value: a dd_upset, or -1 to heal */
    DD_FAULT_SOLAR = 15,        /* index 0; value: rate over the orbit's average */
    DD_FAULT_MIRROR_STUCK = 16, /* terminal: its fine mirror */
    DD_FAULT_KINDS = 17
} dd_unit_fault;

/* A wheel; value 1: its motor is dead, 2: it is seized. */
#define DD_FAULT_WHEEL 32

/* Faults of the power system, in the same numbering. */
typedef enum dd_power_fault {
    DD_FAULT_SECTION_SHADED = 48,  /* section; value: share of the substrings in shadow */
    DD_FAULT_SECTION_SHADE = 49,   /* section; value: share of light left in that shadow */
    DD_FAULT_CONVERTER_OFF = 50,   /* section */
    DD_FAULT_CONVERTER_STUCK = 51, /* section: the reference does not move */
    DD_FAULT_CELL_SHORT = 52,      /* pack; value: ohm across one series group, 0 for none */
    DD_FAULT_CELL_OPEN = 53,       /* pack; value: cells of one series group that are open */
    DD_FAULT_CELL_RESISTANCE = 54, /* pack; value: resistance of one series group, ratio */
    DD_FAULT_BUS_OVERLOAD = 55,    /* 0; value: W on the bus behind no switch */
    DD_FAULT_POWER_END = 56
} dd_power_fault;

int dd_fault_power(dd_plant *plant, int fault, int index, double value);

/* Faults of the surroundings, the body, the mirrors, the radiator's valves and the bus comparator.
 */
typedef enum dd_world_fault {
    DD_FAULT_SHADOW = 64,        /* 0; value: m by which the Earth's shadow is wider */
    DD_FAULT_TUMBLE = 65,        /* axis; value: rad/s that the body gets at once */
    DD_FAULT_MIRROR_STROKE = 66, /* terminal; value: share of the mirror's stroke that is left */
    DD_FAULT_PANEL_LEAK = 67,    /* panel; value: kg/s while its valve is open */
    DD_FAULT_PANEL_VALVE = 68,   /* panel: its valve does not move */
    DD_FAULT_COMPARATOR = 69,    /* 0: the undervoltage comparator has tripped and stays so */
    DD_FAULT_WORLD_END = 70
} dd_world_fault;

int dd_fault_world(dd_plant *plant, int fault, int index, double value);

void dd_set_section(dd_plant *plant, int section, int mode, double voltage_v, double current_max_a);
void dd_set_bus_limit(dd_plant *plant, double voltage_max_v);
void dd_set_wing(dd_plant *plant, int wing, double angle_rad);
void dd_set_pack(dd_plant *plant, int pack, int enabled, double charge_voltage_max_v,
                 double charge_current_max_a, double discharge_current_max_a);
void dd_set_pack_heater(dd_plant *plant, int pack, double heater_w);
void dd_set_switch(dd_plant *plant, int index, int closed);
void dd_reset_lockout(dd_plant *plant);
void dd_set_panel_valve(dd_plant *plant, int panel, int open);
void dd_set_pump(dd_plant *plant, int loop, int unit, double speed_frac);
void dd_set_bypass(dd_plant *plant, int loop, double bypass_frac);
void dd_set_node(dd_plant *plant, int node, int state, double cap_w, int64_t lease_until_ns,
                 double fallback_w);
void dd_set_job_load(dd_plant *plant, int node, double util_frac);
void dd_set_terminal(dd_plant *plant, int terminal, int mode, double azimuth_rad,
                     double elevation_rad, double azimuth_rate_rad_per_s,
                     double elevation_rate_rad_per_s, double point_ahead_x_rad,
                     double point_ahead_y_rad, int laser_on, int partner);
void dd_set_attitude(dd_plant *plant, int mode);
int dd_fault_sensor(dd_plant *plant, int channel, int kind, double value);
int dd_fault_sensor_clear(dd_plant *plant, int channel);
int dd_fault_unit(dd_plant *plant, int fault, int index, double value);

#endif
