import type { Admin, TopicListing } from '@ottla/client'
import { byName, isInternalTopic, topicFilter } from '../names/topic-filter.ts'
import { TopicCommandError } from './errors.ts'
import type { TopicsOptions } from './options.ts'

/** The topics that `--topic` and `--exclude-internal` leave, sorted by name. */
export async function selectListings(admin: Admin, { topic, excludeInternal }: TopicsOptions): Promise<TopicListing[]> {
  const matches = topic === undefined ? () => true : topicFilter(topic)
  const topics = await admin.listTopics()
  return topics
    .filter(({ name }) => matches(name) && !(excludeInternal && isInternalTopic(name)))
    .sort((a, b) => byName(a.name, b.name))
}

export async function selectTopics(admin: Admin, options: TopicsOptions): Promise<string[]> {
  return (await selectListings(admin, options)).map(({ name }) => name)
}

/** A topic that was asked for by name and is not there is an error, unless `--if-exists`. */
export function requireSome(names: readonly unknown[], { topic, topicId, ifExists }: TopicsOptions): void {
  if (names.length > 0 || ifExists) return
  if (topicId !== undefined) throw new TopicCommandError(`TopicId '${topicId}' does not exist as expected`)
  if (topic !== undefined) throw new TopicCommandError(`Topic '${topic}' does not exist as expected`)
}
