/**
 * Fetches from one leader broker all partitions that are followed there, over one connection and one incremental fetch session.
 *
 * One request is under way at a time, and the next one leaves when the log has written what the last one brought: a slow disk
 * slows its leader down, nothing is heaped up. A partition whose work takes longer, or that failed, is left out until it is ready,
 * so that it stalls no other. While the leader holds a request back for lack of records, a partition that becomes ready (a leader
 * has moved, a rest is over) does not wait for its end: a second request takes the first one's place in the session, and the
 * leader ends the first one.
 *
 * Answers are handed to `Following`, which drops what does not fit its log any more.
 */
import { API, type Connection } from '@ottla/client/internal'
import { ErrorCode, errorByCode, type FetchResponse } from '@ottla/protocol'
import type { Runtime, Timer } from '@ottla/runtime'
import { AnswerMemory } from './answer-memory.ts'
import { FETCH_VERSIONS, fetchBody, leaderStartBody, type ReplicaFetchConfig } from './fetch-request.ts'
import { type PartitionId, ReplicaFetchSession, type ReplicaRequest } from './fetch-session.ts'
import type { FollowerThrottle } from './follower-throttle.ts'
import type { Following, FollowingOwner } from './following.ts'
import { LeaderLink, type LeaderPlace } from './leader-link.ts'

/** What all fetchers of a broker share. */
export interface FetcherContext {
  readonly runtime: Runtime
  readonly brokerId: number
  /** Of the present registration. */
  readonly brokerEpoch: () => number
  /** Where the inter-broker listener of a broker is; undefined while it is not registered. */
  readonly placeOf: (brokerId: number) => LeaderPlace | undefined
  readonly config: ReplicaFetchConfig
  readonly throttle: FollowerThrottle
  readonly counts: ReplicationCounts
}

/** What replication brought in so far. */
export interface ReplicationCounts {
  bytesIn: number
  /** Cuts below the high watermark. */
  committedCuts: number
}

interface Sent {
  readonly request: ReplicaRequest<Following>
  readonly connection: Connection
  /** A later request has taken its place in the session. */
  isSuperseded: boolean
}

/** The first rest after a failure; it doubles up to replica.fetch.backoff.ms. */
const BACKOFF_FIRST_MS = 20
/** How long the next request waits for the work of the last one's partitions. */
const WORK_WAIT_MS = 50
/** Longer than a controller takes to give the partitions of a broker that died to others. Who is not fenced by then lives, and only this broker does not reach it. */
const VANISHED_MS = 1000
/** How often throttled partitions are looked at again. */
const THROTTLE_MS = 200

export class LeaderFetcher implements FollowingOwner {
  readonly leader: number
  readonly #context: FetcherContext
  readonly #session = new ReplicaFetchSession<Following>()
  readonly #followed = new Set<Following>()
  /** Their logs work, or the leader is asked about them. */
  readonly #working = new Set<Following>()
  /** Those of them for whose end the next request still waits. */
  readonly #awaited = new Set<Following>()
  readonly #rests = new Map<Following, Timer>()
  readonly #memory = new AnswerMemory()
  readonly #link: LeaderLink
  #isClosed = false
  /** The last request found no session at the leader. */
  #wasForgotten = false
  #sent: Sent[] = []
  #isDispatching = false
  #isPumpDue = false
  #workWait: Timer | undefined
  #throttleWait: Timer | undefined
  /** The leader has no place for a session. */
  #hasNoSession = false

  constructor(leader: number, context: FetcherContext) {
    const { runtime, brokerId, config } = context
    this.leader = leader
    this.#context = context
    this.#link = new LeaderLink({
      runtime,
      leader,
      clientId: `broker-${brokerId}-fetcher-${leader}`,
      place: () => context.placeOf(leader),
      requestTimeoutMs: config.socketTimeoutMs,
      frameMemory: this.#memory,
      restMs: (failuresBefore) => this.#backoffMs(failuresBefore),
      onOpen: () => {
        this.#session.restart()
        this.#pump()
      },
      onLost: () => {
        this.#sent = []
      },
      onRested: () => this.#pump(),
    })
  }

  /** Its connection broke a moment ago and cannot be made again: the process has probably ended. */
  get hasVanished(): boolean {
    const lostForMs = this.#link.lostForMs
    return lostForMs !== undefined && lostForMs < VANISHED_MS
  }

  get followed(): Iterable<Following> {
    return this.#followed
  }

  add(following: Following): void {
    this.#followed.add(following)
    following.attach(this)
    this.#place(following)
    this.#pumpSoon()
  }

  /** Nothing is asked for it any more, and no answer reaches it. */
  remove(following: Following): void {
    this.#followed.delete(following)
    // The log may be about to write what has come for it.
    if (this.#doneWith(following)) this.#memory.abandon()
    this.#rests.get(following)?.clear()
    this.#rests.delete(following)
    this.#session.drop(idOf(following))
    this.#pumpSoon()
  }

  /** The metadata says something new about the leader broker itself. */
  leaderChanged(): void {
    this.#link.placeChanged()
  }

  /** Throttled replicas or their rate have changed. */
  throttleChanged(): void {
    this.#pumpSoon()
  }

  close(): void {
    this.#isClosed = true
    for (const rest of this.#rests.values()) rest.clear()
    this.#rests.clear()
    for (const timer of [this.#workWait, this.#throttleWait]) timer?.clear()
    this.#link.close()
  }

  changed(following: Following): void {
    if (!this.#followed.has(following)) return
    this.#place(following)
    if (!this.#isDispatching) this.#pump()
  }

  rest(following: Following, failures: number): void {
    this.#rests.get(following)?.clear()
    const ms = this.#backoffMs(failures - 1)
    const timer = this.#timers.after(ms, () => {
      this.#rests.delete(following)
      following.rested()
    })
    this.#rests.set(following, timer)
  }

  askLeaderStart(following: Following): void {
    this.#leaderStart(following).then(
      (offset) => following.leaderStartsAt(offset),
      (error: unknown) => following.failed(`the start of the leader's log is not known: ${messageOf(error)}`),
    )
  }

  appended(bytes: number): void {
    this.#context.counts.bytesIn += bytes
  }

  lostCommitted(): void {
    this.#context.counts.committedCuts += 1
  }

  get #timers() {
    return this.#context.runtime.timers
  }

  #place(following: Following): void {
    const { phase } = following
    if (phase === 'fetching') {
      this.#doneWith(following)
      this.#want(following)
    } else if (phase === 'resting') {
      this.#doneWith(following)
      this.#session.drop(idOf(following))
    } else if (!this.#working.has(following)) {
      this.#working.add(following)
      this.#awaited.add(following)
    }
  }

  /** Returns whether its log worked. */
  #doneWith(following: Following): boolean {
    this.#awaited.delete(following)
    return this.#working.delete(following)
  }

  #want(following: Following): void {
    const { fetchFrom, leaderEpoch } = following
    this.#session.want(idOf(following), following, { ...fetchFrom, currentLeaderEpoch: leaderEpoch })
  }

  /** Many partitions come and go in one turn, with an image. */
  #pumpSoon(): void {
    if (this.#isPumpDue) return
    this.#isPumpDue = true
    this.#timers.endOfTurn(() => {
      this.#isPumpDue = false
      this.#pump()
    })
  }

  #pump(): void {
    if (this.#isClosed) return
    if (this.#followed.size === 0) {
      this.#release()
      return
    }
    const { connection } = this.#link
    if (connection === undefined) {
      this.#link.open()
    } else if (this.#sent.length === 0) {
      if (this.#awaited.size > 0) {
        this.#awaitWork()
      } else {
        if (this.#working.size > 0) this.#memory.abandon()
        else this.#memory.release()
        this.#send(connection)
      }
    } else if (this.#maySupersede) {
      this.#sent[0]!.isSuperseded = true
      this.#send(connection)
    }
  }

  #release(): void {
    this.#sent = []
    this.#memory.abandon()
    this.#link.release()
  }

  get #maySupersede(): boolean {
    return this.#sent.length === 1 && this.#session.hasNews && !this.#session.isNew
  }

  #awaitWork(): void {
    this.#workWait ??= this.#timers.after(WORK_WAIT_MS, () => {
      this.#workWait = undefined
      this.#awaited.clear()
      this.#pump()
    })
  }

  #send(connection: Connection): void {
    this.#workWait?.clear()
    this.#workWait = undefined
    for (const following of this.#working) this.#session.drop(idOf(following))
    this.#holdThrottled()
    if (this.#session.size === 0) return
    // What begins a session is answered at once: until then no partition could join it.
    const waitMaxMs = this.#session.isNew && !this.#hasNoSession ? 0 : this.#context.config.waitMaxMs
    const request = this.#session.request()
    const sent: Sent = { request, connection, isSuperseded: false }
    this.#sent.push(sent)
    const { brokerId, config } = this.#context
    const replicaState = { replicaId: brokerId, replicaEpoch: this.#context.brokerEpoch() }
    connection
      .send(API.fetch, fetchBody(request, { replicaState, config, waitMaxMs }), { versions: FETCH_VERSIONS })
      .then((answer) => this.#answered(sent, answer))
      // The connection has ended, or must, since what the leader has taken in is not known.
      .catch((error: unknown) => {
        if (this.#link.connection === connection) this.#link.giveUp(messageOf(error))
      })
  }

  #answered(sent: Sent, answer: FetchResponse): void {
    if (this.#isClosed || sent.connection !== this.#link.connection) return
    this.#sent.splice(this.#sent.indexOf(sent), 1)
    if (!(sent.isSuperseded && answer.errorCode !== ErrorCode.NONE)) this.#take(sent, answer)
    this.#pump()
  }

  #take({ request }: Sent, answer: FetchResponse): void {
    const verdict = this.#session.answered(request, answer)
    if (verdict === 'counts') {
      this.#link.works()
      this.#wasForgotten = false
      this.#hasNoSession = answer.sessionId === 0
      this.#dispatch(request, answer)
    } else if (verdict === 'failed' || this.#wasForgotten) {
      this.#link.giveUp(`the leader answered ${errorByCode(answer.errorCode).name}`)
    } else {
      this.#wasForgotten = true
    }
  }

  #dispatch(request: ReplicaRequest<Following>, { responses }: FetchResponse): void {
    this.#isDispatching = true
    try {
      for (const { topicId, partitions } of responses) {
        for (const partition of partitions) {
          const named = this.#session.askedIn(request, { topicId, partition: partition.partitionIndex })
          if (named === undefined) continue
          this.#context.throttle.received(named.member.log, partition.records?.length ?? 0)
          named.member.take(partition, named.position.fetchOffset)
        }
      }
    } finally {
      this.#isDispatching = false
    }
  }

  /** Throttled partitions that lag are left out while more came than the rate allows. */
  #holdThrottled(): void {
    const { throttle } = this.#context
    if (!throttle.isOn) return
    const isExceeded = throttle.isExceeded()
    let isHeld = false
    for (const following of this.#followed) {
      if (following.phase !== 'fetching' || !throttle.applies(following.log)) continue
      if (isExceeded && !following.isCaughtUp) {
        this.#session.drop(idOf(following))
        isHeld = true
      } else {
        this.#want(following)
      }
    }
    if (isHeld) this.#lookAgain()
  }

  #lookAgain(): void {
    this.#throttleWait ??= this.#timers.after(THROTTLE_MS, () => {
      this.#throttleWait = undefined
      const { throttle } = this.#context
      if (throttle.isOn && throttle.isExceeded()) {
        this.#lookAgain()
        return
      }
      for (const following of this.#followed) if (following.phase === 'fetching') this.#want(following)
      this.#pump()
    })
  }

  #backoffMs(failures: number): number {
    return Math.min(this.#context.config.backoffMaxMs, BACKOFF_FIRST_MS * 2 ** Math.min(failures, 20))
  }

  async #leaderStart(following: Following): Promise<number> {
    const { connection } = this.#link
    if (connection === undefined) throw new Error('there is no connection to the leader')
    const answer = await connection.send(API.listOffsets, leaderStartBody(following, this.#context.brokerId))
    const partition = answer.topics[0]?.partitions[0]
    if (partition === undefined) throw new Error('the answer does not name the partition')
    if (partition.errorCode !== ErrorCode.NONE) throw new Error(errorByCode(partition.errorCode).name)
    return partition.offset
  }
}

function idOf({ log }: Following): PartitionId {
  return { topicId: log.topicId, partition: log.partition }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
