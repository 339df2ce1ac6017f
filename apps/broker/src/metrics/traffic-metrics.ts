/** Traffic of topics under the names of Kafka's BrokerTopicMetrics: one line per topic, and one without a label for all together. */
import type { Metrics } from '@ottla/runtime'
import type { TopicTraffic, TrafficCounts, TrafficLedger } from './topic-traffic.ts'

const COUNTS: readonly { readonly name: string; readonly help: string; readonly of: keyof TrafficCounts }[] = [
  { name: 'messagesin', of: 'messagesIn', help: 'Records that clients appended.' },
  { name: 'bytesin', of: 'bytesIn', help: 'Bytes of record batches that clients appended.' },
  { name: 'bytesout', of: 'bytesOut', help: 'Bytes of record batches that clients fetched.' },
  { name: 'bytesrejected', of: 'bytesRejected', help: 'Bytes of record batches that were refused.' },
  { name: 'totalproducerequests', of: 'produceRequests', help: 'Appends to partitions.' },
  { name: 'totalfetchrequests', of: 'fetchRequests', help: 'Reads of partitions.' },
  { name: 'failedproducerequests', of: 'failedProduceRequests', help: 'Appends to partitions that were refused.' },
  { name: 'failedfetchrequests', of: 'failedFetchRequests', help: 'Reads of partitions that were refused.' },
]

export function registerTraffic(metrics: Metrics, ledger: TrafficLedger, exists: (topic: string) => boolean): void {
  for (const { name, help, of } of COUNTS) {
    metrics.collected({
      type: 'counter',
      name: `kafka_server_brokertopicmetrics_${name}_total`,
      help: `${help} By topic; without one: of all topics, those that are gone included.`,
      labels: ['topic'],
      collect(set) {
        ledger.retain(exists)
        set(ledger.total[of])
        for (const [topic, traffic] of ledger.topics) set(traffic[of], topic)
      },
    })
  }
}

/** A Fetch response's part about one topic: as much of it as is counted. */
export interface FetchedTopic {
  readonly topic?: string | undefined
  readonly topicId?: string | undefined
  readonly partitions: readonly {
    readonly errorCode: number
    readonly records?: { readonly byteLength: number } | null | undefined
  }[]
}

/** Counts what a Fetch response takes out of the topics that exist. */
export function countFetched(
  responses: readonly FetchedTopic[],
  trafficOf: (topic: FetchedTopic) => TopicTraffic | undefined,
): void {
  for (const topic of responses) {
    const traffic = trafficOf(topic)
    if (traffic === undefined) continue
    for (const { errorCode, records } of topic.partitions) traffic.fetched(errorCode, records?.byteLength ?? 0)
  }
}
