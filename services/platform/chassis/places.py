"""Where records stand."""

Place = tuple[str, int]
"""A topic, without the prefix, and a partition."""
