"""Subcommands of `communique`, one file for each or for a few that belong together."""
