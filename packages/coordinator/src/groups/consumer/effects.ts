/** Work for a consumer group that takes more than a turn: matching regular expressions against the names of all topics. */
import type { MetadataImage } from '@ottla/replication'
import { compiledRegex } from './regex.ts'

export interface ConsumerEffect {
  readonly kind: 'match-topics'
  readonly groupId: string
  readonly expressions: readonly string[]
}

export interface ConsumerResult {
  readonly kind: 'topics-matched'
  readonly groupId: string
  /** Offset of the image whose topics were matched. */
  readonly version: number
  readonly topics: ReadonlyMap<string, ReadonlySet<string>>
}

export interface EffectWorld {
  readonly image: MetadataImage
  /** Gives others a turn. */
  breathe(): Promise<void>
  /** False: the members of the group may not know of the topic, which then matches nothing. Without it they may know all. */
  mayDescribe?(topic: string): boolean
}

/** How many names are matched in one turn: a millisecond or so, the fewer the longer the expression. */
const NAMES_PER_TURN_MAX = 200
const CHARACTERS_PER_TURN = 20_000

function namesPerTurn(expression: string): number {
  return Math.min(NAMES_PER_TURN_MAX, Math.max(1, Math.floor(CHARACTERS_PER_TURN / expression.length)))
}

export async function runGroupEffect(effect: ConsumerEffect, world: EffectWorld): Promise<ConsumerResult> {
  const { image } = world
  const names = [...image.topics.keys()].filter((name) => world.mayDescribe?.(name) ?? true)
  const topics = new Map<string, ReadonlySet<string>>()
  for (const expression of effect.expressions) topics.set(expression, await matching(expression, names, world))
  return { kind: 'topics-matched', groupId: effect.groupId, version: image.offset, topics }
}

async function matching(expression: string, names: readonly string[], world: EffectWorld): Promise<Set<string>> {
  const matched = new Set<string>()
  const regex = compiledRegex(expression)
  if (regex === undefined) return matched
  const count = namesPerTurn(expression)
  for (let start = 0; start < names.length; start += count) {
    if (start > 0) await world.breathe()
    for (const name of names.slice(start, start + count)) {
      if (regex.matcher(name).matches()) matched.add(name)
    }
  }
  return matched
}
