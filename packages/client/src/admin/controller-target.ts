import type { Cluster, Target } from '../cluster.ts'
import { ClientError } from '../errors.ts'
import { type Call, FinalError } from '../retry.ts'
import type { Outcome } from './outcome.ts'

/**
 * Where a change of the cluster is sent. Brokers since 2.8 pass it on to the controller, so any of them will do; once one has
 * refused with NOT_CONTROLLER, the controller itself is looked up before each further attempt.
 */
export class ControllerTarget {
  private readonly cluster: Cluster
  private refused = false

  constructor(cluster: Cluster) {
    this.cluster = cluster
  }

  async next(call: Call): Promise<Target> {
    if (!this.refused) return 'any'
    await this.cluster.metadata('none', call)
    return this.cluster.controller
  }

  /** Returns the outcomes as they are. */
  remember<K, T>(outcomes: Map<K, Outcome<T>>): Map<K, Outcome<T>> {
    for (const outcome of outcomes.values()) {
      if (!outcome.ok && outcome.error.errorName === 'NOT_CONTROLLER') this.refused = true
    }
    return outcomes
  }

  /** Throws what the whole request was refused with, for `retrying` to judge. */
  throwRefusal(
    { errorCode, errorMessage }: { readonly errorCode: number; readonly errorMessage: string | null },
    api: string,
  ): never {
    const error = ClientError.fromCode(errorCode, errorMessage, { api })
    if (error.errorName === 'NOT_CONTROLLER') this.refused = true
    // The broker has waited for its controller already, for as long as anybody does.
    throw error.errorName === 'REQUEST_TIMED_OUT' ? new FinalError(error) : error
  }
}

/** Only the controller's absence is cured by waiting; whatever else is wrong with a change stays so. */
export function isPassing({ errorName }: ClientError): boolean {
  return errorName === 'NOT_CONTROLLER' || errorName === 'THROTTLING_QUOTA_EXCEEDED'
}

/** The broker gives up a little before this side does, so that its answer still arrives. */
export function brokerTimeoutMs(cluster: Cluster, call: Call): number {
  return Math.max(1, Math.floor(Math.min(cluster.config.requestTimeoutMs, call.remainingMs()) * 0.9))
}
