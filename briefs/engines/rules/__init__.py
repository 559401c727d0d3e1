"""The embedded reader: spaCy and dependency rules, English only, no key needed."""
