import type { InspectedGroup, RawGroupRecord } from '@ottla/broker/internal'
import type { ReplicaLogEvent } from './history.ts'
import { bytesOf } from './read-replica.ts'

/** The committed records of a coordinator's log as a coordinator replays them. */
export function rawRecords({ records, highWatermark }: ReplicaLogEvent): RawGroupRecord[] {
  return records
    .filter(({ offset }) => offset < highWatermark)
    .map(({ offset, key, value }) => ({ offset, key: bytesOf(key), value: value === '' ? null : bytesOf(value) }))
}

/** Everything that is known of each group, as a text to be compared. */
export function groupTexts(groups: readonly InspectedGroup[]): Map<string, string> {
  return new Map(groups.map((group) => [group.groupId, textOf(group)]))
}

function textOf({ kind, epoch, members, offsets }: InspectedGroup): string {
  const its = members.map(
    ({ memberId, instanceId, epoch: own, facts }) => `${memberId} (${instanceId}) ${own} ${facts}`,
  )
  const committed = offsets.map(
    ({ topic, partition, offset, leaderEpoch, metadata }) =>
      `${topic}-${partition}=${offset}@${leaderEpoch}${metadata}`,
  )
  return `${kind} ${epoch} [${its.join(' | ')}] ${committed.join(' ')}`
}
