"""What a complaint's course adds up to: volumes, times, coming again."""

import pytest

from contracts.ids import complaint_id
from contracts.intake import ContactRepeated, InformationAdded, RepeatFactsChanged, SubmissionMerged
from contracts.routing import ComplaintWithdrawn, ContactReturned
from tests.core.backtest_report.history import Matter, facts, heard

IT, NEXT = Matter(), Matter("T-2")
SUBMISSION = complaint_id("crm", "T-9")
CONTACT = ContactRepeated(
    **IT.who, submission=SUBMISSION, source="crm", source_ref="T-9", channel="phone", contacts=2, policy="test/intake@1"
)  # fmt: skip
CHASED = InformationAdded(**IT.who, is_chasing=True, contacts=2)
LEARNT = InformationAdded(**IT.who, is_chasing=False, contacts=1)
WITHDRAWN = ComplaintWithdrawn(**IT.who, round=1, reason="changed_mind")


def course(*told):
    return heard(*told).summary().course


def test_complaints_are_counted_by_what_they_are_and_by_whom_they_came_to_first():
    found = course(
        (0, IT.registered(kind="quality", channel="phone")), (0, IT.in_triage(priority=3)), (1, IT.raised(2)), (5, IT.routed("network")),
        (9, IT.routed("billing")), (0, NEXT.registered(kind="service", channel="email")), (0, NEXT.routed("billing", priority=1)),
    ).volumes  # fmt: skip
    assert found.complaints == 2
    assert found.by_kind == (("quality", 1), ("service", 1)) and found.by_channel == (("email", 1), ("phone", 1))
    assert found.by_priority == (("P1", 1), ("P3", 1)) and found.by_department == (("billing", 1), ("network", 1))


def test_a_contact_that_lives_on_in_another_complaint_is_none_of_its_own():
    merged = SubmissionMerged(complaint_id=SUBMISSION, customer="c1", into=IT.id, reference=IT.registered().reference)
    found = course((0, IT.registered()), (1, CONTACT), (1, merged))
    assert found.volumes.complaints == 1 and found.repeats.contacts == 1


@pytest.mark.parametrize(("told", "end"), [
    ([], "open"),
    ([(1, IT.resolved())], "resolved"),
    ([(1, IT.resolved()), (2, IT.reopened())], "open"),
    ([(1, IT.resolved()), (2, IT.closed("silence"))], "silence"),
    ([(1, IT.resolved()), (2, IT.closed()), (3, IT.reopened())], "open"),
    ([(1, IT.resolved()), (2, IT.closed()), (3, IT.reopened()), (4, IT.resolved(round=2))], "resolved"),
    ([(1, WITHDRAWN)], "withdrawn"),
])  # fmt: skip
def test_how_it_stands_when_the_history_ends(told, end):
    assert course((0, IT.registered()), *told).volumes.by_end == ((end, 1),)


@pytest.mark.parametrize(("told", "answer", "resolve", "close"), [
    ([], None, None, None),
    ([(60, IT.progress())], 60, None, None),
    ([(60, IT.progress(is_told=False))], None, None, None),
    ([(50, IT.completed("1-progress")), (60, IT.progress()), (90, IT.resolved()), (100, IT.closed())], 50, 90, 100),
    ([(90, IT.resolved()), (100, IT.reopened()), (130, IT.resolved(round=2)), (140, IT.closed())], 90, 90, 140),
    ([(90, IT.resolved()), (100, IT.closed()), (120, IT.reopened())], 90, 90, None),
    ([(90, IT.resolved()), (100, WITHDRAWN)], 90, 90, None),
    ([(90.999, IT.resolved())], 90, 90, None),
])  # fmt: skip
def test_times_are_from_the_registration_to_the_first_answer_the_first_resolution_and_the_closing_that_stands(told, answer, resolve, close):
    found = course((0, IT.registered()), *told).times
    assert (found.to_answer.worst, found.to_resolve.worst, found.to_close.worst) == (answer, resolve, close)


@pytest.mark.parametrize(("told", "first_contact"), [
    ([(9, IT.resolved())], (1, 1)),
    ([], (0, 0)),
    ([(5, CONTACT), (9, IT.resolved())], (0, 1)),
    ([(5, CHASED), (9, IT.resolved())], (0, 1)),
    ([(5, LEARNT), (9, IT.resolved())], (1, 1)),
    ([(9, IT.resolved()), (10, IT.reopened())], (0, 1)),
    ([(9, IT.resolved()), (99, NEXT.registered(predecessors=(IT.id,)))], (0, 1)),
    ([(9, IT.resolved()), (99, RepeatFactsChanged(**NEXT.who, predecessors=(IT.id,), because="proof_added", policy="t/intake@1"))], (0, 1)),
])  # fmt: skip
def test_resolved_at_first_contact_is_for_good_and_without_another_word(told, first_contact):
    assert course((0, IT.registered()), *told).repeats.first_contact == first_contact


def test_who_comes_again_is_counted_by_how():
    returned = ContactReturned(**IT.who, round=1, submission=SUBMISSION)
    found = course(
        (0, IT.registered()), (1, CONTACT), (2, CHASED), (3, LEARNT), (4, returned), (5, NEXT.registered(predecessors=(IT.id,)))
    ).repeats  # fmt: skip
    assert (found.complaints, found.contacts, found.chases, found.returned) == (1, 1, 1, 1)


def test_the_same_cause_is_a_share_of_the_resolutions_that_tell():
    told = [(n, IT.resolved(round=n, is_same_cause=same)) for n, same in ((1, None), (2, False), (3, True))]
    assert course((0, IT.registered()), *told).repeats.same_cause == (1, 2)


def test_promised_resolutions_are_kept_or_missed_by_their_own_fact_once_a_round():
    told = [
        (1, IT.resolved()),
        (2, IT.reopened()),
        (3, IT.resolved(round=2, is_late=True)),
        (4, IT.reopened(3, "chased", is_with_head=True)),
    ]
    found = course((0, IT.registered()), *told).rounds
    assert found.resolutions == (1, 2) and found.reopened == (1, 1)
    assert found.by_reason == (("chased", 1), ("dissatisfied", 1)) and found.with_head == 1


def test_of_nothing_there_is_an_empty_report():
    found = heard().summary()
    assert found.course.volumes.complaints == 0 and found.events == () and found.policies == () and found.since is None
    assert found.clocks.all.kept.ratio is None and found.callbacks.by_purpose == () and found.satisfaction.opinions == ()


def test_it_knows_the_policies_and_the_time_that_its_facts_name():
    told = [(0, IT.registered()), (0, IT.routed()), (50, IT.promised()), (60, IT.opinion(csat=4))]
    found = heard(*told).summary()
    assert found.policies == ("test/callback@1", "test/feedback@1", "test/intake@1", "test/routing@1")
    assert (found.since, found.until) == (facts(told)[0].at, facts(told)[-1].at)
