"""What the bot remembers: one SQLite file in the data directory.

    async with open_store(data_dir, likeness=Likeness(signature, similarity, 0.5)) as store:
        await store.library.keep(...)

The file's schema is brought up to date on opening. Several processes may open one store at the same time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.ports import WATCHED
from bot.store.agenda import StoredAgenda, StoredDigests
from bot.store.consultations import StoredExpenses, StoredModelReplies
from bot.store.conversations import StoredConversations
from bot.store.database import Database, open_database
from bot.store.deliveries import StoredDeliveries
from bot.store.errors import StoreBusy, StoreError, StoreTooNew, StoreUnusable
from bot.store.feedback import StoredFeedback
from bot.store.feeds import StoredFeeds
from bot.store.inbound import StoredInbound
from bot.store.library import StoredLibrary
from bot.store.likeness import Likeness
from bot.store.matters import StoredAlerts, StoredMatters, StoredRechecks
from bot.store.passages import StoredPassages, index_if_due
from bot.store.received import StoredReceived
from bot.store.retention import StoredRetention
from bot.store.revision import bring_up_to_date
from bot.store.rooms import StoredRooms
from bot.store.settings import StoredSettings
from bot.store.vectors import StoredVectors
from bot.store.watches import StoredWatches
from bot.store.wiping import wipe_if_due

__all__ = ["Likeness", "Store", "StoreBusy", "StoreError", "StoreTooNew", "StoreUnusable", "open_store"]


@dataclass(frozen=True, slots=True)
class Store:
    library: StoredLibrary
    passages: StoredPassages
    rooms: StoredRooms
    inbound: StoredInbound
    received: StoredReceived
    deliveries: StoredDeliveries
    conversations: StoredConversations
    settings: StoredSettings
    feedback: StoredFeedback
    agenda: StoredAgenda
    digests: StoredDigests
    feeds: StoredFeeds
    matters: StoredMatters
    alerts: StoredAlerts
    rechecks: StoredRechecks
    retention: StoredRetention
    watches: StoredWatches
    vectors: StoredVectors
    expenses: StoredExpenses
    model_replies: StoredModelReplies
    database: Database
    """For further tables and for checks of the store's health."""


@asynccontextmanager
async def open_store(data_dir: Path, *, likeness: Likeness) -> AsyncIterator[Store]:
    """Open the store in that directory, made if it is not there, and close it at the end of the block.

    Words that were to be wiped from the disk are wiped now. Raises StoreUnusable or StoreTooNew, each with a sentence for the operator.
    """
    database = await open_database(data_dir)
    try:
        await bring_up_to_date(database)
        await wipe_if_due(database)
        await index_if_due(database)
        yield Store(
            library=StoredLibrary(database, likeness),
            passages=StoredPassages(database),
            rooms=StoredRooms(database),
            inbound=StoredInbound(database),
            received=StoredReceived(database),
            deliveries=StoredDeliveries(database),
            conversations=StoredConversations(database),
            settings=StoredSettings(database),
            feedback=StoredFeedback(database),
            agenda=StoredAgenda(database),
            digests=StoredDigests(database),
            feeds=StoredFeeds(database),
            matters=StoredMatters(database),
            alerts=StoredAlerts(database),
            rechecks=StoredRechecks(database),
            retention=StoredRetention(database),
            watches=StoredWatches(database, lasts=WATCHED),
            vectors=StoredVectors(database),
            expenses=StoredExpenses(database),
            model_replies=StoredModelReplies(database),
            database=database,
        )
    finally:
        await database.close()
