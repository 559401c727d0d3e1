"""A dispute over four days, with one of everything that a ledger keeps."""

from __future__ import annotations

from briefs.situations import Report
from tests.told import Telling

MONDAY = """Ferry crews at Port Arlen walk out over pay

Ferry crews at Port Arlen walked out on Monday, stranding 4,000 passengers.

The Seafarers' League demanded a pay rise of 12% for all crews. It has asked Arlen Lines to hire 60 deckhands.

Arlen Lines said it will not talk until the crews return to work.
"""
TUESDAY = """Arlen Lines sets deadline for striking crews

Arlen Lines ordered the crews to be back on board by Friday or lose their jobs.

The Seafarers' League repeated its demand for a pay rise of 12%. "If the company hires strike-breakers, we will block the harbour," it said.

The crews stayed out despite the order, and 5,200 passengers were stranded.
"""
WEDNESDAY = """Crews block harbour after Arlen Lines hires strike-breakers

Arlen Lines hired 40 strike-breakers on Wednesday and the crews blocked the harbour.

Arlen Lines rejected the pay rise of 12% as beyond its means.
"""
THURSDAY = """Arlen Lines and the crews reach a pay deal

Arlen Lines and the Seafarers' League reached a pay deal on Thursday that ends the strike.
"""


def monday() -> Report:
    return (
        Telling("mon", "2031-05-05", MONDAY)
        .party("Seafarers' League", "union")
        .party("Arlen Lines", "company")
        .party("Ferry crews", "civilian_group", "affected")
        .demand(
            "demand",
            ["Seafarers' League"],
            [],
            "a pay rise of 12% for all crews",
            "The Seafarers' League demanded a pay rise of 12% for all crews",
        )
        .demand(
            "demand",
            ["Seafarers' League"],
            ["Arlen Lines"],
            "hire 60 deckhands",
            "It has asked Arlen Lines to hire 60 deckhands",
        )
        .demand(
            "precondition",
            ["Arlen Lines"],
            ["Ferry crews"],
            "the crews return to work",
            "it will not talk until the crews return to work",
        )
        .signal(
            "protest",
            3,
            "Ferry crews at Port Arlen walked out on Monday, stranding 4,000 passengers",
            ["Ferry crews"],
        )
        .report("2031-05-05T17:00:00+00:00")
    )


def tuesday() -> Report:
    return (
        Telling("tue", "2031-05-06", TUESDAY)
        .party("Arlen Lines", "company")
        .party("Seafarers' League", "union")
        .demand(
            "ultimatum",
            ["Arlen Lines"],
            [],
            "be back on board by Friday or lose their jobs",
            "Arlen Lines ordered the crews to be back on board by Friday or lose their jobs",
        )
        .demand(
            "demand",
            ["Seafarers' League"],
            [],
            "a pay rise of 12%",
            "The Seafarers' League repeated its demand for a pay rise of 12%",
        )
        .signal(
            "coerce",
            3,
            "Arlen Lines ordered the crews to be back on board by Friday or lose their jobs",
            ["Arlen Lines"],
        )
        .signal(
            "threaten",
            4,
            "If the company hires strike-breakers, we will block the harbour",
            ["Seafarers' League"],
            tense="conditional",
        )
        .signal("protest", 3, "The crews stayed out despite the order, and 5,200 passengers were stranded")
        .report("2031-05-06T17:00:00+00:00")
    )


def wednesday() -> Report:
    return (
        Telling("wed", "2031-05-07", WEDNESDAY)
        .party("Arlen Lines", "company")
        .demand(
            "refusal",
            ["Arlen Lines"],
            [],
            "the pay rise of 12%",
            "Arlen Lines rejected the pay rise of 12% as beyond its means",
        )
        .signal("coerce", 3, "Arlen Lines hired 40 strike-breakers on Wednesday", ["Arlen Lines"])
        .signal("protest", 4, "the crews blocked the harbour")
        .report("2031-05-07T17:00:00+00:00")
    )


def thursday() -> Report:
    return (
        Telling("thu", "2031-05-08", THURSDAY)
        .party("Arlen Lines", "company")
        .party("Seafarers' League", "union")
        .signal(
            "agree",
            3,
            "Arlen Lines and the Seafarers' League reached a pay deal on Thursday that ends the strike",
            ["Arlen Lines", "Seafarers' League"],
        )
        .report("2031-05-08T17:00:00+00:00")
    )


def week() -> list[Report]:
    return [monday(), tuesday(), wednesday(), thursday()]
