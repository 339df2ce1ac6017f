import { type Admin, ClientError, type LogDirectory, type TopicPartition, unwrap } from '@ottla/client'
import { javaError } from '../names/java-exception.ts'
import { partitionName } from '../names/partition-json.ts'
import { ToolError } from '../tool/failure.ts'
import { ANY_DIRECTORY, type Assignment, inOrder } from './assignment-file.ts'

const UNKNOWN = 'UNKNOWN_TOPIC_OR_PARTITION'

/** Replicas of partitions as they are now. */
export interface Present extends TopicPartition {
  readonly replicas: readonly number[]
}

/** Of all partitions of these topics. Rejects for a topic that is not there, in the words of Apache's tool. */
export async function presentReplicas(admin: Admin, topics: readonly string[]): Promise<Present[]> {
  const described = await admin.describeTopics([...new Set(topics)])
  for (const [topic, outcome] of described) {
    if (outcome.ok || outcome.error.errorName !== UNKNOWN) continue
    throw new ToolError(javaError(new ClientError(UNKNOWN, `Topic ${topic} not found.`, {})))
  }
  return inOrder(
    [...described].flatMap(([topic, outcome]) =>
      unwrap(outcome).partitions.map(({ partition, replicas }) => ({ topic, partition, replicas })),
    ),
  )
}

/** Where a replica lies on its broker. */
export interface ReplicaPlace {
  readonly path: string
  /** Where it is being moved to. */
  readonly future: string | undefined
}

/** The log directories of brokers, and the replicas in them. */
export class Directories {
  /** Paths of a broker's working directories; none for a broker that does not answer. */
  readonly paths = new Map<number, readonly string[]>()
  /** Brokers that have a directory which has failed. */
  readonly failing = new Set<number>()
  readonly #places = new Map<string, ReplicaPlace>()

  static async of(admin: Admin, brokerIds: readonly number[]): Promise<Directories> {
    const directories = new Directories()
    const live = new Set((await admin.describeCluster()).brokers.map(({ id }) => id))
    const asked = [...new Set(brokerIds)].filter((id) => live.has(id))
    if (asked.length === 0) return directories
    for (const [id, outcome] of await admin.describeLogDirs(asked)) if (outcome.ok) directories.#add(id, outcome.value)
    return directories
  }

  place(partition: TopicPartition, brokerId: number): ReplicaPlace | undefined {
    return this.#places.get(replicaName(partition, brokerId))
  }

  #add(brokerId: number, directories: readonly LogDirectory[]): void {
    const working = directories.filter(({ error }) => error === undefined)
    if (working.length < directories.length) this.failing.add(brokerId)
    this.paths.set(
      brokerId,
      working.map(({ path }) => path),
    )
    for (const { path, replicas } of working)
      for (const { isFuture, ...partition } of replicas) {
        const name = replicaName(partition, brokerId)
        const known = this.#places.get(name)
        this.#places.set(name, isFuture ? { path: known?.path ?? '', future: path } : { path, future: known?.future })
      }
  }
}

/** `t-0-1`: the replica of `t-0` on broker 1. */
export function replicaName(partition: TopicPartition, brokerId: number): string {
  return `${partitionName(partition)}-${brokerId}`
}

/** The present replicas as a file for the way back, with the directories as far as they are known. */
export async function withDirectories(admin: Admin, present: readonly Present[]): Promise<Assignment[]> {
  const directories = await Directories.of(
    admin,
    present.flatMap(({ replicas }) => replicas),
  )
  return present.map((partition) => ({
    ...partition,
    logDirs: partition.replicas.map((id) => directories.place(partition, id)?.path ?? ANY_DIRECTORY),
  }))
}
