// confluent-client.cjs DIRECTORY write BOOTSTRAP TOPIC FILE CODEC | DIRECTORY read BOOTSTRAP TOPIC FILE END,END,…
// Runs with the Node.js that DIRECTORY's addon was built for.
const { createReadStream, createWriteStream } = require('node:fs')
const { createRequire } = require('node:module')
const { join } = require('node:path')
const { createInterface } = require('node:readline')

const [directory, mode, bootstrap, topic, file, argument] = process.argv.slice(2)
const Kafka = createRequire(join(directory, 'package.json'))('@confluentinc/kafka-javascript')

const fail = (error) => {
  console.error(error)
  process.exit(1)
}

async function write() {
  const producer = new Kafka.HighLevelProducer({
    'bootstrap.servers': bootstrap,
    'compression.codec': argument,
    'enable.idempotence': true,
    'queue.buffering.max.messages': 200_000,
    'linger.ms': 20,
  })
  await new Promise((resolve, reject) => producer.connect({}, (error) => (error ? reject(error) : resolve())))
  producer.setPollInterval(10)
  let inFlight = 0
  let wake = () => {}
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    inFlight++
    producer.produce(topic, null, Buffer.from(line), null, Date.now(), (error) => {
      if (error) fail(error)
      inFlight--
      wake()
    })
    while (inFlight >= 50_000) await new Promise((resolve) => (wake = resolve))
  }
  while (inFlight > 0) await new Promise((resolve) => (wake = resolve))
  await new Promise((resolve) => producer.disconnect(resolve))
}

async function read() {
  const ends = argument.split(',').map(Number)
  const consumer = new Kafka.KafkaConsumer(
    { 'bootstrap.servers': bootstrap, 'group.id': `pairs-${process.pid}`, 'enable.auto.commit': false },
    { 'auto.offset.reset': 'earliest' },
  )
  await new Promise((resolve, reject) => consumer.connect({}, (error) => (error ? reject(error) : resolve())))
  const output = createWriteStream(file)
  consumer.assign(ends.map((_, partition) => ({ topic, partition, offset: 0 })))
  let left = ends.reduce((sum, end) => sum + end, 0)
  while (left > 0) {
    const messages = await new Promise((resolve, reject) =>
      consumer.consume(10_000, (error, batch) => (error ? reject(error) : resolve(batch))),
    )
    left -= messages.length
    const text = messages.map(({ value }) => `${value}\n`).join('')
    if (!output.write(text)) await new Promise((resolve) => output.once('drain', resolve))
  }
  await new Promise((resolve) => output.end(resolve))
  await new Promise((resolve) => consumer.disconnect(resolve))
}

;(mode === 'write' ? write() : read()).then(() => process.exit(0), fail)
