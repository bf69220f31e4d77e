"""The load: whole lives of complaints, drawn from a seed, and what should not be in them."""
