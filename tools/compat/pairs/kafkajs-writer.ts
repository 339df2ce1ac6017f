/** kafkajs-writer.ts BOOTSTRAP TOPIC FILE CODEC: every line a record. */
import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs'
import { lineBatches } from './line-batches.ts'

const [bootstrap, topic, file, codec] = process.argv.slice(2) as [string, string, string, string]
const kafka = new Kafka({ brokers: bootstrap.split(','), clientId: 'pairs', logLevel: logLevel.ERROR })
const producer = kafka.producer({
  idempotent: true,
  maxInFlightRequests: 1,
  createPartitioner: Partitioners.DefaultPartitioner,
})
const compression = codec === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None
await producer.connect()
for await (const lines of lineBatches(file)) {
  await producer.send({ topic, acks: -1, compression, messages: lines.map((value) => ({ value })) })
}
await producer.disconnect()
