"""How a canary complaint is known: one that a program hands in and follows to its end, to show that the whole way works.

It goes the way of every complaint; but it is nobody's, so whoever counts complaints, calls or writes to customers leaves it out.  Every
event that names a customer tells it by the key.  Who uses the reserved ids is marked by them, whatever the source.
"""

SOURCE = "redress.canary"
"""The sender of all its commands."""
CHANNEL = "canary"
CUSTOMER = "redress.canary:"
"""What the customer ids begin with that are reserved for it."""
KEY = "canary-"
"""What the customers' keys begin with that intake makes of them."""


def is_canary(customer: str | None) -> bool:
    """Whether an event about this customer's key is a canary's."""
    return customer is not None and customer.startswith(KEY)
