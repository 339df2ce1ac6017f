import { expect, test } from '@jest/globals'
import { imageDelta, type MetadataDelta, type MetadataImage, type PartitionImage } from '@ottla/replication'
import { testRuntime } from '@ottla/runtime/testing'
import { broker, imageOf, partition } from '../testing/front.ts'
import { registerCluster } from './cluster-metrics.ts'

const NAME = 'kafka_controller_controllerstats_uncleanleaderelections_total'

type Change = readonly [before: Partial<PartitionImage>, after: Partial<PartitionImage>]

const lost: Change = [
  { isr: [1], leader: -1, leaderEpoch: 4 },
  { isr: [2], leader: 2, leaderEpoch: 5, leaderRecoveryState: 1 },
]

test.each<[string, Change, number, number]>([
  ['an unclean election', lost, 1, 1],
  ['where another broker speaks for the cluster', lost, 2, 0],
  [
    'the last known leader',
    [
      { isr: [], leader: -1 },
      { ...lost[1], isr: [2] },
    ],
    1,
    1,
  ],
  [
    'an eligible replica that leads',
    [
      { isr: [1], elr: [2], leader: -1 },
      { ...lost[1], leaderRecoveryState: 0 },
    ],
    1,
    0,
  ],
  ['an ISR member that leads while nobody has confirmed the loss of before', [{ isr: [2], leader: -1 }, lost[1]], 1, 0],
  ['the recovering leader takes others in', [lost[1], { ...lost[1], isr: [2, 1], leaderRecoveryState: 0 }], 1, 0],
  ['a partition that is left without leader', [lost[1], { ...lost[1], leader: -1, leaderEpoch: 6 }], 1, 0],
])('%s', (_, [before, after], brokerId, expected) => {
  const image = (fields: Partial<PartitionImage>) =>
    imageOf([broker(1), broker(2)], { t: [partition(0, [1, 2], fields)] })
  const metrics = testRuntime().openMetrics()
  let now = image(before)
  let tell: (image: MetadataImage, delta: MetadataDelta) => void = () => {}
  registerCluster(metrics, { brokerId, image: () => now, onImage: (listener) => (tell = listener) })
  const next = image(after)
  const delta = imageDelta(now, next)
  now = next
  tell(next, delta)
  expect(metrics.lines).toContain(`${NAME} ${expected}`)
})
