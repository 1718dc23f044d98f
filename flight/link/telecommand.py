"""Both ends of telecommand: frames in BCH transmission units, secured and sequence-controlled if so set."""

from flight.link.command_receiver import COUNTER_NAMES, TelecommandReceiver
from flight.link.command_sender import TelecommandSender

__all__ = ["COUNTER_NAMES", "TelecommandReceiver", "TelecommandSender"]
