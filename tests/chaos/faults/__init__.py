"""What can be broken, by name.  A fault is a block: entering it breaks something, leaving it heals it."""

from tests.chaos.faults import disks, kafka, mongodb, services, wires
from tests.chaos.faults.fault import Breaking, Broken, Impossible

FAULTS: dict[str, Breaking] = {
    breaking.name: breaking for module in (services, kafka, mongodb, wires, disks) for breaking in module.BREAKING
}

__all__ = ["FAULTS", "Breaking", "Broken", "Impossible"]
