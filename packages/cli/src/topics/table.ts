import type { PartitionDescription } from '@ottla/client'
import chalk from 'chalk'
import Table from 'cli-table3'
import { configsText, type DescribedTopic, idsText } from './lines.ts'
import type { TopicsOptions } from './options.ts'
import { partitionsAreFiltered } from './partition-filter.ts'

const HEADINGS = ['Partition', 'Leader', 'Replicas', 'In sync', 'Eligible leaders']

/** What `--describe` shows a person at a terminal: the same facts as the lines for a pipe, with what is wrong in colour. */
export function describeTable(topics: readonly DescribedTopic[], options: TopicsOptions): string {
  const shown = topics.filter((topic) => isShown(topic, options))
  return shown.map((topic) => topicBlock(topic, options)).join('\n\n')
}

function isShown(topic: DescribedTopic, options: TopicsOptions): boolean {
  if (options.topicsWithOverrides) return topic.configs.length > 0
  return !partitionsAreFiltered(options) || topic.partitions.length > 0
}

function topicBlock(topic: DescribedTopic, options: TopicsOptions): string {
  const head = `${chalk.bold(topic.name)}  ${chalk.dim(topic.topicId)}`
  const configs = topic.configs.length === 0 ? [] : [chalk.dim(configsText(topic.configs))]
  return [head, ...configs, ...(options.topicsWithOverrides ? [] : [partitionTable(topic.partitions)])].join('\n')
}

function partitionTable(partitions: readonly PartitionDescription[]): string {
  const table = new Table({ head: HEADINGS, style: { head: ['bold'], border: ['dim'] } })
  for (const partition of partitions) table.push(partitionRow(partition))
  return table.toString()
}

function partitionRow({ partition, leader, replicas, isr, elr }: PartitionDescription): string[] {
  const inSync = idsText(isr)
  return [
    String(partition),
    leader === undefined ? chalk.red('none') : String(leader),
    idsText(replicas),
    isr.length < replicas.length ? chalk.yellow(inSync) : inSync,
    idsText(elr),
  ]
}
