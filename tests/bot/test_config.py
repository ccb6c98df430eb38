"""config.toml, the environment and secret files, with every way to get them wrong."""

from __future__ import annotations

import contextlib
import json
import os
import re
import textwrap
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.community.channels import Channel, Mode
from bot.config import Config, json_schema, load
from bot.errors import ConfigError
from tests.bot.houses import House, house

ROOT = Path(__file__).parents[2]
CANARY = "kanarienvogel-4711"
Loads = Callable[..., Config]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as found:
        found.adapter("pigeon")
        found.cog("greeter")
        yield found


@pytest.fixture
def loads(made: House, tmp_path: Path) -> Loads:
    """Load a configuration text; a greeter is the only feature unless the text names others."""

    def loading(text: str = "", **environ: str) -> Config:
        file = tmp_path / "config.toml"
        file.write_text(textwrap.dedent(text) + ("" if "cogs" in text else "\n[cogs.greeter]\n"))
        return load(file, environ)

    return loading


@pytest.fixture
def problems(loads: Loads, tmp_path: Path) -> Callable[..., list[str]]:
    """What is said about a configuration text, without the folder it is in."""

    def failing(text: str, **environ: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            loads(text, **environ)
        assert CANARY not in str(caught.value)
        assert CANARY not in repr(caught.value.__context__)
        return [problem.replace(f"{tmp_path}/", "") for problem in caught.value.problems]

    return failing


# What comes out


def test_an_empty_file_gives_the_defaults(loads: Loads, tmp_path: Path) -> None:
    config = loads("")
    assert (config.community.name, config.community.locale, config.community.timezone) == ("Community", "en", "UTC")
    assert config.database_url.render_as_string() == f"sqlite+aiosqlite:///{tmp_path}/regulars.db"
    assert config.faq_sources == (tmp_path / "faq",)
    assert (config.http.host, config.http.port) == ("127.0.0.1", 8080)
    assert config.adapters == {}
    assert list(config.cogs) == ["greeter"]


def test_channels_are_found_by_address_and_others_are_organic(loads: Loads) -> None:
    config = loads("""
        [[channel]]
        at = "discord:123456/654321"
        mode = "sponsored"
        language = "de"
        product = "Kauz"
    """)
    listed = Channel("discord:123456/654321", Mode.SPONSORED, "de", "Kauz")
    assert config.channels == (listed,)
    assert config.channel("discord:123456/654321") == listed
    assert config.channel("discord:123456/999999") == Channel("discord:123456/999999", Mode.ORGANIC)


def test_staff_is_known_by_ids(loads: Loads) -> None:
    config = loads("""
        [staff]
        discord_roles = [845123456789012345, "12345"]
        slack_user_groups = ["S0614TZR7"]
        members = ["slack:T024BE7LD/U012AB3CD"]
    """)
    assert config.staff_roles("discord") == {"845123456789012345", "12345"}
    assert config.staff_roles("slack") == {"S0614TZR7"}
    assert config.staff_roles("web") == {"staff"}
    assert config.staff_roles("terminal") == {"staff"}
    assert config.staff_members == {"slack:T024BE7LD/U012AB3CD"}


def test_only_enabled_platforms_are_used(loads: Loads) -> None:
    assert loads("[pigeon]\ntown = 'Bonn'").adapters == {}
    enabled = loads("[pigeon]\nenabled = true", PIGEON_TOKEN=CANARY).adapters["pigeon"]
    assert enabled.model_dump()["town"] == "Ulm"


def test_a_platform_can_be_used_without_being_enabled(loads: Loads) -> None:
    config = loads("[pigeon]\ntown = 'Bonn'\n[[channel]]\nat = 'terminal:one'\n[[channel]]\nat = 'web:two'")
    assert config.platform("pigeon", lofts=()).model_dump()["town"] == "Bonn"
    assert config.platform("terminal", locale="de").model_dump()["locale"] == "de"
    assert config.channel_names("terminal") == ("one",)


def test_features_have_their_own_settings(loads: Loads) -> None:
    assert loads("[cogs.greeter]\ngreeting = 'Moin'").cogs["greeter"].model_dump() == {"greeting": "Moin", "at_most": 3}
    assert loads("[cogs]").cogs == {}


def test_answers_are_on_where_no_feature_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    assert list(load(tmp_path / "config.toml", {}).cogs) == ["answers"]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("sqlite:////var/lib/r.db", "sqlite+aiosqlite:////var/lib/r.db"),
        ("postgresql://ann@db.example/regulars", "postgresql+asyncpg://ann@db.example/regulars"),
        ("postgres://ann@db.example:5433/regulars", "postgresql+asyncpg://ann@db.example:5433/regulars"),
    ],
)
def test_databases(loads: Loads, given: str, wanted: str) -> None:
    config = loads(f"[community]\ndatabase = '{given}'")
    assert config.database_url.render_as_string(hide_password=False) == wanted


def test_a_database_password_is_used_but_never_shown(loads: Loads) -> None:
    config = loads(f"[community]\ndatabase = 'postgresql://ann:{CANARY}@db/regulars'")
    assert config.database_url.password == CANARY
    assert CANARY not in f"{config!r} {config.community!s} {config.database_url!r} {config.database_url}"
    assert config.secrets == {CANARY}


def test_the_database_password_may_be_a_secret_of_its_own(loads: Loads) -> None:
    config = loads("[community]\ndatabase = 'postgresql://ann@db/regulars'", DATABASE_PASSWORD=CANARY)
    assert config.database_url.password == CANARY
    assert CANARY not in repr(config)


# The environment


def test_the_environment_wins_over_the_file(loads: Loads) -> None:
    config = loads(
        "[community]\nname = 'Kauz'\n[[channel]]\nat = 'web:one'",
        REGULARS__COMMUNITY__NAME="42",
        REGULARS__COMMUNITY__USEFUL_MINUTES="5",
        REGULARS__FAQ__SOURCES='["a.md", "b"]',
        REGULARS__CHANNEL__0__MODE="quiet",
        REGULARS__CHANNEL__1__AT="web:two",
        REGULARS__COGS__GREETER__AT_MOST="7",
        REGULARS__WEB__ENABLED="true",
        REGULARS_LOG="json",
        HOME="/root",
    )
    assert (config.community.name, config.community.useful_minutes) == ("42", 5)
    assert config.faq.sources == ("a.md", "b")
    assert config.channels == (Channel("web:one", Mode.QUIET), Channel("web:two"))
    assert config.cogs["greeter"].model_dump()["at_most"] == 7
    assert list(config.adapters) == ["web"]


def test_the_environment_can_make_the_first_channel(loads: Loads) -> None:
    assert loads("", REGULARS__CHANNEL__0__AT="web:one").channels == (Channel("web:one"),)


def test_ten_channels_from_the_environment_come_in_their_order(loads: Loads) -> None:
    given = {f"REGULARS__CHANNEL__{n}__AT": f"web:c{n}" for n in range(12)}
    assert [channel.at for channel in loads("", **given).channels] == [f"web:c{n}" for n in range(12)]


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("REGULARS__COMUNITY__NAME", "x", "unknown section `comunity`; did you mean `community`?"),
        ("REGULARS__COMMUNITY__TIMEZON", "x", "unknown key `timezon`; did you mean `timezone`?"),
        ("REGULARS__COMMUNITY__TIMEZONE", "Europe/Berln", "unknown time zone; did you mean `Europe/Berlin`?"),
        ("REGULARS__WEB__PORT", "many", "should be a whole number"),
        ("REGULARS__WEB__PORT", "1\nhost = 2", "should be a whole number"),
        ("REGULARS__CHANNEL__3__MODE", "quiet", "`channel` is a list of 0; positions are counted from 0"),
        ("REGULARS__COMMUNITY__NAME__FIRST", "x", "`community.name` is a single value, there is nothing below it"),
        ("REGULARS__COMMUNITY____NAME", "x", "a part of the name is empty; it should read REGULARS__SECTION__KEY"),
        ("REGULARS__CHANNEL__0__MODE", "quiet", "is missing"),
        ("REGULARS__CHANNEL", '[{at = "web:one", mode = "loud"}]', "should be 'organic', 'sponsored' or 'quiet'"),
    ],
)
def test_mistakes_in_the_environment_name_the_variable(
    problems: Callable[..., list[str]], variable: str, value: str, said: str
) -> None:
    channel = "" if "CHANNEL" not in variable or "MODE" not in variable else "channel = []"
    assert problems(f"{channel}\n[community]\nname = 'Kauz'", **{variable: value}) == [f"{variable}: {said}"]


# Secrets


def secret_file(folder: Path, content: str, mode: int = 0o600) -> Path:
    file = folder / "token"
    file.write_text(content)
    file.chmod(mode)
    return file


def token(config: Config) -> str:
    return str(config.adapters["pigeon"].token.get_secret_value())  # type: ignore[attr-defined] # pigeon's own field


ON = "[pigeon]\nenabled = true"


def test_a_secret_comes_from_its_variable(loads: Loads) -> None:
    config = loads(ON, PIGEON_TOKEN=CANARY)
    assert token(config) == CANARY
    assert config.secrets == {CANARY}
    assert CANARY not in repr(config)


def test_a_secret_comes_from_its_file_without_the_line_end(loads: Loads, tmp_path: Path) -> None:
    file = secret_file(tmp_path, f"{CANARY}\r\n")
    assert token(loads(ON, PIGEON_TOKEN_FILE=str(file))) == CANARY


def test_an_empty_variable_is_no_secret(problems: Callable[..., list[str]]) -> None:
    assert problems(ON, PIGEON_TOKEN="") == ["config.toml:1: pigeon: PIGEON_TOKEN is not set"]


def test_both_variable_and_file_are_refused(problems: Callable[..., list[str]], tmp_path: Path) -> None:
    file = secret_file(tmp_path, CANARY)
    said = problems(ON, PIGEON_TOKEN=CANARY, PIGEON_TOKEN_FILE=str(file))
    assert "PIGEON_TOKEN: given twice, as PIGEON_TOKEN and as PIGEON_TOKEN_FILE; unset one of them" in said


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_file_others_can_read_is_refused(problems: Callable[..., list[str]], tmp_path: Path, mode: int) -> None:
    file = secret_file(tmp_path, CANARY, mode)
    [first] = [said for said in problems(ON, PIGEON_TOKEN_FILE=str(file)) if "_FILE" in said]
    assert first == f"PIGEON_TOKEN_FILE: others can read token (mode {mode:04o}); mend it with: chmod 600 token"


@pytest.mark.parametrize("content", ["", "\n", f"{CANARY}\nmore", CANARY * 2000])
def test_a_file_that_holds_no_single_secret_is_refused(
    problems: Callable[..., list[str]], tmp_path: Path, content: str
) -> None:
    file = secret_file(tmp_path, content)
    assert "PIGEON_TOKEN_FILE: token should hold the secret on a single line, and nothing else" in problems(
        ON, PIGEON_TOKEN_FILE=str(file)
    )


def test_a_secret_file_that_is_not_there(problems: Callable[..., list[str]], tmp_path: Path) -> None:
    said = problems(ON, PIGEON_TOKEN_FILE=str(tmp_path / "gone"))
    assert "PIGEON_TOKEN_FILE: cannot read gone: No such file or directory" in said
    said = problems(ON, PIGEON_TOKEN_FILE=str(tmp_path))
    assert any("Is a directory" in problem for problem in said)


def test_secrets_of_a_disabled_platform_are_not_looked_for(loads: Loads) -> None:
    assert loads("[pigeon]", PIGEON_TOKEN_FILE="/nowhere").adapters == {}


def test_a_secret_in_the_file_is_refused_and_not_repeated(problems: Callable[..., list[str]]) -> None:
    said = problems(f"[pigeon]\ntown = 'Ulm'\ntoken = '{CANARY}'")
    text = "is a secret; give it as PIGEON_TOKEN or in the file PIGEON_TOKEN_FILE names"
    assert said == [f"config.toml:3: pigeon.token: {text}"]
    assert problems("", REGULARS__PIGEON__TOKEN=CANARY) == [f"REGULARS__PIGEON__TOKEN: {text}"]


# Mistakes in the file


def test_every_mistake_is_named_at_once_in_the_order_of_lines(problems: Callable[..., list[str]]) -> None:
    text = """\
        comunity.name = "x"
        [community]
        colour = "x"
        timezone = "Mars/Olympus"
        useful_minutes = 0

        [faq]
        sources = "faq"
        [[channel]]
        at = "web:one"
        [[channel]]
        mode = "organc"
        [staff]
        members = [
          "web:ok",
          "ada",
        ]
        [pigeon]
        lofts = [ {rows = 2},
          {rows = "two" } ]
        [cogs]
        greetr = {}
        greeter.at_most = 1.5
    """
    assert problems(text, REGULARS__WEB__PORT="-1") == [
        "config.toml:1: comunity: unknown section `comunity`; did you mean `community`?",
        "config.toml:3: community.colour: unknown key `colour`; known: address, database, locale, name, "
        "patience, timezone, useful_minutes",
        "config.toml:4: community.timezone: unknown time zone; try Europe/Berlin",
        "config.toml:5: community.useful_minutes: should be at least 1",
        'config.toml:8: faq.sources: should be a list, such as ["one", "two"]',
        "config.toml:11: channel.1.at: is missing",
        "config.toml:12: channel.1.mode: should be 'organic', 'sponsored' or 'quiet'; did you mean 'organic'?",
        "config.toml:16: staff.members.1: should name its platform first, such as `discord:845123456789067890`",
        "config.toml:20: pigeon.lofts.1.rows: should be a whole number",
        "config.toml:22: cogs.greetr: no cog is called `greetr`; did you mean `greeter`?",
        "config.toml:23: cogs.greeter.at_most: should be a whole number",
        "REGULARS__WEB__PORT: should be at least 0",
    ]


@pytest.mark.parametrize("wrong", ["[community]\npatience = true", "[community]\nuseful_minutes = false"])
def test_a_switch_is_no_number(problems: Callable[..., list[str]], wrong: str) -> None:
    [said] = problems(wrong)
    assert said.startswith("config.toml:2: community.")
    assert said.endswith(": should be a number")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("community = 3", "community: should be a table"),
        ("channel = {at = 'web:one'}", "channel: each channel starts with [[channel]], in double brackets"),
        ("channel = ['web:one']", "channel.0: should be a table"),
        ("cogs = 'greeter'", "cogs: each feature has a table of its own, [cogs.NAME]"),
        ("cogs.greeter = 3", "cogs.greeter: should be a table"),
        ("community.name = ''", "community.name: should not be empty"),
        ("community.locale = 'fr'", "community.locale: should be 'en' or 'de'"),
        ("web.enabled = 'perhaps'", "web.enabled: should be true or false"),
        ("web.port = 70000", "web.port: should be at most 65535"),
        ("terminal.staff = []", "terminal.staff: should not be empty"),
        ("terminal.customers = ['A B']", "terminal.customers.0: should be a name in small letters, such as `ada`"),
        ("slack.command = 'regulars'", "slack.command: should be a slash and small letters, such as `/ask-us`"),
        ("staff.discord_roles = ['Team']", "staff.discord_roles.0: should be a role's id, such as 845123456789011111"),
        (
            "staff.slack_user_groups = ['@team']",
            "staff.slack_user_groups.0: should be a user group's id, such as S0614TZR7",
        ),
        (
            "channel = [{at = 'web:a', language = 'Deutsch'}]",
            "channel.0.language: should be a language code, such as en or de",
        ),
        ("pigeon.lofts = [{color = 'red'}]", "pigeon.lofts.0.color: unknown key `color`; did you mean `colour`?"),
        (
            f"community.database = 'mysql://a:{CANARY}@b/c'",
            "community.database: only sqlite:/// and postgresql:// are known",
        ),
        (
            f"community.database = '{CANARY}'",
            "community.database: should read sqlite:///FILE or postgresql://USER@HOST/NAME",
        ),
        ("community.database = 'sqlite://'", "community.database: should name a file, such as sqlite:///regulars.db"),
        (
            f"community.database = 'postgresql://a@b/c?password={CANARY}'",
            "community.database: the password goes before the @, or into DATABASE_PASSWORD",
        ),
        (
            f"community.database = 'postgresql://a:{CANARY}@b:port/c'",
            "community.database: should read sqlite:///FILE or postgresql://USER@HOST/NAME",
        ),
    ],
)
def test_one_mistake(problems: Callable[..., list[str]], text: str, said: str) -> None:
    assert problems(text) == [f"config.toml:1: {said}"]


DISCORD_SHAPE = (
    "after `discord:` comes SERVER/CHANNEL, both as ids, such as `discord:845123456789012345/845123456789054321`"
)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("general", "should name its platform first, such as `discord:845123456789012345/845123456789054321`"),
        ("slck:general", "should name its platform first, such as `slack:T024BE7LD/C0G9QF9GW`"),
        ("discord:general", DISCORD_SHAPE),
        ("discord:123456", DISCORD_SHAPE),
        (
            "slack:T024BE7LD/#general",
            "after `slack:` comes WORKSPACE/CHANNEL, both as ids, such as `slack:T024BE7LD/C0G9QF9GW`",
        ),
        ("web:Großer Saal", "after `web:` comes the channel's name in small letters, such as `web:general`"),
        ("terminal:", "after `terminal:` comes the channel's name in small letters, such as `terminal:general`"),
    ],
)
def test_addresses_of_channels(problems: Callable[..., list[str]], at: str, said: str) -> None:
    assert problems(f"[[channel]]\nat = '{at}'") == [f"config.toml:2: channel.0.at: {said}"]


def test_a_section_that_stands_twice(problems: Callable[..., list[str]]) -> None:
    [said] = problems("[cogs.greeter]\n[cogs.greeter]")
    assert said.endswith("cannot declare [cogs.greeter] twice")


def test_a_channel_listed_twice(problems: Callable[..., list[str]]) -> None:
    text = "[[channel]]\nat = 'web:one'\n\n[[channel]]\nmode = 'quiet'\nat = 'web:one'"
    assert problems(text) == ["config.toml:6: channel.1.at: the same channel is listed in line 2 already"]


def test_postgresql_needs_its_driver(problems: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("bot.loading.adapter_names", lambda: ())
    said = "PostgreSQL's driver is not installed: pip install 'regulars[postgres]'"
    assert f"config.toml:1: community.database: {said}" in problems("community.database = 'postgresql://a@b/c'")


# Files that cannot be read


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[community\n", "config.toml:1: not valid TOML (line 1, column 11): "),
        ("a = 1\na = 2\n", "config.toml:2: not valid TOML (line 2, column "),
        ('name = "open', "config.toml:1: not valid TOML (line 1, "),
        ("a = [1,", "config.toml:2: not valid TOML (line 2, "),
        ("a = " + "[" * 5000, "config.toml: not valid TOML: nested too deeply"),
    ],
)
def test_broken_toml(problems: Callable[..., list[str]], text: str, said: str) -> None:
    [problem] = problems(text)
    assert problem.startswith(said)


def failure(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    return str(caught.value).replace(f"{path.parent}/", "")


def test_a_missing_file(tmp_path: Path) -> None:
    assert failure(tmp_path / "c.toml") == "c.toml: no such file; name yours with --config PATH"


def test_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    assert failure(folder) == "etc: is a folder; name the file in it: --config etc/config.toml"


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_bytes("# hallo\n# Grüße".encode("latin-1"))
    assert failure(tmp_path / "c.toml") == "c.toml:2: not UTF-8 text; save the file as UTF-8"


@contextlib.contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """Root reads everything, so root becomes somebody else for a moment."""
    if os.geteuid() != 0:
        yield
        return
    for each in (folder, *folder.parents[:3]):
        each.chmod(each.stat().st_mode | 0o055)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "c.toml").touch(mode=0)
    with as_nobody(tmp_path):
        assert failure(tmp_path / "c.toml") == "c.toml: cannot be read: Permission denied"


def test_a_byte_order_mark_does_no_harm(loads: Loads) -> None:
    assert loads("\ufeff[community]\nname = 'Kauz'").community.name == "Kauz"


# What is shipped


def shipped() -> dict[str, Any]:
    return tomllib.loads((ROOT / "config.toml").read_text())


def test_the_shipped_file_is_valid() -> None:
    config = load(ROOT / "config.toml", {})
    assert (ROOT / "config.toml").read_text().startswith("#:schema docs/config.schema.json\n")
    modes = [config.channel(f"terminal:{name}").mode for name in ("general", "lounge", "announcements")]
    assert modes == [Mode.SPONSORED, Mode.ORGANIC, Mode.QUIET]
    assert list(config.adapters) == ["web"]


def sections() -> list[tuple[str, dict[str, Any]]]:
    """Every section there can be, as the schema tells it."""
    schema = json_schema()
    tables = {k: v for k, v in schema["properties"].items() if k not in ("channel", "cogs")}
    tables |= {f"cogs.{name}": ref for name, ref in schema["properties"]["cogs"]["properties"].items()}
    return [(name, schema["$defs"][ref["$ref"].rpartition("/")[2]]["properties"]) for name, ref in tables.items()]


@pytest.mark.parametrize(("name", "keys"), sections(), ids=[name for name, _ in sections()])
def test_the_shipped_file_shows_every_key_with_its_default(name: str, keys: dict[str, Any]) -> None:
    [text] = re.findall(
        rf"^\[{re.escape(name)}\].*\n((?:[^\[\n].*\n)*)", (ROOT / "config.toml").read_text(), re.MULTILINE
    )
    written = shipped()["cogs"][name[5:]] if name.startswith("cogs.") else shipped()[name]
    for key, about in keys.items():
        assert re.search(rf"^(# )?{key} = ", text, re.MULTILINE), f"[{name}] does not show {key}"
        on_purpose = (name, key) == ("web", "enabled")  # so that `make run` ends in the community
        assert key not in written or written[key] == about["default"] or on_purpose


def test_the_published_schema_is_up_to_date() -> None:
    published = json.loads((ROOT / "docs" / "config.schema.json").read_text())
    assert published == json_schema(), "run: python -m bot.config > docs/config.schema.json"


def test_the_schema_has_every_section_and_no_secret(made: House) -> None:
    schema = json_schema()
    assert {"community", "channel", "pigeon", "cogs"} <= set(schema["properties"])
    assert "token" not in json.dumps(schema)
    assert schema["properties"]["channel"]["type"] == "array"
