"""python-client.py write BOOTSTRAP TOPIC FILE CODEC | read BOOTSTRAP TOPIC FILE: every line a record (python3-kafka)."""
import sys

from kafka import KafkaConsumer, KafkaProducer, TopicPartition


def write(bootstrap, topic, file, codec):
    failures = []
    producer = KafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        linger_ms=20,
        batch_size=256 * 1024,
        buffer_memory=64 * 1024 * 1024,
        compression_type=None if codec == "none" else codec,
    )
    with open(file, "rb") as lines:
        for line in lines:
            producer.send(topic, line.rstrip(b"\n")).add_errback(failures.append)
    producer.flush()
    producer.close()
    if failures:
        sys.exit(f"{len(failures)} records were not acknowledged, the first: {failures[0]}")


def read(bootstrap, topic, file):
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    partitions = [TopicPartition(topic, partition) for partition in sorted(consumer.partitions_for_topic(topic))]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    consumer.seek_to_beginning()
    with open(file, "wb") as output:
        while any(consumer.position(partition) < ends[partition] for partition in partitions):
            for records in consumer.poll(timeout_ms=1000).values():
                output.writelines(record.value + b"\n" for record in records)
    consumer.close()


if __name__ == "__main__":
    mode, *arguments = sys.argv[1:]
    {"write": write, "read": read}[mode](*arguments)
