"""What lives: chat platforms, commands, schedules, the store, the network, configuration."""
