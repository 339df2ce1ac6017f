/**
 * CreateTopics creates topics, by counts or by an explicit assignment. Versions 2-7.
 *
 * - 2 the baseline: validate only, error messages, throttle time
 * - 3 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 4 partitions and replication factor may be -1: the broker's defaults (KIP-464)
 * - 5 flexible; the response tells partitions, replication factor and configs (KIP-525)
 * - 6 THROTTLING_QUOTA_EXCEEDED may be answered (KIP-599)
 * - 7 response: topic id
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int8, int16, int32, string, uuid } from '../schema/types.ts'

export const CreateTopicsRequest = request(19, 'CreateTopics', '2-7', flexibleFrom(5), {
  topics: array({
    name: string,
    numPartitions: int32,
    replicationFactor: int16,
    assignments: array({
      partitionIndex: int32,
      brokerIds: array(int32),
    }),
    configs: array({
      name: string,
      value: string.nullable(),
    }),
  }),
  timeoutMs: int32.default(60000),
  validateOnly: bool.default(false),
})
export type CreateTopicsRequest = Infer<typeof CreateTopicsRequest>

export const CreateTopicsResponse = response(19, 'CreateTopics', '2-7', flexibleFrom(5), {
  throttleTimeMs: int32.ignorable(),
  topics: array({
    name: string,
    topicId: uuid.v('7+').ignorable(),
    errorCode: int16,
    errorMessage: string.nullable().ignorable(),
    topicConfigErrorCode: int16.v('5+').tagged(0).ignorable(),
    numPartitions: int32.v('5+').default(-1).ignorable(),
    replicationFactor: int16.v('5+').default(-1).ignorable(),
    configs: array({
      name: string,
      value: string.nullable(),
      readOnly: bool,
      configSource: int8.default(-1).ignorable(),
      isSensitive: bool,
    })
      .v('5+')
      .nullable()
      .ignorable(),
  }),
})
export type CreateTopicsResponse = Infer<typeof CreateTopicsResponse>
