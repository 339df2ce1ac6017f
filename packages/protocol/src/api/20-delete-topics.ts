/**
 * DeleteTopics deletes topics. Versions 1-6.
 *
 * - 1 the baseline: throttle time
 * - 2 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 3 TOPIC_DELETION_DISABLED may be answered
 * - 4 flexible
 * - 5 response: error message; THROTTLING_QUOTA_EXCEEDED may be answered (KIP-599)
 * - 6 topics by name or by id, in another list; response: topic id, a name may be null (KIP-516)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, string, uuid } from '../schema/types.ts'

export const DeleteTopicsRequest = request(20, 'DeleteTopics', '1-6', flexibleFrom(4), {
  topics: array({
    name: string.nullable().default(null),
    topicId: uuid,
  }).v('6+'),
  topicNames: array(string).v('0-5').ignorable(),
  timeoutMs: int32,
})
export type DeleteTopicsRequest = Infer<typeof DeleteTopicsRequest>

export const DeleteTopicsResponse = response(20, 'DeleteTopics', '1-6', flexibleFrom(4), {
  throttleTimeMs: int32.ignorable(),
  responses: array({
    name: string.nullable('6+'),
    topicId: uuid.v('6+').ignorable(),
    errorCode: int16,
    errorMessage: string.v('5+').nullable().default(null).ignorable(),
  }),
})
export type DeleteTopicsResponse = Infer<typeof DeleteTopicsResponse>
