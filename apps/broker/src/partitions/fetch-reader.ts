/** Who reads by a Fetch, and what that means: how far it sees, who may serve it, where it is sent instead. */
import type { FetchRequest } from '@ottla/protocol'
import type { MetadataImage } from '@ottla/replication'
import type { RequestContext, Security } from '../seams.ts'
import { CLUSTER } from '../security/resources.ts'
import type { Isolation, ServedBy } from './partition-types.ts'

/** A broker that copies partitions. */
export interface ReplicaReader {
  readonly kind: 'replica'
  readonly isolation: 'log-end'
  readonly servedBy: 'leader'
  readonly brokerId: number
  readonly brokerEpoch: number
  /** Why it gets nothing. */
  readonly refusal: string | undefined
}

export interface ConsumerReader {
  readonly kind: 'consumer'
  readonly isolation: Exclude<Isolation, 'log-end'>
  readonly servedBy: ServedBy
  /** Empty: it names none. */
  readonly rack: string
}

export type FetchReader = ReplicaReader | ConsumerReader

/** From this version a reader may name its rack, and then be served by a follower (KIP-392). */
const RACKS_FROM = 11
const REPLICA_STATE_FROM = 15
const READ_COMMITTED = 1
/** Of tools that compare replicas: they are served by whoever they ask. */
const DEBUGGING_REPLICA = -2

export interface ReaderSurroundings {
  readonly image: MetadataImage
  readonly security: Security
}

export function fetchReader(request: FetchRequest, context: RequestContext, around: ReaderSurroundings): FetchReader {
  const { apiVersion } = context
  const hasState = apiVersion >= REPLICA_STATE_FROM
  const replicaId = hasState ? request.replicaState.replicaId : request.replicaId
  if (replicaId >= 0) {
    const brokerEpoch = hasState ? request.replicaState.replicaEpoch : -1
    const refusal = refuseReplica({ replicaId, brokerEpoch }, context, around)
    return { kind: 'replica', isolation: 'log-end', servedBy: 'leader', brokerId: replicaId, brokerEpoch, refusal }
  }
  const isolation = request.isolationLevel === READ_COMMITTED ? 'last-stable' : 'high-watermark'
  const rack = apiVersion >= RACKS_FROM ? request.rackId : ''
  // One without a rack was not sent to a follower: it does not know yet that the leader has moved.
  const servedBy = rack !== '' || replicaId === DEBUGGING_REPLICA ? 'replica' : 'leader'
  return { kind: 'consumer', isolation, servedBy, rack }
}

/**
 * A replica is a broker of this cluster, on the listener of brokers, in its present incarnation (KIP-903). The metadata here may
 * be behind: an epoch that it does not have yet is taken, and counts for the ISR once it has it. As in Kafka a stale one is
 * NOT_LEADER_OR_FOLLOWER.
 */
function refuseReplica(
  { replicaId, brokerEpoch }: { readonly replicaId: number; readonly brokerEpoch: number },
  context: RequestContext,
  { image, security }: ReaderSurroundings,
): string | undefined {
  const mayReplicate = context.listener.isInterBroker && security.authorize(context, 'CLUSTER_ACTION', CLUSTER)
  if (!mayReplicate) return 'TOPIC_AUTHORIZATION_FAILED'
  const isStale = brokerEpoch < 0 || brokerEpoch < (image.brokers.get(replicaId)?.epoch ?? -1)
  return isStale ? 'NOT_LEADER_OR_FOLLOWER' : undefined
}
