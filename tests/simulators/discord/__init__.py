"""A simulated Discord on loopback: gateway, REST API v10, and the people of one community."""

from ..people import Seen, SeenForm
from .faults import POST, Faults
from .people import DiscordPerson
from .ratelimits import REAL_LIMITS
from .server import DiscordSimulator

__all__ = ["POST", "REAL_LIMITS", "DiscordPerson", "DiscordSimulator", "Faults", "Seen", "SeenForm"]
