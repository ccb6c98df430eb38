"""The section ``[discord]``."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from adapters.discord.settings import Settings


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v10"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/api/v10"),
        ("https://proxy.example/api/", "https://proxy.example/api/v10"),
        ("https://proxy.example/discord/api", "https://proxy.example/discord/api/v10"),
        ("https://proxy.example/api/v10/", "https://proxy.example/api/v10"),
        ("https://proxy.example/discord", "https://proxy.example/discord"),
        (None, None),
    ],
)
def test_the_address_of_the_api(given, used):
    assert Settings(api_url=given).api_url == used


@pytest.mark.parametrize("wrong", [{"api_url": "localhost:80"}, {"gateway_url": "http://x"}, {"api_url": "http://"}])
def test_addresses_that_are_none(wrong):
    with pytest.raises(ValidationError, match="an address starting with"):
        Settings(**wrong)


def test_the_section_is_read_without_discords_library():
    code = "import sys, adapters.discord, adapters.discord.settings; sys.exit('discord' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
