import { expect, test } from '@jest/globals'
import { newMember } from './consumer-member.ts'
import { SubscribedTopics } from './subscribed-topics.ts'

const resolved = (...topics: string[]) => ({ topics: new Set(topics), version: 1, resolvedAtMs: 0 })

test('whether any of some topics is subscribed to does not depend on which are more', () => {
  const subscribed = new SubscribedTopics()
  subscribed.add({ ...newMember('m'), subscribedTopicNames: ['a', 'b'], subscribedTopicRegex: 'c.*' })
  subscribed.resolve('c.*', resolved('c1', 'c2'))
  const others = Array.from({ length: 100 }, (_, index) => `other${index}`)
  for (const topic of ['a', 'b', 'c1', 'c2']) {
    expect(subscribed.hasAny(new Set([topic]))).toBe(true)
    expect(subscribed.hasAny(new Set([...others, topic]))).toBe(true)
  }
  expect(subscribed.hasAny(new Set(['other']))).toBe(false)
  expect(subscribed.hasAny(new Set(others))).toBe(false)
})
