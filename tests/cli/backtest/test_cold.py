"""Documents that are put away."""

from services.cli.backtest.cold import SQLiteCold


def test_what_was_put_away_last_is_fetched_by_its_service_and_id():
    cold = SQLiteCold()
    cold.put("routing", [("a", b"1"), ("b", b"2")])
    cold.put("callback", [("a", b"3")])
    cold.put("routing", [("a", b"4")])
    assert [cold.get("routing", "a"), cold.get("routing", "b"), cold.get("callback", "a")] == [b"4", b"2", b"3"]
    assert cold.get("callback", "b") is None
