import { describe, expect, test } from '@jest/globals'
import { ErrorCode } from '@ottla/protocol'
import type { MetadataImage, PartitionImage } from '@ottla/replication'
import { after, afterOutcome, clusterOf, withTopic } from '../testing/images.ts'
import { unregisterBroker } from './unregister-broker.ts'

const DONE = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: '' }
const WITH_DEAD = clusterOf([1, 2], [3])

function without3(image: MetadataImage): MetadataImage {
  const outcome = unregisterBroker(image, { brokerId: 3 })
  expect(outcome.reply).toEqual(DONE)
  return afterOutcome(image, outcome)
}

test('a dead broker is gone', () => {
  expect([...without3(WITH_DEAD).brokers.keys()]).toEqual([1, 2])
})

test.each<[string, MetadataImage, number, { errorCode: number; errorMessage: string }]>([
  [
    'unknown',
    WITH_DEAD,
    99,
    { errorCode: ErrorCode.BROKER_ID_NOT_REGISTERED, errorMessage: 'Broker ID 99 is not currently registered' },
  ],
  [
    'live',
    WITH_DEAD,
    2,
    {
      errorCode: ErrorCode.INVALID_REQUEST,
      errorMessage: 'Broker 2 is live: stop it before its registration is removed.',
    },
  ],
])('a broker that is %s is refused', (_, image, brokerId, refusal) => {
  expect(unregisterBroker(image, { brokerId })).toEqual({ batches: [], reply: { throttleTimeMs: 0, ...refusal } })
})

describe('partitions that it had', () => {
  test.each<[string, Partial<PartitionImage>, Partial<PartitionImage>]>([
    ['keep it among their replicas', { replicas: [1, 3], isr: [1] }, { replicas: [1, 3], isr: [1], leader: 1 }],
    [
      'it is eligible no more',
      { replicas: [1, 3], isr: [1], elr: [3] },
      { replicas: [1, 3], isr: [1], elr: [], leader: 1 },
    ],
    [
      'whose last in-sync replica it was, wait for it as the last known leader',
      { replicas: [3, 1], isr: [3], leader: -1 },
      { isr: [], elr: [], lastKnownElr: [3], leader: -1 },
    ],
    [
      'are led by an eligible one if there is one',
      { replicas: [3, 1], isr: [3], elr: [1], leader: -1 },
      { isr: [1], elr: [], lastKnownElr: [], leader: 1 },
    ],
  ])('%s', (_, partition, expected) => {
    const image = without3(withTopic(WITH_DEAD, 'a', [partition]))
    expect(image.topics.get('a')!.partitions[0]).toMatchObject(expected)
  })

  test('get another leader where unclean elections are allowed', () => {
    const config = { type: 'config', resourceType: 'topic', resourceName: 'a' } as const
    const image = after(withTopic(WITH_DEAD, 'a', [{ replicas: [3, 1], isr: [3], leader: -1 }]), [
      { ...config, name: 'unclean.leader.election.enable', value: 'true' },
    ])
    const expected = { isr: [1], leader: 1, leaderRecoveryState: 1 }
    expect(without3(image).topics.get('a')!.partitions[0]).toMatchObject(expected)
  })
})
