/** What the areas of the group shard (classic groups, consumer groups, offsets) have in common: what they are given, and what they return. */
import type { Logger } from '@ottla/runtime'
import type { Outcome } from '../shard.ts'
import type { ClassicSoft } from './classic/classic-groups.ts'
import type { ConsumerEffect, ConsumerResult, ConsumerSoft } from './consumer/consumer-groups.ts'
import type { OffsetSoft } from './offsets/offset-soft.ts'
import type { GroupRegistry } from './registry.ts'
import type { GroupReply } from './requests.ts'
import type { ConsumerGroupSettings, GroupSettings } from './settings.ts'

/** The kinds begin with the area that they belong to: `classic-`, `consumer-`, `offset-`. */
export type GroupSoft = ClassicSoft | ConsumerSoft | OffsetSoft
export type GroupEffect = ConsumerEffect
export type GroupResult = ConsumerResult
export type GroupOutcome = Outcome<GroupReply, GroupSoft, GroupEffect>

export interface AreaParts {
  readonly registry: GroupRegistry
  /** As they hold now. */
  settings(): GroupSettings
  groupSettings(groupId: string): ConsumerGroupSettings
  /** What members of classic groups may take besides what they do, in bytes, here and in the broker's other shards. Left out: no bound. */
  memberBytesLeft?(): number
  readonly logger: Logger
}
