"""The configuration says what is wrong with it, and never a secret."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from bot import config, resources, schemas


def write(folder: Path, text: str) -> Path:
    path = folder / "communique.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_has_to_be_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = config.load(None, {})
    assert found.data == Path("data")
    assert found.health.port == 8080


def test_command_line_goes_before_environment_before_file(tmp_path: Path) -> None:
    path = write(tmp_path, 'data = "a"\n[health]\nport = 1\nhost = "0.0.0.0"\n')
    found = config.load(path, {"COMMUNIQUE_DATA": "b", "COMMUNIQUE_HEALTH_PORT": "2"}, data=Path("c"))
    assert (found.data, found.health.port, found.health.host) == (Path("c"), 2, "0.0.0.0")
    assert config.load(path, {"COMMUNIQUE_DATA": "b"}).data == Path("b")
    assert config.load(path, {}).data == tmp_path / "a"


def test_lists_in_the_environment_are_separated_by_commas(tmp_path: Path) -> None:
    found = config.load(write(tmp_path, ""), {"COMMUNIQUE_FETCH_ALLOW_HOSTS": "wiki.example, 10.1.2.3,"})
    assert found.fetch.allow_hosts == ("wiki.example", "10.1.2.3")


def test_an_empty_variable_counts_as_not_set_save_where_nothing_can_be_meant(tmp_path: Path) -> None:
    path = write(tmp_path, 'data = "a"\ntemplates = "t"\n[fetch]\nallow_hosts = ["wiki.example"]')
    empty = {"COMMUNIQUE_DATA": "", "COMMUNIQUE_TEMPLATES": "", "COMMUNIQUE_FETCH_ALLOW_HOSTS": ""}
    found = config.load(path, empty)
    assert (found.data, found.templates, found.fetch.allow_hosts) == (tmp_path / "a", None, ())


@pytest.mark.parametrize(
    ("text", "environ", "said"),
    [
        ("prot = 1", {}, "prot: there is no such setting"),
        ("[health]\nport = 99999", {}, "health.port:"),
        ("[health]\nport = 1", {"COMMUNIQUE_HEALTH_PORT": "many"}, "health.port:"),
        ("engine = 'oracle'", {}, "engine:"),
        ("health = 3", {"COMMUNIQUE_HEALTH_PORT": "1"}, "health: must be a table"),
        ("health = 3", {}, "health: must be a table"),
        ("[fetch]\nallow_hosts = 'wiki.example'", {}, "fetch.allow_hosts: must be a list"),
        ("library = 'Two Words'", {}, "library:"),
        (
            "[fetch]\nallow_hosts = ['http://wiki.example']",
            {},
            "fetch.allow_hosts.0: “http://wiki.example” is no host",
        ),
        ("[fetch]\nports = [0]", {}, "fetch.ports.0:"),
        ("= 3", {}, "not valid TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, environ: dict[str, str], said: str) -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.load(write(tmp_path, text), environ)
    assert said in caught.value.message
    assert "\n" not in caught.value.message


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError, match="There is no configuration file"):
        config.load(tmp_path / "none.toml", {})


def test_a_secret_comes_from_its_variable_or_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("xoxb-1\n", encoding="utf-8")
    assert config.secret("SLACK_BOT_TOKEN", {}) is None
    assert config.secret("SLACK_BOT_TOKEN", {"SLACK_BOT_TOKEN": " xoxb-2 "}) == "xoxb-2"
    assert config.secret("SLACK_BOT_TOKEN", {"SLACK_BOT_TOKEN_FILE": str(file)}) == "xoxb-1"


def test_a_secret_that_cannot_be_had_is_said_without_it(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.secret("TOKEN", {"TOKEN": "hush", "TOKEN_FILE": "also"})
    assert "hush" not in caught.value.message
    with pytest.raises(config.ConfigError, match="TOKEN_FILE names a file that cannot be read"):
        config.secret("TOKEN", {"TOKEN_FILE": str(tmp_path / "none")})


def test_the_example_shows_the_defaults(tmp_path: Path) -> None:
    example = resources.config() / "communique.example.toml"
    copy = write(tmp_path, example.read_text(encoding="utf-8"))
    assert config.load(copy, {}) == config.load(write(tmp_path, 'data = "data"'), {})


@pytest.mark.parametrize("name", schemas.NAMES)
def test_the_published_schemas_are_current(name: str) -> None:
    published = (resources.config() / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert published == schemas.text(name), "run: python -m bot.schemas"
    jsonschema.Draft202012Validator.check_schema(json.loads(published))
