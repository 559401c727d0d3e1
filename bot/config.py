"""Configuration: a TOML file, then the environment, checked once and frozen.

Every key but tables of your own has an environment variable: COMMUNIQUE_ and the key in capitals, dots as underscores ("health.port" is
COMMUNIQUE_HEALTH_PORT); lists are separated by commas. A variable goes before the file. Secrets are never keys: they
come from a variable of their own (SLACK_BOT_TOKEN) or from a file that it names (SLACK_BOT_TOKEN_FILE).

This is the only module that reads the environment.
"""

from __future__ import annotations

import os
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from briefs import urls

LibraryName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Port = Annotated[int, Field(ge=0, le=65_535)]
Host = Annotated[str, AfterValidator(urls.host)]


class ConfigError(Exception):
    """The configuration cannot be used; `message` names the key and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fetch(Section):
    allow_hosts: tuple[Host, ...] = Field(
        default=(),
        description="Hosts inside the network that may be read: 'wiki.example' or '10.1.2.3'. All others are refused.",
    )
    ports: tuple[Annotated[int, Field(ge=1, le=65_535)], ...] = Field(
        default=(80, 443, 8080, 8443),
        description="Ports that pages are read from, on hosts not named above; an empty list opens all.",
    )
    timeout_s: float = Field(
        default=20.0, gt=0, le=120, description="Seconds for one page, redirects included."
    )
    max_bytes: int = Field(
        default=5_000_000, ge=1_000, description="Largest page after decompression, in bytes."
    )


class Workers(Section):
    pages: int = Field(
        default=2,
        ge=1,
        le=16,
        description="Processes that read pages; with two, a bad page delays nobody else.",
    )
    language: int = Field(
        default=2, ge=1, le=16, description="Processes that hold the language model, about 160 MB each."
    )


class Limits(Section):
    person_per_minute: int = Field(
        default=60,
        ge=1,
        le=100_000,
        description="Messages of one person that are seen to within a minute; more are told to wait.",
    )


class Model(Section):
    """An OpenAI-compatible endpoint. Its key comes from MODEL_API_KEY or MODEL_API_KEY_FILE; many need none."""

    base_url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = Field(
        default=None,
        description="What stands before /chat/completions: https://api.openai.com/v1, http://127.0.0.1:11434/v1.",
    )
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = Field(
        default=None, description="The model as the endpoint calls it."
    )
    timeout_s: float = Field(default=60.0, gt=0, le=600, description="Seconds for one attempt.")
    deadline_s: float = Field(
        default=75.0,
        gt=0,
        le=900,
        description="Seconds for all requests about one article or question; then the embedded reader goes on alone.",
    )
    concurrency: int = Field(default=4, ge=1, le=64, description="Requests under way at once.")
    context_tokens: int = Field(
        default=8_192, ge=2_048, le=2_000_000, description="Tokens of a request and its reply together."
    )
    reply_tokens: int = Field(default=2_000, ge=256, le=32_000, description="Tokens of a reply at most.")
    stream: bool = Field(
        default=False,
        description="Ask for a stream: for endpoints behind a proxy that cuts off what is idle.",
    )
    price_in: float = Field(default=0.0, ge=0, description="Price of a million tokens sent.")
    price_out: float = Field(default=0.0, ge=0, description="Price of a million tokens received.")
    currency: Annotated[str, StringConstraints(min_length=1, max_length=8)] = Field(
        default="USD", description="Currency of the prices, as it is shown."
    )
    day_tokens: int | None = Field(default=None, ge=0, description="Most tokens a day (UTC).")
    room_day_tokens: int | None = Field(default=None, ge=0, description="Most tokens a day and room.")
    day_price: float | None = Field(
        default=None, ge=0, description="Most money a day (UTC), by the prices above."
    )
    room_day_price: float | None = Field(default=None, ge=0, description="Most money a day and room.")


class Health(Section):
    host: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 inside a container.")
    port: Port = Field(default=8080, description="Port of /healthz and /readyz; 0 takes any free one.")


class Slack(Section):
    """Used once SLACK_BOT_TOKEN, or SLACK_CLIENT_ID for several workspaces, is set."""

    mode: Literal["socket", "http"] = Field(
        default="socket",
        description="socket: the bot opens a WebSocket (SLACK_APP_TOKEN), no public address needed. http: Slack sends "
        "signed requests (SLACK_SIGNING_SECRET) to /slack/events.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 inside a container.")
    port: Port = Field(default=3000, description="Port for Slack's requests; 0 takes any free one.")
    public_url: Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$")] | None = Field(
        default=None,
        description="For several workspaces: where people reach /slack/install, if the app has several redirect URLs.",
    )
    api_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")] = Field(
        default="https://slack.com/api/", description="Slack's Web API."
    )


class Matrix(Section):
    """Used once `homeserver` is set; MATRIX_PASSWORD or MATRIX_ACCESS_TOKEN is the account's secret."""

    homeserver: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")] | None = Field(
        default=None, description="Address of the homeserver: 'https://matrix.example.org'."
    )
    user: Annotated[str, StringConstraints(pattern=r"^@[^:\s]+:\S+$")] | None = Field(
        default=None,
        description="The bot's account: '@communique:example.org'. An access token tells it, too.",
    )
    allow: tuple[str, ...] = Field(
        default=(),
        description="Who may invite the bot: people ('@anna:example.org'), homeservers ('example.org', '*.example.org'), "
        "rooms by id ('!…'), or '*'. Empty: everybody on its own homeserver.",
    )
    device_name: str = Field(
        default="Communiqué", description="Name of the bot's session, as others see it in their app."
    )


class Embedder(Section):
    """Search by meaning beside words; needs the extra `semantic`."""

    path: Path | None = Field(
        default=None,
        description="Folder of a sentence model (onnx/model.onnx, tokenizer.json). Unset: the one that the extra "
        "`semantic` brings, if it is installed.",
    )


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "text"] = Field(
        default="auto", description="auto: text for a person at a terminal, JSON otherwise."
    )


class Config(Section):
    """All settings of one installation."""

    data: Path = Field(
        default=Path("data"), description="Folder of the store. Everything worth a backup is in it."
    )
    engine: Literal["rules", "model", "both"] = Field(
        default="rules",
        description="Who reads: rules is the embedded reader, model a language model (see model), both the two together.",
    )
    templates: Path | None = Field(
        default=None,
        description="Folder of your own templates; a file in it goes before the shipped one of that name.",
    )
    lexicon: Path | None = Field(
        default=None, description="Folder of your own word lists (.tsv), which add to the shipped ones."
    )
    library: LibraryName = Field(
        default="desk",
        description="Library of the command line and of `communique chat` unless --library names one.",
    )
    retention_days: int | None = Field(
        default=None,
        ge=1,
        le=36_500,
        description="Days after which articles are forgotten with all that was made of them; not set: never.",
    )
    drain_s: float = Field(
        default=30.0,
        ge=0,
        le=600,
        description="Seconds that work in hand may take after SIGTERM before it is cut off.",
    )
    rooms: dict[str, tuple[LibraryName, ...]] = Field(
        default={},
        description="Libraries given to rooms by their ids; articles from a room go to the first one named.",
    )
    fetch: Fetch = Fetch()
    workers: Workers = Workers()
    embedder: Embedder = Embedder()
    limits: Limits = Limits()
    model: Model = Model()
    health: Health = Health()
    slack: Slack = Slack()
    matrix: Matrix = Matrix()
    log: Log = Log()

    @model_validator(mode="after")
    def _has_its_engine(self) -> Config:
        if self.engine != "rules" and not (self.model.base_url and self.model.name):
            raise ValueError(f"engine {self.engine} needs model.base_url and model.name")
        return self


def load(path: Path | None, environ: Mapping[str, str], **overrides: Any) -> Config:
    """Read the configuration.

    `path` None looks for communique.toml in the working directory and does without if there is none. `overrides` are
    top-level keys from the command line and go before everything. A relative `data`, `templates` or `lexicon` of the file counts
    from the file's folder. Raises ConfigError.
    """
    values = _from_file(path)
    for key, annotation in _keys(Config):
        variable = "COMMUNIQUE_" + "_".join(key).upper()
        if variable in environ and (environ[variable] or _may_be_empty(annotation)):
            _put(values, key, _from_text(environ[variable], annotation), variable)
    values |= {key: value for key, value in overrides.items() if value is not None}
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ConfigError(f"configuration: {place}: {_plain(first['type'], first['msg'])}.") from error


def from_process(path: Path | None = None, **overrides: Any) -> Config:
    """Read the configuration for this process, with its environment. Raises ConfigError."""
    named = os.environ.get("COMMUNIQUE_CONFIG")
    return load(path or (Path(named) if named else None), os.environ, **overrides)


def secret(name: str, environ: Mapping[str, str]) -> str | None:
    """A secret from the variable `name` or the file that `name`_FILE points at, without the white space around it.

    None if neither is set. Raises ConfigError if both are set or the file cannot be read; the message never holds
    the secret.
    """
    value, file = environ.get(name), environ.get(f"{name}_FILE")
    if value and file:
        raise ConfigError(f"{name} and {name}_FILE are both set: keep one.")
    if file:
        try:
            value = Path(file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"{name}_FILE names a file that cannot be read: check the path and its rights."
            ) from error
    return value.strip() or None if value else None


def secret_of_process(name: str) -> str | None:
    """A secret of this process's environment, as `secret` finds it. Raises ConfigError."""
    return secret(name, os.environ)


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the TOML file."""
    schema = Config.model_json_schema(mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "communique.toml",
        "description": "Configuration of Communiqué",
    } | {key: value for key, value in schema.items() if key not in {"title", "description"}}


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        path = Path("communique.toml")
        if not path.is_file():
            return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"There is no configuration file {path}: check the path after --config.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: check its rights and that it is UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error
    for key in ("data", "templates", "lexicon"):
        if isinstance(values.get(key), str):
            values[key] = str(path.parent / Path(values[key]).expanduser())
    return values


def _keys(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every key that holds a value, with its type: (("health", "port"), int)."""
    for name, info in model.model_fields.items():
        annotation = info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from _keys(annotation, (*above, name))
        elif typing.get_origin(annotation) is not dict:
            yield (*above, name), annotation


def _may_be_empty(annotation: Any) -> bool:
    """Whether an empty variable says something: an empty list, no folder of one's own. Else it counts as not set."""
    return typing.get_origin(annotation) in {tuple, types.UnionType}


def _from_text(text: str, annotation: Any) -> Any:
    origin = typing.get_origin(annotation)
    if origin is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    if origin is types.UnionType and not text:
        return None
    return text


def _put(values: dict[str, Any], key: tuple[str, ...], value: Any, variable: str) -> None:
    for part in key[:-1]:
        inner = values.setdefault(part, {})
        if not isinstance(inner, dict):
            raise ConfigError(
                f"configuration: {part}: must be a table, so that {variable} can be put into it."
            )
        values = inner
    values[key[-1]] = value


def _plain(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "there is no such setting; `communique schema config` lists all"
    if kind in {"dict_type", "model_type", "model_attributes_type"}:
        return "must be a table"
    if kind == "tuple_type":
        return "must be a list"
    message = message.removeprefix("Value error, ").removesuffix(".")
    return message[0].lower() + message[1:]
