import { expect, test } from '@jest/globals'
import { ZERO_UUID } from '@ottla/protocol'
import { OffsetTable } from './offset-table.ts'

const COMMITTED = {
  offset: 1,
  leaderEpoch: -1,
  metadata: '',
  commitTimestampMs: 0,
  expireTimestampMs: -1,
  topicId: ZERO_UUID,
}

test('topics and groups whose last offset goes are gone, and what was never there is not missed', () => {
  const table = new OffsetTable()
  const keys = ['a', 'b'].flatMap((group) => ['t', 'u'].map((topic) => ({ group, topic, partition: 0 })))
  keys.forEach((key, recordOffset) => {
    table.set(key, COMMITTED, recordOffset)
  })
  expect([table.size, ...table.groupIds()]).toEqual([4, 'a', 'b'])
  table.delete(keys[0]!)
  table.delete(keys[0]!)
  table.delete({ group: 'nobody', topic: 't', partition: 0 })
  expect([...table.topicsOf('a').keys()]).toEqual(['u'])
  for (const key of keys) table.delete(key)
  expect([table.size, ...table.groupIds()]).toEqual([0])
})
