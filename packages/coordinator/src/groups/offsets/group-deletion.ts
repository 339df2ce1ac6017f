/** DeleteGroups (KIP-229): groups without members go, with all their offsets; in steps, when they have many. */

import { ErrorCode } from '@ottla/protocol'
import type { ShardRecord } from '../../shard.ts'
import type { GroupRegistry } from '../registry.ts'
import type { DeletedGroup } from '../requests.ts'
import { offsetTombstone } from './offset-records.ts'
import type { GroupDeletion } from './offset-soft.ts'
import type { OffsetTable } from './offset-table.ts'

interface DeletionShard {
  readonly registry: GroupRegistry
  readonly offsets: OffsetTable
  /** About, of one step. */
  readonly recordsMax: number
}

interface DeletionStep {
  readonly records: readonly ShardRecord[]
  /** What is left to be done, or the answer. */
  readonly next: GroupDeletion | { readonly kind: 'answer'; readonly deleted: readonly DeletedGroup[] }
}

export function beginDeletion(groupIds: readonly string[], ticket: number): GroupDeletion {
  return { kind: 'deletion', ticket, groupIds, errorCodes: [] }
}

export function deletionStep(deletion: GroupDeletion, shard: DeletionShard): DeletionStep {
  const { groupIds } = deletion
  const errorCodes = [...deletion.errorCodes]
  const records: ShardRecord[] = []
  while (errorCodes.length < groupIds.length) {
    if (records.length >= shard.recordsMax) return { records, next: { ...deletion, errorCodes } }
    const groupId = groupIds[errorCodes.length] as string
    const group = shard.registry.get(groupId)
    const refusal = group === undefined ? 'GROUP_ID_NOT_FOUND' : group.refuseDelete()
    if (group === undefined || refusal !== undefined) {
      errorCodes.push(ErrorCode[refusal ?? 'NONE'])
      continue
    }
    // The group itself goes last: until then whoever looks for it finds it, and a second attempt can take up an interrupted one.
    if (!takeOffsets(groupId, shard, records)) return { records, next: { ...deletion, errorCodes } }
    records.push(...group.tombstones())
    errorCodes.push(ErrorCode.NONE)
  }
  const deleted = groupIds.map((groupId, at) => ({ groupId, errorCode: errorCodes[at] as number }))
  return { records, next: { kind: 'answer', deleted } }
}

/** Adds tombstones until there are enough; returns whether these are all. */
function takeOffsets(groupId: string, { offsets, recordsMax }: DeletionShard, records: ShardRecord[]): boolean {
  for (const [topic, ofTopic] of offsets.topicsOf(groupId)) {
    for (const [partition] of ofTopic.entries()) {
      if (records.length >= recordsMax) return false
      records.push(offsetTombstone({ group: groupId, topic, partition }))
    }
  }
  return true
}
