/** A member in the consumer protocol (KIP-848). Giving partitions up takes it no time: it acknowledges at once. */
import { API } from '@ottla/client/internal'
import { type Member, refused, type Seat, untilReady } from './member.ts'

const LEAVE_EPOCH = -1
const REBALANCE_TIMEOUT_MS = 300_000
/** From here on members make their ids. */
const VERSION = 1

type Owned = readonly { readonly topicId: string; readonly partitions: readonly number[] }[]

/** What a heartbeat says besides who sends it. */
interface Told {
  readonly rebalanceTimeoutMs?: number
  readonly subscribedTopicNames?: string[]
  readonly topicPartitions?: { topicId: string; partitions: number[] }[]
}

export class ConsumerMember implements Member {
  onChange: () => void = () => {}
  onFailure: (error: unknown) => void = () => {}
  readonly #memberId = crypto.randomUUID()
  readonly #seat: Seat
  #epoch = 0
  #owned: Owned = []
  #intervalMs = 0
  #timer: NodeJS.Timeout | undefined
  #isHushed = false

  constructor(seat: Seat) {
    this.#seat = seat
  }

  get standing(): string | undefined {
    const count = this.#owned.reduce((sum, { partitions }) => sum + partitions.length, 0)
    return this.#epoch > 0 && count === this.#seat.share ? String(this.#epoch) : undefined
  }

  join(): void {
    this.#run({
      rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
      subscribedTopicNames: [this.#seat.topic],
      topicPartitions: [],
    })
  }

  hush(): void {
    this.#isHushed = true
    clearTimeout(this.#timer)
  }

  resume(afterMs: number): void {
    this.#isHushed = false
    this.#schedule(afterMs)
  }

  beat(): Promise<void> {
    return this.#beat({})
  }

  async leave(): Promise<void> {
    this.hush()
    const { errorCode } = await this.#ask(LEAVE_EPOCH, {})
    if (errorCode !== 0) throw refused('a departure', errorCode)
  }

  #run(told: Told): void {
    this.#beat(told).catch((error) => this.onFailure(error))
  }

  async #beat(told: Told): Promise<void> {
    const beginMs = performance.now()
    const answer = await untilReady(() => this.#ask(this.#epoch, told))
    if (answer.errorCode !== 0) throw refused('a heartbeat', answer.errorCode)
    this.#seat.latencies.note(performance.now() - beginMs)
    this.#epoch = answer.memberEpoch
    this.#intervalMs = answer.heartbeatIntervalMs
    const given = answer.assignment?.topicPartitions
    if (given !== undefined) this.#owned = given
    this.onChange()
    if (given !== undefined && !isJoinWithNothing(told, given)) await this.#beat({ topicPartitions: given })
    else if (!this.#isHushed) this.#schedule(this.#intervalMs)
  }

  #schedule(afterMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#run({}), afterMs)
  }

  #ask(memberEpoch: number, told: Told) {
    const { connection, groupId } = this.#seat
    const body = { groupId, memberId: this.#memberId, memberEpoch, ...told }
    return connection.send(API.consumerGroupHeartbeat, body, { versions: { min: VERSION } })
  }
}

/** There is nothing to acknowledge. */
function isJoinWithNothing(told: Told, given: Owned): boolean {
  return told.subscribedTopicNames !== undefined && given.length === 0
}
