/** What a partition is made with, and what it asks of the broker around it. */
import type { IsrProposal } from '@ottla/replication'
import type { Clock, Logger, Timers } from '@ottla/runtime'
import type { PartitionLogSurface } from '@ottla/storage'
import type { TopicTraffic } from '../metrics/topic-traffic.ts'
import type { ProposingPartition } from './isr-proposals.ts'
import type { Partition } from './partition.ts'

/** Why a leader wants to be relieved. */
export type ResignReason = 'write-failed' | 'corrupt'

/** What of a `Partition` is needed to speak for it. */
export interface LedPartition extends ProposingPartition {
  readonly leaderEpoch: number
}

/** What a replica asks of the broker around it. */
export interface LeaderOutlet {
  /** Takes the proposal to the controller; its answer comes back by `Partition.isrAnswered`. */
  propose(partition: LedPartition, proposal: IsrProposal): void
  /** The leadership that proposed is over. */
  forget(partition: LedPartition): void
  /** The leader cannot do what a leader must. */
  resign(partition: LedPartition, reason: ResignReason): void
  /** What a replica that does not lead has is damaged. */
  damaged(partition: LedPartition): void
  /** A replica does not have all that is committed. */
  behind(partition: LedPartition): void
  isrChanged(change: 'shrunk' | 'expanded'): void
}

export interface PartitionOptions {
  readonly brokerId: number
  readonly log: PartitionLogSurface
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
  /** replica.lag.time.max.ms */
  readonly lagTimeMaxMs: number
  readonly outlet: LeaderOutlet
  /** Waiting replicas hear of the high watermark at once, since consumers read from them (KIP-392). */
  readonly tellsHighWatermark: boolean
  /** This broker leads the partition from now on, in `partition.leaderEpoch`, or no longer; in the step in which that changes. */
  readonly onLeadership?: ((partition: Partition, leads: boolean) => void) | undefined
  /** Counts what clients append. */
  readonly traffic?: TopicTraffic | undefined
}
