"""What raises or lowers the risk: the events of an article as proposed signals."""

from __future__ import annotations

from briefs.engines.rules.signals.told import find

__all__ = ["find"]
