"""Real Kafka and MongoDB for whoever runs Redress on one machine: `redress run`, the demo, tests, the bench.

    with start_stack(Path(".redress/stack")) as stack:
        ...  # stack.addresses.kafka, stack.addresses.mongodb
"""

from services.platform.stack.errors import StackError
from services.platform.stack.server import Server
from services.platform.stack.stack import Addresses, Stack
from services.platform.stack.start import start_stack

__all__ = ["Addresses", "Server", "Stack", "StackError", "start_stack"]
