/**
 * Topics that come into being because a client asked for their metadata (`auto.create.topics.enable`). The controller decides as
 * for CreateTopics, with the cluster's default partitions and replicas. Requests for one topic that arrive meanwhile share
 * one command.
 */
import {
  CreateTopicsRequest,
  CreateTopicsResponse,
  decodeMessage,
  ErrorCode,
  encodeMessage,
  KafkaError,
} from '@ottla/protocol'
import type { Logger } from '@ottla/runtime'
import type { ControllerSession, Principal } from './seams.ts'

const CREATE_TOPICS_VERSION = 7
/** A client that waits for metadata gives up after 30 s by default; it asks again when it gets a retriable error. */
const TIMEOUT_MS = 10_000

export class AutoCreate {
  readonly #session: ControllerSession
  readonly #logger: Logger
  readonly #inFlight = new Map<string, Promise<number>>()

  constructor(session: ControllerSession, logger: Logger) {
    this.#session = session
    this.#logger = logger
  }

  /**
   * Resolves when every topic exists in this broker's image, or could not be created: error codes by name, 0 for those that
   * were created. Never rejects.
   */
  async create(names: readonly string[], principal: Principal): Promise<Map<string, number>> {
    const missing = names.filter((name) => !this.#inFlight.has(name))
    if (missing.length > 0) this.#command(missing, principal)
    const codes = names.map(async (name) => [name, await this.#inFlight.get(name)!] as const)
    return new Map(await Promise.all(codes))
  }

  #command(names: readonly string[], principal: Principal): void {
    const answers = this.#forward(names, principal)
    for (const name of names) {
      const code = answers.then((codes) => codes.get(name) ?? ErrorCode.UNKNOWN_SERVER_ERROR)
      this.#inFlight.set(name, code)
      code.then(() => this.#inFlight.delete(name))
    }
  }

  async #forward(names: readonly string[], principal: Principal): Promise<Map<string, number>> {
    const topics = names.map((name) => ({
      name,
      numPartitions: -1,
      replicationFactor: -1,
      assignments: [],
      configs: [],
    }))
    const request = { topics, timeoutMs: TIMEOUT_MS, validateOnly: false }
    try {
      const body = await this.#session.forward({
        apiKey: CreateTopicsRequest.apiKey,
        apiVersion: CREATE_TOPICS_VERSION,
        body: encodeMessage(CreateTopicsRequest, CREATE_TOPICS_VERSION, request),
        principal,
        timeoutMs: TIMEOUT_MS,
      })
      const response = decodeMessage(CreateTopicsResponse, CREATE_TOPICS_VERSION, body)
      return new Map(response.topics.map((topic) => [topic.name, this.#report(topic)]))
    } catch (error) {
      const code = error instanceof KafkaError ? error.code : ErrorCode.UNKNOWN_SERVER_ERROR
      this.#logger.warn(`topics could not be created automatically: ${(error as Error).message}`, { topics: names })
      return new Map(names.map((name) => [name, code]))
    }
  }

  #report(topic: { name: string; errorCode: number; errorMessage: string | null }): number {
    if (topic.errorCode === ErrorCode.NONE) this.#logger.info(`created topic ${topic.name}, which a client asked for`)
    else if (topic.errorCode !== ErrorCode.TOPIC_ALREADY_EXISTS) {
      this.#logger.warn(`topic ${topic.name} could not be created automatically: ${topic.errorMessage}`)
    }
    return topic.errorCode
  }
}
