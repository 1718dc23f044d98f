"""Thermal control: supply temperature of two pumped loops, radiator capacity, freeze guard, grants."""
