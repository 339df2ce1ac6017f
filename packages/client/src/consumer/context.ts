import type { Cluster } from '../cluster.ts'
import type { ClientError } from '../errors.ts'
import type { Call } from '../retry.ts'
import type { ClientWorld } from '../world.ts'
import type { AssignedPartition } from './assigned-partition.ts'
import type { Leaders } from './leaders.ts'
import type { ConsumerConfig } from './options.ts'
import type { Subscription } from './subscription.ts'

/** What the parts of a fetcher share. */
export interface FetcherContext {
  readonly world: ClientWorld
  readonly cluster: Cluster
  readonly config: ConsumerConfig
  readonly subscription: Subscription
  readonly leaders: Leaders
  /** Whether asking for the assigned topics may bring one back that was deleted. */
  mayCreateTopics(): boolean
  /** The deadline of one request, ended by close. */
  readonly call: Call
  /** Something has changed that may let a partition go on. */
  wake(): void
  /** Leaders are to be asked for again. */
  leadersAreStale(): void
  /** Leaves the partition alone for a while. An error that repeating does not cure is told to the application. */
  failed(partition: AssignedPartition, error: ClientError): void
  /** There are records to take. */
  arrived(): void
  /** Something that must not happen has: every further poll throws it. */
  defect(error: unknown): void
  /** The application is to know: the next poll throws it. */
  report(partition: AssignedPartition, error: ClientError): void
}
