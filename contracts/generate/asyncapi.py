"""The AsyncAPI 3.0 document, from the catalogue: a channel for each topic, and who sends and receives what."""

from collections.abc import Iterator
from typing import Any

from contracts.catalogue import OWNERS, PARTITIONS, TOPICS, Topic, topic
from contracts.generate.words import Word, words

Node = dict[str, Any]

_HEADERS = {
    "ce_specversion": "CloudEvents' version, 1.0.",
    "ce_type": "As `type` in the value.",
    "ce_id": "As `id` in the value.",
    "ce_source": "As `source` in the value; an event's is its service.",
    "ce_time": "An event's `at`.",
    "content-type": "application/json.",
}
_DEAD_HEADERS = {
    "redress-dead-service": "Who could not take it.",
    "redress-dead-reason": "Why, as a code.",
    "redress-dead-detail": "Which of our fields, and what kind of fault; never a value.",
    "redress-dead-topic": "Where it stood: the topic, without the prefix,",
    "redress-dead-partition": "its partition,",
    "redress-dead-offset": "its offset",
    "redress-dead-appended": "and its append time.",
    "redress-attempt": "How often it had been replayed.",
    "redress-dead-size": "Of the value, in bytes: only where the topic would not take the record, which then goes without it,",
    "redress-dead-sha256": "and the value's hash.",
    "redress-handled": "How an operator handled a letter: the record is a mark without a value and no letter itself.",
    "redress-handled-letter": "A mark's letter.",
}


def asyncapi(version: str) -> Node:
    every = list(words())
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Redress",
            "version": version,
            "description": "Service recovery over Kafka: commands ask, events tell. At least once; deduplicate by `id`. See README.md.",
        },
        "defaultContentType": "application/json",
        "channels": {each.name: _channel(each) for each in TOPICS.values()},
        "operations": dict(_operations()),
        "components": {"messages": {word.name: _message(word) for word in every} | dict(_others())},
    }


def _channel(of: Topic) -> Node:
    return {
        "address": "{prefix}." + of.name,
        "title": of.name,
        "description": f"{of.purpose.capitalize()}. Written by {', '.join(of.writers)}. Key: {of.key}.",
        "parameters": {"prefix": {"description": "The tenant's.", "default": "redress"}},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _names(of)},
        "bindings": {"kafka": {"partitions": PARTITIONS, "topicConfiguration": _settings(of), "bindingVersion": "0.5.0"}},
    }


def _settings(of: Topic) -> Node:
    """As AsyncAPI spells them: the policies as a list, sizes and times as numbers."""
    told: Node = {name: int(value) if value.isdecimal() else value for name, value in of.config.items()}
    return told | {"cleanup.policy": [told["cleanup.policy"]]}


def _names(of: Topic) -> list[str]:
    spoken = [word.name for word in words() if word.topic is of]
    return spoken or [f"{of.owner}.dossier.v1" if of.kind == "dossiers" else "dead_letter"]


def _message(word: Word) -> Node:
    return {
        "name": word.name,
        "title": word.model.__name__,
        "summary": word.meaning,
        "contentType": "application/json",
        "headers": _headers(_HEADERS),
        "payload": {"$ref": f"schemas/{word.name}.json"},
        "bindings": {"kafka": {"key": {"type": "string", "description": word.topic.key}, "bindingVersion": "0.5.0"}},
    }


def _others() -> Iterator[tuple[str, Node]]:
    for owner in OWNERS:
        name = f"{owner}.dossier.v1"
        summary = topic(owner, "dossiers").purpose + "; no value: erased"
        yield name, {"name": name, "title": f"{owner}'s dossier", "summary": summary, "payload": {"$ref": f"schemas/{name}.json"}}
    summary = "A record as it came, with the reason why it was not taken in its headers."
    letter = {"name": "dead_letter", "title": "Dead letter", "summary": summary, "headers": _headers(_DEAD_HEADERS), "payload": {}}
    yield "dead_letter", letter


def _headers(told: dict[str, str]) -> Node:
    return {"type": "object", "properties": {name: {"type": "string", "description": meaning} for name, meaning in told.items()}}


def _operations() -> Iterator[tuple[str, Node]]:
    for owner in OWNERS.values():
        for kind in ("events", "dossiers", "dlq"):
            yield _operation(owner.name, "send", TOPICS[f"{owner.name}.{kind}.v1"])
        yield _operation(owner.name, "receive", topic(owner.name, "commands"))
        for other in owner.hears:
            yield _operation(owner.name, "receive", topic(other, "events"))
        yield _operation("outside", "send", topic(owner.name, "commands"))


def _operation(who: str, action: str, of: Topic) -> tuple[str, Node]:
    writers = {"title": ", ".join(name for name in of.writers if name != of.owner).capitalize()} if who == "outside" else {}
    return f"{who}.{action}.{of.name}", {
        "action": action,
        "channel": {"$ref": f"#/channels/{of.name}"},
        "messages": [{"$ref": f"#/channels/{of.name}/messages/{name}"} for name in _names(of)],
        "tags": [{"name": who}],
        **writers,
    }
