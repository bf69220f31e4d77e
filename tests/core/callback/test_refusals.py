"""Every refusal that is promised in the contract happens, and no other."""

import re
from pathlib import Path

import pytest

from contracts.callback import REASONS, CallbackCompleted, CancelCallback, RequestCallback, RescheduleCallback
from contracts.common import Answers, AnswersSaid
from contracts.intake import Reachable
from services import callback
from services.callback.rules import Limit, Outcome, outcomes
from services.platform.kernel import answers
from services.platform.kernel.notes import MOST_BYTES
from tests.core.callback.desk import Desk, phone_only, promised
from tests.core.heard import BAO, hour, informed, reopened, resolved, withdrawn

LONG = "\U00020000" * 20_000
"""The longest text there is, in the longest characters: 80,000 bytes."""


def with_many_notes() -> Desk:
    """Room for one more such note is left for nobody."""
    patient = phone_only(outcomes={"reached": Outcome(reaches=True), "busy": Outcome(counted=False, pauses_seconds=(60,) * 10)})
    return promised(patient).claims(25).reports("busy", 25.1, note=LONG).claims(26).reports("busy", 26.1, note=LONG)


def two_at_once() -> Desk:
    """One attempt is allowed, and two callbacks are due at hour 24."""
    policy = phone_only(limit=Limit(attempts=1), outcomes=outcomes() | {"hung_up": Outcome()})
    return promised(policy).wishes(RequestCallback, 1, purpose="care", earliest=hour(24), latest=hour(80))


def asked_for_too_often() -> Desk:
    """As often as it may be, each taken back; and once more."""
    desk = promised()
    for n in range(50):
        name = "1-progress" if n == 0 else f"1-progress-{n + 1}"
        desk.wishes(RequestCallback, 1 + n / 100, latest=hour(30)).wishes(CancelCallback, 1.005 + n / 100, callback=name, reason="found")
    return desk.wishes(RequestCallback, 2, latest=hour(30))


REFUSED: dict[str, Desk] = {
    "unknown_callback": promised().claims(25, callback="7-confirm"),
    "not_due": promised().claims(23),
    "claimed": promised().claims(25).claims(25, BAO),
    "not_claimed": promised().reports("reached", 25),
    "too_late": promised().claims(32.5),
    "callback_ended": promised().calls("reached", 25).claims(26),
    "other_channel": promised().claims(25).reports("not_home", 25.1),
    "unknown_outcome": promised().claims(25).reports("sneezed", 25.1),
    "notes_full": with_many_notes().claims(39).reports("busy", 39.1, note=LONG),
    "outside_hours": promised().claims(25).hears(informed(time_zones=("America/New_York",)), 24.5),
    "too_many_attempts": two_at_once().calls("hung_up", 25).claims(26, callback="1-care"),
    "answer_out_of_range": promised().claims(25).reports("reached", 25.1, answers=AnswersSaid(csat=6)),
    "unknown_purpose": promised().wishes(RequestCallback, 1, purpose="sell", latest=hour(9)),
    "not_to_confirm": promised().calls("reached", 25).wishes(RequestCallback, 26, purpose="confirm", latest=hour(50)),
    "too_many_callbacks": asked_for_too_often(),
    "bad_window": promised().wishes(RequestCallback, 1, latest=hour(0.9)),
    "beyond_end": promised().wishes(RescheduleCallback, 1, callback="1-confirm", latest=hour(144), reason="holiday"),
    "already_promised": promised().wishes(RequestCallback, 1, latest=hour(9)).wishes(RequestCallback, 1.5, latest=hour(9)),
    "already_broken": promised().wishes(RescheduleCallback, 72.1, callback="1-confirm", latest=hour(80), reason="holiday"),
    "no_way": promised(reachable=Reachable()).wishes(RequestCallback, 1, latest=hour(9)),
    "complaint_over": promised().hears(withdrawn(), 0.5).wishes(RequestCallback, 1, latest=hour(9)),
    "answers_without_contact": promised().claims(25).reports("busy", 25.1, answers=Answers(csat=5)),
}


def test_the_table_has_every_reason_of_the_contract():
    assert set(REFUSED) == set(REASONS)


def test_decide_gives_no_reason_that_the_contract_does_not_know():
    files = [*Path(callback.__file__).parent.glob("*.py"), Path(answers.__file__)]
    text = "".join(file.read_text() for file in files)
    assert set(re.findall(r'Refused\("(\w+)"', text)) == set(REASONS)


@pytest.mark.parametrize("reason", REASONS)
def test_the_refusal_is_heard_and_changes_nothing(reason: str):
    desk = REFUSED[reason].until(80)
    assert [found for found, _ in desk.refused] == [reason]


@pytest.mark.parametrize("name, below, above", [
    ("csat", 0, 6), ("effort", 0, 8), ("expected", 0, 6), ("perceived", 0, 6), ("nps", -1, 11), ("rung", 0, 5),
    ("distributive_justice", 0, 6), ("procedural_justice", 0, 6), ("interactional_justice", 0, 6), ("procedural_quality", 0, 6),
    ("personal_quality", 0, 6),
])  # fmt: skip
def test_an_answer_beyond_its_scale_is_refused_by_name_and_may_be_told_right_in_the_lease(name: str, below: int, above: int):
    """§4.4: the scales of what is said on the phone."""
    desk = promised().claims(25)
    for said in (below, above):
        desk.reports("reached", 25.1, answers=AnswersSaid.model_validate({name: said}))
    assert desk.until(25.1).refused == [("answer_out_of_range", name)] * 2 and desk.told[-3] == "AttemptStarted"
    for said in (below + 1, above - 1):
        right = Answers.model_validate({name: said})
        kept = promised().claims(25).reports("reached", 25.1, answers=AnswersSaid.model_validate({name: said})).until(26)
        assert kept.run.all(CallbackCompleted)[0].answers == right
    assert desk.reports("reached", 25.2).until(26).told[-1] == "Completed"


def test_an_outcome_that_was_refused_for_its_note_is_recorded_without():
    desk = with_many_notes().claims(27).reports("reached", 27.1, note=LONG).reports("reached", 27.2).until(28)
    assert [reason for reason, _ in desk.refused] == ["notes_full"] and desk.told[-1] == "Completed"
    assert len(desk.complaint.notes) == 2


def test_callers_notes_of_many_rounds_fit_a_record():
    desk = promised(phone_only(limit=Limit(attempts=20)))
    for round in range(1, 12):
        at, name = 50.0 * round, f"{round}-confirm"
        desk.calls("busy", at - 25, callback=name).claims(at - 23, callback=name).reports("reached", at - 22.9, callback=name, note=LONG)
        desk.reports("reached", at - 22.8, callback=name, note="已解决").hears(reopened(round + 1), at - 5).hears(resolved(round + 1), at)
    (dossier,) = callback.SERVICE.dossiers(desk.until(700).complaint).values()
    assert dossier is not None and len(dossier.model_dump_json().encode()) < MOST_BYTES + 1000
    assert desk.told.count("Completed") == 11


@pytest.mark.parametrize("desk, see", [
    (Desk().claims(0), None),
    (promised().claims(25, callback="9-confirm"), "1-confirm"),
    (promised().reports("reached", 25), "StartAttempt"),
    (promised().calls("refused", 25).claims(26), None),
])  # fmt: skip
def test_a_refusal_says_where_to_go_instead(desk: Desk, see: str | None):
    assert desk.until(40).refused[0][1] == see
