"""A simulated Slack: the real slack-bolt connects to it over loopback, and scripted people live in it."""

from .limits import Limits
from .people import DIRECT, HOME, ScriptedPerson
from .simulator import SlackSimulator

__all__ = ["DIRECT", "HOME", "Limits", "ScriptedPerson", "SlackSimulator"]
