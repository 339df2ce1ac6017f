import {
  type BrokerInspection,
  type InspectedPartition,
  inspectGroups,
  type MetadataImage,
} from '@ottla/broker/internal'
import type { ReplicaEvent, SimEvent } from './history.ts'
import { OFFSETS_TOPIC } from './plan/plan.ts'
import type { SimCluster, SimNode } from './world/sim-cluster.ts'

/**
 * Looks at all nodes after each instant of virtual time, from outside and without touching anything, and tells what has changed: the controller's
 * durable image first, then the brokers' images, then their replicas.
 */
export class Probe {
  readonly #cluster: SimCluster
  readonly #tell: (event: SimEvent) => void
  readonly #nowMs: () => number
  readonly #images = new Map<string, MetadataImage>()
  /** By node, then by log. */
  readonly #replicas = new Map<string, Map<Log, Seen>>()
  /** Logs that are not open any more, by node: what had been begun still ends. */
  readonly #closed = new Map<string, Set<Seen>>()
  readonly #up = new Set<string>()
  /** Members as they were last told of, by node and group. */
  readonly #members = new Map<string, string>()

  constructor(parts: {
    readonly cluster: SimCluster
    readonly tell: (event: SimEvent) => void
    readonly nowMs: () => number
  }) {
    this.#cluster = parts.cluster
    this.#tell = parts.tell
    this.#nowMs = parts.nowMs
  }

  /** After an event of one host; undefined: of the network or of the world, which may have changed any of them. */
  look(host: string | undefined): void {
    const { controller, brokers } = this.#cluster
    const isControllers = host === undefined || host === controller.name
    let changed = isControllers && this.#lookAtImage(controller.name, this.#cluster.image)
    for (const node of brokers) {
      if (host === undefined || host === node.name) changed = this.#lookAtBroker(node) || changed
    }
    if (changed) this.#tell({ kind: 'instant', atMs: this.#nowMs() })
  }

  #lookAtBroker(node: SimNode): boolean {
    const inspected = this.#cluster.inspect(node)
    if (inspected === undefined) return this.#forget(node.name)
    this.#up.add(node.name)
    let changed = this.#lookAtImage(node.name, inspected.image)
    const known = this.#replicas.get(node.name) ?? new Map<Log, Seen>()
    this.#replicas.set(node.name, known)
    let open = 0
    for (const partition of inspected.partitions) {
      open++
      const before = known.get(partition.log)
      if (before !== undefined && isSame(before.event, partition, inspected.brokerEpoch)) continue
      const event = this.#replica(node, inspected.brokerEpoch, partition)
      known.set(partition.log, { event, log: partition.log })
      this.#tell(event)
      changed = true
      if (event.topic === OFFSETS_TOPIC && event.role === 'leading') this.#lookAtGroups(node.name, inspected, event)
    }
    if (open < known.size) this.#setAsideClosed(known, node)
    return this.#lookAtClosed(node.name) || changed
  }

  #lookAtGroups(node: string, { coordinators }: BrokerInspection, { partition, leaderEpoch }: ReplicaEvent): void {
    for (const coordinator of coordinators) {
      if (coordinator.partition !== partition || coordinator.leaderEpoch !== leaderEpoch) continue
      for (const { groupId: group, members: all } of inspectGroups(coordinator.shard)) {
        const members = all.map(({ memberId, epoch }) => ({ memberId, epoch }))
        const text = `${leaderEpoch} ${members.map(({ memberId, epoch }) => `${memberId}@${epoch}`).join(' ')}`
        const key = `${node} ${group}`
        if (this.#members.get(key) === text) continue
        this.#members.set(key, text)
        this.#tell({ kind: 'group members', atMs: this.#nowMs(), node, group, leaderEpoch, members })
      }
    }
  }

  #setAsideClosed(known: Map<Log, Seen>, node: SimNode): void {
    const open = new Set([...(this.#cluster.inspect(node)?.partitions ?? [])].map(({ log }) => log))
    const closed = this.#closed.get(node.name) ?? new Set<Seen>()
    this.#closed.set(node.name, closed)
    for (const [log, seen] of known) {
      if (open.has(log)) continue
      known.delete(log)
      closed.add(seen)
    }
  }

  #lookAtClosed(node: string): boolean {
    let changed = false
    for (const seen of this.#closed.get(node) ?? []) {
      const { logStartOffset, highWatermark, logEndOffset } = seen.log
      if (seen.event.role === 'closed' && seen.event.logEndOffset === logEndOffset) continue
      const about = { atMs: this.#nowMs(), role: 'closed', isr: [], effectiveMinIsr: 0 }
      seen.event = { ...seen.event, ...about, logStartOffset, highWatermark, logEndOffset }
      this.#tell(seen.event)
      changed = true
    }
    return changed
  }

  #forget(node: string): boolean {
    this.#images.delete(node)
    this.#replicas.delete(node)
    this.#closed.delete(node)
    return this.#up.delete(node)
  }

  #lookAtImage(node: string, image: MetadataImage | undefined): boolean {
    if (image === undefined || image === this.#images.get(node) || image.offset < 0) return false
    this.#images.set(node, image)
    this.#tell({ kind: 'image', atMs: this.#nowMs(), node, image })
    return true
  }

  #replica({ name: node, id: brokerId }: SimNode, brokerEpoch: number, partition: InspectedPartition): ReplicaEvent {
    const { role, leaderEpoch, log } = partition
    const { topic, partition: number, topicId, logStartOffset, highWatermark, logEndOffset } = log
    return {
      kind: 'replica',
      atMs: this.#nowMs(),
      node,
      brokerId,
      brokerEpoch,
      topic,
      topicId,
      partition: number,
      role,
      leaderEpoch,
      logStartOffset,
      highWatermark,
      logEndOffset,
      isr: partition.isr?.isr ?? [],
      effectiveMinIsr: partition.effectiveMinIsr ?? 0,
      partitionEpoch: this.#images.get(node)?.topics.get(topic)?.partitions[number]?.partitionEpoch ?? -1,
    }
  }
}

type Log = InspectedPartition['log']

interface Seen {
  event: ReplicaEvent
  readonly log: Log
}

function isSame(before: ReplicaEvent, now: InspectedPartition, brokerEpoch: number): boolean {
  const { log, isr } = now
  return (
    before.logEndOffset === log.logEndOffset &&
    before.highWatermark === log.highWatermark &&
    before.leaderEpoch === now.leaderEpoch &&
    before.role === now.role &&
    before.topicId === log.topicId &&
    before.brokerEpoch === brokerEpoch &&
    before.logStartOffset === log.logStartOffset &&
    (isr === undefined || before.isr === isr.isr) &&
    before.effectiveMinIsr === (now.effectiveMinIsr ?? 0)
  )
}
