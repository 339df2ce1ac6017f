import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { ZERO_UUID } from '@ottla/protocol'
import { LegacyOffsetCommitKey, LegacyOffsetCommitValue } from '@ottla/protocol/coordinator-records'
import type { FetchedOffsets } from '../requests.ts'
import { committedOffsetOf } from './offset-records.ts'
import { commit, deleteGroups, fetch, offsetsRun } from './testing/offsets-shard.ts'
import { encodeRecord, type LoggedRecord } from './testing/shard-run.ts'

interface Vector {
  name: string
  apiVersion: number
  nowMs: number
  group: string
  partition: number
  offset: number
  leaderEpoch: number
  metadata: string | null
  retentionMs: number
  key: string
  value: string
}

const kafka = JSON.parse(readFileSync(new URL('../../vectors/offset-commits.json', import.meta.url), 'utf8')) as {
  topicId: string
  commits: Vector[]
}

const hex = ({ key, value }: LoggedRecord) => ({
  key: Buffer.from(key).toString('hex'),
  value: value && Buffer.from(value).toString('hex'),
})

describe("a commit's record has the bytes that Apache Kafka writes", () => {
  test.each(kafka.commits)('$name', (vector) => {
    const run = offsetsRun()
    run.nowMs = vector.nowMs
    run.send(commit({ ...vector, topicId: kafka.topicId }), { apiVersion: vector.apiVersion })
    expect(run.log.map(hex)).toEqual([{ key: vector.key, value: vector.value }])
  })

  test.each(kafka.commits)('$name: its removal', (vector) => {
    const run = offsetsRun()
    run.send(commit({ ...vector, topicId: kafka.topicId }))
    run.call(deleteGroups(vector.group))
    expect(run.log.slice(1).map(hex)[0]).toEqual({ key: vector.key, value: null })
  })

  test.each(kafka.commits)('$name: and is read again', (vector) => {
    const run = offsetsRun()
    const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))
    run.reload([{ key: bytes(vector.key), value: bytes(vector.value) }])
    const reply = run.call(fetch(vector.group)) as FetchedOffsets
    expect(reply.topics[0]?.partitions).toEqual([
      {
        partitionIndex: vector.partition,
        committedOffset: vector.offset,
        committedLeaderEpoch: vector.leaderEpoch,
        metadata: vector.metadata ?? '',
        errorCode: 0,
      },
    ])
  })
})

test('a record of type 0 is an offset, too', () => {
  const pair = { key: LegacyOffsetCommitKey, value: LegacyOffsetCommitValue }
  const key = { group: 'ancient', topic: 'orders', partition: 2 }
  const value = { offset: 7, metadata: 'm', commitTimestamp: 1000 }
  expect(committedOffsetOf({ pair, key, value, valueVersion: 0 })).toEqual({
    offset: 7,
    leaderEpoch: -1,
    metadata: 'm',
    commitTimestampMs: 1000,
    expireTimestampMs: -1,
    topicId: ZERO_UUID,
  })
  const run = offsetsRun()
  run.reload([encodeRecord({ pair, key, value, valueVersion: 0 })])
  expect((run.call(fetch('ancient')) as FetchedOffsets).topics[0]?.partitions[0]?.committedOffset).toBe(7)
})
