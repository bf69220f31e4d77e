"""What an audit found, in a table and in sentences.  Pure."""

from collections.abc import Iterable, Iterator, Sequence

from rich.table import Table

from services.cli.audit.tally import Finding, Tally
from services.cli.screen import right
from services.cli.show.text import printable

REASONS = {
    "causes_gone": "{n} document(s) not folded: the topics keep their causes no longer, and there is no snapshot to begin with",
    "policy_unreadable": "{n} document(s) folded in part only: a version of the policy that they note is kept in another build's form",
    "answers_cut": "{n} answer(s) not compared with their topic: it keeps them no longer",
    "unpublished": "{n} answer(s) stored and not on their topic yet: their service has not committed so far",
    "pruned": "{n} event(s) on topics not compared with their documents: the entries that said them are pruned",
    "causes_pruned": "{n} record(s) on topics not looked for: their documents are pruned to a time after them",
    "letters_gone": "{n} unreadable record(s) whose dead letters the topic keeps no longer",
    "letters_of_what_is_gone": "{n} dead letter(s) not explained: the records that died are gone from their topics",
}
OWN_DIFFERENCE = "; decided by another build ({build}), which may say otherwise: audit with that one"


def table(tallies: Iterable[Tally]) -> Table:
    """Services against what was compared."""
    told = Table("service", *right("documents", "equal", "different", "not checked", "said and there", "missing", "foreign", "not taken"))
    for each in tallies:
        documents = each.documents, each.equal, each.different, each.not_folded
        records = each.present + each.dossiers, each.missing, each.foreign, each.untaken
        told.add_row(each.service, *(f"{number:,}" for number in (*documents, *records)))
    return told


def notes(tally: Tally) -> Iterator[str]:
    """What could not be checked and why, and what was taken at its word."""
    if tally.since_snapshot:
        yield f"{tally.since_snapshot:,} document(s) folded from a snapshot: what it says of the time before was taken as it is"
    if tally.believed:
        yield f"{tally.believed:,} record(s) that MongoDB would not store, or that were refused for what is pruned since, were believed"
    for reason, n in sorted(tally.unchecked.items()):
        if n:
            yield REASONS[reason].format(n=f"{n:,}")


def lines(tallies: Sequence[Tally]) -> Iterator[str]:
    """All below the table."""
    for tally in tallies:
        yield from (f"{tally.service}: {note}." for note in notes(tally))
    for tally in tallies:
        yield from map(line, tally.findings)
        if tally.more:
            yield f"{tally.service}: … and {tally.more:,} more."


def line(finding: Finding) -> str:
    """`routing c402…: entry 4, answer 1, routing.complaint_routed.v1: seq: the fold says 3, stored is 4`."""
    found = finding.difference
    place = "" if found.ordinal is None else f"entry {found.ordinal}, "
    build = OWN_DIFFERENCE.format(build=finding.other_build) if finding.other_build else ""
    return printable(f"{finding.service} {finding.where}: {place}{found.part}: expected is {found.folded}, found {found.stored}{build}.")
