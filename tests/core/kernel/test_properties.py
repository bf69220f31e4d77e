"""Whatever arrives, in whatever order, however often: what laws 3 to 8 promise of one document."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.platform.kernel.apply import apply, needs_journal, next_wake
from services.platform.kernel.record import Incoming
from tests.core.kernel.drawn import FOREIGN, OWNS, law, owns, stories
from tests.core.kernel.story import START, command, ended, event, facts, fold, kinds, new, picture, t, wake
from tests.core.kernel.toy import ROUTING, TOY, Case, Spoken

POLLS = st.lists(st.tuples(st.integers(100, 260), st.sampled_from([-1, 0.5, 2])), max_size=14)
"""When the poller looks, and whether it comes before or after what is appended at the same second."""


@law
@given(stories(attempts=0), st.data())
def test_law3_any_repetition_anywhere_changes_nothing_and_says_the_same_bytes(story, data):
    document, answered = new(), {}
    for n, message in enumerate(story):
        document, answered[n] = apply(document, message, TOY)
        past = data.draw(st.integers(0, n))
        again, said = apply(document, story[past], TOY)
        assert again is document
        entry = entry_of(document, story[past])
        if entry.answered_by in (None, entry.ordinal) and not entry.is_dead and entry.offset == story[past].record.offset:
            assert said == answered[past]
    assert picture(fold(story + story)[0]) == picture(document) == picture(fold(story)[0])


def entry_of(document, message):
    alike = (entry for entry in document.journal.values() if entry.name == message.name)
    return next(e for e in alike if e.offset == message.record.offset or e.fingerprint == message.fingerprint)


@law
@given(OWNS, POLLS, POLLS)
def test_law6_wakes_inline_or_from_a_poller_at_any_delay_are_the_same_bytes(steps, polls, others):
    own = owns(steps)
    inline, said = ended(*fold(own))
    for variant, told in (polled(own, polls), polled(own, others), polled(own, polls, junk=True)):
        assert [a for a in told if not a.dead] == [a for a in said if not a.dead] and variant.state == inline.state


@law
@given(OWNS, FOREIGN, POLLS, POLLS)
def test_law6_with_events_of_others_that_lag_less_than_settle_the_facts_are_the_same_as_a_set(steps, foreign, polls, others):
    own = owns(steps)
    arrivals = [(100 + at + lag, event(k, 100 + at, n)) for n, (k, at, lag) in enumerate(foreign) if k in ("Called", "Confirmed")]
    one, two = (sorted(map(str, facts(polled(own, p, arrivals)[1], "at", "seq"))) for p in (polls, others))
    assert one == two


def polled(own, polls, foreign=(), junk=False):
    """The log with a poller that wakes wherever a wake is asked for at a poll; `junk`: stale and premature ones strewn in."""
    document, said, offset = new(), [], 1000
    arrivals: list[tuple[float, float, Incoming | None]] = [(seconds(m), 1, m) for m in own]
    arrivals += [(at, 0, m) for at, m in foreign] + [(at, side, None) for at, side in polls]
    for now, _, message in sorted(arrivals, key=lambda arrival: arrival[:2]):
        if message is None:
            if (due := next_wake(document, TOY)) is None or (due > t(now) and not junk):
                continue
            count, due = (document.wakes, t(now + 1)) if junk and now % 2 else (document.wakes, due)
            message, offset = wake(count, due, now, offset), offset + 1
        document, more = apply(document, message, TOY)
        said += more
    return ended(document, said)


def seconds(message):
    return (message.instant - START).total_seconds()


@law
@given(OWNS, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 9)), max_size=8))
def test_law6_neutral_events_of_others_at_any_time_change_no_verdict_and_no_breach(steps, calls):
    own = owns(steps)
    noisy = list(own)
    for n, (at, place) in enumerate(calls):
        noisy.insert(1 + place % len(own), event("Called", at, n))
    plain, heard = ended(*fold(own))[1], ended(*fold(noisy))[1]
    assert [f for f in facts(heard, "seq", "at") if "remarked" not in f["type"]] == facts(plain, "seq", "at")
    assert kinds(heard).count("remarked") == len(calls)
    assert all(a["at"] <= b["at"] and a["seq"] + 1 == b["seq"] for a, b in pairwise(facts(heard)))


@law
@given(OWNS, FOREIGN, st.integers(0, 20), st.data())
def test_law7_any_message_may_arrive_before_the_opener(steps, foreign, place, data):
    rest = owns([s for s in steps if s[0] not in ("Submit", "Forbidden")], first=None)
    rest += [event(kind, 100 + at, n) for n, (kind, at, _) in enumerate(foreign)]
    rest.sort(key=lambda m: (m.instant, m.record.topic, m.record.offset))
    opener = event("Registered", 100, 0)
    mixed = data.draw(st.permutations(rest[:place]))                 # topics overtake each other; the own topic keeps its order
    own = iter([m for m in rest[:place] if m.own])
    early = [next(own) if m.own else m for m in mixed] + [opener] + rest[place:]
    one, two = ended(*fold([opener, *rest])), ended(*fold(early))
    assert one[1] == two[1] and one[0].state == two[0].state


@law
@given(stories())
def test_law11_folding_the_journals_causes_in_order_gives_state_and_answers(story):
    document, said = fold(story)
    record = {(m.record.topic, m.record.offset): m for m in story}
    again, answers = fold([record[e.name[0], e.offset] for e in document.journal.values()])
    assert picture(again) == picture(document)
    assert [a for e in again.journal.values() for a in e.answers] == answers
    assert list(dict.fromkeys(said)) == list(dict.fromkeys(answers))
    assert [f["seq"] for f in facts(answers)] == list(range(1, document.seq + 1))
    assert len({f["id"] for f in facts(answers)}) == document.seq
    assert all(a["at"] <= b["at"] for a, b in pairwise(facts(answers)))


@law
@given(stories(), st.data())
def test_law8_a_message_that_makes_decide_raise_leaves_all_else_as_if_it_had_never_come(story, data):
    place = data.draw(st.integers(0, len(story)))
    if data.draw(st.booleans()):
        bad = event("Crashed", data.draw(st.integers(0, 300)), 900)
    else:
        before = [seconds(m) for m in story[:place] if m.own]
        after = [seconds(m) for m in story[place:] if m.own]         # append times never fall
        bad = command("Crash", min([max(before, default=100) + data.draw(st.integers(0, 60)), *after]), 900)
    one, two = ended(*fold(story)), ended(*fold([*story[:place], bad, *story[place:]]))
    assert facts(one[1]) == facts(two[1]) and one[0].state == two[0].state and len(two[0].waiting) == len(one[0].waiting)


@law
@given(st.lists(st.integers(-3, 5), min_size=1, max_size=8), st.integers(1, 300), st.integers(1, 40))
def test_law6_no_wake_loop_is_endless(gaps, until, most):
    """A service that asks for anything, also the past."""

    def decide(state, cause, policy):
        return Case(due=cause.instant, level=0 if state is None else state.level + 1), [Spoken(complaint_id=cause.document, text=".")]

    wild = replace(ROUTING, decide=decide, wake_at=lambda case: case.due + timedelta(seconds=gaps[case.level % len(gaps)]))
    practice = replace(TOY, service=wild, limits=replace(TOY.limits, wakes=most))
    document, _ = fold([command("Submit", 10, 0), command("Report", 10 + until, 1)], practice)
    assert document.wakes <= most and (document.parked or next_wake(document, practice) is not None)
    assert bool(document.parked) == bool(document.waiting)


@law
@given(stories())
def test_a_document_loaded_with_the_entries_that_a_message_needs_says_what_the_whole_one_says(story):
    whole, part, archive = new(), new(), {}
    for message in story:
        part = part.copy()
        part.journal = dict(archive) if needs_journal(part, message, ROUTING) else {}
        assert part.whole == (len(part.journal) == part.length)
        whole, expected = apply(whole, message, TOY)
        part, said = apply(part, message, TOY)
        archive |= part.journal
        assert said == expected
    part.journal = archive
    assert picture(part) == picture(whole)


@law
@given(stories(), st.integers(1, 5))
def test_a_batch_needs_the_journal_only_if_one_of_its_messages_did_at_the_start(story, size):
    whole, part, archive = new(), new(), {}
    for batch in (story[n : n + size] for n in range(0, len(story), size)):
        part = part.copy()
        part.journal = dict(archive) if any(needs_journal(part, message, ROUTING) for message in batch) else {}
        for message in batch:
            whole, expected = apply(whole, message, TOY)
            part, said = apply(part, message, TOY)
            assert said == expected
        archive |= part.journal
