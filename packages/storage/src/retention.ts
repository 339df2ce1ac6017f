import type { LogConfig } from './types.ts'

/** A segment as retention sees it, oldest first. */
export interface RetentionSegment {
  readonly baseOffset: number
  readonly sizeBytes: number
  /** Milliseconds since the epoch, see `retentionTimeMs`; undefined when it was not asked for: not old enough. */
  readonly timeMs: number | undefined
}

export interface RetentionInput {
  readonly segments: readonly RetentionSegment[]
  readonly logStartOffset: number
  readonly highWatermark: number
  readonly logEndOffset: number
  readonly config: Pick<LogConfig, 'deletes' | 'retentionMs' | 'retentionBytes'>
  readonly nowMs: number
}

export type RetentionReason = 'log start offset' | 'retention.bytes' | 'retention.ms'

export interface RetentionPlan {
  /** So many of the oldest segments go. */
  readonly count: number
  /** Why the newest of them goes. */
  readonly reason: RetentionReason
}

/**
 * Which whole segments may go, by Kafka's rules, one after the other: those below the log start offset; with
 * cleanup.policy=delete those without which the log still holds `retention.bytes`, and those older than `retention.ms`. None
 * that reaches past the high watermark, and no empty active one. All of them may: a new one is rolled first then.
 */
export function planRetention(input: RetentionInput): RetentionPlan | undefined {
  const { segments, config } = input
  const byStart = countWhile(segments, 0, (_, index) => isBelowStart(input, index))
  const bySize = config.deletes ? countBySize(input, byStart) : byStart
  const count = config.deletes ? countByTime(input, bySize) : bySize
  if (count === 0) return undefined
  const reason = count > bySize ? 'retention.ms' : count > byStart ? 'retention.bytes' : 'log start offset'
  return { count, reason }
}

/** Strictly older, as in Kafka: retention.ms=0 lets go what is a millisecond old. */
export function isExpired(
  timeMs: number | undefined,
  { nowMs, config }: Pick<RetentionInput, 'nowMs' | 'config'>,
): boolean {
  return config.deletes && config.retentionMs >= 0 && timeMs !== undefined && nowMs - timeMs > config.retentionMs
}

function isBelowStart(input: RetentionInput, index: number): boolean {
  const next = input.segments[index + 1]
  return next !== undefined && next.baseOffset <= input.logStartOffset && isRemovable(input, index)
}

function countBySize(input: RetentionInput, from: number): number {
  const { segments, config } = input
  if (config.retentionBytes < 0) return from
  const sizeBytes = segments.slice(from).reduce((sum, segment) => sum + segment.sizeBytes, 0)
  let excessBytes = sizeBytes - config.retentionBytes
  return countWhile(segments, from, (segment, index) => {
    excessBytes -= segment.sizeBytes
    return excessBytes >= 0 && isRemovable(input, index)
  })
}

function countByTime(input: RetentionInput, from: number): number {
  return countWhile(input.segments, from, ({ timeMs }, index) => isExpired(timeMs, input) && isRemovable(input, index))
}

/** All of it is committed, and it is more than the place where the next record goes. */
function isRemovable(input: RetentionInput, index: number): boolean {
  const isActive = index === input.segments.length - 1
  if (isActive && input.segments[index]!.sizeBytes === 0) return false
  return input.highWatermark >= endOf(input, index)
}

function endOf({ segments, logEndOffset }: RetentionInput, index: number): number {
  return segments[index + 1]?.baseOffset ?? logEndOffset
}

function countWhile(
  segments: readonly RetentionSegment[],
  from: number,
  goes: (segment: RetentionSegment, index: number) => boolean,
): number {
  let count = from
  while (count < segments.length && goes(segments[count]!, count)) count++
  return count
}
