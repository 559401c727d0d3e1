"""Slack: slash command, mentions, direct messages, buttons, shortcut and Home, over Socket Mode or signed HTTP."""

from bot.platforms.slack.adapter import Entrance, Slack
from bot.platforms.slack.installed import InstalledWorkspaces, Registration

__all__ = ["Entrance", "InstalledWorkspaces", "Registration", "Slack"]
