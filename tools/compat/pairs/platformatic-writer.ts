/** platformatic-writer.ts BOOTSTRAP TOPIC FILE CODEC: every line a record, over the partitions in turn. */
import { type CompressionAlgorithmValue, Producer, stringSerializers } from '@platformatic/kafka'
import { lineBatches } from './line-batches.ts'
import { PARTITIONS } from './programs.ts'

const [bootstrap, topic, file, codec] = process.argv.slice(2) as [string, string, string, CompressionAlgorithmValue]
const producer = new Producer({
  clientId: 'pairs',
  bootstrapBrokers: bootstrap.split(','),
  serializers: stringSerializers,
  idempotent: true,
  compression: codec,
})
let next = 0
for await (const lines of lineBatches(file)) {
  await producer.send({ messages: lines.map((value) => ({ topic, value, partition: next++ % PARTITIONS })), acks: -1 })
}
await producer.close()
