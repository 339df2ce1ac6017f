/**
 * UnregisterBroker: a broker that is gone for good leaves the metadata. Partitions keep it among their replicas, where it counts as
 * offline, until they are moved: nobody but the operator knows where to. It leaves their in-sync and eligible replicas.
 *
 * Kafka takes any broker out, a live one included, which then runs on and serves nobody. Here a live one is refused: what only its
 * disk holds would be given up while it is being served.
 */
import { ErrorCode, type ErrorName, type UnregisterBrokerRequest, type UnregisterBrokerResponse } from '@ottla/protocol'
import type { MetadataImage, MetadataRecord } from '@ottla/replication'
import { inBatches, type Outcome, unchanged } from './outcome.ts'
import { brokerLeaves } from './partition-changes.ts'

export function unregisterBroker(
  image: MetadataImage,
  { brokerId }: UnregisterBrokerRequest,
): Outcome<UnregisterBrokerResponse> {
  const broker = image.brokers.get(brokerId)
  if (broker === undefined) {
    return refused('BROKER_ID_NOT_REGISTERED', `Broker ID ${brokerId} is not currently registered`)
  }
  if (!broker.fenced) {
    return refused('INVALID_REQUEST', `Broker ${brokerId} is live: stop it before its registration is removed.`)
  }
  const removal: MetadataRecord = { type: 'unregisterBroker', id: brokerId, epoch: broker.epoch }
  const changes = brokerLeaves(image, brokerId, { fate: 'unsynced-missing' })
  return {
    batches: inBatches([...changes, removal]),
    reply: { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: '' },
  }
}

function refused(error: ErrorName, errorMessage: string): Outcome<UnregisterBrokerResponse> {
  return unchanged({ throttleTimeMs: 0, errorCode: ErrorCode[error], errorMessage })
}
