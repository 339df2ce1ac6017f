import { describe, expect, test } from '@jest/globals'
import { configResource, EMPTY_IMAGE, effectiveMinIsr, type MetadataImage } from '@ottla/replication'
import { logConfigOf } from './log-config.ts'

const NEVER = 2 ** 63

function image(configs: Record<string, Record<string, string>>): MetadataImage {
  return {
    ...EMPTY_IMAGE,
    configs: new Map(Object.entries(configs).map(([key, values]) => [key, new Map(Object.entries(values))])),
  }
}

describe('logConfigOf', () => {
  test('without any configuration it is what Kafka takes', () => {
    expect(logConfigOf(image({}), 't', { brokerId: 1, brokerValues: new Map() })).toEqual({
      segmentBytes: 1_073_741_824,
      segmentMs: 604_800_000,
      segmentJitterMs: 0,
      indexBytesMax: 10_485_760,
      indexIntervalBytes: 4096,
      batchBytesMax: 1_048_588,
      compression: 'producer',
      compressionLevel: undefined,
      timestampType: 'CreateTime',
      timestampBeforeMaxMs: NEVER,
      timestampAfterMaxMs: 3_600_000,
      flushMessages: NEVER,
      flushMs: NEVER,
      compacted: false,
      deletes: true,
      minCleanableRatio: 0.5,
      minCompactionLagMs: 0,
      maxCompactionLagMs: NEVER,
      deleteRetentionMs: 86_400_000,
      retentionMs: 604_800_000,
      retentionBytes: -1,
      fileDeleteDelayMs: 60_000,
    })
  })

  test('each value comes from the strongest place that has one', () => {
    const configs = {
      [configResource('topic', 't')]: { 'message.timestamp.type': 'LogAppendTime', 'cleanup.policy': 'compact' },
      [configResource('broker', '')]: { 'log.flush.interval.messages': '10' },
      [configResource('broker', '1')]: { 'message.max.bytes': '2000000' },
    }
    const brokerValues = new Map([
      ['log.roll.hours', '2'],
      ['log.flush.interval.messages', '99'],
      ['message.max.bytes', '99'],
    ])
    expect(logConfigOf(image(configs), 't', { brokerId: 1, brokerValues })).toMatchObject({
      timestampType: 'LogAppendTime',
      compacted: true,
      flushMessages: 10,
      batchBytesMax: 2_000_000,
      segmentMs: 7_200_000,
    })
  })
})

test("the effective min ISR is the image's value, at most the number of replicas", () => {
  const configs = image({ [configResource('broker', '')]: { 'min.insync.replicas': '2' } })
  expect([1, 2, 3].map((replicas) => effectiveMinIsr(configs, 't', replicas))).toEqual([1, 2, 2])
  const topic = image({ [configResource('topic', 't')]: { 'min.insync.replicas': '3' } })
  expect([1, 2, 3].map((replicas) => effectiveMinIsr(topic, 't', replicas))).toEqual([1, 2, 3])
})
