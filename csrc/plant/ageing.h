/* Ageing of a lithium-ion cell by time and by charge throughput, one orbit at a time. */
#ifndef DD_AGEING_H
#define DD_AGEING_H

typedef struct dd_ageing {
    double capacity_ratio, resistance_ratio; /* left, and grown, against the new cell */
    double age_days, throughput_ah;          /* throughput as if the cell had the study's 2.05 Ah */
} dd_ageing;

/* What an orbit asked of the cell: means of voltage and temperature, span of the charge. */
typedef struct dd_cycle {
    double days, voltage_v, temperature_k, depth_frac, throughput_frac;
} dd_cycle;

void dd_cell_age(dd_ageing *ageing, const dd_cycle *cycle, double speed_ratio);

#endif
