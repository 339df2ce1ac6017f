/** Waiting for replicas. */
import { Admin, type PartitionDescription, unwrap } from '@ottla/client'
import { silentLogger } from '@ottla/runtime'
import { nodeRuntime } from '@ottla/runtime/node'
import { DEADLINE_MS, eventually } from './process.ts'

export interface ReplicatedTopic {
  readonly name: string
  readonly partitions?: number
  readonly replicationFactor?: number
  readonly configs?: Readonly<Record<string, string>>
}

/** Makes the topic, of one partition on three brokers unless told otherwise, and waits until all replicas are in sync. */
export async function createReplicated(bootstrap: string, topic: ReplicatedTopic): Promise<void> {
  const { name, partitions = 1, replicationFactor = 3, configs = {} } = topic
  await using admin = quietAdmin(bootstrap)
  const created = await admin.createTopics([{ name, numPartitions: partitions, replicationFactor, configs }])
  unwrap(created.get(name)!)
  await untilInSync(bootstrap, [name])
}

/** Waits until every partition of the topics has a leader and all of its replicas in the ISR. */
export async function untilInSync(
  bootstrap: string,
  topics: readonly string[],
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  await using admin = quietAdmin(bootstrap)
  let last = ''
  const look = async () => {
    const partitions = await partitionsOf(admin, topics)
    last = partitions
      .filter((partition) => !isInSync(partition))
      .map(shown)
      .join(', ')
    if (last !== '') throw new Error(last)
    return true
  }
  await eventually(`all replicas of ${topics.join(', ')} are in sync`, look, deadlineMs)
}

/** The broker that leads the partition; waits for one. */
export async function leaderOf(bootstrap: string, topic: string, partition = 0): Promise<number> {
  await using admin = quietAdmin(bootstrap)
  return await eventually(`${topic}-${partition} has a leader`, async () => {
    return (await partitionsOf(admin, [topic]))[partition]?.leader
  })
}

type Place = PartitionDescription & { readonly topic: string }

async function partitionsOf(admin: Admin, topics: readonly string[]): Promise<Place[]> {
  const described = await admin.describeTopics(topics)
  return topics.flatMap((topic) =>
    unwrap(described.get(topic)!).partitions.map((partition) => ({ ...partition, topic })),
  )
}

function isInSync({ leader, replicas, isr }: Place): boolean {
  return leader !== undefined && isr.length === replicas.length
}

function shown({ topic, partition, leader, replicas, isr }: Place): string {
  return `${topic}-${partition}: leader ${leader ?? 'none'}, replicas ${replicas}, ISR ${isr}`
}

function quietAdmin(bootstrap: string): Admin {
  return new Admin(nodeRuntime({ logger: silentLogger }), { bootstrapServers: bootstrap })
}
