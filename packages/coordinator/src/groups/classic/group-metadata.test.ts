import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import type { GroupMetadataKey, GroupMetadataValue } from '@ottla/protocol/coordinator-records'
import { CONSUMER_OFFSETS_RECORDS, decodeCoordinatorRecord } from '@ottla/protocol/coordinator-records'
import { encodeRecord } from '../offsets/testing/shard-run.ts'
import { newGroup } from './classic-group.ts'
import { groupMetadataRecord, groupMetadataTombstone } from './group-metadata.ts'

interface Vector {
  readonly name: string
  readonly key: string
  readonly value: string
}

const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../../vectors/group-metadata.json', import.meta.url), 'utf8'),
).records

function hex(bytes: Uint8Array | null): string {
  return Buffer.from(bytes ?? []).toString('hex')
}

describe('the record of a group', () => {
  it.each(VECTORS)('is what Kafka writes: $name', ({ key, value }) => {
    const decoded = decodeCoordinatorRecord(
      CONSUMER_OFFSETS_RECORDS,
      Buffer.from(key, 'hex'),
      Buffer.from(value, 'hex'),
    )
    if (decoded.kind !== 'known') throw new Error('a known type')
    const group = newGroup((decoded.key as GroupMetadataKey).group, undefined)
    group.restore(decoded.value as GroupMetadataValue)
    const written = encodeRecord(groupMetadataRecord(group.phase, group.members.values()))
    expect(hex(written.key)).toBe(key)
    expect(hex(written.value)).toBe(value)
  })

  it('has a tombstone of the same key', () => {
    const record = groupMetadataRecord(newGroup('g', 1).phase, [])
    const tombstone = encodeRecord(groupMetadataTombstone('g'))
    expect(tombstone).toEqual({ key: encodeRecord(record).key, value: null })
  })
})

describe('a group restored from an old record', () => {
  const old: GroupMetadataValue = {
    protocolType: 'consumer',
    generation: 4,
    protocol: 'range',
    leader: 'gone',
    currentStateTimestamp: -1,
    members: [
      {
        memberId: 'm',
        groupInstanceId: null,
        clientId: 'c',
        clientHost: '/h',
        rebalanceTimeout: -1,
        sessionTimeout: 9000,
        subscription: Uint8Array.of(1),
        assignment: Uint8Array.of(2),
      },
    ],
  }

  it('has its session timeout as rebalance timeout, and a leader that is a member', () => {
    const group = newGroup('g', undefined)
    group.restore(old)
    expect(group.members.get('m')?.rebalanceTimeoutMs).toBe(9000)
    expect(group.leader).toBe('m')
    expect(group.state).toBe('Stable')
    expect(group.phase.stateTimestampMs).toBeUndefined()
  })

  it('keeps none of the memory that the record was read from', () => {
    const memory = new Uint8Array(1000)
    const group = newGroup('g', undefined)
    const [member] = old.members
    if (member === undefined) throw new Error('a member')
    group.restore({
      ...old,
      members: [{ ...member, subscription: memory.subarray(1, 3), assignment: memory.subarray(5, 9) }],
    })
    const restored = group.members.get('m')
    expect(restored?.assignment.buffer.byteLength).toBe(4)
    expect(restored?.protocols[0]?.metadata.buffer.byteLength).toBe(2)
  })
})
