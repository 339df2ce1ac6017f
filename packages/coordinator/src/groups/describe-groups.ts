import { ErrorCode } from '@ottla/protocol'
import type { MetadataImage } from '@ottla/replication'
import type { ClassicGroups } from './classic/classic-groups.ts'
import type { ConsumerGroups } from './consumer/consumer-groups.ts'
import type { GroupRegistry } from './registry.ts'
import type { DescribedConsumerGroup, DescribedGroup } from './requests.ts'

/** A group that is not here, or is no classic one, is GROUP_ID_NOT_FOUND with a message, in the state Dead. */
export function describeClassicGroups(
  registry: GroupRegistry,
  classic: ClassicGroups,
  groupIds: readonly string[],
): readonly DescribedGroup[] {
  return groupIds.map((groupId) => {
    const group = registry.get(groupId)
    return group?.kind === 'classic'
      ? classic.describe(group)
      : {
          ...notFound(groupId, group && 'classic'),
          groupState: 'Dead',
          protocolType: '',
          protocolData: '',
          members: [],
        }
  })
}

/** The same for consumer groups; their topics have the ids of the image. */
export function describeConsumerGroups(
  registry: GroupRegistry,
  consumer: ConsumerGroups,
  { groupIds, image }: { readonly groupIds: readonly string[]; readonly image: MetadataImage },
): readonly DescribedConsumerGroup[] {
  return groupIds.map((groupId) => {
    const group = registry.get(groupId)
    return group?.kind === 'consumer'
      ? consumer.describe(group, image)
      : { ...notFound(groupId, group && 'consumer'), ...NO_CONSUMER_GROUP }
  })
}

/** An id may be as long as a string of the protocol can be, so that no message could hold it. */
const NAMED_LENGTH_MAX = 1000

const NO_CONSUMER_GROUP = { groupState: '', groupEpoch: 0, assignmentEpoch: 0, assignorName: '', members: [] }

function notFound(groupId: string, wanted: string | undefined) {
  const name = groupId.slice(0, NAMED_LENGTH_MAX)
  return {
    groupId,
    errorCode: ErrorCode.GROUP_ID_NOT_FOUND,
    errorMessage: wanted === undefined ? `Group ${name} not found.` : `Group ${name} is not a ${wanted} group.`,
  }
}
