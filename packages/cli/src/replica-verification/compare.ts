/** What one replica answered to a Fetch. */
export interface ReplicaBatches {
  readonly brokerId: number
  /** -1: it does not say. */
  readonly highWatermark: number
  /** In order of offset; the first may begin before the offset that was asked for. */
  readonly batches: readonly BatchSum[]
}

export interface BatchSum {
  readonly lastOffset: number
  /** As it stands in the batch. */
  readonly crc: number
  /** Whether it is that of the bytes. */
  readonly isValid: boolean
}

export interface Comparison {
  /** Everything before it is the same on all replicas. */
  readonly verifiedTo: number
  /** What differs, in the words of Apache's tool. */
  readonly findings: readonly string[]
  /** The replicas have different records at one offset: what follows cannot be compared. */
  readonly isTornApart: boolean
}

/**
 * Compares batch by batch what all replicas of a partition have from an offset on, as far as the shortest answer and the smallest
 * high watermark go: what lies behind may still be truncated.
 */
export function compareReplicas(name: string, offset: number, replicas: readonly ReplicaBatches[]): Comparison {
  const findings: string[] = []
  const [first, ...others] = replicas
  if (first === undefined) return { verifiedTo: offset, findings, isTornApart: false }
  const readable = Math.min(...replicas.map(({ highWatermark }) => highWatermark))
  let verifiedTo = offset
  for (const [index, batch] of first.batches.entries()) {
    if (batch.lastOffset >= readable || others.some(({ batches }) => index >= batches.length)) break
    const different = others.find(({ batches }) => batches[index]!.lastOffset !== batch.lastOffset)
    if (different !== undefined) {
      findings.push(
        `partition ${name}: replica ${first.brokerId}'s offset ${batch.lastOffset} doesn't match replica ` +
          `${different.brokerId}'s offset ${different.batches[index]!.lastOffset}`,
      )
      return { verifiedTo, findings, isTornApart: true }
    }
    findings.push(...unlike(name, batch, { first, others, index }), ...damaged(name, replicas, index))
    verifiedTo = batch.lastOffset + 1
  }
  return { verifiedTo, findings, isTornApart: false }
}

interface Side {
  readonly first: ReplicaBatches
  readonly others: readonly ReplicaBatches[]
  readonly index: number
}

function unlike(name: string, batch: BatchSum, { first, others, index }: Side): string[] {
  return others.flatMap(({ brokerId, batches }) => {
    const { crc } = batches[index]!
    if (crc === batch.crc) return []
    return [
      `partition ${name} has unmatched checksum at offset ${batch.lastOffset}; ` +
        `replica ${first.brokerId}'s checksum ${batch.crc}; replica ${brokerId}'s checksum ${crc}`,
    ]
  })
}

/** A replica whose disk has lost bits still has the checksum that the others have. */
function damaged(name: string, replicas: readonly ReplicaBatches[], index: number): string[] {
  return replicas.flatMap(({ brokerId, batches }) => {
    const { isValid, lastOffset } = batches[index]!
    return isValid ? [] : [`partition ${name}: replica ${brokerId}'s batch up to offset ${lastOffset} is damaged`]
  })
}
