/** What will be done to the cluster, drawn from a seed. Pure. */
import type { Random } from '@ottla/runtime'
import { LINK_FAULTS, type LinkFault } from './proxies.ts'

export type Link = 'clients' | 'replicas' | 'controller'

export type FaultKind =
  | 'kill -9'
  | 'kill -9 of all brokers'
  | 'kill -9 one by one'
  | 'pause'
  | 'restart'
  | 'full disk'
  | 'controller: kill -9'
  | 'controller: pause'
  | `${Link}: ${LinkFault}`

export interface Fault {
  readonly kind: FaultKind
  /** Broker id; of those that concern all or the controller, without a meaning. */
  readonly broker: number
  /** How long after the one before it. */
  readonly afterMs: number
  readonly forMs: number
}

/** What can be done to this cluster. */
export interface Abilities {
  readonly links: readonly Link[]
  readonly controller: boolean
  readonly disks: boolean
  /** Only kinds whose names contain this. */
  readonly only?: string
}

/** Faults on processes come as often as all those on links together. */
const PROCESS_WEIGHT = 4

/** Longest times in milliseconds; half of the faults last less than a quarter of it. */
const LONGEST_MS: readonly (readonly [prefix: string, ms: number])[] = [
  ['kill -9', 10_000],
  ['pause', 15_000],
  ['restart', 2000],
  ['full disk', 8000],
  ['controller: kill', 6000],
  ['controller: pause', 6000],
  ['', 8000],
]
const AFTER_MS_MAX = 3000

export function faultKinds({ links, controller, disks, only = '' }: Abilities): FaultKind[] {
  const processes: FaultKind[] = [
    'kill -9',
    'kill -9',
    'kill -9 of all brokers',
    'kill -9 one by one',
    'pause',
    'restart',
  ]
  if (controller) processes.push('controller: kill -9', 'controller: pause')
  if (disks) processes.push('full disk')
  const onLinks = links.flatMap((link) => LINK_FAULTS.map((fault): FaultKind => `${link}: ${fault}`))
  const all = [...Array.from({ length: PROCESS_WEIGHT }, () => processes).flat(), ...onLinks]
  return all.filter((kind) => kind.includes(only))
}

/** Faults without end: every kind comes in its turn, in an order of the seed's. */
export function* plan(random: Random, abilities: Abilities, brokers: readonly number[]): Generator<Fault, never> {
  const kinds = faultKinds(abilities)
  if (kinds.length === 0) throw new Error(`no fault is named ${abilities.only} here`)
  for (;;) {
    for (const kind of shuffled(kinds, random)) {
      yield {
        kind,
        broker: brokers[random.integer(brokers.length)]!,
        afterMs: random.integer(AFTER_MS_MAX),
        forMs: skewed(random, longestMs(kind)),
      }
    }
  }
}

function longestMs(kind: FaultKind): number {
  return LONGEST_MS.find(([prefix]) => kind.startsWith(prefix))![1]
}

/** Mostly short. */
function skewed(random: Random, max: number): number {
  return Math.floor((random.integer(max) * random.integer(max)) / max)
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  const left = [...values]
  for (let index = left.length - 1; index > 0; index--) {
    const other = random.integer(index + 1)
    ;[left[index], left[other]] = [left[other]!, left[index]!]
  }
  return left
}
