"""What the runner refuses, in one line that names where and what would be right."""


class RunnerError(Exception):
    """Something a person gave the runner cannot be used; the text is for that person."""


class RunDataError(RunnerError):
    """A run directory lacks something that a verdict, a report or a comparison needs."""
