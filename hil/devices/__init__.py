"""Everything that the flight software measures and moves, as participants on the bus; one file per device."""
