import { describe, expect, test } from '@jest/globals'
import { EMPTY_IMAGE } from './image.ts'
import { invalidTopicConfigs } from './topic-config-check.ts'
import { TOPIC_CONFIG_KEYS } from './topic-config-keys.ts'
import {
  type ConfigLayers,
  ConfigSource,
  topicConfigEntries,
  topicConfigEntry,
  topicConfigKey,
  topicConfigLayers,
  topicConfigNumber,
  topicConfigValue,
} from './topic-configs.ts'

function layers(given: Partial<Record<keyof ConfigLayers, Record<string, string>>> = {}): ConfigLayers {
  const map = (name: keyof ConfigLayers) => new Map(Object.entries(given[name] ?? {}))
  return { topic: map('topic'), broker: map('broker'), cluster: map('cluster'), file: map('file') }
}

const {
  DYNAMIC_TOPIC_CONFIG,
  DYNAMIC_BROKER_CONFIG,
  DYNAMIC_DEFAULT_BROKER_CONFIG,
  STATIC_BROKER_CONFIG,
  DEFAULT_CONFIG,
} = ConfigSource

describe('effective values', () => {
  test.each<[string, Parameters<typeof layers>[0], string, ConfigSource]>([
    ['segment.bytes', {}, '1073741824', DEFAULT_CONFIG],
    ['segment.bytes', { file: { 'log.segment.bytes': '2000000' } }, '2000000', STATIC_BROKER_CONFIG],
    [
      'segment.bytes',
      { file: { 'log.segment.bytes': '2' }, cluster: { 'log.segment.bytes': '3' } },
      '3',
      DYNAMIC_DEFAULT_BROKER_CONFIG,
    ],
    [
      'segment.bytes',
      { cluster: { 'log.segment.bytes': '3' }, broker: { 'log.segment.bytes': '4' } },
      '4',
      DYNAMIC_BROKER_CONFIG,
    ],
    [
      'segment.bytes',
      { topic: { 'segment.bytes': '5' }, broker: { 'log.segment.bytes': '4' } },
      '5',
      DYNAMIC_TOPIC_CONFIG,
    ],
    ['retention.ms', { file: { 'log.retention.hours': '2' } }, '7200000', DEFAULT_CONFIG],
    ['retention.ms', { file: { 'log.retention.hours': '-1' } }, '-1', DEFAULT_CONFIG],
    ['retention.ms', { file: { 'log.retention.hours': '2', 'log.retention.minutes': '1' } }, '60000', DEFAULT_CONFIG],
    [
      'retention.ms',
      { file: { 'log.retention.ms': '7' }, cluster: { 'log.retention.hours': '2' } },
      '7',
      STATIC_BROKER_CONFIG,
    ],
    ['flush.ms', { file: { 'log.flush.scheduler.interval.ms': '9' } }, '9', DEFAULT_CONFIG],
    ['flush.ms', { file: { 'log.flush.interval.ms': '1000' } }, '1000', STATIC_BROKER_CONFIG],
    ['preallocate', { file: { 'log.preallocate': '' } }, 'false', DEFAULT_CONFIG],
    ['remote.storage.enable', {}, 'false', DEFAULT_CONFIG],
  ])('%s with %j is %s', (name, given, value, source) => {
    const entry = topicConfigEntry(topicConfigKey(name)!, layers(given))
    expect([entry.value, entry.source]).toEqual([value, source])
    expect(topicConfigValue(name, layers(given))).toBe(value)
  })

  test('synonyms, strongest first; none where Kafka shows none', () => {
    const given = layers({
      topic: { 'segment.bytes': '5' },
      cluster: { 'log.segment.bytes': '3' },
      file: { 'log.segment.bytes': '2', 'log.retention.hours': '2' },
    })
    expect(topicConfigEntry(topicConfigKey('segment.bytes')!, given).synonyms).toEqual([
      { name: 'segment.bytes', value: '5', source: DYNAMIC_TOPIC_CONFIG },
      { name: 'log.segment.bytes', value: '3', source: DYNAMIC_DEFAULT_BROKER_CONFIG },
      { name: 'log.segment.bytes', value: '2', source: STATIC_BROKER_CONFIG },
      { name: 'log.segment.bytes', value: '1073741824', source: DEFAULT_CONFIG },
    ])
    expect(topicConfigEntry(topicConfigKey('retention.ms')!, given).synonyms).toEqual([])
  })

  test.each([
    ['retention.ms', 'log.retention.ms', 'log.retention.hours', '168'],
    ['segment.ms', 'log.roll.ms', 'log.roll.hours', '168'],
    ['segment.jitter.ms', 'log.roll.jitter.ms', 'log.roll.jitter.hours', '0'],
    ['flush.ms', 'log.flush.interval.ms', 'log.flush.scheduler.interval.ms', '9223372036854775807'],
  ])('%s: behind %s stands the default of %s', (name, strongest, weakest, value) => {
    const given = layers({ cluster: { [strongest]: '9000' } })
    expect(topicConfigEntry(topicConfigKey(name)!, given).synonyms).toEqual([
      { name: strongest, value: '9000', source: DYNAMIC_DEFAULT_BROKER_CONFIG },
      { name: weakest, value, source: DEFAULT_CONFIG },
    ])
  })

  test('layers come from the image and the file', () => {
    const configs = new Map([
      ['topic:a', new Map([['retention.ms', '1']])],
      ['broker:', new Map([['min.insync.replicas', '2']])],
      ['broker:7', new Map([['log.segment.bytes', '3000000']])],
    ])
    const image = { ...EMPTY_IMAGE, configs }
    const seven = topicConfigLayers(image, 'a', { brokerId: 7, file: new Map([['log.index.interval.bytes', '9']]) })
    expect(
      ['retention.ms', 'min.insync.replicas', 'segment.bytes', 'index.interval.bytes'].map((k) =>
        topicConfigNumber(k, seven),
      ),
    ).toEqual([1, 2, 3_000_000, 9])
    expect(topicConfigNumber('retention.ms', topicConfigLayers(image, 'other'))).toBe(604_800_000)
  })

  test('a name that is no key is a defect of the caller', () => {
    expect(() => topicConfigValue('x', layers())).toThrow(RangeError)
  })
})

describe('the table', () => {
  test('all keys of Kafka, sorted, with a valid default and a text', () => {
    expect(TOPIC_CONFIG_KEYS).toHaveLength(33)
    const names = TOPIC_CONFIG_KEYS.map(({ name }) => name)
    expect(names).toEqual([...names].sort())
    const defaults = new Map(topicConfigEntries(layers()).map(({ key, value }) => [key.name, value]))
    expect(invalidTopicConfigs(defaults)).toBeUndefined()
    for (const { doc } of TOPIC_CONFIG_KEYS) expect(doc).toMatch(/\.$/)
  })

  test.each<[Record<string, string>, RegExp | undefined]>([
    [{}, undefined],
    [{ 'retention.ms': '-1', 'cleanup.policy': 'compact,delete', 'compression.type': 'zstd' }, undefined],
    [{ 'flush.messages': '9223372036854775807' }, undefined],
    [{ 'leader.replication.throttled.replicas': '0:1,12:3' }, undefined],
    [{ 'leader.replication.throttled.replicas': '*' }, undefined],
    [{ x: 'y' }, /Unknown topic config name: x/],
    [{ 'retention.ms': 'x' }, /Invalid value x for configuration retention\.ms/],
    [{ 'retention.ms': '-2' }, /retention\.ms.*at least -1/],
    [{ 'segment.bytes': '14' }, /segment\.bytes/],
    [{ 'cleanup.policy': 'remove' }, /cleanup\.policy.*compact/],
    [{ 'min.cleanable.dirty.ratio': '1.5' }, /min\.cleanable\.dirty\.ratio/],
    [{ 'compression.gzip.level': '0' }, /gzip\.level/],
    [{ 'follower.replication.throttled.replicas': '0-1' }, /follower\.replication\.throttled\.replicas/],
    [{ 'min.compaction.lag.ms': '10', 'max.compaction.lag.ms': '5' }, /min\.compaction\.lag\.ms \(10\) > max/],
    [{ 'remote.storage.enable': 'true' }, /no remote storage/],
  ])('%j', (given, problem) => {
    const found = invalidTopicConfigs(new Map(Object.entries(given)))
    if (problem === undefined) expect(found).toBeUndefined()
    else expect(found).toMatch(problem)
  })
})
