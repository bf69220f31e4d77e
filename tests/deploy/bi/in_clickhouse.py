"""ClickHouse itself, in a process of its own, for it is no part of this project's environment: the tools' Python runs this.

in_clickhouse.py DATA EVENTS < {"statements": […], "queries": […]}    the answers, a list of rows for each query, as JSON
"""

import json
import sys

from chdb import session

ROWS = "SELECT data, topic, '' FROM file('{}', JSONEachRow, 'data String, topic String')"


def main(data: str, events: str) -> None:
    asked, at = json.load(sys.stdin), session.Session(data)
    for statement in asked["statements"]:
        at.query(statement)
    at.query(f"INSERT INTO redress.topics (data, _topic, _error) {ROWS.format(events)}")
    answers = [str(at.query(query, "JSONCompact")) for query in asked["queries"]]
    print(json.dumps([json.loads(answer)["data"] for answer in answers]))


if __name__ == "__main__":
    main(*sys.argv[1:])
