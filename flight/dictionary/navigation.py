"""What the navigation receiver, the star trackers and the Sun sensors say."""

from typing import Annotated

from flight.dictionary.declare import Message, message
from flight.dictionary.types import F32, U8, U64, App, Repeated


@message(0x1410, App.NAVIGATION)
class NavigationReading(Message):
    """Navigation receiver, attitude and Sun sensors."""

    time_ns: U64
    position_eci_m: Annotated[tuple[float, ...], Repeated("f64", 3)]
    velocity_eci_m_per_s: Annotated[tuple[float, ...], Repeated("f64", 3)]
    q_body_from_eci: Annotated[tuple[float, ...], Repeated("f64", 4)]
    rate_body_rad_per_s: Annotated[tuple[float, ...], Repeated("f32", 3)]
    sun_dir_body: Annotated[tuple[float, ...], Repeated("f32", 3)]
    sun_irradiance_w_per_m2: F32
    valid_mask: U8
