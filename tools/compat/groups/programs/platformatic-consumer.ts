/**
 * @platformatic/kafka, each message committed when it was handled; SIGTERM leaves. Its stream ends with an error when a broker goes:
 * the program makes another consumer then, and says so.
 */
import { Consumer, type GroupPartitionsAssigner, stringDeserializers } from '@platformatic/kafka'
import { handled, programArguments } from './line.ts'
import { rangeOf } from './range.ts'

const PAUSE_MS = 500

const { bootstrap, group, topic, clientId, protocol, sessionTimeoutMs, heartbeatMs } = programArguments()

/** It brings round robin and cooperative sticky only. */
const range: GroupPartitionsAssigner = (_current, members, topics, metadata) => {
  const subscribers = Array.from(members, ([memberId, member]) => ({
    memberId,
    topics: new Set(member.topics ?? topics),
  }))
  const counts = new Map(Array.from(topics, (name) => [name, metadata.topics.get(name)!.partitionsCount] as const))
  return Array.from(rangeOf(subscribers, counts), ([memberId, assignment]) => ({
    memberId,
    assignments: new Map(Array.from(assignment, ([name, partitions]) => [name, { topic: name, partitions }])),
  }))
}

const groupOptions =
  protocol === 'consumer'
    ? { groupProtocol: 'consumer' as const }
    : {
        sessionTimeout: sessionTimeoutMs,
        heartbeatInterval: heartbeatMs,
        protocols: [{ name: 'range', version: 1 }],
        partitionAssigner: range,
      }

function newConsumer() {
  return new Consumer({
    clientId,
    bootstrapBrokers: bootstrap.split(','),
    groupId: group,
    deserializers: stringDeserializers,
    metadataMaxAge: 2000,
    rebalanceTimeout: 60_000,
    maxWaitTime: 500,
    retries: 5,
    retryDelay: 200,
    autocommit: false,
    ...groupOptions,
  })
}

let leaving = false
let current: ReturnType<typeof newConsumer>
let leave = () => {}
process.once('SIGTERM', () => {
  leaving = true
  leave()
})

// It throws where nothing catches, such as when it is assigned a partition that it has not heard of yet.
let fail = (_error: unknown) => {}
process.on('uncaughtException', (error) => fail(error))

while (!leaving) {
  current = newConsumer()
  current.on('error', (error) => console.error('consumer:', error.message))
  try {
    const failed = new Promise<never>((_resolve, reject) => {
      fail = reject
    })
    await Promise.race([consume(), failed])
  } catch (error) {
    if (!leaving) console.error('made anew:', error)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  } finally {
    await current.close(true).catch((error) => console.error('close:', error.message))
  }
}

async function consume(): Promise<void> {
  const stream = await current.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' })
  let ended = leaving
  leave = () => {
    ended = true
    void stream.close()
  }
  for await (const message of stream) {
    if (ended) break
    handled(message.topic, message.partition, message.offset, message.value)
    await message.commit()
  }
}
