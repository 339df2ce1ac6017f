import { beforeEach, expect, test } from '@jest/globals'
import type { ConnectionInfo } from '../seams.ts'
import { WAITS_PER_CONNECTION_MAX, WATCHED_PARTITIONS_MAX, WaitingFetches } from './waiting-fetches.ts'

let waits: WaitingFetches
let ended: string[]

beforeEach(() => {
  waits = new WaitingFetches()
  ended = []
})

function connection(id: string): ConnectionInfo {
  return { id, clientSoftwareName: '', clientSoftwareVersion: '', closed: new AbortController().signal }
}

/** Enters, and leaves when it is told to end. */
function enter(name: string, of: ConnectionInfo, partitions = 1) {
  const waiting = {
    superseded() {
      ended.push(name)
      waits.leave(waiting)
    },
  }
  waits.enter(waiting, { connection: of, partitions })
  return waiting
}

test('a connection has a few that wait, then its first one ends', () => {
  const [one, other] = [connection('one'), connection('other')]
  enter('other', other)
  for (let count = 0; count < WAITS_PER_CONNECTION_MAX; count++) enter(`one-${count}`, one)
  expect(ended).toEqual([])
  enter('one more', one)
  expect(ended).toEqual(['one-0'])
  const left = enter('two more', one)
  expect(ended).toEqual(['one-0', 'one-1'])
  waits.leave(left)
  waits.leave(left)
  enter('again', one)
  expect([ended.length, waits.size]).toEqual([2, 1 + WAITS_PER_CONNECTION_MAX])
})

test('all together watch so many partitions, then those that began first end', () => {
  const half = WATCHED_PARTITIONS_MAX / 2
  enter('a', connection('1'), half)
  const b = enter('b', connection('2'), half)
  enter('session', connection('3'), 0)
  expect(ended).toEqual([])
  enter('c', connection('4'), 1)
  expect(ended).toEqual(['a'])
  waits.leave(b)
  enter('d', connection('5'), 2 * WATCHED_PARTITIONS_MAX)
  expect([ended, waits.size]).toEqual([['a', 'session', 'c'], 1])
})
