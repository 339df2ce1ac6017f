/**
 * DeleteRecords moves the start of partitions forward, so that everything before an offset is gone; offset -1 means the high watermark.
 * Versions 0-2.
 *
 * - 1 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 2 flexible
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, int64, string } from '../schema/types.ts'

export const DeleteRecordsRequest = request(21, 'DeleteRecords', '0-2', flexibleFrom(2), {
  topics: array({ name: string, partitions: array({ partitionIndex: int32, offset: int64 }) }),
  timeoutMs: int32,
})
export type DeleteRecordsRequest = Infer<typeof DeleteRecordsRequest>

export const DeleteRecordsResponse = response(21, 'DeleteRecords', '0-2', flexibleFrom(2), {
  throttleTimeMs: int32,
  topics: array({ name: string, partitions: array({ partitionIndex: int32, lowWatermark: int64, errorCode: int16 }) }),
})
export type DeleteRecordsResponse = Infer<typeof DeleteRecordsResponse>
