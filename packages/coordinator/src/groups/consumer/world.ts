import type { ShardView } from '../../shard.ts'
import type { AreaParts } from '../area.ts'
import type { ClassicGroups } from '../classic/classic-groups.ts'
import type { ConsumerGroup, TopicIds } from './consumer-group.ts'
import type { GroupDraft } from './draft.ts'

export interface ConsumerParts extends AreaParts {
  readonly classic: ClassicGroups
}

/** What the parts of the consumer groups look at. */
export interface ConsumerWorld extends ConsumerParts {
  readonly topicIds: TopicIds
  /** Whether the expressions of a group are being matched. */
  isResolving(groupId: string): boolean
  /** Whether this timer of a member that has to join again runs already. */
  isRejoinExpected(timerKey: string): boolean
}

/** A request at work on a group. */
export interface Work {
  readonly world: ConsumerWorld
  readonly draft: GroupDraft
  readonly view: ShardView
}

export function groupOf({ draft }: Work): ConsumerGroup {
  return draft.group
}
