"""Everything in the loop around the flight software: plant, devices, runner; a simulated rig is the default rig."""
