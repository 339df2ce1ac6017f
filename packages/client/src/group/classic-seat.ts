import type { TopicPartition } from '../admin/leaders.ts'
import {
  type ClassicMemberOptions,
  type JoinAnswer,
  type Joining,
  joinRequest,
  leaveRequest,
  type MemberAssignment,
  syncRequest,
} from './classic-requests.ts'
import type { MemberIdentity, MemberRequest } from './member.ts'

/** Who a classic member is in its group, as far as the coordinator has told it, and what it asks for as that. */
export class ClassicSeat {
  private readonly options: ClassicMemberOptions
  private memberId = ''
  private generation = -1
  private chosen = ''
  /** What it was assigned last, and in which generation: sticky assignors go by it, also when it joins as a new member. */
  private last: Joining['last'] = { partitions: [], generation: -1 }

  constructor(options: ClassicMemberOptions) {
    this.options = options
  }

  get identity(): MemberIdentity {
    return { memberId: this.memberId, epoch: this.generation }
  }

  get hasId(): boolean {
    return this.memberId !== ''
  }

  get hasGeneration(): boolean {
    return this.generation >= 0
  }

  /** The group is to keep its place for whoever comes under its name. */
  get isStatic(): boolean {
    return this.options.groupInstanceId !== null
  }

  /** The assignor that the group chose. */
  get protocolName(): string {
    return this.chosen
  }

  /** The coordinator wants to see this id in the next join. */
  named(memberId: string): void {
    this.memberId = memberId
  }

  joined({ memberId, generationId, protocolName }: JoinAnswer): void {
    this.memberId = memberId
    this.generation = generationId
    this.chosen = protocolName ?? ''
  }

  assigned(partitions: readonly TopicPartition[]): void {
    this.last = { partitions, generation: this.generation }
  }

  /** The group has gone on, and may still know the member. */
  loseGeneration(): void {
    this.generation = -1
  }

  lose(): void {
    this.memberId = ''
    this.generation = -1
  }

  join(what: Pick<Joining, 'reason' | 'topics' | 'owned'>): MemberRequest {
    const { memberId, generation, last } = this
    return joinRequest(this.options, { ...what, memberId, generation, last })
  }

  sync(assignments: readonly MemberAssignment[]): MemberRequest {
    const { memberId, generation, protocolName } = this
    return syncRequest(this.options, { memberId, generation, protocolName }, assignments)
  }

  heartbeat(): MemberRequest {
    const { groupId, groupInstanceId } = this.options
    const { generation: generationId, memberId } = this
    return { api: 'heartbeat', body: { groupId, generationId, memberId, groupInstanceId } }
  }

  leave(why: string): MemberRequest {
    return leaveRequest(this.options.groupId, this.memberId, why)
  }
}
