/** Finds what a Fetch names; each topic is looked up, and its permission asked for, once in a row. */
import type { TopicImage } from '@ottla/replication'
import type { RequestContext } from '../seams.ts'
import { topicResource } from '../security/resources.ts'
import type { FetchTopic } from './fetch-read.ts'
import type { FetchReader } from './fetch-reader.ts'
import type { Partition } from './partition.ts'
import type { DataParts } from './partitions.ts'

/** From this version topics are named by id (KIP-516). */
export const TOPIC_IDS_FROM = 13

export class FetchTopics {
  readonly #parts: DataParts
  readonly #context: RequestContext
  readonly #reader: FetchReader
  #last: { readonly topic: FetchTopic; readonly found: TopicImage | string } | undefined

  constructor(parts: DataParts, context: RequestContext, reader: FetchReader) {
    this.#parts = parts
    this.#context = context
    this.#reader = reader
  }

  readonly find = (topic: FetchTopic, partitionIndex: number): Partition | string => {
    const image = this.#topic(topic)
    return typeof image === 'string' ? image : this.#parts.partitions.find(image, partitionIndex)
  }

  #topic(topic: FetchTopic): TopicImage | string {
    const last = this.#last
    if (last !== undefined && last.topic.topic === topic.topic && last.topic.topicId === topic.topicId)
      return last.found
    const found = this.#findTopic(topic)
    this.#last = { topic, found }
    return found
  }

  #findTopic({ topic, topicId }: FetchTopic): TopicImage | string {
    if (this.#reader.kind === 'replica' && this.#reader.refusal !== undefined) return this.#reader.refusal
    const byId = this.#context.apiVersion >= TOPIC_IDS_FROM
    const { partitions } = this.#parts
    const image = byId ? partitions.topicById(topicId) : partitions.topicByName(topic)
    if (image === undefined && byId) return 'UNKNOWN_TOPIC_ID'
    if (!this.#mayRead(image?.name ?? topic)) return 'TOPIC_AUTHORIZATION_FAILED'
    return image ?? 'UNKNOWN_TOPIC_OR_PARTITION'
  }

  /** A replica has been judged for the whole cluster. */
  #mayRead(name: string): boolean {
    if (this.#reader.kind === 'replica') return true
    return this.#parts.security.authorize(this.#context, 'READ', topicResource(name))
  }
}
