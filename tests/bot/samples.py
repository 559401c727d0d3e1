"""Articles and briefs of a made-up dispute, as small as they can be, for tests that store and send them."""

from __future__ import annotations

import hashlib

from bot.ports import ArticleRef, Delivery, Room
from briefs.models import Article, ArticleRecord, Brief, EngineInfo, Verification
from briefs.render import Document

HARBOUR = """Harbour pilots of Port Ellan reject the new roster

The pilots' guild of Port Ellan said on Tuesday it would not work the roster that the harbour board put forward last week.

"We asked for eleven hours of rest and were given nine," said Maro Tennick, who chairs the guild.

The board called the roster lawful and said that talks would go on next Monday in the customs house.
"""  # fmt: skip


def article(
    article_id: str = "harbour", *, text: str = HARBOUR, url: str | None = "https://news.example/harbour"
) -> Article:
    return Article(
        id=article_id,
        url=url,
        title=text.partition("\n")[0],
        outlet="The Ellan Post",
        published="2031-03-03",
        published_basis="meta",
        lang="en",
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def brief(of: Article, *, engine: str = "rules", version: str = "1") -> Brief:
    return Brief(
        source=of.url or f"{of.id}.txt",
        article=ArticleRecord(
            **of.model_dump(exclude={"text", "source_grade"}),
            chars=len(of.text),
            source_grade=of.source_grade,
        ),
        engine=EngineInfo(name=engine, model="", version=version),
        not_stated=(of.text.rpartition("\n\n")[2],),
        verification=Verification(proposed=0, kept=0),
    )


def room(room_id: str = "fake:r1", *, kind: str = "public", workspace: str | None = None) -> Room:
    return Room(id=room_id, platform=room_id.partition(":")[0], kind=kind, workspace=workspace)  # type: ignore[arg-type]


def delivery(
    key: str,
    *texts: str,
    to: Room | None = None,
    kind: str = "answer",
    thread: str | None = None,
    threaded: bool = False,
    replaces: str | None = None,
    about: ArticleRef | None = None,
    articles: tuple[ArticleRef, ...] = (),
) -> Delivery:
    return Delivery(
        key=key,
        kind=kind,  # type: ignore[arg-type]
        room=to or room(),
        documents=tuple(Document(text, text[:20]) for text in texts or (key,)),
        thread=thread,
        threaded=threaded,
        replaces=replaces,
        article=about,
        articles=articles,
    )
