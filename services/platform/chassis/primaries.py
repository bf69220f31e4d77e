"""Whether MongoDB's primary is another one than before: the store fails over, and writes wait meanwhile."""

from collections.abc import Callable

from pymongo.monitoring import TopologyClosedEvent, TopologyDescriptionChangedEvent, TopologyListener, TopologyOpenedEvent

PRIMARY = "RSPrimary"


class Primaries(TopologyListener):
    """Calls `changed` when there is another one; the first that is seen is no change, and one that comes back is none either."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.changed = changed
        self.primary: tuple[str, int | None] | None = None

    def opened(self, event: TopologyOpenedEvent) -> None: ...

    def closed(self, event: TopologyClosedEvent) -> None: ...

    def description_changed(self, event: TopologyDescriptionChangedEvent) -> None:
        servers = event.new_description.server_descriptions()
        found = next((place for place, server in servers.items() if server.server_type_name == PRIMARY), None)
        if found and self.primary and found != self.primary:
            self.changed()
        self.primary = found or self.primary
