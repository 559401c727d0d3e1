"""What a message offers its reader to do next; each command is one that is wired."""

from __future__ import annotations

from bot.ports import Action

BRIEF = (
    Action("Quotes", "quotes", "💬"),
    Action("Ask", "ask", "❓"),
    Action("Follow", "follow", "📌"),
    Action("Report error", "report", "⚠️"),
)

_LONGEST = (
    300  # characters of a command: the value of a button has bounds, and so has what anybody reads on one
)


def watch(question: str) -> tuple[Action, ...]:
    """Under "not stated": to be told when it is reported."""
    command = f"watch {question}"
    return (Action("Tell me when it is reported", command, "🔔"),) if len(command) <= _LONGEST else ()


SETTINGS = (Action("Change", "settings", "⚙️"),)
"""Opens a form where a platform has forms; elsewhere it shows them again."""
