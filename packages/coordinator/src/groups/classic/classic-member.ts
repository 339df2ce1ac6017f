import type { JoinGroupRequest } from '@ottla/protocol'

/** A way to assign partitions that a member speaks, with what it says in it (for consumers: a `ConsumerProtocolSubscription`). */
export interface ClassicProtocol {
  readonly name: string
  readonly metadata: Uint8Array
}

/** A member of a classic group. Never changed: a change is another object. */
export interface ClassicMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  /** As Kafka shows it: a slash and the address. */
  readonly clientHost: string
  readonly rebalanceTimeoutMs: number
  readonly sessionTimeoutMs: number
  /** In the order of the member's preference, each name once. */
  readonly protocols: readonly ClassicProtocol[]
  /** What the leader gave it in this generation; empty before that. */
  readonly assignment: Uint8Array
}

export const NO_BYTES = new Uint8Array(0)

/** What a member takes besides what it says: its objects, timer, places in tables. */
const MEMBER_BYTES = 1024

/** About what a member's id takes, that of a member without an entry included. */
export function bytesOfId(memberId: string): number {
  return MEMBER_BYTES + memberId.length
}

/** About what a member takes in memory. */
export function bytesOf(
  member: Pick<ClassicMember, 'memberId' | 'groupInstanceId' | 'clientId' | 'protocols'>,
): number {
  const { memberId, groupInstanceId, clientId, protocols } = member
  const said = protocols.reduce((sum, { name, metadata }) => sum + name.length + metadata.length, 0)
  return bytesOfId(memberId) + (groupInstanceId?.length ?? 0) + clientId.length + said
}

/** The protocols of a join, each name once (the first counts), in bytes of their own: the request's memory ends with the request. */
export function protocolsOf(request: Pick<JoinGroupRequest, 'protocols'>): readonly ClassicProtocol[] {
  const byName = new Map<string, ClassicProtocol>()
  for (const { name, metadata } of request.protocols) {
    if (!byName.has(name)) byName.set(name, { name, metadata: owned(metadata) })
  }
  return [...byName.values()]
}

/** `bytes` without what else is in the memory that they are cut out of. */
export function owned(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes)
}

export function metadataOf(member: ClassicMember, protocol: string | null): Uint8Array | undefined {
  return member.protocols.find((offered) => offered.name === protocol)?.metadata
}

export function sameProtocols(a: readonly ClassicProtocol[], b: readonly ClassicProtocol[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, index) => {
      const other = b[index]
      return other !== undefined && one.name === other.name && sameBytes(one.metadata, other.metadata)
    })
  )
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** The protocol that all members speak and most of them prefer; among equals the one that was named first. */
export function electedProtocol(members: Iterable<ClassicMember>): string | undefined {
  const all = [...members]
  const speakers = new Map<string, number>()
  for (const member of all) {
    for (const { name } of member.protocols) speakers.set(name, (speakers.get(name) ?? 0) + 1)
  }
  const votes = new Map<string, number>()
  for (const member of all) {
    const choice = member.protocols.find(({ name }) => speakers.get(name) === all.length)
    if (choice !== undefined) votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1)
  }
  let elected: string | undefined
  for (const [name, count] of votes) if (elected === undefined || count > (votes.get(elected) ?? 0)) elected = name
  return elected
}
