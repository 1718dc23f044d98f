"""The adapter that lets a user choose the level of processor instructions: environment variable DD_LEVEL."""

import os

from flight.link.coding import set_level


def use_level_of_environment() -> None:
    """Use the level that DD_LEVEL names; without it the best one that the processor has.

    Raises
    ------
    LocalLinkError
        When the processor lacks the level or there is no such level.
    """
    set_level(os.environ.get("DD_LEVEL", ""))
