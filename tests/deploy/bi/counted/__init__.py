"""The figures of the semantic layer once more: life by life, in plain Python, from what the events say."""
