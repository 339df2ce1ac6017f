/** Members of groups, each with a connection of its own, from their first request until they have left. */
import { ClassicMember } from './classic-member.ts'
import { ConsumerMember } from './consumer-member.ts'
import { Gathering } from './gathering.ts'
import { Latencies } from './latencies.ts'
import type { Member, Seat } from './member.ts'
import type { Site } from './site.ts'

export const PROTOCOLS = ['classic', 'consumer'] as const
export type Protocol = (typeof PROTOCOLS)[number]

export interface CrowdPlan {
  readonly protocol: Protocol
  readonly members: number
  readonly topic: string
  readonly partitions: number
  /** All in this group; else each in one of its own. */
  readonly groupId?: string
}

let crowds = 0

export class Crowd implements AsyncDisposable {
  readonly gathering: Gathering
  readonly latencies: Latencies
  readonly seats: readonly Seat[]

  private constructor(seats: readonly Seat[], plan: CrowdPlan) {
    const Kind = plan.protocol === 'classic' ? ClassicMember : ConsumerMember
    this.seats = seats
    this.latencies = seats[0]!.latencies
    this.gathering = new Gathering(
      seats.map((seat) => new Kind(seat)),
      { isOneGroup: plan.groupId !== undefined },
    )
  }

  static async arrive(site: Site, plan: CrowdPlan): Promise<Crowd> {
    const { members, topic, partitions, groupId } = plan
    const number = crowds++
    const latencies = new Latencies()
    const connections = await site.connect(members)
    const share = groupId === undefined ? partitions : partitions / members
    const seats = connections.map((connection, index) => {
      return { connection, topic, share, latencies, groupId: groupId ?? `crowd-${number}-${index}` }
    })
    return new Crowd(seats, plan)
  }

  get members(): readonly Member[] {
    return this.gathering.members
  }

  /** They leave their groups, and their connections end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.gathering.leave()
    for (const { connection } of this.seats) connection.close()
  }
}
