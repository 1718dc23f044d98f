"""What a device or its configuration refuses."""


class ConfigurationError(Exception):
    """A scenario or a rig file is wrong.

    Parameters
    ----------
    text : str
        What must be, and what was found.
    where : str
        File and table, e.g. ``one_orbit.toml [[fault]] 2``.
    """

    def __init__(self, text: str, where: str) -> None:
        super().__init__(f"{where}: {text}")
        self.where = where
