"""Slack's names for what may happen to a channel and to the app."""

LEFT = ("channel_left", "group_left", "channel_archive", "group_archive", "channel_deleted", "group_deleted")
REOPENED = ("channel_unarchive", "group_unarchive")
CHANGED = (
    "channel_rename",
    "group_rename",
    "channel_shared",
    "channel_unshared",
    *REOPENED,
)
REMOVED = ("app_uninstalled", "tokens_revoked")
