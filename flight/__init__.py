"""The software that flies: dictionary, link, bus, executive, services, gateway and the four applications."""
