"""`redress tiers`: which customers are key, suitable and general, from what each contributes."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from contracts.ids import derived_id
from contracts.intake import Customer, SetCustomerProfile
from services.cli import local
from services.cli.replay import IN_FLIGHT, require_topics
from services.cli.tiers.file import read_contributions
from services.intake.tiers import Share, Tier, carried_by_one_key_customer, shares, tiers
from services.platform.chassis.clients import open_sender

app = typer.Typer()
SOURCE = "tiers"
IN_WORDS = {"key": "key 关键", "suitable": "suitable 合适", "general": "general 一般"}


@app.command(SOURCE)
def show_tiers(
    file: Annotated[Path, typer.Argument(help="A CSV file: customer, contribution.", metavar="FILE", show_default=False)],
    send: Annotated[bool, typer.Option("--send", help="Tell intake each customer's tier; the same file again changes nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with every customer's tier.")] = False,
) -> None:
    """Rank the customers of FILE, the best 5 % key, the best 20 % suitable, all others general, and tell what each tier brings."""
    contributions = read_contributions(file)
    tier_of = tiers(contributions)
    found = shares(contributions, tier_of)
    if as_json:
        print(json.dumps({"tiers": [*map(_as_json, found)], "customers": tier_of}, ensure_ascii=False))
    else:
        _print(found)
    if send:
        asyncio.run(_send(commands(tier_of, sha256(file.read_bytes()).hexdigest())))
        Console(stderr=as_json, highlight=False).print(f"{len(tier_of):,} profiles sent.")


def commands(tier_of: Mapping[str, Tier], digest: str) -> list[SetCustomerProfile]:
    """One for each customer, under a request that is the same for the same file: sent again, it is a repeat."""
    return [
        SetCustomerProfile(request=derived_id(SOURCE, digest, customer), customer=Customer(id=customer), tier=tier)
        for customer, tier in tier_of.items()
    ]


async def _send(profiles: Sequence[SetCustomerProfile]) -> None:
    settings = local.settings()
    await require_topics(settings, ("intake",))
    async with open_sender(settings) as sender:
        for start in range(0, len(profiles), IN_FLIGHT):
            posted = [
                await sender.post("intake", each, id=each.request, source=SOURCE, key=derived_id("key", SOURCE, each.customer.id or ""))
                for each in profiles[start : start + IN_FLIGHT]
            ]
            for acknowledged in posted:
                await acknowledged


def _print(found: Sequence[Share]) -> None:
    table = Table("tier", *(Column(name, justify="right") for name in ("customers", "of all", "contribution", "of the profit")))
    for each in found:
        told = f"{each.customers:,}", _percent(each.of_customers), _amount(each.contribution), _percent(each.of_profit)
        table.add_row(IN_WORDS[each.tier], *told)
    console = Console(highlight=False)
    console.print(table)
    if carried := carried_by_one_key_customer(tuple(found)):
        console.print(f"One key customer carries {_amount(carried)} general ones.")


def _as_json(share: Share) -> dict[str, Any]:
    return {
        "tier": share.tier, "customers": share.customers, "of_customers": float(share.of_customers),
        "contribution": float(share.contribution), "of_profit": None if share.of_profit is None else float(share.of_profit),
    }  # fmt: skip


def _percent(share: Fraction | None) -> str:
    return "-" if share is None else f"{float(100 * share):.1f} %"


def _amount(amount: Fraction) -> str:
    return f"{float(amount):,.2f}".removesuffix(".00")
