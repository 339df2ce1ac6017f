/**
 * Topics that come into being because a client asked for their metadata (`auto.create.topics.enable`). The controller decides as
 * for CreateTopics, with the cluster's default partitions and replicas. Requests for one topic that arrive meanwhile share
 * one command.
 */
import { CreateTopicsRequest, CreateTopicsResponse, ErrorCode, KafkaError } from '@ottla/protocol'
import type { Logger } from '@ottla/runtime'
import { forwardRequest } from './forward-request.ts'
import type { ControllerSession, Principal } from './seams.ts'

const CREATE_TOPICS_VERSION = 7
/** A client that waits for metadata gives up after 30 s by default; it asks again when it gets a retriable error. */
const TIMEOUT_MS = 10_000
/** Names that may be under way; as many as the controller takes in one command. */
const IN_FLIGHT_MAX = 10_000

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
    const missing = names.filter((name) => !this.#inFlight.has(name)).slice(0, IN_FLIGHT_MAX - this.#inFlight.size)
    if (missing.length > 0) this.#command(missing, principal)
    // What finds no room is asked for again: clients take this code for a leader that is being elected.
    const codeOf = (name: string) => this.#inFlight.get(name) ?? ErrorCode.LEADER_NOT_AVAILABLE
    const codes = names.map(async (name) => [name, await codeOf(name)] as const)
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
    try {
      const response = await forwardRequest(this.#session, {
        api: { request: CreateTopicsRequest, response: CreateTopicsResponse },
        apiVersion: CREATE_TOPICS_VERSION,
        principal,
        value: { topics, timeoutMs: TIMEOUT_MS, validateOnly: false },
        timeoutMs: TIMEOUT_MS,
      })
      this.#report(response.topics)
      return new Map(response.topics.map(({ name, errorCode }) => [name, errorCode]))
    } catch (error) {
      const code = error instanceof KafkaError ? error.code : ErrorCode.UNKNOWN_SERVER_ERROR
      this.#logger.warn(`topics could not be created automatically: ${(error as Error).message}`, some(names))
      return new Map(names.map((name) => [name, code]))
    }
  }

  /** A line for each topic that was created, and one for each reason why others were not. */
  #report(topics: readonly Created[]): void {
    const refused = new Map<number, Created[]>()
    for (const topic of topics) {
      const { name, errorCode } = topic
      if (errorCode === ErrorCode.NONE) this.#logger.info(`created topic ${name}, which a client asked for`)
      else if (errorCode !== ErrorCode.TOPIC_ALREADY_EXISTS) {
        const alike = refused.get(errorCode)
        if (alike === undefined) refused.set(errorCode, [topic])
        else alike.push(topic)
      }
    }
    for (const alike of refused.values()) {
      const names = alike.map(({ name }) => name)
      this.#logger.warn(`topics could not be created automatically: ${alike[0]!.errorMessage}`, some(names))
    }
  }
}

interface Created {
  readonly name: string
  readonly errorCode: number
  readonly errorMessage: string | null
}

/** For a log line: a request may name a hundred thousand. */
function some(names: readonly string[]): { topics: readonly string[]; count: number } {
  return { topics: names.slice(0, 10), count: names.length }
}
