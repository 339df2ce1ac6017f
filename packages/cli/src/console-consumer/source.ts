/** Which partitions are read, kept up to date as topics and partitions are added. */
import { ClientError, type Consumer } from '@ottla/client'
import { delay, type Runtime } from '@ottla/runtime'
import { isInternalTopic, topicFilter } from '../names/topic-filter.ts'
import { type ConsoleOptions, type Start, startOf } from './options.ts'

/** New topics and partitions are looked for as often as a consumer in a group would. */
const REFRESH_MS = 300_000
/** The pause between two looks for a topic that is not there. */
const RETRY_MS = 500

export interface Source {
  /** Assigns what there is; resolves when there is something to read, or rejects with the signal's reason. */
  begin(signal: AbortSignal): Promise<void>
  close(): void
}

/** One partition, or all of a topic, or all of the topics that match. */
export function sourceOf(options: ConsoleOptions, consumer: Consumer, runtime: Runtime): Source {
  const start = startOf(options)
  const { topic, partition, include } = options
  if (partition !== undefined) return singlePartition(consumer, { topic: topic!, partition, start })
  const partitionsNow = (signal?: AbortSignal) =>
    include === undefined ? partitionsOfTopic(consumer, topic!, signal) : partitionsOfTopics(consumer, include, signal)
  return severalPartitions(consumer, partitionsNow, runtime)
}

function singlePartition(
  consumer: Consumer,
  { topic, partition, start }: { readonly topic: string; readonly partition: number; readonly start: Start },
): Source {
  return {
    begin: async () => {
      consumer.assign([{ topic, partition }])
      if (start === 'earliest') consumer.seekToBeginning()
      else if (start === 'latest') consumer.seekToEnd()
      else consumer.seek({ topic, partition }, start)
    },
    close: () => {},
  }
}

type Partitions = { readonly topic: string; readonly partition: number }[]

/** They begin where auto.offset.reset says, which --from-beginning has set. */
function severalPartitions(
  consumer: Consumer,
  partitionsNow: (signal?: AbortSignal) => Promise<Partitions>,
  { timers, logger }: Runtime,
): Source {
  const timer = timers.every(REFRESH_MS, () => {
    partitionsNow().then(
      (partitions) => consumer.assign(partitions),
      (error: unknown) => logger.warn(`looking for new partitions: ${String(error)}`),
    )
  })
  return {
    begin: async (signal) => {
      for (;;) {
        const partitions = await partitionsNow(signal)
        consumer.assign(partitions)
        if (partitions.length > 0) return
        await delay(timers, RETRY_MS, signal)
      }
    },
    close: () => timer.clear(),
  }
}

/** None while the topic is not there, or no broker is. */
async function partitionsOfTopic(consumer: Consumer, topic: string, signal?: AbortSignal): Promise<Partitions> {
  try {
    const partitions = await consumer.partitionsFor(topic, { ...(signal && { signal }) })
    return partitions.map(({ partition }) => ({ topic, partition }))
  } catch (error) {
    return noneIfItMayPass(error)
  }
}

/** Kafka's own topics are no match, as in a subscription to a pattern. */
async function partitionsOfTopics(consumer: Consumer, regex: string, signal?: AbortSignal): Promise<Partitions> {
  const matches = topicFilter(regex)
  try {
    const topics = await consumer.listTopics({ ...(signal && { signal }) })
    return [...topics].flatMap(([topic, outcome]) =>
      outcome.ok && matches(topic) && !isInternalTopic(topic)
        ? outcome.value.partitions.map(({ partition }) => ({ topic, partition }))
        : [],
    )
  } catch (error) {
    return noneIfItMayPass(error)
  }
}

function noneIfItMayPass(error: unknown): Partitions {
  if (error instanceof ClientError && error.retriable) return []
  throw error
}
