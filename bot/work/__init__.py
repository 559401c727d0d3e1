"""CPU work: the worker processes, and what runs in them or nearby."""
