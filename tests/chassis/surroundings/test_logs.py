"""Logs are JSON lines that never carry what a customer wrote."""

import json
import logging
import re
import sys

from services.platform.chassis.logs import JsonLines
from services.platform.chassis.settings import BadSettings

CUSTOMER = "Mrs Wang, 138-0000-0000"


def line(name: str, message: str, *arguments: object, error: BaseException | None = None, **extra: object) -> dict:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.WARNING, __file__, 1, message, arguments, info)
    vars(record).update(extra)
    written = JsonLines("routing").format(record)
    assert "\n" not in written
    return json.loads(written)


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def test_a_line_says_when_who_and_what_with_its_fields() -> None:
    told = line("services.platform.chassis.loop", "took %d records", 3, partition=7)
    assert told.items() >= {"level": "warning", "service": "routing", "message": "took 3 records", "partition": 7}.items()
    assert told["at"].endswith("Z")


def test_chinese_is_written_as_it_is() -> None:
    assert "部门" in JsonLines("routing").format(logging.makeLogRecord({"msg": "部门", "name": "services.x", "levelname": "INFO"}))


def test_an_exception_of_others_is_told_by_class_and_place_only() -> None:
    told = line("services.x", "failed", error=raised(ValueError(CUSTOMER)))
    assert re.fullmatch(r"ValueError at test_logs\.py:\d+ in raised", told["error"]) and CUSTOMER not in json.dumps(told)


def test_an_exception_of_ours_is_told_with_its_sentence() -> None:
    assert "Set both." in line("services.x", "failed", error=raised(BadSettings(("Set both.",))))["error"]


def test_what_lies_behind_an_exception_is_told_the_same_way() -> None:
    try:
        try:
            raise KeyError(CUSTOMER)
        except KeyError as first:
            raise BadSettings(("Broken.",)) from first
    except BadSettings as second:
        told = line("services.x", "failed", error=second)
    assert "after KeyError at" in told["error"] and CUSTOMER not in json.dumps(told)


def test_a_third_partys_message_carries_no_exception_text_and_no_content() -> None:
    error = raised(ValueError(CUSTOMER))
    for told in (
        line("aiokafka.consumer", "Unexpected error %s", error),
        line("faststream", f"ValueError: {CUSTOMER}", error=error),
        line("aiokafka", "Bad record %r", CUSTOMER.encode()),
        line("asyncio", f"Task exception was never retrieved\nfuture: <Task exception=ValueError({CUSTOMER!r})>"),
    ):
        assert CUSTOMER not in json.dumps(told)


def test_what_json_cannot_say_is_named_by_its_class() -> None:
    assert line("services.x", "odd", thing=sys)["thing"] == "module"
