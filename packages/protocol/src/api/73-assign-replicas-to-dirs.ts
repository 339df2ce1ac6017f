/**
 * AssignReplicasToDirs tells the controller in which log directory each replica is (KIP-858). On controller listeners only. Flexible.
 * Version 0.
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, uuid } from '../schema/types.ts'

export const AssignReplicasToDirsRequest = request(73, 'AssignReplicasToDirs', '0', flexibleFrom(0), {
  brokerId: int32,
  brokerEpoch: int64.default(-1),
  directories: array({ id: uuid, topics: array({ topicId: uuid, partitions: array({ partitionIndex: int32 }) }) }),
})
export type AssignReplicasToDirsRequest = Infer<typeof AssignReplicasToDirsRequest>

export const AssignReplicasToDirsResponse = response(73, 'AssignReplicasToDirs', '0', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  directories: array({
    id: uuid,
    topics: array({ topicId: uuid, partitions: array({ partitionIndex: int32, errorCode: int16 }) }),
  }),
})
export type AssignReplicasToDirsResponse = Infer<typeof AssignReplicasToDirsResponse>
