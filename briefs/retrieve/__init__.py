"""Finding the passages that a question is about: by words, by meaning, by date, and all of these together.

Pure parts for any store: `cut` an article into passages; `WordIndex` ranks in memory; a store that ranks by itself
(full-text search, vectors) takes `expand` for its query; `fuse` makes one ranking of several and `weigh` lets the
question's own dates and recency speak.
"""

from briefs.retrieve.dates import Period, periods, weigh
from briefs.retrieve.fusion import fuse
from briefs.retrieve.index import WordIndex
from briefs.retrieve.passages import Passage, cut
from briefs.retrieve.query import Query, expand

__all__ = ["Passage", "Period", "Query", "WordIndex", "cut", "expand", "fuse", "periods", "weigh"]
