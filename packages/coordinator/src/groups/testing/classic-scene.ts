/**
 * Classic groups in a play: clients with names say things, and everything that the shard does comes out as lines of text: replies (`a joined gen 1 …`)
 * and records (`log g gen 1 …`). Metadata and assignments are text too.
 */

import { errorByCode, type JoinGroupRequest, type SyncGroupRequest } from '@ottla/protocol'
import type { GroupMetadataKey, GroupMetadataValue } from '@ottla/protocol/coordinator-records'
import { recordingLogger } from '@ottla/runtime/testing'
import type { Caller, Outcome, Shard, ShardRecord, ShardView } from '../../shard.ts'
import type { ClassicGroup } from '../classic/classic-group.ts'
import { ClassicGroups, type ClassicOutcome, type ClassicSoft } from '../classic/classic-groups.ts'
import { ShardRun } from '../offsets/testing/shard-run.ts'
import { GroupRegistry } from '../registry.ts'
import type { GroupCalls, GroupReply, GroupRequest } from '../requests.ts'
import type { GroupSettings } from '../settings.ts'

export const DEFAULT_SETTINGS: GroupSettings = {
  offsetMetadataBytesMax: 4096,
  offsetsRetentionMs: 604_800_000,
  offsetsRetentionCheckIntervalMs: 600_000,
  groupMinSessionTimeoutMs: 6000,
  groupMaxSessionTimeoutMs: 1_800_000,
  groupInitialRebalanceDelayMs: 3000,
  groupMaxSize: 2_147_483_647,
  consumerProtocolEnabled: true,
  consumerSessionTimeoutMs: 45_000,
  consumerMinSessionTimeoutMs: 45_000,
  consumerMaxSessionTimeoutMs: 60_000,
  consumerHeartbeatIntervalMs: 5000,
  consumerMinHeartbeatIntervalMs: 5000,
  consumerMaxHeartbeatIntervalMs: 15_000,
  consumerAssignmentIntervalMs: 1000,
  consumerMinAssignmentIntervalMs: 0,
  consumerMaxAssignmentIntervalMs: 60_000,
  consumerMaxSize: 2_147_483_647,
  consumerAssignors: ['uniform', 'range'],
  consumerMigrationPolicy: 'bidirectional',
  consumerRegexRefreshIntervalMs: 600_000,
}

type ClassicShard = Shard<GroupRequest, GroupReply, ClassicSoft, never, never>

/** A shard that has classic groups alone. */
class ClassicOnly implements ClassicShard {
  readonly registry = new GroupRegistry()
  readonly groups: ClassicGroups
  readonly #seen: (records: readonly ShardRecord[]) => void

  constructor(
    scene: Pick<ClassicScene, 'settings' | 'memberBytesMax' | 'logger'>,
    seen: (records: readonly ShardRecord[]) => void,
  ) {
    this.#seen = seen
    this.groups = new ClassicGroups({
      registry: this.registry,
      settings: () => scene.settings,
      memberBytesLeft: () => scene.memberBytesMax - this.registry.memberBytes,
      groupSettings: () => ({ sessionTimeoutMs: 45_000, heartbeatIntervalMs: 5000, assignmentIntervalMs: 1000 }),
      logger: scene.logger,
    })
  }

  handle(request: GroupRequest, caller: Caller, view: ShardView): ClassicOutcome {
    const asked = inFrame(request)
    const outcome = this.#shown(this.#ask(asked.request, caller, view))
    asked.endFrame()
    return outcome
  }

  #ask(request: GroupRequest, caller: Caller, view: ShardView): ClassicOutcome {
    switch (request.kind) {
      case 'join-group':
        return this.groups.join(request.body, caller, view)
      case 'sync-group':
        return this.groups.sync(request.body, caller, view)
      case 'heartbeat':
        return this.groups.heartbeat(request.body, caller, view)
      case 'leave-group':
        return this.groups.leave(request.body, caller, view)
      default:
        throw new Error(`${request.kind} is not of the classic protocol`)
    }
  }

  replay(_offset: number, record: ShardRecord): void {
    this.groups.replayGroupMetadata(record)
  }

  apply(soft: ClassicSoft): void {
    this.groups.apply(soft)
  }

  loaded(view: ShardView): ClassicOutcome {
    return this.#shown(this.groups.loaded(view))
  }

  expired(timerKey: string, view: ShardView): ClassicOutcome {
    return this.#shown(this.groups.expired(timerKey, view))
  }

  finished(): Outcome<GroupReply, ClassicSoft, never> {
    return {}
  }

  imageChanged(): Outcome<GroupReply, ClassicSoft, never> {
    return {}
  }

  #shown(outcome: ClassicOutcome): ClassicOutcome {
    this.#seen(outcome.records ?? [])
    return outcome
  }
}

export interface JoinSaid {
  /** '' asks for an id; left out: the id that the client was given last. */
  readonly memberId?: string
  readonly instance?: string
  /** Names with metadata: `range=t1 roundrobin=t1`. */
  readonly protocols?: string
  /** Instead of text, of protocol `range`. */
  readonly metadata?: Uint8Array
  readonly protocolType?: string
  readonly version?: number
  readonly sessionMs?: number
  readonly rebalanceMs?: number
}

export interface Said {
  readonly memberId?: string
  readonly instance?: string
  readonly generation?: number
  readonly version?: number
}

export interface SyncSaid extends Said {
  /** Null: it says no protocol type either. */
  readonly protocol?: string | null
  readonly protocolType?: string
}

export const GROUP = 'g'

export class ClassicScene {
  readonly run: ShardRun<GroupRequest, GroupReply, ClassicSoft, never, never>
  settings: GroupSettings
  memberBytesMax = Number.POSITIVE_INFINITY
  /** The member id that each client was given last. */
  readonly ids = new Map<string, string>()
  /** By ticket: who asked, and what; until the answer has been taken. */
  readonly open = new Map<number, { readonly client: string; readonly kind: GroupRequest['kind'] }>()
  /** Of what was said last. */
  lastTicket = -1
  readonly logger = recordingLogger()
  readonly #lines: string[] = []

  constructor(settings: Partial<GroupSettings> = {}) {
    this.settings = { ...DEFAULT_SETTINGS, ...settings }
    this.run = new ShardRun<GroupRequest, GroupReply, ClassicSoft, never, never>(
      () => new ClassicOnly(this, (records) => this.#lines.push(...records.map(recordLine))),
    )
  }

  get group(): ClassicGroup | undefined {
    const group = (this.run.shard as ClassicOnly).registry.get(GROUP)
    return group?.kind === 'classic' ? group : undefined
  }

  get memberBytes(): number {
    return (this.run.shard as ClassicOnly).registry.memberBytes
  }

  get groups(): ClassicGroups {
    return (this.run.shard as ClassicOnly).groups
  }

  /** What has happened since this was asked last, a line each. */
  take(): readonly string[] {
    for (const [ticket, { client, kind }] of [...this.open]) {
      const reply = this.run.replies.get(ticket)
      if (reply === undefined) continue
      this.open.delete(ticket)
      if (kind === 'join-group') this.#learn(client, reply as JoinReply)
      this.#lines.push(`${client} ${replyText(kind, reply)}`)
    }
    return this.#lines.splice(0)
  }

  id(client: string): string {
    return this.ids.get(client) ?? ''
  }

  join(client: string, said: JoinSaid = {}): readonly string[] {
    const body: JoinGroupRequest = {
      groupId: GROUP,
      memberId: said.memberId ?? this.id(client),
      groupInstanceId: said.instance ?? null,
      sessionTimeoutMs: said.sessionMs ?? 10_000,
      rebalanceTimeoutMs: said.rebalanceMs ?? 60_000,
      protocolType: said.protocolType ?? 'consumer',
      protocols: protocolsSaid(said),
      reason: null,
    }
    return this.#say(client, { kind: 'join-group', body }, said.version ?? 9)
  }

  /** Asks for an id, and joins with it. */
  enter(client: string, said: JoinSaid = {}): readonly string[] {
    this.join(client, { ...said, memberId: '' })
    return this.join(client, said)
  }

  /** `assigned`: `a=0,1 b=2`, by the names of clients or by member ids. */
  sync(client: string, assigned = '', said: SyncSaid = {}): readonly string[] {
    const body: SyncGroupRequest = {
      groupId: GROUP,
      memberId: said.memberId ?? this.id(client),
      groupInstanceId: said.instance ?? null,
      generationId: said.generation ?? this.group?.generation ?? -1,
      protocolType: said.protocol === null ? null : (said.protocolType ?? 'consumer'),
      protocolName: said.protocol === undefined ? 'range' : said.protocol,
      assignments: assigned
        .split(' ')
        .filter(Boolean)
        .map((one) => this.#assignment(one)),
    }
    return this.#say(client, { kind: 'sync-group', body }, said.version ?? 5)
  }

  heartbeat(client: string, said: Said = {}): readonly string[] {
    const body = {
      groupId: GROUP,
      memberId: said.memberId ?? this.id(client),
      groupInstanceId: said.instance ?? null,
      generationId: said.generation ?? this.group?.generation ?? -1,
    }
    return this.#say(client, { kind: 'heartbeat', body }, said.version ?? 4)
  }

  leave(client: string, said: Said = {}): readonly string[] {
    const memberId = said.memberId ?? this.id(client)
    return this.leaveAll(client, [{ memberId, groupInstanceId: said.instance ?? null }], said.version)
  }

  leaveAll(
    client: string,
    members: readonly { readonly memberId: string; readonly groupInstanceId: string | null }[],
    version = 5,
  ): readonly string[] {
    const several = version >= 3
    const body = {
      groupId: GROUP,
      memberId: several ? '' : (members[0]?.memberId ?? ''),
      members: several ? members.map((one) => ({ ...one, reason: null })) : [],
    }
    return this.#say(client, { kind: 'leave-group', body }, version)
  }

  advance(ms: number): readonly string[] {
    this.run.advance(ms)
    return this.take()
  }

  /** Another coordinator: what was parked is answered by nobody. */
  reload(): readonly string[] {
    this.take()
    this.open.clear()
    this.run.reload()
    return this.take()
  }

  /** These clients join, the time of the first rebalance passes, the leader assigns; who is in the group already takes part. */
  settle(clients: readonly string[], assigned: string, said: JoinSaid = {}): void {
    for (const client of clients) this.enter(client, said)
    while (this.group?.state === 'PreparingRebalance') this.advance(this.settings.groupInitialRebalanceDelayMs)
    this.syncAll(assigned)
  }

  /** Every member sends SyncGroup, the leader last. */
  syncAll(assigned = ''): readonly string[] {
    const { members, leader } = this.group ?? {}
    const cast = [...this.ids].filter(([, id]) => members?.has(id)).sort(([, id]) => (id === leader ? 1 : -1))
    return cast.flatMap(([client, id]) => {
      const instance = members?.get(id)?.groupInstanceId ?? null
      return this.sync(client, id === leader ? assigned : '', instance === null ? {} : { instance })
    })
  }

  #say(client: string, request: GroupRequest, apiVersion: number): readonly string[] {
    this.take()
    const ticket = this.run.send(request, { clientId: client, apiVersion })
    this.open.set(ticket, { client, kind: request.kind })
    this.lastTicket = ticket
    return this.take()
  }

  #learn(client: string, reply: JoinReply): void {
    if (reply.memberId !== '' && (reply.errorCode === 0 || reply.errorCode === 79)) this.ids.set(client, reply.memberId)
  }

  #assignment(text: string): SyncGroupRequest['assignments'][number] {
    const [name = '', assignment = ''] = text.split('=')
    return { memberId: this.ids.get(name) ?? name, assignment: bytesOf(assignment) }
  }
}

type JoinReply = GroupCalls['join-group']['reply']

/** The bytes of a request are cut out of its frame, which is written over when it has been handled. */
function inFrame(request: GroupRequest): { readonly request: GroupRequest; endFrame(): void } {
  const frames: Buffer[] = []
  const cut = (bytes: Uint8Array) => {
    const frame = Buffer.concat([Buffer.alloc(1), bytes])
    frames.push(frame)
    return frame.subarray(1)
  }
  const endFrame = () => {
    for (const frame of frames) frame.fill(0xff)
  }
  if (request.kind === 'join-group') {
    const protocols = request.body.protocols.map((one) => ({ ...one, metadata: cut(one.metadata) }))
    return { request: { ...request, body: { ...request.body, protocols } }, endFrame }
  }
  if (request.kind === 'sync-group') {
    const assignments = request.body.assignments.map((one) => ({ ...one, assignment: cut(one.assignment) }))
    return { request: { ...request, body: { ...request.body, assignments } }, endFrame }
  }
  return { request, endFrame }
}

function protocolsSaid({ metadata, protocols }: JoinSaid): JoinGroupRequest['protocols'] {
  if (metadata !== undefined) return [{ name: 'range', metadata }]
  return (protocols ?? 'range=t').split(' ').filter(Boolean).map(protocol)
}

function protocol(text: string): { name: string; metadata: Uint8Array } {
  const [name = '', metadata = ''] = text.split('=')
  return { name, metadata: bytesOf(metadata) }
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function replyText(kind: GroupRequest['kind'], reply: GroupReply): string {
  const { name } = errorByCode((reply as { errorCode: number }).errorCode)
  switch (kind) {
    case 'join-group':
      return `join ${name}${joinText(reply as JoinReply)}`
    case 'sync-group': {
      const { assignment } = reply as GroupCalls['sync-group']['reply']
      return name === 'NONE' ? `sync [${textOf(assignment)}]` : `sync ${name}`
    }
    case 'leave-group': {
      const { members = [] } = reply as GroupCalls['leave-group']['reply']
      const each = members.map(
        (one) => `${one.memberId}/${one.groupInstanceId ?? ''} ${errorByCode(one.errorCode).name}`,
      )
      return `leave ${name}${each.length > 0 ? ` (${each.join(', ')})` : ''}`
    }
    default:
      return `${kind} ${name}`
  }
}

function joinText(reply: JoinReply): string {
  const { generationId, protocolName, leader, memberId, members, skipAssignment } = reply
  if (reply.errorCode !== 0) return memberId === '' ? '' : ` ${memberId}`
  const all = members.map((one) => `${one.memberId}=${textOf(one.metadata)}`).join(' ')
  const skip = skipAssignment === true ? ' skip' : ''
  return ` ${memberId} gen ${generationId} ${protocolName} leader ${leader}${skip}${all === '' ? '' : ` of ${all}`}`
}

function recordLine(record: ShardRecord): string {
  const { group } = record.key as GroupMetadataKey
  if (record.value === null) return `log ${group} gone`
  const { generation, protocolType, protocol: name, leader, members } = record.value as GroupMetadataValue
  const all = members.map((one) => `${one.memberId}=${textOf(one.assignment)}`).join(' ')
  return `log ${group} gen ${generation} ${protocolType || '-'} ${name ?? '-'} leader ${leader ?? '-'}${all === '' ? '' : ` of ${all}`}`
}
