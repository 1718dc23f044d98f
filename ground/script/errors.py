"""Errors of the script interface; each tells the operator what was expected and what was found."""

__all__ = [
    "CheckError",
    "CommandFailedError",
    "LoopGoneError",
    "ProcedureStopped",
    "RefusedError",
    "ScriptError",
]


class ScriptError(Exception):
    """Root of what a script may catch."""


class CheckError(ScriptError):
    """A check did not hold."""


class CommandFailedError(ScriptError):
    """A command did not reach the stage that was waited for."""


class RefusedError(ScriptError):
    """The ground refused a request.

    Parameters
    ----------
    reason : str
        Short name of the refusal: ``unknown_name``, ``argument``, ``not_authorised``, ``no_sample``,
        ``request``...
    text : str
        What was wrong, for people.
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class LoopGoneError(ScriptError):
    """No running loop was found, or it ended while a request was open."""


class ProcedureStopped(BaseException):
    """The run ends: like KeyboardInterrupt no error, and not to be caught.

    Raised in a procedure's open call so that its ``with`` and ``finally`` blocks are left.
    """
