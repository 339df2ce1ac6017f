/** Calls of groups that wait for their turn: each takes the whole of one here. */
import { afterEach, expect, jest, test } from '@jest/globals'
import { CoordinatorRuntime } from '@ottla/coordinator'
import type { MetadataDelta } from '@ottla/replication'
import { testRuntime } from '@ottla/runtime/testing'
import { parseBrokerConfig } from '../config/broker-config.ts'
import { broker, contextOf, imageOf, partition } from '../testing/front.ts'
import { GroupCoordination, OFFSETS_TOPIC } from './group-coordinator.ts'

const TURN_MS = 10
const HEARTBEAT = { groupId: 'g', generationId: 1, memberId: 'm', groupInstanceId: null }
const JOIN = {
  ...{ groupId: 'g', memberId: '', groupInstanceId: null, protocolType: 'consumer', protocols: [], reason: null },
  ...{ sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 10_000 },
}
const SYNC = { ...HEARTBEAT, protocolType: 'consumer', protocolName: 'range', assignments: [] }

/** Another broker leads the groups, so that calls are answered as soon as they are handled. */
function setUp() {
  const runtime = testRuntime()
  let nowMs = 0
  let imageChanged = () => {}
  const busy = { now: () => nowMs, monotonic: () => (nowMs += TURN_MS) }
  const values = { 'broker.id': '1', 'log.dirs': '/logs', 'zookeeper.connect': 'localhost:2181' }
  const { config } = parseBrokerConfig(new Map(Object.entries(values)))
  const image = imageOf([broker(1), broker(2)], { [OFFSETS_TOPIC]: [partition(0, [2])] })
  const groups = new GroupCoordination({
    ...{ runtime: { ...runtime, clock: busy }, config },
    session: {
      image,
      onImage(listener) {
        imageChanged = () => listener(image, {} as MetadataDelta)
      },
    },
  })
  groups.begin()
  const told: string[] = []
  const note = (what: string) => () => void told.push(what)
  jest.spyOn(CoordinatorRuntime.prototype, 'imageChanged').mockImplementation(note('image'))
  const context = (name: string) => ({ ...contextOf(14, 5), releaseMemory: note(`memory of ${name}`) })
  groups.call('g', 'heartbeat', HEARTBEAT, context('heartbeat')).catch(note('heartbeat'))
  groups.call('g', 'join-group', JOIN, context('join')).catch(note('join'))
  groups.call('g', 'sync-group', SYNC, context('sync')).catch(note('sync'))
  imageChanged()
  groups.list({ states: [], types: [] }, context('list')).then(note('list'))
  return { groups, told, settle: () => runtime.clock.settle() }
}

afterEach(() => {
  jest.restoreAllMocks()
})

const IN_ORDER = ['heartbeat', 'memory of join', 'join', 'memory of sync', 'sync', 'image', 'list']

test('they are handled in their order, listings and news of the metadata among them, and who joins holds memory until its turn', async () => {
  const { told, settle } = setUp()
  expect(told).toEqual([])
  await settle()
  expect(told).toEqual(IN_ORDER)
})

test('those that wait when the broker stops are answered too', async () => {
  const { groups, told, settle } = setUp()
  groups.close()
  await settle()
  expect(told).toEqual(IN_ORDER)
})
