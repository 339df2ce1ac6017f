import type { Admin } from '@ottla/client'
import type { Runtime } from '@ottla/runtime'
import { ToolError } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { ANY_DIRECTORY, type Assignment, assignmentText, parseTopicsFile, repeated } from './assignment-file.ts'
import type { ReassignOptions } from './options.ts'
import { type Place, spread } from './placement.ts'
import { type Present, presentReplicas, withDirectories } from './places.ts'

/** What `--generate` is to spread, and over which brokers. */
export interface GenerateWish {
  readonly topics: readonly string[]
  readonly brokerIds: readonly number[]
  readonly options: ReassignOptions
}

/** Reads file and list. Throws a `ToolError`. */
export function generateWish(options: ReassignOptions, topicsFile: string): GenerateWish {
  const brokerIds = options.brokerList!.split(',').map((id) => {
    if (!/^\d{1,10}$/.test(id.trim()))
      throw new ToolError(`--broker-list ${options.brokerList}: "${id}" is not a broker id`)
    return Number(id)
  })
  const twice = repeated(brokerIds)
  if (twice.length > 0) throw new ToolError(`Broker list contains duplicate entries: [${twice.join(', ')}]`)
  return { topics: parseTopicsFile(topicsFile), brokerIds, options }
}

/** Prints where the replicas are, and where they could be; changes nothing. */
export async function generate(admin: Admin, wish: GenerateWish, io: Io): Promise<void> {
  // Apache's tool proposes nothing without a word, for a file of another kind too.
  if (wish.topics.length === 0)
    io.err.line('--topics-to-move-json-file names no topics; expected: {"version":1,"topics":[{"topic":"hello"}]}')
  const present = await presentReplicas(admin, wish.topics)
  const places = await usablePlaces(admin, wish, io)
  const proposed = propose(present, places, await io.runtime())
  io.out.line('Current partition replica assignment')
  io.out.line(assignmentText(await withDirectories(admin, present)))
  io.out.line('')
  io.out.line('Proposed partition reassignment configuration')
  io.out.line(assignmentText(proposed))
}

async function usablePlaces(admin: Admin, { brokerIds, options }: GenerateWish, io: Io): Promise<Place[]> {
  const { brokers } = await admin.describeCluster()
  const missing = brokerIds.filter((id) => !brokers.some((broker) => broker.id === id))
  if (missing.length > 0) io.err.line(`Not there, and left out: ${missing.join(', ')}`)
  const usable = brokers.filter(({ id }) => brokerIds.includes(id))
  if (options.disableRackAware) return usable.map(({ id }) => ({ id, rack: null }))
  const racked = usable.filter(({ rack }) => rack !== null)
  if (racked.length > 0 && racked.length < usable.length) {
    throw new ToolError(
      'Not all brokers have rack information. Add --disable-rack-aware in command line to make replica assignment without rack information.',
    )
  }
  return usable
}

/** As many replicas as a topic's first partition has, for each of its partitions. The round goes on from topic to topic. */
function propose(present: readonly Present[], places: readonly Place[], { random }: Runtime): Assignment[] {
  let start = random.integer(Math.max(1, places.length))
  return [...Map.groupBy(present, ({ topic }) => topic).values()].flatMap((partitions) => {
    const replicationFactor = partitions[0]!.replicas.length
    if (replicationFactor > places.length) {
      throw new ToolError(
        `The target replication factor of ${replicationFactor} cannot be reached because only ${places.length} broker(s) are registered.`,
      )
    }
    const placed = spread(places, { partitions: partitions.length, replicationFactor, start })
    start += partitions.length
    return partitions.map(({ topic, partition }, index) => {
      const replicas = placed[index]!
      return { topic, partition, replicas, logDirs: replicas.map(() => ANY_DIRECTORY) }
    })
  })
}
