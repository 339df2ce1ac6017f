/** Our consumer in a handler that does not come back from its third record: BOOTSTRAP GROUP TOPIC PROTOCOL DELIVERY_MODE SESSION_TIMEOUT_MS. */
import { Consumer, DESERIALIZERS, type DeliveryMode, type GroupProtocol } from '@ottla/client'
import { nodeRuntime } from '@ottla/runtime/node'

const STUCK_AT = 3

const [bootstrapServers, groupId, topic, groupProtocol, deliveryMode, sessionTimeoutMs] = process.argv.slice(2)
const consumer = new Consumer(nodeRuntime(), {
  bootstrapServers: bootstrapServers!,
  groupId: groupId!,
  groupProtocol: groupProtocol as GroupProtocol,
  deliveryMode: deliveryMode as DeliveryMode,
  autoOffsetReset: 'earliest',
  // With at-most-once it is not this that commits.
  autoCommitIntervalMs: deliveryMode === 'at-most-once' ? 600_000 : 50,
  maxPollRecords: 5,
  // The consumer protocol has it from the coordinator.
  ...(groupProtocol === 'classic' ? { sessionTimeoutMs: Number(sessionTimeoutMs), heartbeatIntervalMs: 300 } : {}),
  valueDeserializer: DESERIALIZERS.string,
})
consumer.subscribe([topic!])
let handled = 0
await consumer.run({
  eachRecord: async ({ value }) => {
    console.log(`handling ${value}`)
    if (++handled === STUCK_AT) await new Promise(() => {})
  },
})
