import type { PartitionDescription } from '@ottla/client'
import { colours } from '../tool/colours.ts'
import { tableText } from '../tool/output.ts'
import { configsText, type DescribedTopic, idsText } from './lines.ts'
import type { TopicsOptions } from './options.ts'
import { isShown } from './partition-filter.ts'

const HEADINGS = ['Partition', 'Leader', 'Replicas', 'In sync', 'Eligible leaders']

/** What `--describe` shows a person at a terminal: the same facts as the lines for a pipe, with what is wrong in colour. */
export async function describeTable(topics: readonly DescribedTopic[], options: TopicsOptions): Promise<string> {
  const shown = topics.filter((topic) => isShown(topic, options))
  const blocks: string[] = []
  for (const topic of shown) blocks.push(await topicBlock(topic, options))
  return blocks.join('\n\n')
}

async function topicBlock(topic: DescribedTopic, options: TopicsOptions): Promise<string> {
  const head = `${colours.bold(topic.name)}  ${colours.dim(topic.topicId)}`
  const configs = topic.configs.length === 0 ? [] : [colours.dim(configsText(topic.configs))]
  const partitions = options.topicsWithOverrides ? [] : [await tableText(HEADINGS, topic.partitions.map(partitionRow))]
  return [head, ...configs, ...partitions].join('\n')
}

function partitionRow({ partition, leader, replicas, isr, elr }: PartitionDescription): string[] {
  const inSync = idsText(isr)
  return [
    String(partition),
    leader === undefined ? colours.red('none') : String(leader),
    idsText(replicas),
    isr.length < replicas.length ? colours.yellow(inSync) : inSync,
    idsText(elr),
  ]
}
