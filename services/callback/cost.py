"""What lateness costs (Taguchi's quadratic loss)."""

from contracts.model import Money, made


def cost_of(late_by_seconds: int, tolerance_seconds: int, compensation: Money) -> Money:
    """k · d² with k = compensation / tolerance², up to the tolerance; beyond it the compensation.

    In whole minor units, rounded to the nearest, a half upwards: two hours' tolerance and a compensation of 10.00 (k = 2.50 an hour
    squared) make half an hour 0.625, so 0.63.
    """
    late, tolerance = min(late_by_seconds, tolerance_seconds) ** 2, tolerance_seconds**2
    amount = (2 * compensation.amount_minor * late + tolerance) // (2 * tolerance)
    return made(Money, amount_minor=amount, currency=compensation.currency)
