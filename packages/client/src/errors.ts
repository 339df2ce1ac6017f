import { type ErrorName, errorByCode, KafkaError } from '@ottla/protocol'

/** What was being done when an error occurred, as far as it is known. */
export interface Attempt {
  /** `Metadata`, `CreateTopics` … */
  readonly api?: string
  /** `host:port`, with the broker's id where it is known. */
  readonly broker?: string
  readonly topic?: string
  readonly partition?: number
  /** Milliseconds since the call began, retries included. */
  readonly elapsedMs?: number
}

/**
 * An error that a broker answered, or one of this side in Kafka's terms: NETWORK_EXCEPTION for a connection that failed,
 * REQUEST_TIMED_OUT for an answer that did not come, UNSUPPORTED_VERSION for an API that the broker does not serve.
 */
export class ClientError extends KafkaError {
  readonly attempt: Attempt

  constructor(name: ErrorName, message: string | undefined, attempt: Attempt, cause?: unknown) {
    super(name, message)
    this.attempt = attempt
    if (cause !== undefined) this.cause = cause
  }

  /** The error that a response carries as a code, perhaps with the broker's own words. */
  static fromCode(code: number, message: string | null, attempt: Attempt): ClientError {
    return new ClientError(errorByCode(code).name, message ?? undefined, attempt)
  }
}

/** Errors that Kafka does not call retriable, and that another broker or a little time may cure. */
const MAY_PASS: ReadonlySet<ErrorName> = new Set<ErrorName>(['UNKNOWN_SERVER_ERROR', 'BROKER_NOT_AVAILABLE'])

/** Whether a client that goes on by itself tries again: on behalf of nobody, it has time. */
export function mayPass({ errorName, retriable }: KafkaError): boolean {
  return retriable || MAY_PASS.has(errorName)
}

/** The log line of an error after which the client goes on by itself. The words of an error are a sentence or a clause: one full stop less. */
export function tryingAgain({ message }: { readonly message: string }): string {
  return `${message.replace(/\.$/, '')}; trying again`
}

/** The same error with more known about the attempt; what is known already stays. */
export function withAttempt(error: KafkaError, attempt: Attempt): ClientError {
  const known = error instanceof ClientError ? error.attempt : {}
  return new ClientError(error.errorName, error.message, { ...attempt, ...known }, error.cause)
}

/** `Metadata to localhost:9092, topic t, partition 0, after 1200 ms`: for logs and for the second line of an error. */
export function describeAttempt({ api, broker, topic, partition, elapsedMs }: Attempt): string {
  const parts = [[api, broker && `to ${broker}`].filter(Boolean).join(' ')]
  if (topic !== undefined) parts.push(`topic ${topic}`)
  if (partition !== undefined) parts.push(`partition ${partition}`)
  if (elapsedMs !== undefined) parts.push(`after ${Math.round(elapsedMs)} ms`)
  return parts.filter(Boolean).join(', ')
}
