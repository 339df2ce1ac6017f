/** Our consumer, handler style; SIGTERM leaves. */
import { Consumer, DESERIALIZERS } from '@ottla/client'
import { nodeRuntime } from '@ottla/runtime/node'
import { handled, programArguments } from './line.ts'

const { bootstrap, group, topic, clientId, protocol, sessionTimeoutMs, heartbeatMs } = programArguments()
const consumer = new Consumer(nodeRuntime(), {
  bootstrapServers: bootstrap,
  clientId,
  groupId: group,
  groupProtocol: protocol,
  // The consumer protocol has them from the coordinator.
  ...(protocol === 'classic' ? { sessionTimeoutMs, heartbeatIntervalMs: heartbeatMs } : {}),
  autoOffsetReset: 'earliest',
  autoCommitIntervalMs: 1000,
  metadataMaxAgeMs: 2000,
  valueDeserializer: DESERIALIZERS.string,
})
process.once('SIGTERM', () => void consumer.close())
// The coordinator resolves a text (RE2), the consumer itself a RegExp.
const pattern = protocol === 'consumer' ? { pattern: topic } : new RegExp(topic)
consumer.subscribe(topic.startsWith('^') ? pattern : [topic])
await consumer.run({
  eachRecord: async (record) => {
    handled(record.topic, record.partition, record.offset, record.value ?? '')
    await new Promise(setImmediate)
  },
})
