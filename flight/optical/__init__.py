"""Optical-terminal pointing: link windows, acquisition, tracking and link state of four laser terminals."""
