/**
 * A topic that belongs to coordinators: comes into being when somebody asks for one of them. The controller makes it, as for CreateTopics;
 * as long as there are fewer brokers than it is to have replicas it is not even asked, and clients are told to come again.
 */
import { CreateTopicsRequest, CreateTopicsResponse, ErrorCode, errorByCode } from '@ottla/protocol'
import type { MetadataImage, TopicImage } from '@ottla/replication'
import type { Logger } from '@ottla/runtime'
import { forwardRequest } from '../forward-request.ts'
import { ANONYMOUS, type ControllerSession } from '../seams.ts'

export interface InternalTopicShape {
  readonly name: string
  readonly partitions: number
  readonly replicationFactor: number
  /** The broker key that says so. */
  readonly replicationKey: string
  /** Kafka's topic keys. */
  readonly configs: Readonly<Record<string, string>>
}

const CREATE_TOPICS_VERSION = 7
const TIMEOUT_MS = 10_000

export class InternalTopic {
  readonly #session: ControllerSession
  readonly #logger: Logger
  readonly #shape: InternalTopicShape
  #creating: Promise<TopicImage | undefined> | undefined
  /** Why it could not be made when somebody last asked. */
  #obstacle: string | undefined

  constructor(session: ControllerSession, shape: InternalTopicShape, logger: Logger) {
    this.#session = session
    this.#shape = shape
    this.#logger = logger
  }

  /** Why `ensure` gave nothing the last time, for whoever runs the cluster. */
  get obstacle(): string | undefined {
    return this.#obstacle
  }

  /** The topic, made first where it does not exist; undefined when that cannot be now. Never rejects. */
  ensure(): TopicImage | Promise<TopicImage | undefined> {
    const topic = this.#session.image.topics.get(this.#shape.name)
    if (topic !== undefined) return topic
    this.#creating ??= this.#create().finally(() => {
      this.#creating = undefined
    })
    return this.#creating
  }

  async #create(): Promise<TopicImage | undefined> {
    const { name, replicationFactor } = this.#shape
    const live = liveBrokers(this.#session.image)
    if (live < replicationFactor) {
      const there = live === 1 ? '1 broker is' : `${live} brokers are`
      this.#complain(`it is to have ${replicationFactor} replicas (${this.#shape.replicationKey}), and ${there} there`)
      return undefined
    }
    try {
      const { errorCode, errorMessage } = await this.#command()
      if (errorCode === ErrorCode.NONE) this.#logger.info(`created topic ${name}, which a client needs`)
      else if (errorCode !== ErrorCode.TOPIC_ALREADY_EXISTS) this.#complain(errorMessage ?? errorByCode(errorCode).name)
    } catch (error) {
      this.#complain((error as Error).message)
    }
    return this.#session.image.topics.get(name)
  }

  async #command(): Promise<{ readonly errorCode: number; readonly errorMessage: string | null }> {
    const { name, partitions, replicationFactor, configs } = this.#shape
    const topic = {
      name,
      numPartitions: partitions,
      replicationFactor,
      assignments: [],
      configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
    }
    const response = await forwardRequest(this.#session, {
      api: { request: CreateTopicsRequest, response: CreateTopicsResponse },
      apiVersion: CREATE_TOPICS_VERSION,
      // The broker itself: who happens to be the first to need it need not be allowed to create topics.
      principal: ANONYMOUS,
      value: { topics: [topic], timeoutMs: TIMEOUT_MS, validateOnly: false },
      timeoutMs: TIMEOUT_MS,
    })
    return response.topics[0] ?? { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, errorMessage: null }
  }

  #complain(why: string): void {
    const line = `topic ${this.#shape.name}, which a client needs, cannot be created: ${why}`
    // Once: a client asks ten times in a second.
    if (line === this.#obstacle) this.#logger.debug(line)
    else this.#logger.warn(line)
    this.#obstacle = line
  }
}

function liveBrokers(image: MetadataImage): number {
  return [...image.brokers.values()].filter(({ fenced, shuttingDown }) => !fenced && !shuttingDown).length
}
