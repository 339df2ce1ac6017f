/**
 * DescribeLogDirs tells what is in the log directories of a broker, and how large it is (KIP-113). Null asks for all topics. Versions 1-5.
 *
 * - 1 the baseline
 * - 2 flexible
 * - 3 response: an error code for the whole request
 * - 4 response: total and usable bytes of the volume (KIP-827)
 * - 5 response: whether a directory takes no new replicas (KIP-1066)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, int64, string } from '../schema/types.ts'

export const DescribeLogDirsRequest = request(35, 'DescribeLogDirs', '1-5', flexibleFrom(2), {
  topics: array({ topic: string, partitions: array(int32) }).nullable(),
})
export type DescribeLogDirsRequest = Infer<typeof DescribeLogDirsRequest>

export const DescribeLogDirsResponse = response(35, 'DescribeLogDirs', '1-5', flexibleFrom(2), {
  throttleTimeMs: int32,
  errorCode: int16.v('3+').ignorable(),
  results: array({
    errorCode: int16,
    logDir: string,
    topics: array({
      name: string,
      partitions: array({ partitionIndex: int32, partitionSize: int64, offsetLag: int64, isFutureKey: bool }),
    }),
    totalBytes: int64.approximate().v('4+').default(-1).ignorable(),
    usableBytes: int64.approximate().v('4+').default(-1).ignorable(),
    isCordoned: bool.v('5+').default(false).ignorable(),
  }),
})
export type DescribeLogDirsResponse = Infer<typeof DescribeLogDirsResponse>
