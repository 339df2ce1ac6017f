/** Registration, fencing, unfencing: the life of a broker as records. */
import {
  type BrokerRegistration,
  type ConfigRecord,
  configResource,
  type DirectoryFacts,
  type MetadataImage,
  type MetadataRecord,
  type RegisterMessage,
  topicConfigKey,
} from '@ottla/replication'
import { inBatches, type Outcome, unchanged } from './outcome.ts'
import {
  brokerLeaves,
  brokerReturns,
  type Election,
  type ReplicaFate,
  replicasReturnIncomplete,
} from './partition-changes.ts'

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
  const ending: MetadataRecord[] = image.brokers.size === 0 ? clusterDefaults(message) : []
  const brokerEpoch = image.offset + 1 + changes.length + ending.length
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
  }
  return { batches: inBatches([...changes, ...ending, registration]), reply: { brokerEpoch, warnings } }
}

/** What the end of the old incarnation, and what the new one has lost, change in partitions. One record per partition at most. */
function replicaChanges(
  image: MetadataImage,
  existing: BrokerRegistration | undefined,
  message: RegisterMessage,
): MetadataRecord[] {
  const leaving = existing?.fenced === false ? [...brokerLeaves(image, message.brokerId)] : []
  const fate = replicaFate(existing, message.directories)
  if (fate === undefined) return leaving
  return [...leaving, ...replicasReturnIncomplete(image, message.brokerId, fate)]
}

/**
 * Whether the broker's replicas may lack something. A directory lacks nothing if its clean-shutdown marker carries the epoch that is
 * registered as the last one, or its run file does and was written in the present boot. Which replica lies in which directory is
 * not recorded, so one incomplete directory makes all of them incomplete.
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
    if (!lacksNothing(directory, existing.epoch)) fate = 'unsynced-missing'
  }
  return fate
}

function lacksNothing(directory: DirectoryFacts, lastBrokerEpoch: number): boolean {
  return (
    directory.cleanShutdownEpoch === lastBrokerEpoch || (directory.runEpoch === lastBrokerEpoch && directory.sameBoot)
  )
}

/** Read from the image alone, by controller and leaders: the cluster has one value, whatever the brokers' files say. */
const CLUSTER_VALUES = ['min.insync.replicas', 'unclean.leader.election.enable'] as const

/** The first registration's file sets the cluster's values. */
function clusterDefaults(message: RegisterMessage): ConfigRecord[] {
  return CLUSTER_VALUES.flatMap((name) => {
    const value = message.staticConfigs[name]
    return value === undefined
      ? []
      : [{ type: 'config', resourceType: 'broker', resourceName: '', name, value } as const]
  })
}

function clusterDefaultWarnings(image: MetadataImage, message: RegisterMessage): string[] {
  if (image.brokers.size === 0) return []
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

/** Fences the broker if the registration with this epoch still stands and is not fenced; its partitions get other leaders. */
export function fenceBroker(image: MetadataImage, brokerId: number, brokerEpoch: number): Outcome<{ fenced: boolean }> {
  const broker = image.brokers.get(brokerId)
  if (broker === undefined || broker.epoch !== brokerEpoch || broker.fenced) return unchanged({ fenced: false })
  const fence: MetadataRecord = {
    type: 'brokerChange',
    id: brokerId,
    epoch: brokerEpoch,
    fenced: true,
    shuttingDown: null,
  }
  return { batches: inBatches([fence, ...brokerLeaves(image, brokerId)]), reply: { fenced: true } }
}

export interface HeartbeatReply {
  readonly kind: 'alive' | 'stale'
  readonly fenced: boolean
  readonly elections: readonly Election[]
}

/**
 * A heartbeat of a registered broker. A fenced broker that is ready, and has applied the metadata up to its own registration, is
 * unfenced, and partitions that waited for it get a leader. `stale`: another registration has taken its place.
 */
export function heartbeat(
  image: MetadataImage,
  beat: {
    readonly brokerId: number
    readonly brokerEpoch: number
    readonly appliedOffset: number
    readonly ready: boolean
  },
): Outcome<HeartbeatReply> {
  const broker = image.brokers.get(beat.brokerId)
  if (broker?.epoch !== beat.brokerEpoch) return unchanged({ kind: 'stale', fenced: true, elections: [] })
  const stays = !broker.fenced || !beat.ready || beat.appliedOffset < broker.epoch
  if (stays) return unchanged({ kind: 'alive', fenced: broker.fenced, elections: [] })
  const unfence: MetadataRecord = {
    type: 'brokerChange',
    id: broker.id,
    epoch: broker.epoch,
    fenced: false,
    shuttingDown: false,
  }
  const elections = [...brokerReturns(image, broker.id)]
  return {
    batches: inBatches([unfence, ...elections.map((election) => election.record)]),
    reply: { kind: 'alive', fenced: false, elections },
  }
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
