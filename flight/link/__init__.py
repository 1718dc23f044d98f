"""How it is said to the ground: packets, frames, coding; bytes in, events out, no I/O.

The modules, from the packet outwards: `packet`, `assembly`, `frame`, `coding`, `sync`; the ends of a link
are `sender` and `receiver` (telemetry), and the two classes of `telecommand`. A `profile` names every option.
"""
