/** Sends the group's offsets to its coordinator, and asks for them. */
import type { ErrorName } from '@ottla/protocol'
import { delay } from '@ottla/runtime'
import type { TopicPartition } from '../admin/leaders.ts'
import { API } from '../api.ts'
import { backOffMs } from '../back-off.ts'
import type { Cluster } from '../cluster.ts'
import { ClientError, withAttempt } from '../errors.ts'
import { coordinatorMayHaveMoved } from '../group/coordinator-moved.ts'
import { askCoordinator, forgetCoordinator } from '../group/find-coordinator.ts'
import { type MemberIdentity, partitionKey } from '../group/member.ts'
import { groupBy } from '../group-by.ts'
import type { Call, CallOptions } from '../retry.ts'
import { waitFor } from '../wait.ts'
import type { ClientWorld } from '../world.ts'

/** An offset to commit: of the record that is to be read next. */
export interface OffsetToCommit extends TopicPartition {
  readonly offset: number
  /** Epoch of the leader that appended the record in front of it; not given or -1: not known. */
  readonly leaderEpoch?: number
  /** Any text, kept with the offset. */
  readonly metadata?: string
}

export interface CommittedPosition extends TopicPartition {
  readonly offset: number
  readonly leaderEpoch: number
  readonly metadata: string
}

export interface CommitsOptions {
  readonly world: ClientWorld
  readonly cluster: Cluster
  readonly groupId: string
  readonly groupInstanceId: string | null
  readonly requireStable: boolean
  /** The consumer protocol wants to know the member in OffsetFetch too. */
  readonly namesMember: boolean
  identity(): MemberIdentity
  /**
   * How often the group has gone on without this consumer. A member of the consumer protocol keeps its id when it joins again, and others may
   * have committed meanwhile: what was to be committed before must not be any more.
   */
  timesLost(): number
  /** Stands for this consumer's having the partition: the same one as long as it has not given it up; undefined: it has it not. */
  holding(partition: TopicPartition): unknown
}

export interface CommitOptions extends CallOptions {
  /** Offsets of topics that are gone are given up at once, silently. */
  readonly forgetsUnknownTopics?: boolean
}

/** From here on topics go by their ids, which a consumer without partitions of them does not know. */
const NAMES_VERSION_MAX = 9
const BATCH_FETCH_VERSION = 8
const STALE = 'STALE_MEMBER_EPOCH'
/** The group rebalances, or has come out of that with a generation or epoch that this member is still to hear of. */
const REBALANCED: ReadonlySet<ErrorName> = new Set<ErrorName>([STALE, 'ILLEGAL_GENERATION', 'REBALANCE_IN_PROGRESS'])

/** One commit at a time, in the order of the calls, repeats included: an older offset never follows a newer one. */
export class Commits {
  private readonly options: CommitsOptions
  private last: Promise<void> = Promise.resolve()

  constructor(options: CommitsOptions) {
    this.options = options
  }

  /**
   * Rejects with a `ClientError`: UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION … when the group has gone on without this consumer. The time counts
   * from now on, whatever was asked for before.
   */
  commit(offsets: readonly OffsetToCommit[], options: CommitOptions = {}): Promise<void> {
    const { world, cluster, identity, timesLost, holding } = this.options
    const { timeoutMs = cluster.config.defaultApiTimeoutMs, signal } = options
    const { timers, clock } = world
    const endMs = clock.monotonic() + timeoutMs
    const who: Committer = { ...identity(), timesLost: timesLost(), holdings: offsets.map((its) => holding(its)) }
    const before = this.last
    const commit = waitFor(before, { timers, timeoutMs, signal, timedOut: waitedTooLong }).then(() =>
      this.attempts(offsets, who, { ...options, timeoutMs: Math.max(0, endMs - clock.monotonic()) }),
    )
    // Without the outcomes: they would hold those of all commits before.
    this.last = Promise.allSettled([before, commit]).then(() => {})
    return commit
  }

  /** Resolves when the commits that were begun so far have ended, however they did. */
  idle(): Promise<void> {
    return this.last
  }

  /** What the group has committed of these partitions; those without an offset are missing. */
  async committed(partitions: readonly TopicPartition[], options: CallOptions = {}): Promise<CommittedPosition[]> {
    if (partitions.length === 0) return []
    return this.options.cluster.retrying(options, (call) => this.fetch(partitions, call))
  }

  private async attempts(offsets: readonly OffsetToCommit[], who: Committer, options: CommitOptions): Promise<void> {
    if (offsets.length === 0) return
    let pending = offsets
    await this.options.cluster.retrying(options, async (call) => {
      if (this.options.timesLost() !== who.timesLost) throw goneOn({ api: 'OffsetCommit' })
      const errors = await this.attempt(pending, this.committerNow(offsets, who), call)
      if (options.forgetsUnknownTopics) forgetUnknownTopics(errors)
      if (errors.size === 0) return
      pending = pending.filter((offset) => errors.has(partitionKey(offset)))
      const error = worst([...errors.values()])
      // The epoch has moved on since the heartbeat that is under way was answered; the partitions may still be this member's.
      if (!REBALANCED.has(error.errorName) || this.committerNow(offsets, who) === who) throw told(error)
      await this.pause(call)
      if (this.committerNow(offsets, who) === who) throw told(error)
      throw new PassingError(error)
    })
  }

  /** The member as it is now, when it has had all the partitions since; else as it was. */
  private committerNow(offsets: readonly OffsetToCommit[], who: Committer): MemberIdentity {
    const now = this.options.identity()
    return now.memberId === who.memberId && this.stillHolds(offsets, who) ? now : who
  }

  private stillHolds(offsets: readonly OffsetToCommit[], { holdings }: Committer): boolean {
    return offsets.every((its, index) => holdings[index] !== undefined && this.options.holding(its) === holdings[index])
  }

  private pause(call: Call): Promise<void> {
    const { world, cluster } = this.options
    const { retryBackoffMs: firstMs, retryBackoffMaxMs: maxMs } = cluster.config
    return delay(world.timers, backOffMs(0, { firstMs, maxMs, random: world.random }), call.signal)
  }

  /** What went wrong, by partition. */
  private async attempt(
    offsets: readonly OffsetToCommit[],
    { memberId, epoch }: MemberIdentity,
    call: Call,
  ): Promise<Map<string, ClientError>> {
    const { cluster, groupId, groupInstanceId } = this.options
    const topics = [...groupBy(offsets, ({ topic }) => topic)].map(([name, its]) => ({
      name,
      partitions: its.map(({ partition, offset, leaderEpoch, metadata }) => ({
        partitionIndex: partition,
        committedOffset: offset,
        committedLeaderEpoch: leaderEpoch ?? -1,
        committedMetadata: metadata ?? '',
      })),
    }))
    const identity = { groupId, memberId, generationIdOrMemberEpoch: epoch }
    const instanceId = memberId === '' ? null : groupInstanceId
    const answer = await askCoordinator(cluster, { groupId, call }, (brokerId) =>
      cluster.send(
        { brokerId, lane: 'group' },
        API.offsetCommit,
        { ...identity, groupInstanceId: instanceId, topics },
        { call, versions: { max: NAMES_VERSION_MAX } },
      ),
    )
    const errors = new Map<string, ClientError>()
    for (const { name: topic, partitions } of answer.topics) {
      for (const { partitionIndex: partition, errorCode } of partitions) {
        if (errorCode === 0) continue
        const error = ClientError.fromCode(errorCode, null, { api: 'OffsetCommit', topic, partition })
        if (coordinatorMayHaveMoved(error)) forgetCoordinator(cluster, groupId)
        errors.set(partitionKey({ topic, partition }), error)
      }
    }
    return errors
  }

  private async fetch(partitions: readonly TopicPartition[], call: Call): Promise<CommittedPosition[]> {
    const { cluster, groupId, requireStable, namesMember } = this.options
    const { memberId, epoch } = this.options.identity()
    const topics = [...groupBy(partitions, ({ topic }) => topic)].map(([name, its]) => ({
      name,
      partitionIndexes: its.map(({ partition }) => partition),
    }))
    const member = namesMember && memberId !== '' ? { memberId, memberEpoch: epoch } : {}
    const body = (version: number) =>
      version >= BATCH_FETCH_VERSION
        ? { groups: [{ groupId, topics, ...member }], requireStable }
        : { groupId, topics, ...(version >= 7 && { requireStable }) }
    const answer = await askCoordinator(cluster, { groupId, call }, (brokerId) =>
      cluster.send({ brokerId, lane: 'group' }, API.offsetFetch, body, { call, versions: { max: NAMES_VERSION_MAX } }),
    )
    const group = answer.groups[0] ?? answer
    this.throwCode(group.errorCode, {})
    return group.topics.flatMap(({ name: topic, partitions: its }) =>
      its.flatMap(({ partitionIndex: partition, committedOffset, committedLeaderEpoch, metadata, errorCode }) => {
        this.throwCode(errorCode, { topic, partition })
        if (committedOffset < 0) return []
        const leaderEpoch = committedLeaderEpoch
        return [{ topic, partition, offset: committedOffset, leaderEpoch, metadata: metadata ?? '' }]
      }),
    )
  }

  private throwCode(errorCode: number, attempt: ClientError['attempt']): void {
    if (errorCode === 0) return
    const { cluster, groupId } = this.options
    const error = ClientError.fromCode(errorCode, null, { api: 'OffsetFetch', ...attempt })
    if (coordinatorMayHaveMoved(error)) forgetCoordinator(cluster, groupId)
    throw error.errorName === STALE ? new PassingError(error) : error
  }
}

/** The same will do in the member's new epoch, of which a heartbeat tells. */
class PassingError extends ClientError {
  override readonly retriable = true

  constructor({ errorName, message, attempt }: ClientError) {
    super(errorName, message, attempt)
  }
}

interface Committer extends MemberIdentity {
  readonly timesLost: number
  readonly holdings: readonly unknown[]
}

function waitedTooLong(): ClientError {
  const message = 'commits that were asked for before it took too long'
  return new ClientError('REQUEST_TIMED_OUT', message, { api: 'OffsetCommit' })
}

function goneOn(attempt: ClientError['attempt']): ClientError {
  const message = 'The group has gone on without this consumer: its partitions may be read by others.'
  return new ClientError('UNKNOWN_MEMBER_ID', message, attempt)
}

function forgetUnknownTopics(errors: Map<string, ClientError>): void {
  for (const [key, { errorName }] of errors) if (errorName === 'UNKNOWN_TOPIC_OR_PARTITION') errors.delete(key)
}

/** What repeating does not cure is to be told first. */
function worst(errors: readonly ClientError[]): ClientError {
  return errors.find(({ retriable, errorName }) => !(retriable || REBALANCED.has(errorName))) ?? errors[0]!
}

function told(error: ClientError): ClientError {
  if (error.errorName !== 'UNKNOWN_MEMBER_ID' && error.errorName !== 'ILLEGAL_GENERATION') return error
  const message = `${error.message} The group has gone on without this consumer: its partitions may be read by others from the offset committed before.`
  return withAttempt(new ClientError(error.errorName, message, error.attempt), {})
}
