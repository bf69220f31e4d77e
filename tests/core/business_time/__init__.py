"""Business time against published numbers, a slow and obvious walk of the clock, and its own laws."""
