// librdkafka through Confluent's client, idempotent, acks=all. librdkafka-writer.cjs DIRECTORY, then what arguments.ts says. Runs with the Node.js
// that DIRECTORY's addon was built for, so it imports nothing of the workspace; lanes.ts has the same order and values.
const { createRequire } = require('node:module')
const { join } = require('node:path')
const { performance } = require('node:perf_hooks')

const [directory, name, bootstrap, topicList, partitions, rate, patience] = process.argv.slice(2)
const Kafka = createRequire(join(directory, 'package.json'))('@confluentinc/kafka-javascript')

const UNANSWERED_MAX = 5000
const TURN_MS = 10
const topics = topicList.split(',')
const lanes = topics.length * Number(partitions)
const perTurn = Math.max(1, Math.round((Number(rate) * TURN_MS) / 1000))
const patient = { 'message.timeout.ms': 1_800_000, 'queue.buffering.max.messages': 100_000 }
const settings = { 'bootstrap.servers': bootstrap, 'enable.idempotence': true, acks: 'all' }
const producer = new Kafka.HighLevelProducer({ ...settings, ...(patience === 'patient' ? patient : {}) })
const now = () => performance.timeOrigin + performance.now()
let sent = 0
let unanswered = 0
let ended = false

function send(number) {
  const topic = topics[number % topics.length]
  const partition = Math.floor((number % lanes) / topics.length)
  const value = Buffer.from(`${name}:${number}:${'.'.repeat(number % 150)}`)
  const sentAtMs = now()
  unanswered++
  producer.produce(topic, partition, value, null, Date.now(), (error, offset) => {
    unanswered--
    if (error) console.log(`f ${number} ${String(error.message).replaceAll('\n', ' ')}`)
    else console.log(`a ${number} ${offset ?? -1} ${sentAtMs.toFixed(1)}`)
  })
}

function turn() {
  for (let count = 0; !ended && count < perTurn && unanswered < UNANSWERED_MAX; count++) send(sent++)
  if (!ended || unanswered > 0) setTimeout(turn, TURN_MS)
  else producer.disconnect(() => process.stdout.write(`s ${sent}\n`, () => process.exit(0)))
}

process.stdin.resume().once('end', () => {
  ended = true
})
producer.connect({}, (error) => {
  if (error) throw error
  producer.setPollInterval(5)
  turn()
})
