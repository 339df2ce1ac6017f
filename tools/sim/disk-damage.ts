/**
 * What happens to a disk that goes bad, and to one whose owner makes a mistake: done to the files of a simulated machine from outside, whether or
 * not a broker runs there.
 */
import type { Random } from '@ottla/runtime'
import type { SimNode } from './world/sim-cluster.ts'

const PLACE = /^(topic-\d+) (\d+)$/
const LOG_FILE = /^\/data\/(topic-\d+)-(\d+)\/\d+\.log$/
const RECOVERY_POINTS = '/data/recovery-point-offset-checkpoint'
const HEADER_BYTES = 61
const LENGTH_AT = 8
const LENGTH_END = 12
/**
 * Bytes of a batch that its checksum covers. Not in it: offset, length, leader epoch and version in front, which Kafka's format leaves to
 * whoever reads them. Left out: the last offset delta, from which a reader takes where to go on.
 */
const COVERED_FROM = 17
const LAST_OFFSET_DELTA = { from: 23, to: 27 }

export interface DamagedBatch {
  readonly topic: string
  readonly partition: number
  /** Offsets, both included. */
  readonly from: number
  readonly to: number
}

interface BatchOnDisk {
  /** Offsets, both included. */
  readonly from: number
  readonly to: number
  readonly path: string
  readonly position: number
  readonly bytes: Uint8Array
}

/**
 * Flips a bit in one batch of a topic that is written to, below the recovery point that the disk knows: what lies behind it may as well be a
 * write that was torn. Undefined: there is none.
 */
export function rot(node: SimNode, random: Random): DamagedBatch | undefined {
  const batches = syncedBatches(node)
  const batch = batches[random.integer(Math.max(1, batches.length))]
  if (batch === undefined) return undefined
  const covered = batch.bytes.length - COVERED_FROM - (LAST_OFFSET_DELTA.to - LAST_OFFSET_DELTA.from)
  const nth = COVERED_FROM + random.integer(covered)
  const at = nth < LAST_OFFSET_DELTA.from ? nth : nth + (LAST_OFFSET_DELTA.to - LAST_OFFSET_DELTA.from)
  node.disk.flipBit(batch.path, batch.position + at, random.integer(8))
  return batch
}

/** Removes one partition directory of a topic that is written to; only while no process runs there. Undefined: there is none. */
export function removeReplica(node: SimNode, random: Random): DamagedBatch | undefined {
  const places = new Map<string, { readonly topic: string; readonly partition: number }>()
  for (const { path } of node.disk.machine.tree.files()) {
    const [, topic = '', partition = ''] = LOG_FILE.exec(path) ?? []
    if (topic !== '') places.set(`/data/${topic}-${partition}`, { topic, partition: Number(partition) })
  }
  const [directory, place] = [...places][random.integer(Math.max(1, places.size))] ?? []
  if (directory === undefined || place === undefined) return undefined
  const { tree } = node.disk.machine
  const parent = tree.parent('remove', directory)
  tree.unlinkTree(parent.directory, parent.name)
  return { ...place, from: 0, to: Number.POSITIVE_INFINITY }
}

function syncedBatches(node: SimNode): (BatchOnDisk & DamagedBatch)[] {
  const found: (BatchOnDisk & DamagedBatch)[] = []
  for (const [key, recoveryPoint] of recoveryPoints(node)) {
    const [, topic = '', partition = ''] = PLACE.exec(key) ?? []
    if (topic === '') continue
    for (const batch of batchesOnDisk(node, `/data/${topic}-${partition}`)) {
      if (batch.to < recoveryPoint) found.push({ ...batch, topic, partition: Number(partition) })
    }
  }
  return found
}

/** Whether segments are being replaced by what is left of them: the records are in files of other names then. */
export function isCompacting(node: SimNode): boolean {
  for (const { path } of node.disk.machine.tree.files()) if (/\.(cleaned|swap)$/.test(path)) return true
  return false
}

/** The batches in a partition's directory, sound or not, in the order of their offsets. */
export function* batchesOnDisk(node: SimNode, directory: string): Generator<BatchOnDisk> {
  const { tree } = node.disk.machine
  const entries = tree.find(directory)
  if (entries?.kind !== 'directory') return
  // The names are the first offsets, all of the same length.
  for (const name of [...entries.entries.keys()].filter((name) => name.endsWith('.log')).sort()) {
    const file = entries.entries.get(name)
    if (file?.kind !== 'file') continue
    const bytes = new Uint8Array(file.content.size)
    file.content.read(bytes, 0)
    yield* batchesIn(bytes, `${directory}/${name}`)
  }
}

function* batchesIn(bytes: Uint8Array, path: string): Generator<BatchOnDisk> {
  const view = new DataView(bytes.buffer)
  for (let position = 0; position + HEADER_BYTES <= bytes.length; ) {
    const from = Number(view.getBigInt64(position))
    const length = LENGTH_END + view.getInt32(position + LENGTH_AT)
    if (length < HEADER_BYTES) return
    const to = from + view.getInt32(position + LAST_OFFSET_DELTA.from)
    yield { path, position, from, to, bytes: bytes.subarray(position, position + length) }
    position += length
  }
}

/** By `topic partition`: up to where the disk says that all is synced. */
function recoveryPoints(node: SimNode): ReadonlyMap<string, number> {
  const file = node.disk.machine.tree.find(RECOVERY_POINTS)
  if (file?.kind !== 'file') return new Map()
  const bytes = new Uint8Array(file.content.size)
  file.content.read(bytes, 0)
  const lines = new TextDecoder().decode(bytes).split('\n').slice(2)
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}
