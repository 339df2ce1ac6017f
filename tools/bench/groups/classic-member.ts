/** A member in the classic protocol, of a group whose leader gives every member one partition. */
import { API } from '@ottla/client/internal'
import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  ErrorCode,
  encodeMessage,
  type JoinGroupResponse,
  type Message,
} from '@ottla/protocol'
import { type Member, refused, type Seat, untilReady } from './member.ts'

const SESSION_TIMEOUT_MS = 45_000
const REBALANCE_TIMEOUT_MS = 300_000
/** A join is answered when the whole group has joined. */
const JOIN_TIMEOUT_MS = 400_000
const HEARTBEAT_MS = 3000
const PROTOCOL = { protocolType: 'consumer', protocolName: 'range' }
const VERSION = 3

/** They join again. */
const REBALANCING: ReadonlySet<number> = new Set([ErrorCode.REBALANCE_IN_PROGRESS, ErrorCode.ILLEGAL_GENERATION])

export class ClassicMember implements Member {
  onChange: () => void = () => {}
  onFailure: (error: unknown) => void = () => {}
  readonly #seat: Seat
  readonly #subscription: Uint8Array
  #memberId = ''
  #generation = -1
  #isStable = false
  #isJoining = false
  #timer: NodeJS.Timeout | undefined
  #isHushed = false

  constructor(seat: Seat) {
    this.#seat = seat
    this.#subscription = encode(ConsumerProtocolSubscription, { topics: [seat.topic], userData: null })
  }

  get standing(): string | undefined {
    return this.#isStable ? String(this.#generation) : undefined
  }

  join(): void {
    this.#run(() => this.#joinAndSync())
  }

  hush(): void {
    this.#isHushed = true
    clearTimeout(this.#timer)
  }

  resume(afterMs: number): void {
    this.#isHushed = false
    this.#schedule(afterMs)
  }

  async beat(): Promise<void> {
    const { connection, groupId, latencies } = this.#seat
    const identity = { groupId, generationId: this.#generation, memberId: this.#memberId }
    const beginMs = performance.now()
    const { errorCode } = await connection.send(API.heartbeat, identity)
    latencies.note(performance.now() - beginMs)
    const isRebalancing = REBALANCING.has(errorCode)
    if (errorCode !== 0 && !isRebalancing) throw refused('a heartbeat', errorCode)
    if (this.#isHushed) return
    if (isRebalancing) await this.#joinAndSync()
    else this.#schedule(HEARTBEAT_MS)
  }

  async leave(): Promise<void> {
    this.hush()
    const { connection, groupId } = this.#seat
    const members = [{ memberId: this.#memberId }]
    const { errorCode } = await connection.send(API.leaveGroup, { groupId, members }, { versions: { min: VERSION } })
    if (errorCode !== 0) throw refused('a departure', errorCode)
  }

  async #joinAndSync(): Promise<void> {
    if (this.#isJoining) return
    this.#isJoining = true
    this.#isStable = false
    this.onChange()
    let errorCode: number
    do errorCode = await this.#sync(await this.#joined())
    while (REBALANCING.has(errorCode))
    if (errorCode !== 0) throw refused('a sync', errorCode)
    this.#isJoining = false
    this.#isStable = true
    this.onChange()
    if (!this.#isHushed) this.#schedule(HEARTBEAT_MS)
  }

  async #joined(): Promise<JoinGroupResponse> {
    for (;;) {
      const answer = await untilReady(() => this.#askToJoin())
      this.#memberId = answer.memberId
      if (answer.errorCode === ErrorCode.MEMBER_ID_REQUIRED) continue
      if (answer.errorCode !== 0) throw refused('a join', answer.errorCode)
      this.#generation = answer.generationId
      return answer
    }
  }

  #askToJoin() {
    const { connection, groupId } = this.#seat
    const body = {
      groupId,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
      memberId: this.#memberId,
      protocolType: PROTOCOL.protocolType,
      protocols: [{ name: PROTOCOL.protocolName, metadata: this.#subscription }],
    }
    return connection.send(API.joinGroup, body, { timeoutMs: JOIN_TIMEOUT_MS })
  }

  async #sync({ members }: JoinGroupResponse): Promise<number> {
    const { connection, groupId, topic } = this.#seat
    const assignments = members.map(({ memberId }, index) => {
      const assignedPartitions = [{ topic, partitions: [index] }]
      return { memberId, assignment: encode(ConsumerProtocolAssignment, { assignedPartitions, userData: null }) }
    })
    const identity = { groupId, generationId: this.#generation, memberId: this.#memberId }
    const body = { ...identity, ...PROTOCOL, assignments }
    const { errorCode } = await connection.send(API.syncGroup, body, { timeoutMs: JOIN_TIMEOUT_MS })
    return errorCode
  }

  #run(step: () => Promise<void>): void {
    step().catch((error) => this.onFailure(error))
  }

  #schedule(afterMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#run(() => this.beat()), afterMs)
  }
}

/** With the version in front, as members write it for each other. */
function encode(message: Message, value: object): Uint8Array {
  const body = encodeMessage(message, VERSION, value as never)
  const bytes = new Uint8Array(2 + body.length)
  bytes[1] = VERSION
  bytes.set(body, 2)
  return bytes
}
