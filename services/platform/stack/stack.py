"""What a started stack offers, whichever way it was found."""

from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType

from services.platform.stack.errors import StackError
from services.platform.stack.server import Server


@dataclass(frozen=True)
class Addresses:
    kafka: str  # bootstrap servers: 127.0.0.1:29092
    mongodb: str  # a URL: mongodb://127.0.0.1:27017/?replicaSet=rs0


class Stack:
    """Kafka and MongoDB, ready for clients until `close`, which ends whatever was started for them and may be called twice."""

    def __init__(self, addresses: Addresses, closing: ExitStack | None = None, servers: tuple[Server, Server] | None = None) -> None:
        self.addresses = addresses
        self._closing = closing or ExitStack()
        self._servers = servers

    @property
    def kafka(self) -> Server:
        """To stop, kill and start Kafka alone. Raises StackError unless the stack runs as local processes."""
        return self._local_servers()[0]

    @property
    def mongodb(self) -> Server:
        """To stop, kill and start MongoDB alone. Raises StackError unless the stack runs as local processes."""
        return self._local_servers()[1]

    @property
    def is_local(self) -> bool:
        return self._servers is not None

    def _local_servers(self) -> tuple[Server, Server]:
        if self._servers is None:
            raise StackError("Only servers that run as local processes can be stopped and started one by one.")
        return self._servers

    def close(self) -> None:
        self._closing.close()

    def __enter__(self) -> "Stack":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
