"""The sample: written for the demonstration, half of it Chinese, and of everything that the services can be asked to deal with."""

from collections import Counter

import pytest

from contracts.intake import SubmitComplaint
from contracts.wire import read, write_command
from services.cli.demo import POLICIES
from services.cli.demo.world import Entry, entries
from services.cli.registry import find_service
from services.intake.identity import identity
from services.platform.chassis.policies import load
from services.platform.chassis.settings import read_settings

SAMPLE = entries()
COMMANDS = [entry.command for entry in SAMPLE]
POLICY = load(POLICIES, find_service("intake", read_settings()))
KINDS = {"quality", "contract", "transport", "service", "unclassified"}


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def test_there_are_at_least_300_and_about_half_are_chinese():
    chinese = sum(command.customer.language == "zh" for command in COMMANDS)
    assert len(SAMPLE) >= 300 and 0.45 < chinese / len(SAMPLE) < 0.55


@pytest.mark.parametrize("entry", SAMPLE, ids=[entry.command.source_ref for entry in SAMPLE])
def test_every_entry_makes_a_command_that_intake_reads_back_the_same(entry: Entry):
    wire = write_command("intake", entry.command, id="1", source="call-centre")
    _, message = read("intake.commands.v1", wire.value)
    assert message == entry.command and isinstance(message, SubmitComplaint)
    assert has_chinese(message.narrative or "") == (message.customer.language == "zh")


def test_each_has_a_reference_of_its_own_and_words_of_its_own():
    assert len({command.source_ref for command in COMMANDS}) == len({command.narrative for command in COMMANDS}) == len(COMMANDS)


def test_nobody_in_it_can_exist():
    """Numbers kept for fiction or given to nobody, addresses at domains kept for examples."""
    phones, mails = ({getattr(command.customer, field) for command in COMMANDS} - {None} for field in ("phone", "email"))
    assert {phone for phone in phones if not phone.startswith(("+86 10 0000 0", "+44 7700 900")) and " 555 01" not in phone} == set()
    assert {mail.split("@")[1] for mail in mails} == {"example.com", "example.net", "example.org"}


def test_every_class_of_complaint_is_there_in_both_languages():
    told = {(command.customer.language, POLICY.classify(command).kind) for command in COMMANDS}
    assert told == {(language, kind) for language in ("zh", "en") for kind in KINDS}


def test_there_are_customers_of_every_sort():
    ways = Counter((bool(c.customer.phone), bool(c.customer.email), bool(c.customer.post)) for c in COMMANDS)
    assert {(True, False, False), (True, True, False), (False, True, False), (False, False, True), (False, False, False)} <= set(ways)
    assert {hazard for command in COMMANDS for hazard in command.hazards} == {"injury", "electric_leak", "fire", "food", "gas"}
    assert len({command.channel for command in COMMANDS}) >= 8
    for sign in ("vulnerable", "do_not_call"):
        assert sum(bool(getattr(command.customer, sign)) for command in COMMANDS) >= 10
    for sign in ("has_public_exposure", "amount_at_stake", "expectation"):
        assert sum(bool(getattr(command, sign)) for command in COMMANDS) >= 8


def test_whoever_is_vulnerable_can_be_asked():
    asked = [command.customer for command in COMMANDS if command.customer.vulnerable]
    assert asked and all(customer.phone or customer.email for customer in asked)


def test_some_customers_complain_twice_and_some_call_again_about_the_same():
    again = {entry.command.source_ref: entry.again for entry in SAMPLE if entry.again}
    by_ref = {command.source_ref: command for command in COMMANDS}
    who = {ref: identity(command.customer, "CN") for ref, command in by_ref.items()}
    twice = Counter(name for ref, name in who.items() if name and ref not in again)
    assert len(again) >= 15 and all(who[ref] == who[first] and ref > first for ref, first in again.items())
    assert sum(count > 1 for count in twice.values()) >= 6


def test_its_beginning_is_the_same_sample_but_shorter():
    assert entries(40) == SAMPLE[:40]
