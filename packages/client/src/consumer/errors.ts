import type { TopicPartition } from '../admin/leaders.ts'
import { ClientError } from '../errors.ts'

/**
 * A record or batch that cannot be handed out: damaged, or refused by a deserializer (see `cause`). The position stays in front of
 * it, so each poll throws this again; `consumer.seek(error, error.nextOffset)` goes on behind it.
 */
export class UnreadableRecordError extends ClientError implements TopicPartition {
  readonly topic: string
  readonly partition: number
  /** The first offset that cannot be read. */
  readonly offset: number
  /** The first offset behind what cannot be read, as far as that can be told. */
  readonly nextOffset: number

  constructor(what: string, at: TopicPartition & { offset: number; nextOffset: number }, cause?: unknown) {
    const { topic, partition, offset, nextOffset } = at
    const message = `${topic}-${partition} at offset ${offset}: ${what}; seek to ${nextOffset} to go on behind it`
    super('CORRUPT_MESSAGE', message, { topic, partition }, cause)
    this.topic = topic
    this.partition = partition
    this.offset = offset
    this.nextOffset = nextOffset
  }
}

/**
 * A partition has no position to read from, and auto.offset.reset is none: there never was one, or (`offset`) the log does not have
 * it. `seek` gives it one.
 */
export class NoOffsetError extends ClientError implements TopicPartition {
  readonly topic: string
  readonly partition: number
  readonly offset: number | undefined

  constructor({ topic, partition }: TopicPartition, offset?: number) {
    const what = offset === undefined ? 'no position is known' : `the log does not have offset ${offset}`
    const message = `${topic}-${partition}: ${what}, and autoOffsetReset is none: seek first`
    super('OFFSET_OUT_OF_RANGE', message, { topic, partition })
    this.topic = topic
    this.partition = partition
    this.offset = offset
  }
}

/**
 * The log was cut below the position after its leader changed (KIP-320), and auto.offset.reset is none: what was read from
 * `divergentOffset` on is not in the log any more. `seek` goes on.
 */
export class LogTruncationError extends ClientError implements TopicPartition {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Where the present log parts from what was read; undefined when the leader cannot tell. */
  readonly divergentOffset: number | undefined

  constructor({ topic, partition }: TopicPartition, offset: number, divergentOffset: number | undefined) {
    const where = divergentOffset === undefined ? 'below it' : `at offset ${divergentOffset}`
    const message = `${topic}-${partition}: the log was cut ${where}, the position is ${offset}: seek to go on`
    super('OFFSET_OUT_OF_RANGE', message, { topic, partition })
    this.topic = topic
    this.partition = partition
    this.offset = offset
    this.divergentOffset = divergentOffset
  }
}
