/**
 * AlterReplicaLogDirs moves replicas between the log directories of a broker (KIP-113). Versions 1-2.
 *
 * - 1 the baseline
 * - 2 flexible
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, string } from '../schema/types.ts'

export const AlterReplicaLogDirsRequest = request(34, 'AlterReplicaLogDirs', '1-2', flexibleFrom(2), {
  dirs: array({ path: string, topics: array({ name: string, partitions: array(int32) }) }),
})
export type AlterReplicaLogDirsRequest = Infer<typeof AlterReplicaLogDirsRequest>

export const AlterReplicaLogDirsResponse = response(34, 'AlterReplicaLogDirs', '1-2', flexibleFrom(2), {
  throttleTimeMs: int32,
  results: array({ topicName: string, partitions: array({ partitionIndex: int32, errorCode: int16 }) }),
})
export type AlterReplicaLogDirsResponse = Infer<typeof AlterReplicaLogDirsResponse>
