"""Chat completions as OpenAI-compatible endpoints speak them: how a request is worded and an answer read.

Endpoints differ in what they take. A Dialect says what was found out about one; `Dialect.after` makes the next to try
of a refusal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from briefs.errors import ModelFailed
from briefs.ports import ModelRequest

Form = Literal["json_schema", "json_object", "plain"]
_FORMS: Final[tuple[Form, ...]] = ("json_schema", "json_object", "plain")
_TOO_LONG: Final = ("context length", "context_length", "context size", "context window", "maximum context", "too long",
                    "exceeds the available context", "too many tokens")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dialect:
    """What an endpoint takes: the form that replies are asked for in, the name of the bound, a temperature or none."""

    form: Form = "json_schema"
    bound: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True

    def payload(self, request: ModelRequest, model: str, *, stream: bool) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": model,
            "messages": [
                {"role": "system", "content": request.system},
                {"role": "user", "content": request.user},
            ],
            self.bound: request.max_tokens,
        }
        if self.temperature:
            body["temperature"] = 0
        if self.form == "json_schema":
            schema = {"name": request.task, "strict": True, "schema": dict(request.schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif self.form == "json_object":
            body["response_format"] = {"type": "json_object"}
        if stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        return body

    def after(self, said: str) -> Dialect | None:
        """What to try after a request was refused with these words; None where all was tried."""
        said = said.lower()
        if self.bound == "max_tokens" and "max_completion_tokens" in said:
            return replace(self, bound="max_completion_tokens")
        if self.temperature and "temperature" in said:
            return replace(self, temperature=False)
        at = _FORMS.index(self.form)
        return replace(self, form=_FORMS[at + 1]) if at + 1 < len(_FORMS) else None


def is_too_long(said: str) -> bool:
    """Whether an endpoint's refusal speaks of a text that does not fit."""
    said = said.lower()
    return any(phrase in said for phrase in _TOO_LONG)


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer as it was read. `tokens` are (in, out) as the endpoint counts them, None where it does not."""

    text: str
    finish: Literal["stop", "length"]
    model: str
    tokens: tuple[int, int] | None


def read(content: bytes, media_type: str) -> Completion:
    """Read the body of an answer, whole or as server-sent events. Raises ModelFailed ("garbled", "filtered", "down")."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise ModelFailed("garbled") from None
    if media_type.startswith("text/event-stream") or text.lstrip().startswith("data:"):
        return _of_events(text)
    return _whole(_object(text))


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ModelFailed("garbled") from None
    if not isinstance(found, dict):
        raise ModelFailed("garbled")
    if found.get("error") and not found.get("choices"):
        raise ModelFailed("down")  # gateways send the error of the endpoint behind them with status 200
    return found


def _whole(answer: dict[str, Any]) -> Completion:
    choice = _first(answer)
    message = choice.get("message")
    if not isinstance(message, dict):
        raise ModelFailed("garbled")
    if message.get("refusal") and not message.get("content"):
        raise ModelFailed("filtered")
    return _completion(_text(message.get("content")), choice.get("finish_reason"), answer)


def _of_events(text: str) -> Completion:
    pieces: list[str] = []
    finish: Any = None
    last: dict[str, Any] = {}
    done = False
    for line in text.splitlines():
        if not line.startswith("data:"):
            continue
        said = line[5:].strip()
        if said == "[DONE]":
            done = True
            break
        event = _object(said)
        last |= {key: event[key] for key in ("usage", "model") if event.get(key)}
        if not event.get("choices"):
            continue
        choice = _first(event)
        delta = choice.get("delta")
        if isinstance(delta, dict):
            pieces.append(_text(delta.get("content")))
        finish = choice.get("finish_reason") or finish
    if not done and finish is None:
        raise ModelFailed("garbled")  # half a stream
    return _completion("".join(pieces), finish, last)


def _first(answer: dict[str, Any]) -> dict[str, Any]:
    choices = answer.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise ModelFailed("garbled")
    choice: dict[str, Any] = choices[0]
    return choice


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):  # parts, as some gateways give them
        return "".join(
            part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str)
        )
    return ""


def _completion(text: str, finish: Any, answer: dict[str, Any]) -> Completion:
    if finish == "content_filter":
        raise ModelFailed("filtered")
    if not text.strip():
        raise ModelFailed("garbled")
    model = answer.get("model")
    return Completion(
        text=text,
        finish="length" if finish == "length" else "stop",
        model=model[:200] if isinstance(model, str) else "",
        tokens=_usage(answer.get("usage")),
    )


def _usage(usage: Any) -> tuple[int, int] | None:
    if not isinstance(usage, dict):
        return None
    found = tuple(usage.get(key) for key in ("prompt_tokens", "completion_tokens"))
    if not all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 10**8 for n in found):
        return None
    return (int(found[0] or 0), int(found[1] or 0)) if any(found) else None
