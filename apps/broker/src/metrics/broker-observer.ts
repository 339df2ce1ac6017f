/** Counts requests and what fetches take out; one for a broker whose metrics are on. */
import { ApiKey } from '@ottla/protocol'
import { apis } from '@ottla/protocol/apis'
import type { MetadataImage } from '@ottla/replication'
import type { Metrics } from '@ottla/runtime'
import type { RequestObserver } from '../network/dispatch.ts'
import { type ApiMetrics, RequestMetrics } from './request-metrics.ts'
import type { TopicTraffic, TrafficLedger } from './topic-traffic.ts'
import { countFetched, type FetchedTopic } from './traffic-metrics.ts'

export class BrokerObserver implements RequestObserver {
  readonly #requests: RequestMetrics
  readonly #traffic: TrafficLedger
  readonly #image: () => MetadataImage

  constructor(metrics: Metrics, traffic: TrafficLedger, image: () => MetadataImage) {
    this.#requests = new RequestMetrics(metrics)
    this.#traffic = traffic
    this.#image = image
  }

  started(apiKey: number, apiVersion: number): ApiMetrics {
    const api = this.#requests.of(apiKey)
    api.started(apiVersion)
    return api
  }

  responded(apiKey: number, response: unknown): void {
    this.#requests.of(apiKey).responded(apis.get(apiKey)!.response, response)
    if (apiKey === ApiKey.Fetch) {
      const { responses = [] } = response as { readonly responses?: readonly FetchedTopic[] }
      countFetched(responses, (topic) => this.#trafficOf(topic))
    }
  }

  #trafficOf({ topic, topicId }: FetchedTopic): TopicTraffic | undefined {
    const image = this.#image()
    const name = topic || image.topicNamesById.get(topicId ?? '')
    return name !== undefined && image.topics.has(name) ? this.#traffic.of(name) : undefined
  }
}
