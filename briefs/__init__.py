"""What a brief is: page bytes → Article → Brief → Digest or Answer → Markdown.

Pure and synchronous: no clock, socket, database, process or chat in here.
"""
