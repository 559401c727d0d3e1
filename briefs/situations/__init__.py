"""Situations: matters that are followed over many articles. Placing decides which articles belong together, `Ledgers`
makes of their briefs what is demanded, what became of it, and where it goes.
"""

from briefs.situations.ledger import Ledgers
from briefs.situations.models import Ledger
from briefs.situations.placing import Facets, Placement, Placer, facets
from briefs.situations.published import PublishedSituation, published
from briefs.situations.reports import Report

__all__ = [
    "Facets",
    "Ledger",
    "Ledgers",
    "Placement",
    "Placer",
    "PublishedSituation",
    "Report",
    "facets",
    "published",
]
