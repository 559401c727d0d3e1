"""JSON Schemas (2020-12) of what other programs read and write, made from the models.

`python -m bot.schemas` writes them to config/schema, where a test holds them to the models.
"""

from __future__ import annotations

import json
from typing import Any

from bot import config, resources
from briefs.answers import Answer
from briefs.digest import Digest
from briefs.models import Brief, Model

NAMES = ("brief", "answer", "digest", "config")


def of(name: str) -> dict[str, Any]:
    """The schema of that name. Raises KeyError for another."""
    return {"brief": _brief, "answer": _answer, "digest": _digest, "config": config.json_schema}[name]()


def text(name: str) -> str:
    """The schema as it is published."""
    return json.dumps(of(name), indent=2, ensure_ascii=False) + "\n"


def _brief() -> dict[str, Any]:
    return _document(
        Brief, "brief/1", "What `communique brief SOURCE --format json` prints, one line a source"
    )


def _answer() -> dict[str, Any]:
    return _document(Answer, "answer/1", "What `communique ask QUESTION --format json` prints")


def _digest() -> dict[str, Any]:
    return _document(Digest, "digest/1", "What changed in a room's situations since its last digest")


def _document(model: type[Model], title: str, description: str) -> dict[str, Any]:
    schema = model.model_json_schema(mode="serialization", by_alias=True)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
    }
    return head | {key: value for key, value in schema.items() if key not in head}


if __name__ == "__main__":
    folder = resources.config() / "schema"
    folder.mkdir(exist_ok=True)
    for each in NAMES:
        (folder / f"{each}.schema.json").write_text(text(each), encoding="utf-8")
