/** Registration, fencing, unfencing: the life of a broker as records. */
import {
  type BrokerRegistration,
  type ConfigRecord,
  canonicalValue,
  configResource,
  type DirectoryFacts,
  invalidTopicConfigs,
  type MetadataImage,
  type MetadataRecord,
  type RegisterMessage,
  topicConfigKey,
} from '@ottla/replication'
import { type LeaderChanges, leaderChanges } from './leader-changes.ts'
import { inBatches, type Outcome, unchanged } from './outcome.ts'
import { brokerLeaves, brokerStops, type Election, leaderlessElections, type ReplicaFate } from './partition-changes.ts'

export interface Registered {
  readonly brokerEpoch: number
  /** For the broker's log. */
  readonly warnings: readonly string[]
}

/**
 * Registers an incarnation. The one that holds the registration keeps it, with its epoch. A new one ends the old one first
 * (leaders move), then loses what its directories may lack, then is there, fenced until its first heartbeat that says ready. Its
 * epoch is the offset of its registration record.
 */
export function registerBroker(image: MetadataImage, message: RegisterMessage): Outcome<Registered> {
  const existing = image.brokers.get(message.brokerId)
  const warnings = clusterDefaultWarnings(image, message)
  if (existing?.incarnationId === message.incarnationId) return unchanged({ brokerEpoch: existing.epoch, warnings })
  const changes = replicaChanges(image, existing, message)
  const defaults = isFirstEver(image) ? clusterDefaults(message) : []
  const brokerEpoch = image.offset + 1 + changes.length + defaults.length
  const registration: MetadataRecord = {
    type: 'registerBroker',
    id: message.brokerId,
    epoch: brokerEpoch,
    incarnationId: message.incarnationId,
    listeners: message.listeners,
    rack: message.rack,
    fenced: true,
    shuttingDown: false,
    directoryIds: message.directories.map((directory) => directory.id),
    filesEpoch: filesEpoch(existing, message.directories),
  }
  return { batches: inBatches([...changes, ...defaults, registration]), reply: { brokerEpoch, warnings } }
}

/** What the end of the old incarnation, and what the new one has lost, change in partitions. One record per partition at most. */
function replicaChanges(
  image: MetadataImage,
  existing: BrokerRegistration | undefined,
  message: RegisterMessage,
): MetadataRecord[] {
  const fate = replicaFate(existing, message.directories)
  if (existing?.fenced !== false && fate === undefined) return []
  return [...brokerLeaves(image, message.brokerId, { fate })]
}

/**
 * Whether the broker's replicas may lack something. A directory lacks nothing if its clean-shutdown marker carries the epoch that is
 * registered as the last one, or its run file does and was written in the present boot. A run that died before it wrote its run
 * file has not touched a log: then the file of the run before says the same, if that one was found complete. Which replica lies
 * in which directory is not recorded, so one incomplete directory makes all of them incomplete.
 */
export function replicaFate(
  existing: BrokerRegistration | undefined,
  directories: readonly DirectoryFacts[],
): ReplicaFate | undefined {
  if (existing === undefined) return 'directory-lost'
  const byId = new Map(directories.map((directory) => [directory.id, directory]))
  let fate: ReplicaFate | undefined
  for (const id of existing.directoryIds) {
    const directory = byId.get(id)
    if (directory === undefined) return 'directory-lost'
    if (!lacksNothing(directory, existing)) fate = 'unsynced-missing'
  }
  return fate
}

function lacksNothing(
  { cleanShutdownEpoch, runEpoch, sameBoot }: DirectoryFacts,
  { epoch, filesEpoch }: BrokerRegistration,
): boolean {
  const isOfLastRun = runEpoch === epoch || (runEpoch >= 0 && runEpoch === filesEpoch)
  return cleanShutdownEpoch === epoch || (isOfLastRun && sameBoot)
}

/** The run whose files are complete in every directory that was there before; -1 when there is none, or not the same one in all. */
function filesEpoch(existing: BrokerRegistration | undefined, directories: readonly DirectoryFacts[]): number {
  if (existing === undefined || replicaFate(existing, directories) !== undefined) return -1
  const known = directories.filter(({ id }) => existing.directoryIds.includes(id))
  const [first, ...others] = known
  const isOne =
    first?.sameBoot === true && others.every(({ runEpoch, sameBoot }) => sameBoot && runEpoch === first.runEpoch)
  return isOne ? first.runEpoch : -1
}

/** Read from the image alone, by controller and leaders: the cluster has one value, whatever the brokers' files say. */
const CLUSTER_VALUES = ['min.insync.replicas', 'unclean.leader.election.enable'] as const

/** A cluster whose brokers have all been unregistered keeps its values: its partitions were written under them. */
function isFirstEver({ brokers, topics, configs }: MetadataImage): boolean {
  return brokers.size === 0 && topics.size === 0 && !configs.has(configResource('broker', ''))
}

/** The first registration's file sets the cluster's values. A value that is none would leave the cluster without any. */
function clusterDefaults(message: RegisterMessage): ConfigRecord[] {
  return CLUSTER_VALUES.flatMap((name) => {
    const given = message.staticConfigs[name]
    if (given === undefined || invalidTopicConfigs(new Map([[name, given]])) !== undefined) return []
    const value = canonicalValue(topicConfigKey(name), given)
    return [{ type: 'config', resourceType: 'broker', resourceName: '', name, value } as const]
  })
}

function clusterDefaultWarnings(image: MetadataImage, message: RegisterMessage): string[] {
  if (isFirstEver(image)) return []
  const defaults = image.configs.get(configResource('broker', ''))
  return CLUSTER_VALUES.flatMap((name) => {
    const own = message.staticConfigs[name]
    const cluster = defaults?.get(name) ?? String(topicConfigKey(name)?.default)
    if (own === undefined || own === cluster) return []
    return [
      `${name}=${own} in this broker's file has no effect: the cluster's value is ${cluster}, set when it was created`,
    ]
  })
}

export interface Fenced extends LeaderChanges {
  readonly fenced: boolean
}

/**
 * Fences the broker if the registration with this epoch still stands and is not fenced; its partitions get other leaders. The fence
 * is the last record: a controller that dies between two batches of this finds the broker unfenced, and does the rest.
 */
export function fenceBroker(image: MetadataImage, brokerId: number, brokerEpoch: number): Outcome<Fenced> {
  const broker = image.brokers.get(brokerId)
  if (broker === undefined || broker.epoch !== brokerEpoch || broker.fenced) {
    return unchanged({ fenced: false, newLeaders: 0, leaderless: [] })
  }
  const fence: MetadataRecord = {
    type: 'brokerChange',
    id: brokerId,
    epoch: brokerEpoch,
    fenced: true,
    shuttingDown: null,
  }
  const changes = [...brokerLeaves(image, brokerId)]
  return { batches: inBatches([...changes, fence]), reply: { fenced: true, ...leaderChanges(image, changes) } }
}

export interface HeartbeatReply {
  readonly kind: 'alive' | 'stale'
  readonly fenced: boolean
  readonly elections: readonly Election[]
}

/**
 * A heartbeat of a registered broker. A fenced broker that is ready, and has applied the metadata up to its own registration, is
 * unfenced, and partitions that waited for it get a leader. One that wants to stop hands its partitions over (KIP-841: it is
 * taken into no ISR from then on), unless no other broker is there to take them. `stale`: another registration has taken its place.
 */
export function heartbeat(
  image: MetadataImage,
  beat: {
    readonly brokerId: number
    readonly brokerEpoch: number
    readonly appliedOffset: number
    readonly ready: boolean
    readonly wantsShutdown: boolean
  },
): Outcome<HeartbeatReply> {
  const broker = image.brokers.get(beat.brokerId)
  if (broker?.epoch !== beat.brokerEpoch) return unchanged({ kind: 'stale', fenced: true, elections: [] })
  if (beat.wantsShutdown) return stopping(image, broker)
  const stays = !broker.fenced || !beat.ready || beat.appliedOffset < broker.epoch
  if (stays) return unchanged({ kind: 'alive', fenced: broker.fenced, elections: [] })
  const unfence: MetadataRecord = {
    type: 'brokerChange',
    id: broker.id,
    epoch: broker.epoch,
    fenced: false,
    shuttingDown: false,
  }
  const elections = [...leaderlessElections(image, broker.id)]
  return {
    batches: inBatches([unfence, ...elections.map((election) => election.record)]),
    reply: { kind: 'alive', fenced: false, elections },
  }
}

/** Asked again and again until the broker may stop: in the meantime others come into ISRs that it was alone in. */
function stopping(image: MetadataImage, broker: BrokerRegistration): Outcome<HeartbeatReply> {
  const { id, epoch, fenced } = broker
  const reply = { kind: 'alive', fenced, elections: [] } as const
  const isAlone = [...image.brokers.values()].every((other) => other.id === id || other.fenced)
  if (fenced || isAlone) return unchanged(reply)
  const stop: MetadataRecord = { type: 'brokerChange', id, epoch, fenced: null, shuttingDown: true }
  const records = [...(broker.shuttingDown ? [] : [stop]), ...brokerStops(image, id)]
  return { batches: inBatches(records), reply }
}

const PRODUCER_IDS_PER_BLOCK = 1000

/** A block of producer ids that nobody else gets; what is left of it when its broker dies is lost. */
export function allocateProducerIds(image: MetadataImage): Outcome<{ readonly first: number; readonly count: number }> {
  const first = image.nextProducerId
  return {
    batches: [[{ type: 'producerIds', nextProducerId: first + PRODUCER_IDS_PER_BLOCK }]],
    reply: { first, count: PRODUCER_IDS_PER_BLOCK },
  }
}
