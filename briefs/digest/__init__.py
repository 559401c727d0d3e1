"""What changed since a room last heard: ledgers → Digest; and what it is told at once: alerts, tripwires."""

from briefs.digest.alerts import Alert, alert
from briefs.digest.compose import Happenings, Window, compose
from briefs.digest.corrections import Amendment, Revision, amendments
from briefs.digest.models import Digest, FailedFeed
from briefs.digest.tripwires import Condition, Tripwire, conditions, tripped

__all__ = [
    "Alert",
    "Amendment",
    "Condition",
    "Digest",
    "FailedFeed",
    "Happenings",
    "Revision",
    "Tripwire",
    "Window",
    "alert",
    "amendments",
    "compose",
    "conditions",
    "tripped",
]
