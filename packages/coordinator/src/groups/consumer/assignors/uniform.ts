/**
 * The assignor `uniform`: all partitions spread as evenly as can be, without regard to topics, while members keep as much as possible of what they have.
 * What is in nobody's target goes back to who still has it, then to a member in a rack that holds a replica, as long as these have room.
 *
 * When all members subscribe to the same topics their counts differ by one at most, and only what is too much for somebody moves. Otherwise see
 * uniform-mixed.ts.
 */
import {
  type AssignableMember,
  type Assignment,
  type AssignmentInput,
  type Draft,
  emptyDraft,
  give,
  inOrder,
} from './assignor.ts'
import { assignUniformMixed } from './uniform-mixed.ts'

export function assignUniform(input: AssignmentInput): Assignment {
  const [first] = input.members
  if (first === undefined) return new Map()
  if (input.members.some((member) => member.topics !== first.topics)) return assignUniformMixed(input)
  return assignAlike(input, first.topics)
}

interface Partition {
  readonly topicId: string
  readonly partition: number
}

/** A member that may be given more. */
interface Room {
  readonly member: AssignableMember
  free: number
}

function assignAlike(input: AssignmentInput, topics: readonly string[]): Assignment {
  const draft = emptyDraft(input.members)
  const members = inOrder(input.members)
  const total = topics.reduce((sum, topicId) => sum + input.topics.get(topicId)!.partitions, 0)
  const quota = Math.floor(total / members.length)
  const taken = new TakenPartitions(input, topics)
  const counts = keepWithin({ members, quota, extras: total % members.length, taken, draft })
  const rooms = roomsOf(members, counts, { quota, total })
  hand(taken.free(), rooms, { draft, input })
  return draft
}

interface Keeping {
  readonly members: readonly AssignableMember[]
  readonly quota: number
  /** How many members have one more than the quota. */
  readonly extras: number
  readonly taken: TakenPartitions
  readonly draft: Draft
}

/** Everybody keeps up to the quota, and one more as long as there are extras. Returns the counts in the members' order. */
function keepWithin({ members, quota, extras, taken, draft }: Keeping): number[] {
  let extrasLeft = extras
  return members.map((member) => {
    let count = 0
    for (const [topicId, partitions] of member.target) {
      for (const partition of partitions) {
        if (count > quota || (count === quota && extrasLeft === 0)) return count
        if (!taken.take(topicId, partition)) continue
        if (count === quota) extrasLeft--
        count++
        give(draft, member.memberId, topicId, partition)
      }
    }
    return count
  })
}

/** How much each may still get: up to the quota, and one more for as many as there are extras left. */
function roomsOf(
  members: readonly AssignableMember[],
  counts: readonly number[],
  { quota, total }: { readonly quota: number; readonly total: number },
): Room[] {
  let extras = (total % members.length) - counts.filter((count) => count > quota).length
  const rooms: Room[] = []
  members.forEach((member, index) => {
    const count = counts[index]!
    const extra = count <= quota && extras > 0 ? 1 : 0
    extras -= extra
    if (quota + extra > count) rooms.push({ member, free: quota + extra - count })
  })
  return rooms
}

function hand(
  free: readonly Partition[],
  rooms: readonly Room[],
  { draft, input }: { readonly draft: Draft; readonly input: AssignmentInput },
): void {
  const rest = handByRack(handBack(free, rooms, { draft, input }), rooms, { draft, input })
  let index = 0
  for (const { topicId, partition } of rest) {
    while (rooms[index]!.free === 0) index++
    rooms[index]!.free--
    give(draft, rooms[index]!.member.memberId, topicId, partition)
  }
}

/** Gives partitions to those who have them; returns the others. */
function handBack(
  free: readonly Partition[],
  rooms: readonly Room[],
  { draft, input }: { readonly draft: Draft; readonly input: AssignmentInput },
): readonly Partition[] {
  const roomOf = new Map(rooms.map((room) => [room.member.memberId, room]))
  return free.filter(({ topicId, partition }) => {
    const room = roomOf.get(input.holderOf?.(topicId, partition) ?? '')
    if (room === undefined || room.free === 0) return true
    room.free--
    give(draft, room.member.memberId, topicId, partition)
    return false
  })
}

/** Gives partitions to members in a rack of theirs, in turn; returns those for which there was none. */
function handByRack(
  free: readonly Partition[],
  rooms: readonly Room[],
  { draft, input }: { readonly draft: Draft; readonly input: AssignmentInput },
): readonly Partition[] {
  const byRack = new Map<string, Room[]>()
  for (const room of rooms) {
    const { rack } = room.member
    if (rack === null) continue
    const ofRack = byRack.get(rack)
    if (ofRack === undefined) byRack.set(rack, [room])
    else ofRack.push(room)
  }
  if (byRack.size === 0) return free
  return free.filter(({ topicId, partition }) => {
    const room = roomIn(byRack, input.topics.get(topicId)?.racksOf?.(partition))
    if (room === undefined) return true
    room.free--
    give(draft, room.member.memberId, topicId, partition)
    return false
  })
}

/** The member with the most room in one of `racks`. */
function roomIn(byRack: ReadonlyMap<string, Room[]>, racks: ReadonlySet<string> | undefined): Room | undefined {
  let best: Room | undefined
  for (const rack of racks ?? []) {
    const rooms = byRack.get(rack)
    while (rooms !== undefined && rooms.length > 0 && rooms.at(-1)!.free === 0) rooms.pop()
    const room = rooms?.at(-1)
    if (room !== undefined && room.free > (best?.free ?? 0)) best = room
  }
  return best
}

/** Which partitions of the topics have been taken. */
class TakenPartitions {
  readonly #taken = new Map<string, Uint8Array>()

  constructor(input: AssignmentInput, topics: readonly string[]) {
    for (const topicId of topics) this.#taken.set(topicId, new Uint8Array(input.topics.get(topicId)!.partitions))
  }

  /** False for what somebody has, and for what does not exist. */
  take(topicId: string, partition: number): boolean {
    const ofTopic = this.#taken.get(topicId)
    if (ofTopic?.[partition] !== 0) return false
    ofTopic[partition] = 1
    return true
  }

  free(): Partition[] {
    const free: Partition[] = []
    for (const [topicId, ofTopic] of this.#taken) {
      ofTopic.forEach((taken, partition) => {
        if (taken === 0) free.push({ topicId, partition })
      })
    }
    return free
  }
}
