class StackError(Exception):
    """One sentence for whoever started the stack: what is missing or in the way, and what to do about it."""
