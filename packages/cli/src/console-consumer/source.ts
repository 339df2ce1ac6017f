/** What is read: one partition, or what a group gives this consumer of its topics. */
import type { Consumer } from '@ottla/client'
import { topicRegex } from '../names/topic-filter.ts'
import { type ConsoleOptions, startOf } from './options.ts'

/** Lets the consumer read what the options name. Kafka's own topics do not match a regular expression. */
export function beginReading(consumer: Consumer, options: ConsoleOptions): void {
  const { topic, partition, include } = options
  if (partition !== undefined) readPartition(consumer, { topic: topic!, partition }, options)
  else consumer.subscribe(include === undefined ? [topic!] : topicRegex(include))
}

/** Without a group: nothing is committed. */
function readPartition(
  consumer: Consumer,
  at: { readonly topic: string; readonly partition: number },
  options: ConsoleOptions,
): void {
  const start = startOf(options)
  consumer.assign([at])
  if (start === 'earliest') consumer.seekToBeginning()
  else if (start === 'latest') consumer.seekToEnd()
  else consumer.seek(at, start)
}
