/**
 * The replicas of a partition as they lie in the log directories of stopped brokers: the same bytes in all of them below the high watermark, no
 * damaged batch, and no (producer id, epoch, sequence) twice.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { batchesIn, type RecordBatch } from '@ottla/protocol'
import '@ottla/runtime/node'

export interface ReplicaReport {
  readonly findings: readonly string[]
  /** The largest that a replica has written down. */
  readonly highWatermark: number
  /** Behind the last record, by replica. */
  readonly ends: readonly number[]
  /** Compared, of one replica. */
  readonly bytes: number
  readonly batches: number
}

interface Replica {
  readonly name: string
  readonly highWatermark: number
  readonly batches: Iterator<RecordBatch, void>
  end: number
}

/** `name`: the partition's directory, such as `events-0`; `logDirectories`: those of the brokers that have a replica. */
export function compareReplicas(name: string, logDirectories: readonly string[]): ReplicaReport {
  const findings: string[] = []
  const replicas = logDirectories.map((directory) => openReplica(directory, name))
  const highWatermark = Math.max(...replicas.map((replica) => replica.highWatermark))
  const sequences = new Sequences()
  let bytes = 0
  let count = 0
  for (;;) {
    const batches = replicas.map((replica) => nextBatch(replica, findings))
    const [first] = batches
    if (batches.every((batch) => batch === undefined)) break
    const difference = differenceOf(batches)
    if (first === undefined || difference !== undefined) {
      const at = Math.min(...batches.map((batch) => batch?.baseOffset ?? Number.POSITIVE_INFINITY))
      // What lies behind the high watermark may differ until a leader's log has replaced it.
      if (at < highWatermark) findings.push(`${name} at offset ${at}: ${difference} (${shown(replicas, batches)})`)
      drain(replicas, findings)
      break
    }
    bytes += first.sizeBytes
    count++
    if (!first.isCrcValid()) findings.push(`${name}: the batch at ${first.baseOffset} is damaged`)
    const again = sequences.repeated(first)
    if (again !== undefined) findings.push(`${name}: the batch at ${first.baseOffset} repeats ${again}`)
  }
  for (const { name: replica, end } of replicas) {
    if (end < highWatermark) findings.push(`${replica} ends at ${end}, below the high watermark ${highWatermark}`)
  }
  return { findings, highWatermark, ends: replicas.map(({ end }) => end), bytes, batches: count }
}

function openReplica(directory: string, name: string): Replica {
  const folder = join(directory, name)
  return {
    name: folder,
    highWatermark: checkpointOf(directory).get(name) ?? 0,
    batches: existsSync(folder) ? batchesOfFolder(folder) : [].values(),
    end: 0,
  }
}

/** Segment by segment: replicas roll them at different places. */
function* batchesOfFolder(folder: string): Generator<RecordBatch, void> {
  const segments = readdirSync(folder).filter((file) => file.endsWith('.log'))
  for (const segment of segments.sort()) yield* batchesIn(readFileSync(join(folder, segment)))
}

/** By partition directory: the high watermark that the broker last wrote down. */
function checkpointOf(directory: string): Map<string, number> {
  const file = join(directory, 'replication-offset-checkpoint')
  if (!existsSync(file)) return new Map()
  const entries = readFileSync(file, 'utf8').split('\n').slice(2).filter(Boolean)
  return new Map(
    entries.map((entry) => {
      const [topic, partition, offset] = entry.split(' ')
      return [`${topic}-${partition}`, Number(offset)]
    }),
  )
}

function nextBatch(replica: Replica, findings: string[]): RecordBatch | undefined {
  const { value: batch } = replica.batches.next()
  if (batch === undefined) return undefined
  if (batch.baseOffset !== replica.end)
    findings.push(`${replica.name}: the batch at ${batch.baseOffset} follows offset ${replica.end}`)
  replica.end = batch.lastOffset + 1
  return batch
}

function drain(replicas: readonly Replica[], findings: string[]): void {
  for (const replica of replicas) while (nextBatch(replica, findings) !== undefined);
}

function differenceOf([first, ...others]: readonly (RecordBatch | undefined)[]): string | undefined {
  for (const other of others) {
    if ((first === undefined) !== (other === undefined)) return 'a replica ends here'
    if (first && other && Buffer.compare(first.bytes, other.bytes) !== 0) return 'replicas differ'
  }
  return undefined
}

function shown(replicas: readonly Replica[], batches: readonly (RecordBatch | undefined)[]): string {
  const text = (batch: RecordBatch | undefined) =>
    batch === undefined
      ? 'nothing'
      : `offsets ${batch.baseOffset} to ${batch.lastOffset} of epoch ${batch.partitionLeaderEpoch}, CRC ${batch.crc}`
  return replicas.map(({ name }, index) => `${name}: ${text(batches[index])}`).join('; ')
}

/** An idempotent producer's sequences ascend without repetition within an epoch. */
class Sequences {
  readonly #last = new Map<string, number>()

  /** What is there again, as text. */
  repeated({ producerId, producerEpoch, baseSequence, lastSequence }: RecordBatch): string | undefined {
    if (producerId < 0 || baseSequence < 0) return undefined
    const producer = `${producerId} ${producerEpoch}`
    const last = this.#last.get(producer) ?? -1
    if (baseSequence <= last)
      return `sequence ${baseSequence} of producer ${producerId}, epoch ${producerEpoch}: ${last} is there already`
    this.#last.set(producer, lastSequence)
    return undefined
  }
}
