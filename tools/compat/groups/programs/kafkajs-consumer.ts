/** kafkajs, each message committed when it was handled; SIGTERM leaves. */
import { Kafka, logLevel, type PartitionAssigner, AssignerProtocol as Protocol } from 'kafkajs'
import { handled, programArguments } from './line.ts'
import { rangeOf } from './range.ts'

const { bootstrap, group, topic, clientId, sessionTimeoutMs, heartbeatMs } = programArguments()

/** It brings none of the assignors that other clients have. */
const range: PartitionAssigner = ({ cluster }) => ({
  name: 'range',
  version: 0,
  async assign({ members, topics }) {
    const subscribers = members.map(({ memberId, memberMetadata }) => ({
      memberId,
      topics: new Set(Protocol.MemberMetadata.decode(memberMetadata)!.topics),
    }))
    const counts = new Map(topics.map((name) => [name, cluster.findTopicPartitionMetadata(name).length] as const))
    return Array.from(rangeOf(subscribers, counts), ([memberId, assignment]) => ({
      memberId,
      memberAssignment: Protocol.MemberAssignment.encode({
        version: 0,
        assignment: Object.fromEntries(assignment),
        userData: Buffer.alloc(0),
      }),
    }))
  },
  protocol: ({ topics }) => ({
    name: 'range',
    metadata: Protocol.MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) }),
  }),
})

let leaving = false
const retry = { retries: 5, initialRetryTime: 100, maxRetryTime: 500, restartOnFailure: async () => !leaving }
const kafka = new Kafka({ brokers: bootstrap.split(','), clientId, logLevel: logLevel.ERROR, retry })
const consumer = kafka.consumer({
  groupId: group,
  sessionTimeout: sessionTimeoutMs,
  heartbeatInterval: heartbeatMs,
  rebalanceTimeout: 60_000,
  maxWaitTimeInMs: 500,
  metadataMaxAge: 2000,
  partitionAssigners: [range],
  retry,
})
process.once('SIGTERM', () => {
  leaving = true
  void consumer.disconnect().finally(() => process.exit(0))
})
await consumer.connect()
await consumer.subscribe({ topic: topic.startsWith('^') ? new RegExp(topic) : topic, fromBeginning: true })
await consumer.run({
  autoCommit: false,
  eachMessage: async ({ topic, partition, message: { offset, value } }) => {
    handled(topic, partition, offset, value!.toString())
    await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(offset) + 1n) }])
  },
})
