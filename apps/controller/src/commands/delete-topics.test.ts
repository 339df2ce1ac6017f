import { expect, test } from '@jest/globals'
import { ErrorCode, type ErrorName, ZERO_UUID } from '@ottla/protocol'
import { after, afterOutcome, clusterOf, withTopic } from '../testing/images.ts'
import { deleteTopics } from './delete-topics.ts'

const IMAGE = after(withTopic(withTopic(clusterOf([1]), 'a', [{}]), 'b', [{}, {}]), [
  { type: 'config', resourceType: 'topic', resourceName: 'a', name: 'retention.ms', value: '1' },
])

type Topics = { name: string | null; topicId: string }[]

test.each<[string, Topics, string[], ErrorName[], string[]]>([
  ['by name', [{ name: 'a', topicId: ZERO_UUID }], [], ['NONE'], ['b']],
  ['by id', [{ name: null, topicId: 'id-of-b' }], [], ['NONE'], ['a']],
  ['by name, in the old list', [], ['a', 'b'], ['NONE', 'NONE'], []],
  ['an unknown name', [], ['c'], ['UNKNOWN_TOPIC_OR_PARTITION'], ['a', 'b']],
  ['an unknown id', [{ name: null, topicId: 'id-of-c' }], [], ['UNKNOWN_TOPIC_ID'], ['a', 'b']],
  ['name and id', [{ name: 'a', topicId: 'id-of-a' }], [], ['INVALID_REQUEST'], ['a', 'b']],
  ['neither', [{ name: null, topicId: ZERO_UUID }], [], ['INVALID_REQUEST'], ['a', 'b']],
  ['twice', [], ['a', 'a'], ['INVALID_REQUEST'], ['a', 'b']],
  [
    'by name and by id',
    [
      { name: 'a', topicId: ZERO_UUID },
      { name: null, topicId: 'id-of-a' },
    ],
    [],
    ['INVALID_REQUEST'],
    ['a', 'b'],
  ],
])('%s', (_, topics, topicNames, errors, left) => {
  const outcome = deleteTopics(IMAGE, { topics, topicNames, timeoutMs: 1000 })
  expect(outcome.reply.responses.map(({ errorCode }) => errorCode)).toEqual(errors.map((name) => ErrorCode[name]))
  const image = afterOutcome(IMAGE, outcome)
  expect([...image.topics.keys()]).toEqual(left)
  expect([...image.topicNamesById.values()]).toEqual(left)
  expect(image.configs.has('topic:a')).toBe(left.includes('a'))
})
