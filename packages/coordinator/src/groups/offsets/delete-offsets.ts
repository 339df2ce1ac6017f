import { ErrorCode, type InferInput, type OffsetDeleteRequest, type OffsetDeleteResponse } from '@ottla/protocol'
import type { ShardRecord } from '../../shard.ts'
import type { AnyGroup } from '../registry.ts'
import { offsetTombstone } from './offset-records.ts'
import type { OffsetTable } from './offset-table.ts'

/** OffsetDelete (KIP-496). What was never committed is deleted as well as anything. */
export function deleteOffsets(
  body: OffsetDeleteRequest,
  group: AnyGroup | undefined,
  offsets: OffsetTable,
): { readonly reply: InferInput<typeof OffsetDeleteResponse>; readonly records: readonly ShardRecord[] } {
  const refusal = group === undefined ? 'GROUP_ID_NOT_FOUND' : group.refuseOffsetDelete()
  if (group === undefined || refusal !== undefined) {
    return { reply: { errorCode: ErrorCode[refusal ?? 'NONE'], throttleTimeMs: 0, topics: [] }, records: [] }
  }
  const ofGroup = offsets.topicsOf(body.groupId)
  const records: ShardRecord[] = []
  const topics = body.topics.map(({ name, partitions }) => {
    const isSubscribed = group.isSubscribedTo(name)
    const errorCode = isSubscribed ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC : ErrorCode.NONE
    const gone = isSubscribed ? [] : partitions.filter(({ partitionIndex }) => ofGroup.get(name)?.get(partitionIndex))
    for (const { partitionIndex } of gone) {
      records.push(offsetTombstone({ group: body.groupId, topic: name, partition: partitionIndex }))
    }
    return { name, partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })) }
  })
  return { reply: { errorCode: ErrorCode.NONE, throttleTimeMs: 0, topics }, records }
}
