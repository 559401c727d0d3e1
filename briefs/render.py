"""Documents that a person reads: Jinja2 templates → Markdown (a subset that every platform can show)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A message as Markdown, with the plain sentence that stands for it in a notification."""

    markdown: str
    summary: str
