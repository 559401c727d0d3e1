"""Measurements on data sets kept outside the project. One runner a set: `python -m tests.bench.<name> DATA`."""
