/** A group of many kinds of consumers: who is in it, who may come, and what they have handled. */
import {
  type Admin,
  type ConsumerGroupDescription,
  type ConsumerMemberDescription,
  type TopicPartition,
  unwrap,
} from '@ottla/client'
import type { Random } from '@ottla/runtime'
import { eventually } from '../harness/process.ts'
import { History } from './history.ts'
import { KINDS, type KindName, type Protocol } from './kinds.ts'
import { Member } from './member.ts'

/** A rebalance waits for members that were killed, and a JVM starts slowly beside all the others. */
const SETTLED_MS_MAX = 120_000

/** How much is read by those that leave by themselves. */
const RECORDS_MIN = 200
const RECORDS_MAX = 1000

export interface Chair {
  readonly kind: KindName
  readonly protocol: Protocol
  /** How many of them may be there at the same time. */
  readonly count: number
}

export interface GroupPlan {
  readonly id: string
  /** A topic's name, or a regular expression that begins with `^`. */
  readonly topic: string
  readonly chairs: readonly Chair[]
}

export interface GroupPlace {
  readonly bootstrap: string
  readonly directory: string
  readonly sessionTimeoutMs: number
  readonly heartbeatMs: number
  readonly admin: Admin
}

export class Group {
  readonly plan: GroupPlan
  readonly history = new History()
  readonly members: Member[] = []
  readonly #place: GroupPlace

  constructor(plan: GroupPlan, place: GroupPlace) {
    this.plan = plan
    this.#place = place
  }

  get running(): Member[] {
    return this.members.filter(({ running }) => running)
  }

  join({ kind, protocol }: Chair, random: Random): Member {
    const { bootstrap, directory, sessionTimeoutMs, heartbeatMs } = this.#place
    const { id: group, topic } = this.plan
    const member = `${kind}-${protocol}-${this.members.length}`
    const recordsMax = RECORDS_MIN + random.integer(RECORDS_MAX - RECORDS_MIN)
    const seat = { recordsMax, bootstrap, group, topic, member, protocol, sessionTimeoutMs, heartbeatMs }
    const joined = new Member(KINDS[kind], seat, directory)
    this.members.push(joined)
    return joined
  }

  /** Somebody for a free chair, drawn by the random. */
  joinSomebody(random: Random): Member | undefined {
    const free = this.plan.chairs.filter(({ kind, protocol, count }) => {
      return this.running.filter((member) => member.kind === `${kind}/${protocol}`).length < count
    })
    return free.length === 0 ? undefined : this.join(free[random.integer(free.length)]!, random)
  }

  /** Reads what members have written; to be called often, for the times of handling are known by it. */
  read(): void {
    const now = performance.now()
    for (const member of this.members) member.read(this.history, now)
  }

  /** Waits until exactly the running members are in the group, and each has what it is to have. */
  async untilSettled(): Promise<void> {
    await eventually(
      `${this.plan.id} is settled`,
      async () => {
        const described = await this.#place.admin.describeConsumerGroups([this.plan.id])
        const unsettled = unsettledBecause(unwrap(described.get(this.plan.id)!), this.running)
        if (unsettled !== undefined) throw new Error(unsettled)
        return true
      },
      SETTLED_MS_MAX,
    )
  }

  /** Waits until all of these values have been handled. */
  async untilHandled(values: ReadonlySet<string>): Promise<void> {
    await eventually(
      `${this.plan.id} has handled all records`,
      async () => {
        const missing = this.history.missing(values)
        if (missing.length > 0)
          throw new Error(`${missing.length} of ${values.size} are missing, such as ${missing[0]}`)
        return true
      },
      SETTLED_MS_MAX,
    )
  }
}

function unsettledBecause(group: ConsumerGroupDescription, running: readonly Member[]): string | undefined {
  const ids = group.members.map(({ clientId }) => clientId)
  const names = running.map(({ name }) => name)
  const [absent, strange] = [names.filter((name) => !ids.includes(name)), ids.filter((id) => !names.includes(id))]
  if (absent.length + strange.length > 0)
    return `absent: ${absent.join(' ') || 'nobody'}; still there: ${strange.join(' ') || 'nobody'}`
  if (ids.length !== names.length) return `${ids.length} members are ${names.length} consumers: ${ids}`
  const late = group.members.filter(({ memberEpoch }) => memberEpoch !== group.groupEpoch)
  if (group.state === 'Stable' && (group.type === 'Classic' || late.length === 0)) return undefined
  return `${group.state}, at epoch ${group.groupEpoch}; ${group.members.map(shown).join('; ')}`
}

function shown({ clientId, memberEpoch, assignment, targetAssignment }: ConsumerMemberDescription): string {
  const places = (partitions: readonly TopicPartition[]) =>
    partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(' ') || 'nothing'
  return `${clientId} at ${memberEpoch}: has ${places(assignment)}, is to have ${places(targetAssignment ?? assignment)}`
}
