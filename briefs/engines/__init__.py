"""Engines propose; `briefs.evidence` decides. One package for each engine."""
