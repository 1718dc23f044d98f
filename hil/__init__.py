"""Everything in the loop around the flight software: plant, devices, runner; the default rig is simulated."""
