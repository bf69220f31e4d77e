"""No deadline for an example: the machine may have other work."""

from hypothesis import HealthCheck, settings

settings.register_profile("redress", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("redress")
