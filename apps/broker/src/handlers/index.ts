import { SUPPORTED_FEATURES } from '../features.ts'
import type { DataParts } from '../partitions/partitions.ts'
import type { AnyHandler } from '../seams.ts'
import { produceHandler } from './00-produce.ts'
import { fetchHandler } from './01-fetch.ts'
import { listOffsetsHandler } from './02-list-offsets.ts'
import { metadataHandler } from './03-metadata.ts'
import { offsetCommitHandler } from './08-offset-commit.ts'
import { offsetFetchHandler } from './09-offset-fetch.ts'
import { type FindCoordinatorParts, findCoordinatorHandler } from './10-find-coordinator.ts'
import { joinGroupHandler } from './11-join-group.ts'
import { heartbeatHandler } from './12-heartbeat.ts'
import { leaveGroupHandler } from './13-leave-group.ts'
import { syncGroupHandler } from './14-sync-group.ts'
import { describeGroupsHandler } from './15-describe-groups.ts'
import { listGroupsHandler } from './16-list-groups.ts'
import { apiVersionsHandler } from './18-api-versions.ts'
import { createTopicsHandler } from './19-create-topics.ts'
import { deleteTopicsHandler } from './20-delete-topics.ts'
import { deleteRecordsHandler } from './21-delete-records.ts'
import { initProducerIdHandler } from './22-init-producer-id.ts'
import { offsetForLeaderEpochHandler } from './23-offset-for-leader-epoch.ts'
import { describeConfigsHandler } from './32-describe-configs.ts'
import { alterConfigsHandler } from './33-alter-configs.ts'
import { alterReplicaLogDirsHandler } from './34-alter-replica-log-dirs.ts'
import { describeLogDirsHandler, type LogDirsParts } from './35-describe-log-dirs.ts'
import { createPartitionsHandler } from './37-create-partitions.ts'
import { deleteGroupsHandler } from './42-delete-groups.ts'
import { electLeadersHandler } from './43-elect-leaders.ts'
import { incrementalAlterConfigsHandler } from './44-incremental-alter-configs.ts'
import { alterPartitionReassignmentsHandler } from './45-alter-partition-reassignments.ts'
import { listPartitionReassignmentsHandler } from './46-list-partition-reassignments.ts'
import { offsetDeleteHandler } from './47-offset-delete.ts'
import { describeClusterHandler } from './60-describe-cluster.ts'
import { describeProducersHandler } from './61-describe-producers.ts'
import { unregisterBrokerHandler } from './64-unregister-broker.ts'
import { consumerGroupHeartbeatHandler } from './68-consumer-group-heartbeat.ts'
import { consumerGroupDescribeHandler } from './69-consumer-group-describe.ts'
import { listConfigResourcesHandler } from './74-list-config-resources.ts'
import { describeTopicPartitionsHandler } from './75-describe-topic-partitions.ts'
import type { FrontParts } from './front-parts.ts'
import type { GroupParts } from './group-parts.ts'

/** Everything that this broker serves, by API key. */
export function handlerTable(
  parts: FrontParts & DataParts & LogDirsParts & GroupParts & FindCoordinatorParts,
): ReadonlyMap<number, AnyHandler> {
  const table = new Map<number, AnyHandler>()
  const handlers: AnyHandler[] = [
    produceHandler(parts),
    fetchHandler(parts),
    listOffsetsHandler(parts),
    metadataHandler(parts),
    apiVersionsHandler({ handlers: table, image: () => parts.session.image, features: SUPPORTED_FEATURES }),
    createTopicsHandler(parts),
    deleteTopicsHandler(parts),
    deleteRecordsHandler(parts),
    initProducerIdHandler(parts),
    offsetForLeaderEpochHandler(parts),
    describeConfigsHandler(parts),
    alterConfigsHandler(parts),
    createPartitionsHandler(parts),
    electLeadersHandler(parts),
    incrementalAlterConfigsHandler(parts),
    alterReplicaLogDirsHandler(parts),
    describeLogDirsHandler(parts),
    describeClusterHandler(parts),
    listConfigResourcesHandler(parts),
    describeProducersHandler(parts),
    describeTopicPartitionsHandler(parts),
    alterPartitionReassignmentsHandler(parts),
    listPartitionReassignmentsHandler(parts),
    unregisterBrokerHandler(parts),
    offsetCommitHandler(parts),
    offsetFetchHandler(parts),
    findCoordinatorHandler(parts),
    joinGroupHandler(parts),
    heartbeatHandler(parts),
    leaveGroupHandler(parts),
    syncGroupHandler(parts),
    describeGroupsHandler(parts),
    listGroupsHandler(parts),
    deleteGroupsHandler(parts),
    offsetDeleteHandler(parts),
    consumerGroupHeartbeatHandler(parts),
    consumerGroupDescribeHandler(parts),
  ]
  for (const handler of handlers) table.set(handler.api, handler)
  return table
}
