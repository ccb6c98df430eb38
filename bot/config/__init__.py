"""config.toml, the environment and secret files, read into frozen settings."""

from bot.config.model import Config
from bot.config.reading import load
from bot.config.schema import json_schema
from bot.config.sections import ChannelSection, Community, Faq, Staff

__all__ = ["ChannelSection", "Community", "Config", "Faq", "Staff", "json_schema", "load"]
