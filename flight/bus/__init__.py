"""How processes talk on board: ticks, pipes, coordinator, three clocks and the Application base."""
