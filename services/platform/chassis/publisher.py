"""Step 6: what a batch says goes to Kafka in batches of our own making, one line of them for each partition, and every one is awaited.

Built by hand because a future and three calls for each record cost more than all the rest (`AIOKafkaProducer.send`: 9 µs a record).
The producer is idempotent and asks all replicas; no batch ever expires, for one that did would let a later one overtake it (law 3):
a partition without a leader is waited for (law 9).
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, TopicAuthorizationFailedError, UnknownTopicOrPartitionError
from aiokafka.producer.message_accumulator import BatchBuilder

from services.platform.chassis.connections import producer
from services.platform.chassis.errors import Away, KafkaUnavailable, NoRight, PublishFailed
from services.platform.chassis.patience import Patience
from services.platform.chassis.publication import Publication
from services.platform.chassis.settings import Settings

log = logging.getLogger(__name__)
START_SECONDS = 10.0
STOP_SECONDS = 5.0
FOR_EVER = 10.0**9


class Publisher:
    def __init__(self, settings: Settings, patience: Patience) -> None:
        self.settings, self.patience = settings, patience
        self.producer: AIOKafkaProducer

    async def open(self) -> None:
        """Raises `KafkaUnavailable`."""
        self.producer = AIOKafkaProducer(**producer(self.settings))
        self.producer._message_accumulator._batch_ttl = FOR_EVER
        try:
            await asyncio.wait_for(self.producer.start(), START_SECONDS)
        except (KafkaError, TimeoutError, OSError) as error:
            await self.close()
            raise KafkaUnavailable(
                f"Kafka cannot be used at {self.settings.kafka_bootstrap_servers} ({type(error).__name__}): "
                "check REDRESS_KAFKA_BOOTSTRAP_SERVERS and that it runs."
            ) from None

    async def close(self) -> None:
        try:
            await asyncio.wait_for(self.producer.stop(), STOP_SECONDS)
        except (KafkaError, TimeoutError) as error:
            log.warning("the producer did not end in time: %r", error)

    async def publish(self, publications: Sequence[Publication]) -> None:
        """Returns when Kafka has them all."""
        lines = defaultdict[tuple[str, int], list[Publication]](list)
        for each in publications:
            lines[each.topic, each.partition].append(each)
        sending = asyncio.gather(*(self._send(topic, partition, line) for (topic, partition), line in lines.items()))
        sender = self.producer._sender.sender_task
        await asyncio.wait((sending, sender), return_when=asyncio.FIRST_COMPLETED)
        if not sending.done():
            sending.cancel()
            raise PublishFailed("Kafka's producer has ended, having lost track of what it sent: start again.")
        sending.result()

    async def _send(self, topic: str, partition: int, line: Sequence[Publication]) -> None:
        """One partition's records, in order."""
        sent, batch = [], self.producer.create_batch()
        for each in line:
            if not _is_added(batch, each):
                sent.append(await self._submit(topic, partition, batch))
                batch = self.producer.create_batch()
                _is_added(batch, each)                       # an empty one takes a record of any size
        sent.append(await self._submit(topic, partition, batch))
        try:
            await asyncio.gather(*sent)
        except TopicAuthorizationFailedError:
            raise self._no_right(topic) from None
        except KafkaError as error:
            raise PublishFailed(f"Kafka refuses records for {topic} ({type(error).__name__}): correct that, then start again.") from error

    async def _submit(self, topic: str, partition: int, batch: BatchBuilder) -> "asyncio.Future[Any]":
        """Queue it for the broker; what comes back is done when the broker has it."""
        batch.close()

        async def submit() -> "asyncio.Future[Any]":
            try:
                return await self.producer.send_batch(batch, self.settings.topic(topic), partition=partition)
            except TopicAuthorizationFailedError:
                raise self._no_right(topic) from None
            except (KafkaConnectionError, KafkaTimeoutError, UnknownTopicOrPartitionError) as error:
                raise Away("kafka", type(error).__name__) from None

        return await self.patience.insist(submit)

    def _no_right(self, topic: str) -> NoRight:
        return NoRight(f"Kafka gives no right to write to {self.settings.topic(topic)}: grant it, then start again.")


def _is_added(batch: BatchBuilder, each: Publication) -> bool:
    """False when the batch is full."""
    return batch.append(timestamp=None, key=each.key, value=each.value, headers=list(each.headers)) is not None
