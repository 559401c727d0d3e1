"""Slack's names for what may happen to a channel and to the app."""

LEFT = ("channel_left", "group_left", "channel_archive", "group_archive", "channel_deleted", "group_deleted")
CHANGED = (
    "channel_rename",
    "group_rename",
    "channel_shared",
    "channel_unshared",
    "channel_unarchive",
    "group_unarchive",
)
REMOVED = ("app_uninstalled", "tokens_revoked")
