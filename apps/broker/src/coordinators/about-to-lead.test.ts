import { expect, test } from '@jest/globals'
import { testRuntime } from '@ottla/runtime/testing'
import { parseBrokerConfig } from '../config/broker-config.ts'
import { broker, contextOf, imageOf, partition } from '../testing/front.ts'
import { GroupCoordination, OFFSETS_TOPIC } from './group-coordinator.ts'

const HEARTBEAT = { groupId: 'g', generationId: 1, memberId: 'm', groupInstanceId: null }

/** Broker 1, which leads no partition yet; the metadata says who should. */
function setUp(leader: number) {
  const values = { 'broker.id': '1', 'log.dirs': '/logs', 'zookeeper.connect': 'localhost:2181' }
  const { config } = parseBrokerConfig(new Map(Object.entries(values)))
  const image = imageOf([broker(1), broker(2)], { [OFFSETS_TOPIC]: [partition(0, [leader])] })
  const groups = new GroupCoordination({ runtime: testRuntime(), config, session: { image, onImage() {} } })
  return { groups, call: () => groups.call('g', 'heartbeat', HEARTBEAT, contextOf(12, 4)) }
}

test('a broker that is to lead the group, and does not yet, is loading it', async () => {
  await expect(setUp(1).call()).rejects.toMatchObject({ errorName: 'COORDINATOR_LOAD_IN_PROGRESS' })
})

test('the group of another broker, or of one that stops, is not coordinated here', async () => {
  await expect(setUp(2).call()).rejects.toMatchObject({ errorName: 'NOT_COORDINATOR' })
  const { groups, call } = setUp(1)
  groups.close()
  await expect(call()).rejects.toMatchObject({ errorName: 'NOT_COORDINATOR' })
})
