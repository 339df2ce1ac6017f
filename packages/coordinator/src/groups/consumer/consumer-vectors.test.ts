/** Logs that Apache wrote: what is read from them is written back in the same bytes, and both kinds of group load. */
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { CONSUMER_OFFSETS_RECORDS, decodeCoordinatorRecord } from '@ottla/protocol/coordinator-records'
import type { ShardRecord } from '../../shard.ts'
import { encodeRecord, type LoggedRecord } from '../offsets/testing/shard-run.ts'
import { applyRecord } from './changes.ts'
import { ConsumerGroup } from './consumer-group.ts'
import {
  CURRENT,
  currentRecord,
  GROUP_EPOCH,
  groupEpochRecord,
  MEMBER,
  memberRecord,
  memberTombstone,
  REGEX,
  regexRecord,
  TARGET,
  TARGET_EPOCH,
  targetEpochRecord,
  targetRecord,
} from './consumer-records.ts'
import { ConsumerScene } from './testing/consumer-scene.ts'

interface Vectors {
  readonly groups: readonly {
    readonly groupId: string
    readonly records: readonly (readonly [string, string | null])[]
  }[]
}

const { groups } = JSON.parse(
  readFileSync(new URL('../../vectors/consumer-groups.json', import.meta.url), 'utf8'),
) as Vectors

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

function hex({ key, value }: LoggedRecord): readonly [string, string | null] {
  return [Buffer.from(key).toString('hex'), value === null ? null : Buffer.from(value).toString('hex')]
}

/** What this group would write of what `record` is about. */
function rewritten(group: ConsumerGroup, record: ShardRecord): ShardRecord {
  const { groupId } = group
  const key = record.key as { memberId: string; regularExpression: string }
  if (record.value === null) return memberTombstone(record.pair, groupId, key.memberId)
  switch (record.pair.key.apiKey) {
    case GROUP_EPOCH.key.apiKey:
      return groupEpochRecord(groupId, group)
    case MEMBER.key.apiKey:
      return memberRecord(groupId, group.members.get(key.memberId)!)
    case TARGET_EPOCH.key.apiKey:
      return targetEpochRecord(groupId, group.assignmentEpoch, group.assignedAtMs)
    case TARGET.key.apiKey:
      return targetRecord(groupId, key.memberId, group.targetOf(key.memberId))
    case CURRENT.key.apiKey:
      return currentRecord(groupId, group.members.get(key.memberId)!)
    case REGEX.key.apiKey:
      return regexRecord(groupId, key.regularExpression, group.subscribed.resolved.get(key.regularExpression)!)
    default:
      return record
  }
}

const MEMBER_TYPES = [MEMBER, TARGET, CURRENT].map((pair) => pair.key.apiKey)

test.each(groups)('records of $groupId are written as they were', ({ groupId, records }) => {
  const group = new ConsumerGroup(groupId, () => undefined)
  let compared = 0
  for (const [key, value] of records) {
    const decoded = decodeCoordinatorRecord(CONSUMER_OFFSETS_RECORDS, bytes(key), value === null ? null : bytes(value))
    if (decoded.kind === 'unknown') throw new Error('a record of no known type')
    const record: ShardRecord = { ...decoded, valueVersion: 0 }
    applyRecord(group, record)
    if (value === null && !MEMBER_TYPES.includes(decoded.pair.key.apiKey)) continue
    if (decoded.pair.key.apiKey === 2) continue
    expect(hex(encodeRecord(rewritten(group, record)))).toEqual([key, value])
    compared++
  }
  expect(compared).toBeGreaterThan(25)
})

test.each(groups)('every beginning of the log of $groupId loads', ({ groupId, records }) => {
  const log = records.map(([key, value]) => ({ key: bytes(key), value: value === null ? null : bytes(value) }))
  for (let end = 1; end <= log.length; end++) {
    const scene = new ConsumerScene({ topics: { t: 1 } })
    scene.run.reload(log.slice(0, end))
    const [group] = scene.call('list-groups', { states: [], types: [] })
    if (group !== undefined) expect(group.groupId).toBe(groupId)
    scene.run.advance(120_000)
  }
})
