"""Sensed group of the attitude unit: wheels, magnetometer, torquers, mode."""

from hil.plant.channel_types import Field, group, status

ATTITUDE = group(
    "attitude",
    Field(
        name="wheel_speed_rad_per_s",
        unit="rad/s",
        count=4,
        noise=0.01,
        quantum=0.01,
        source="assumed: wheel tachometer, 0.1 rpm",
    ),
    Field(
        name="magnetic_field_body_t",
        unit="T",
        count=3,
        noise=5e-9,
        bias=5e-8,
        quantum=1e-9,
        source="assumed: fluxgate magnetometer on a boom, 50 nT",
    ),
    Field(
        name="torquer_dipole_a_m2",
        unit="A m2",
        count=3,
        noise=1.0,
        quantum=0.5,
        delay_count=1,
        source="assumed: coil current, 14-bit acquisition",
    ),
    status("attitude_mode", 1),
)
