/** Images for the tests of pure commands: built from records, as everywhere else. */
import {
  applyRecords,
  EMPTY_IMAGE,
  type MetadataImage,
  type MetadataRecord,
  type PartitionImage,
  type RegisterMessage,
} from '@ottla/replication'
import type { Outcome } from '../commands/outcome.ts'

export function after(image: MetadataImage, ...batches: readonly (readonly MetadataRecord[])[]): MetadataImage {
  return batches.reduce(
    (now, records) => applyRecords(now, { baseOffset: now.offset + 1, controllerEpoch: 1, records }).image,
    image,
  )
}

export function afterOutcome(image: MetadataImage, outcome: Outcome<unknown>): MetadataImage {
  return after(image, ...outcome.batches)
}

export function brokerRecord(id: number, fields: { fenced?: boolean; rack?: string } = {}): MetadataRecord {
  return {
    type: 'registerBroker',
    id,
    epoch: id,
    incarnationId: `incarnation-of-${id}`,
    listeners: [{ name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT', host: 'localhost', port: 9090 + id }],
    rack: fields.rack ?? null,
    fenced: fields.fenced ?? false,
    shuttingDown: false,
    directoryIds: [`directory-of-${id}`],
    filesEpoch: -1,
  }
}

/** A cluster with these brokers, live unless they are told to be fenced. */
export function clusterOf(live: readonly number[], fenced: readonly number[] = []): MetadataImage {
  const records = [
    { type: 'clusterCreated', clusterId: 'cluster' } as const,
    ...live.map((id) => brokerRecord(id)),
    ...fenced.map((id) => brokerRecord(id, { fenced: true })),
  ]
  return after(EMPTY_IMAGE, records)
}

/** A topic `name` with the id `id-of-name` and these partitions. */
export function withTopic(
  image: MetadataImage,
  name: string,
  partitions: readonly Partial<PartitionImage>[],
): MetadataImage {
  const topicId = `id-of-${name}`
  const records = partitions.map((fields, partition): MetadataRecord => {
    const replicas = fields.replicas ?? [1]
    return {
      type: 'partition',
      topicId,
      partition,
      replicas,
      isr: replicas,
      leader: replicas[0] ?? -1,
      leaderEpoch: 0,
      partitionEpoch: 0,
      elr: [],
      lastKnownElr: [],
      addingReplicas: [],
      removingReplicas: [],
      leaderRecoveryState: 0,
      ...fields,
    }
  })
  return after(image, [{ type: 'topic', name, id: topicId }, ...records])
}

export function registration(brokerId: number, fields: Partial<RegisterMessage> = {}): RegisterMessage {
  return {
    type: 'register',
    brokerId,
    incarnationId: `new-incarnation-of-${brokerId}`,
    listeners: [{ name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT', host: 'localhost', port: 9090 + brokerId }],
    rack: null,
    features: [],
    directories: [
      {
        id: `directory-of-${brokerId}`,
        cleanShutdownEpoch: -1,
        runEpoch: -1,
        sameBoot: false,
        metadataOffset: -1,
        metadataEpoch: 0,
      },
    ],
    appliedOffset: -1,
    appliedEpoch: 0,
    staticConfigs: {},
    ...fields,
  }
}
