/**
 * Followers that ask for the same records again and again: perhaps they cannot take them, because what this leader has is damaged, and
 * Fetch does not look at what it sends.
 */
import { batchesIn, CorruptRecordError, KafkaError } from '@ottla/protocol'
import type { PartitionLogSurface } from '@ottla/storage'

/** So often may a fetch be repeated: connections break, disks are full. Then the records are looked at, less and less often. */
const REPEATS_FIRST = 4
/** What a follower is given of one partition at once, by default (replica.fetch.max.bytes). */
const LOOKED_AT_BYTES = 1024 * 1024

interface Asked {
  readonly offset: number
  times: number
}

export class RepeatedFetches {
  readonly #asked = new Map<number, Asked>()

  /** The replica asks for the records at an offset; returns whether somebody should look at them. */
  isDue(replica: number, offset: number): boolean {
    const known = this.#asked.get(replica)
    if (known?.offset !== offset) {
      this.#asked.set(replica, { offset, times: 1 })
      return false
    }
    known.times += 1
    return known.times >= REPEATS_FIRST && isPowerOfTwo(known.times)
  }

  /** It has all that there is. */
  forget(replica: number): void {
    this.#asked.delete(replica)
  }
}

/**
 * Whether the batches from an offset on, as many as a follower is given at once, are as they were written, by their checksums and epochs: it
 * takes all of them or none. True where there are none, or where they cannot be read for another reason. Never rejects.
 */
export async function isSoundAt(log: PartitionLogSurface, offset: number): Promise<boolean> {
  try {
    return await areBatchesSound(log, offset)
  } catch (error) {
    const isDamage = error instanceof KafkaError && error.errorName === 'CORRUPT_MESSAGE'
    return !isDamage && !(error instanceof CorruptRecordError)
  }
}

async function areBatchesSound(log: PartitionLogSurface, offset: number): Promise<boolean> {
  const result = await log.read({
    offset,
    limitOffset: log.logEndOffset,
    bytesMax: LOOKED_AT_BYTES,
    atLeastOneBatch: true,
  })
  if (result.kind !== 'region') return true
  const { region } = result
  try {
    const bytes = new Uint8Array(region.byteLength)
    const read = await region.file.read(bytes, region.position)
    // What was cut off meanwhile says nothing.
    if (read < bytes.length || region.isCut === true) return true
    for (const batch of batchesIn(bytes)) {
      if (!batch.isCrcValid() || batch.partitionLeaderEpoch > log.latestLeaderEpoch) return false
    }
    return true
  } finally {
    region.release()
  }
}

function isPowerOfTwo(value: number): boolean {
  return (value & (value - 1)) === 0
}
