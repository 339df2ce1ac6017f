import { expect, test } from '@jest/globals'
import { EMPTY_IMAGE, type MetadataDelta, type MetadataImage, type TopicImage } from '@ottla/replication'
import { recordingLogger } from '@ottla/runtime/testing'
import { LeadershipLog, leadershipChanges } from './leadership-log.ts'
import { partitionImage, topicImage } from './testing/scripted-cluster.ts'

function imageOf(...topics: readonly TopicImage[]): MetadataImage {
  return { ...EMPTY_IMAGE, topics: new Map(topics.map((topic) => [topic.name, topic])) }
}

/** A topic whose partitions have these leaders. */
function led(name: string, leaders: readonly number[], id?: string): TopicImage {
  return topicImage(
    name,
    leaders.map((leader, index) => partitionImage(index, { leader })),
    id,
  )
}

function deltaOf(changed: readonly string[], removed: readonly TopicImage[] = []): MetadataDelta {
  return {
    topicsChanged: new Set(changed),
    topicsRemoved: new Map(removed.map((topic) => [topic.id, topic])),
    brokersChanged: new Set(),
    configsChanged: new Set(),
  }
}

const OLD = led('t', [1, 1], 'old')

test.each<[string, readonly TopicImage[], readonly TopicImage[], MetadataDelta, readonly string[], readonly string[]]>([
  ['a topic is created', [], [led('t', [1, 2, 1])], deltaOf(['t']), ['t-0', 't-2'], []],
  ['it gets partitions', [led('t', [1])], [led('t', [1, 1])], deltaOf(['t']), ['t-1'], []],
  ['leaders change', [led('t', [1, 2, -1])], [led('t', [2, 1, 2])], deltaOf(['t']), ['t-1'], ['t-0']],
  ['something else changes', [led('t', [1])], [led('t', [1])], deltaOf(['t']), [], []],
  ['another topic changes', [led('t', [1])], [led('t', [2])], deltaOf([]), [], []],
  ['a topic is deleted', [OLD], [], deltaOf([], [OLD]), [], ['t-0', 't-1']],
  ['it is created anew', [OLD], [led('t', [1], 'new')], deltaOf(['t'], [OLD]), ['t-0'], ['t-0', 't-1']],
])('%s', (_, before, after, delta, begun, ended) => {
  const changes = leadershipChanges(1, { before: imageOf(...before), image: imageOf(...after), delta })
  expect(changes).toEqual({ begun, ended })
})

test('one line for each change of the metadata, with some of the names', () => {
  const logger = recordingLogger()
  const log = new LeadershipLog(1, { logger, image: imageOf() })
  const many = Array.from({ length: 30 }, () => 1)
  log.observe(imageOf(led('t', many)), deltaOf(['t']))
  log.observe(imageOf(led('t', many)), deltaOf(['t']))
  log.observe(imageOf(led('t', [2, ...many.slice(1)])), deltaOf(['t']))
  expect(logger.lines.map(({ level, message, fields }) => [level, message, fields.count])).toEqual([
    ['info', 'leads partitions', 30],
    ['info', 'leads partitions no longer', 1],
  ])
  expect(logger.lines[0]!.fields.partitions).toHaveLength(20)
  expect(logger.lines[1]!.fields.partitions).toEqual(['t-0'])
})
