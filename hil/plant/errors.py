"""Errors of the plant."""


class PlantError(ValueError):
    """A parameter, name or snapshot that the plant cannot accept.

    The text reads ``quantity must be condition, got value unit (where)``.
    """
