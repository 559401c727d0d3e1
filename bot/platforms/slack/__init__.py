"""Slack: slash command, mentions, direct messages, buttons, shortcut and Home, over Socket Mode or signed HTTP."""

from bot.platforms.slack.adapter import Entrance, Slack

__all__ = ["Entrance", "Slack"]
