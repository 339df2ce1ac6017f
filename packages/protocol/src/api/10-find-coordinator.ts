/**
 * FindCoordinator tells which broker coordinates a group, a transactional id or a share partition. Versions 0-6.
 *
 * - 1 key type: 0 group, 1 transaction; response: throttle time, error message
 * - 2 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 3 flexible
 * - 4 several keys at a time (KIP-699)
 * - 5 TRANSACTION_ABORTABLE may be answered (KIP-890)
 * - 6 key type 2: share partition, as `groupId:topicId:partition` (KIP-932)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int8, int16, int32, string } from '../schema/types.ts'

export const FindCoordinatorRequest = request(10, 'FindCoordinator', '0-6', flexibleFrom(3), {
  key: string.v('0-3'),
  keyType: int8.v('1+').default(0),
  coordinatorKeys: array(string).v('4+'),
})
export type FindCoordinatorRequest = Infer<typeof FindCoordinatorRequest>

export const FindCoordinatorResponse = response(10, 'FindCoordinator', '0-6', flexibleFrom(3), {
  throttleTimeMs: int32.v('1+').ignorable(),
  errorCode: int16.v('0-3'),
  errorMessage: string.v('1-3').nullable().ignorable(),
  nodeId: int32.v('0-3'),
  host: string.v('0-3'),
  port: int32.v('0-3'),
  coordinators: array({
    key: string,
    nodeId: int32,
    host: string,
    port: int32,
    errorCode: int16,
    errorMessage: string.nullable().ignorable(),
  }).v('4+'),
})
export type FindCoordinatorResponse = Infer<typeof FindCoordinatorResponse>
