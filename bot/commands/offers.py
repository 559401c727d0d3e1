"""What a message offers its reader to do next; each command is one that is wired."""

from __future__ import annotations

from bot.ports import Action

BRIEF = (
    Action("Quotes", "quotes", "💬"),
    Action("Ask", "ask", "❓"),
)
