"""BOOTSTRAP GROUP TOPIC CLIENT_ID PROTOCOL SESSION_TIMEOUT_MS HEARTBEAT_MS: python3-kafka, commits after each poll; SIGTERM leaves."""
import signal
import sys

from kafka import KafkaConsumer
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import KafkaError

bootstrap, group, topic, client_id, _protocol, session_timeout_ms, heartbeat_ms = sys.argv[1:]
leaving = False


def leave(*_):
    global leaving
    leaving = True


signal.signal(signal.SIGTERM, leave)
consumer = KafkaConsumer(
    bootstrap_servers=bootstrap.split(","),
    client_id=client_id,
    group_id=group,
    auto_offset_reset="earliest",
    enable_auto_commit=False,
    session_timeout_ms=int(session_timeout_ms),
    heartbeat_interval_ms=int(heartbeat_ms),
    metadata_max_age_ms=2000,
    partition_assignment_strategy=[RangePartitionAssignor],
)
if topic.startswith("^"):
    consumer.subscribe(pattern=topic)
else:
    consumer.subscribe(topics=[topic])
while not leaving:
    batches = consumer.poll(timeout_ms=300)
    for records in batches.values():
        for record in records:
            print(record.topic, record.partition, record.offset, record.value.decode(), flush=True)
    if batches:
        try:
            consumer.commit()
        except KafkaError as error:
            print("commit:", repr(error), file=sys.stderr)
consumer.close(autocommit=False)
