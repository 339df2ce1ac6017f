import { describe, expect, test } from '@jest/globals'
import { partitionOfKey } from '@ottla/coordinator'
import { ApiKey, decodeMessage, encodeMessage, FindCoordinatorRequest, FindCoordinatorResponse } from '@ottla/protocol'
import type { TopicImage } from '@ottla/replication'
import type { Security } from '../seams.ts'
import { allowAll } from '../security/allow-all.ts'
import { broker, contextOf, frontParts, imageOf, partition } from '../testing/front.ts'
import { type FindCoordinatorParts, findCoordinatorHandler } from './10-find-coordinator.ts'

const OFFSETS = '__consumer_offsets'
/** Two partitions: the even one is led by broker 1, the odd one by broker 2. */
const IMAGE = imageOf([broker(1), broker(2)], { [OFFSETS]: [partition(0, [1]), partition(1, [2])] })
const [EVEN, ODD] = ['a', 'b', 'c', 'd']
  .sort((left, right) => partitionOfKey(left, 2) - partitionOfKey(right, 2))
  .filter((_, index) => index % 3 === 0) as [string, string]

interface Asking {
  readonly version: number
  readonly keys: readonly string[]
  readonly keyType?: number
  readonly parts?: Partial<FindCoordinatorParts>
  readonly topic?: TopicImage | undefined
}

async function ask({ version, keys, keyType = 0, parts = {}, ...rest }: Asking) {
  const topic = 'topic' in rest ? rest.topic : IMAGE.topics.get(OFFSETS)
  let creations = 0
  const offsetsTopic = {
    obstacle: 'two are too few',
    ensure() {
      creations++
      return Promise.resolve(topic)
    },
  }
  const handler = findCoordinatorHandler({ ...frontParts({ image: IMAGE }), offsetsTopic, ...parts })
  const context = contextOf(ApiKey.FindCoordinator, version)
  const value = version >= 4 ? { keyType, coordinatorKeys: keys } : { keyType, key: keys[0]! }
  const body = encodeMessage(FindCoordinatorRequest, version, value)
  const answer = await handler.handle(context, decodeMessage(FindCoordinatorRequest, version, body))
  const bytes = encodeMessage(FindCoordinatorResponse, version, answer!)
  return { ...decodeMessage(FindCoordinatorResponse, version, bytes), creations }
}

describe('FindCoordinator', () => {
  test.each([0, 1, 2, 3])('version %i names the leader of the group’s partition', async (version) => {
    expect(await ask({ version, keys: [ODD] })).toMatchObject({ errorCode: 0, nodeId: 2, host: 'host-2', port: 9092 })
    expect(await ask({ version, keys: [EVEN] })).toMatchObject({ errorCode: 0, nodeId: 1, host: 'host-1', port: 9091 })
  })

  test.each([4, 5, 6])('version %i answers every key, in their order', async (version) => {
    const { coordinators } = await ask({ version, keys: [ODD, EVEN, ODD] })
    expect(coordinators.map(({ key, nodeId, errorCode }) => [key, nodeId, errorCode])).toEqual([
      [ODD, 2, 0],
      [EVEN, 1, 0],
      [ODD, 2, 0],
    ])
    expect(await ask({ version, keys: [] })).toMatchObject({ coordinators: [], creations: 0 })
  })

  test('a topic that cannot be made now, a partition without leader and a leader that is gone: not available', async () => {
    const lost = imageOf([broker(1), broker(2, { fenced: true })], {
      [OFFSETS]: [partition(0, [1], { leader: -1 }), partition(1, [2])],
    })
    const front = frontParts({ image: lost })
    const topic = lost.topics.get(OFFSETS)
    const codes = [
      await ask({ version: 3, keys: ['g'], topic: undefined }),
      await ask({ version: 3, keys: [EVEN], parts: front, topic }),
      await ask({ version: 3, keys: [ODD], parts: front, topic }),
      await ask({ version: 3, keys: [ODD], parts: { hasVanished: (id) => id === 2 } }),
    ].map(({ errorCode, nodeId, port }) => [errorCode, nodeId, port])
    expect(codes).toEqual(Array(4).fill([15, -1, -1]))
  })

  test('why the topic cannot be made is said, to clients that can hear it', async () => {
    const why = { errorCode: 15, errorMessage: 'two are too few' }
    expect(await ask({ version: 0, keys: ['g'], topic: undefined })).toMatchObject({ errorCode: 15 })
    expect(await ask({ version: 1, keys: ['g'], topic: undefined })).toMatchObject(why)
    expect((await ask({ version: 6, keys: ['g'], topic: undefined })).coordinators).toMatchObject([why])
    const gone = { hasVanished: () => true }
    expect(await ask({ version: 3, keys: ['g'], parts: gone })).toMatchObject({ errorCode: 15, errorMessage: '' })
  })

  test.each([
    ['a transactional id', 1, 35],
    ['a share partition', 2, 35],
    ['something else', 3, 42],
  ])('%s is refused for good, and makes no topic', async (_, keyType, errorCode) => {
    expect(await ask({ version: 3, keys: ['k'], keyType })).toMatchObject({ errorCode, creations: 0 })
    const { coordinators, creations } = await ask({ version: 6, keys: ['k'], keyType })
    expect([coordinators.map((each) => each.errorCode), creations]).toEqual([[errorCode], 0])
  })

  test('whoever may not see the group is told so, and makes no topic; others are answered', async () => {
    const security: Security = { ...allowAll, authorize: (_, __, { name }) => name !== EVEN }
    const refused = await ask({ version: 3, keys: [EVEN], parts: { security } })
    expect(refused).toMatchObject({ errorCode: 30, nodeId: -1, creations: 0 })
    const both = await ask({ version: 4, keys: [EVEN, ODD], parts: { security } })
    expect(both.coordinators.map(({ errorCode, nodeId }) => [errorCode, nodeId])).toEqual([
      [30, -1],
      [0, 2],
    ])
  })
})
