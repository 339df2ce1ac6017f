import { refuse } from './lifetime.ts'
import type { ConsumerConfig } from './options.ts'
import type { TopicSelectionOfGroup } from './topic-watch.ts'

/** What a consumer subscribes to: names; names that match a RegExp whole; or a pattern (RE2) that the group's coordinator matches. */
export type TopicsToSubscribe = readonly string[] | RegExp | { readonly pattern: string }

export function selectionOf(topics: TopicsToSubscribe, { groupProtocol }: ConsumerConfig): TopicSelectionOfGroup {
  if (topics instanceof RegExp) return { kind: 'matching', regExp: topics }
  if (isNames(topics)) {
    if (topics.length === 0) refuse('subscribe: no topics; unsubscribe leaves the group')
    return { kind: 'names', names: [...new Set(topics)] }
  }
  if (typeof topics?.pattern !== 'string') refuse('subscribe: expected a list of topics, a RegExp, or { pattern }')
  if (groupProtocol === 'consumer') return { kind: 'pattern', pattern: topics.pattern }
  return refuse('subscribe: only coordinators of the consumer protocol match patterns; give a RegExp')
}

function isNames(topics: TopicsToSubscribe): topics is readonly string[] {
  return Array.isArray(topics) && topics.every((topic) => typeof topic === 'string')
}
