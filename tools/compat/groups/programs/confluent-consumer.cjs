// confluent-consumer.cjs DIRECTORY BOOTSTRAP GROUP TOPIC CLIENT_ID PROTOCOL SESSION_TIMEOUT_MS HEARTBEAT_MS
// Runs with the Node.js that DIRECTORY's addon was built for. It commits by itself what was handled; SIGTERM leaves.
const { writeSync } = require('node:fs')
const { createRequire } = require('node:module')
const { join } = require('node:path')

const [directory, bootstrap, group, topic, clientId, protocol, sessionTimeoutMs, heartbeatMs] = process.argv.slice(2)
const { KafkaJS } = createRequire(join(directory, 'package.json'))('@confluentinc/kafka-javascript')

async function main() {
  const kafka = new KafkaJS.Kafka({ 'client.id': clientId, log_level: 3 })
  const classic = {
    'session.timeout.ms': Number(sessionTimeoutMs),
    'heartbeat.interval.ms': Number(heartbeatMs),
    'partition.assignment.strategy': 'range',
  }
  const consumer = kafka.consumer({
    'bootstrap.servers': bootstrap,
    'group.id': group,
    'group.protocol': protocol,
    ...(protocol === 'classic' ? classic : {}),
    'auto.offset.reset': 'earliest',
    'auto.commit.interval.ms': 1000,
    'topic.metadata.refresh.interval.ms': 2000,
    'reconnect.backoff.max.ms': 1000,
  })
  process.once('SIGTERM', () => {
    consumer.disconnect().then(() => process.exit(0), fail)
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic.startsWith('^') ? new RegExp(topic) : topic] })
  await consumer.run({
    eachMessage: async ({ topic, partition, message }) => {
      writeSync(1, `${topic} ${partition} ${message.offset} ${message.value}\n`)
    },
  })
}

function fail(error) {
  console.error(error)
  process.exit(1)
}

main().catch(fail)
