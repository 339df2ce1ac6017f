/**
 * Every request of the classic protocol, in every state of a group, from every kind of member: a table of answers. The stage may be the state
 * machine alone or a broker.
 */
import type { JoinSaid, Said, SyncSaid } from './classic-scene.ts'

export interface Stage {
  /** Resolves with the error's name, or `parked` when there is no answer yet. A client keeps the member id that it is given. */
  join(client: string, said?: JoinSaid): Promise<string>
  sync(client: string, assigned: string, said?: SyncSaid): Promise<string>
  heartbeat(client: string, said?: Said): Promise<string>
  leave(client: string, said?: Said): Promise<string>
  /** The time of the first rebalance passes. */
  firstRebalance(): Promise<void>
  /** Of the group; `Dead` if there is none. */
  state(): Promise<string>
}

/** A leader, a follower, a static member, and one whose id has been given out but not used. */
const CAST = ['a', 'b', 's'] as const
const INSTANCE = 'i'

const STATES: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  none: async () => {},
  Empty: async (stage) => {
    await enter(stage, 'a')
    await stage.firstRebalance()
    await stage.leave('a')
  },
  first: async (stage) => {
    for (const client of CAST) await enter(stage, client)
  },
  again: async (stage) => {
    await stable(stage)
    await stage.join('a')
  },
  Completing: async (stage) => {
    for (const client of CAST) await enter(stage, client)
    await stage.firstRebalance()
  },
  Stable: stable,
}

async function stable(stage: Stage): Promise<void> {
  for (const client of CAST) await enter(stage, client)
  await stage.firstRebalance()
  await stage.sync('b', '')
  await stage.sync('s', '')
  await stage.sync('a', 'a=0 b=1 s=2')
}

async function enter(stage: Stage, client: string): Promise<void> {
  if (client === 's') await stage.join('s', { memberId: '', instance: INSTANCE })
  else {
    await stage.join(client, { memberId: '' })
    await stage.join(client)
  }
}

/** Who asks: a client of the cast, and what it says of itself. */
const MEMBERS: Readonly<
  Record<string, { readonly client: string; readonly said: { memberId?: string; instance?: string } }>
> = {
  'no id': { client: 'x', said: { memberId: '' } },
  'foreign id': { client: 'x', said: { memberId: 'nobody' } },
  pending: { client: 'p', said: {} },
  leader: { client: 'a', said: {} },
  follower: { client: 'b', said: {} },
  static: { client: 's', said: { instance: INSTANCE } },
  'static anew': { client: 's', said: { memberId: '', instance: INSTANCE } },
  fenced: { client: 'a', said: { instance: INSTANCE } },
  'foreign instance': { client: 'a', said: { instance: 'other' } },
  'new instance': { client: 'x', said: { memberId: '', instance: 'other' } },
}

type Asked = (stage: Stage, client: string, said: { memberId?: string; instance?: string }) => Promise<string>

const REQUESTS: Readonly<Record<string, Asked>> = {
  join: (stage, client, said) => stage.join(client, said),
  'join, old client': (stage, client, said) =>
    stage.join(client, { ...said, version: said.instance === undefined ? 3 : 5 }),
  'join, more protocols': (stage, client, said) => stage.join(client, { ...said, protocols: 'roundrobin=t range=t' }),
  'join, no common protocol': (stage, client, said) => stage.join(client, { ...said, protocols: 'other=t' }),
  'join, other type': (stage, client, said) => stage.join(client, { ...said, protocolType: 'connect' }),
  'join, short session': (stage, client, said) => stage.join(client, { ...said, sessionMs: 1 }),
  sync: (stage, client, said) => stage.sync(client, '', said),
  'sync, old generation': (stage, client, said) => stage.sync(client, '', { ...said, generation: 77 }),
  'sync, other protocol': (stage, client, said) => stage.sync(client, '', { ...said, protocol: 'other' }),
  'sync, no protocol': (stage, client, said) => stage.sync(client, '', { ...said, protocol: null }),
  heartbeat: (stage, client, said) => stage.heartbeat(client, said),
  'heartbeat, old generation': (stage, client, said) => stage.heartbeat(client, { ...said, generation: 77 }),
  leave: (stage, client, said) => stage.leave(client, said),
}

export interface Cell {
  readonly state: string
  readonly request: string
  readonly member: string
}

export function cells(): readonly Cell[] {
  return Object.keys(STATES).flatMap((state) =>
    Object.keys(REQUESTS).flatMap((request) => Object.keys(MEMBERS).map((member) => ({ state, request, member }))),
  )
}

/** The answer, and the state that the group is in then. */
export async function play(cell: Cell, stage: Stage): Promise<string> {
  const build = STATES[cell.state]
  const request = REQUESTS[cell.request]
  const member = MEMBERS[cell.member]
  if (build === undefined || request === undefined || member === undefined) throw new Error('no such cell')
  await build(stage)
  if (cell.member === 'pending' && cell.state !== 'none') await stage.join('p', { memberId: '' })
  const answer = await request(stage, member.client, member.said)
  return `${answer}, ${await stage.state()}`
}

/** A line for each state, request and answer: who gets it. */
export function tableOf(answers: ReadonlyMap<Cell, string>): string {
  const lines = new Map<string, string[]>()
  for (const [{ state, request, member }, answer] of answers) {
    const line = `${state} | ${request} | ${answer}`
    lines.set(line, [...(lines.get(line) ?? []), member])
  }
  return [...lines].map(([line, members]) => `${line} | ${members.join(', ')}`).join('\n')
}
