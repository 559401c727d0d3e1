"""What happens by itself: digests when they are due, feeds, situations, alerts, watches, sources looked at again."""
