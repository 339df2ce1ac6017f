/** Finds the offset at which an unplaced partition begins, by ListOffsets at its leader. */
import { AssertionError } from '@ottla/runtime'
import { askLeader, type ListedOffset, OFFSET_SPEC, type OffsetQuery } from '../admin/list-offsets.ts'
import type { Outcome } from '../admin/outcome.ts'
import { ClientError, withAttempt } from '../errors.ts'
import type { AssignedPartition } from './assigned-partition.ts'
import type { FetcherContext } from './context.ts'
import type { OffsetReset } from './offset-reset.ts'

interface LookUp {
  readonly partition: AssignedPartition
  readonly generation: number
  readonly query: OffsetQuery
}

/** Looks up what these partitions, all led by this broker, need; resolves when each is placed or has failed. */
export async function resetPositions(
  context: FetcherContext,
  brokerId: number,
  partitions: readonly AssignedPartition[],
): Promise<void> {
  const lookUps = partitions.flatMap((partition) => lookUpOf(partition, context))
  if (lookUps.length === 0) return
  for (const { partition } of lookUps) partition.busy = true
  const { cluster, call, config, subscription } = context
  const options = { isolationLevel: config.isolationLevel }
  const queries = lookUps.map(({ query }) => query)
  const outcomes = await askLeader(cluster, queries, { brokerId, call, options }).catch(asError)
  for (const lookUp of lookUps) {
    lookUp.partition.busy = false
    if (!subscription.wants(lookUp.partition, lookUp.generation)) continue
    place(lookUp, outcomes instanceof ClientError ? failedBy(outcomes, lookUp) : outcomes.get(lookUp.query)!, context)
  }
}

function asError(error: unknown): ClientError {
  if (error instanceof ClientError) return error
  throw error
}

function failedBy(error: ClientError, { query: { topic, partition } }: LookUp): Outcome<ListedOffset> {
  return { ok: false, error: withAttempt(error, { topic, partition }) }
}

function lookUpOf(partition: AssignedPartition, context: FetcherContext): LookUp[] {
  if (partition.phase.kind !== 'unplaced') return []
  const timestamp = timestampOf(partition.phase.reset, context)
  const { topic, partition: number, generation } = partition
  return [{ partition, generation, query: { topic, partition: number, timestamp } }]
}

function timestampOf(reset: OffsetReset, { world }: FetcherContext): number {
  switch (reset.kind) {
    case 'earliest':
      return OFFSET_SPEC.earliest
    case 'latest':
      return OFFSET_SPEC.latest
    case 'by_duration':
      return Math.max(0, world.clock.now() - reset.durationMs)
    case 'none':
      throw new AssertionError('no offset is looked up without a policy')
  }
}

function place({ partition }: LookUp, outcome: Outcome<ListedOffset>, context: FetcherContext): void {
  if (!outcome.ok) context.failed(partition, outcome.error)
  // Nothing is that young: the next record will be.
  else if (outcome.value.offset < 0) partition.reset({ kind: 'latest' })
  else partition.moveTo(outcome.value.offset, outcome.value.leaderEpoch)
}
