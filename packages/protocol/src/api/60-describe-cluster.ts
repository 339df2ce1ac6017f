/**
 * DescribeCluster tells cluster id, controller and brokers (KIP-700). Versions 0-2, all flexible.
 *
 * - 1 brokers or controllers (KIP-919)
 * - 2 fenced brokers on request (KIP-1073)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int8, int16, int32, string } from '../schema/types.ts'

const ENDPOINT_TYPE_BROKERS = 1
const NOT_ASKED_FOR = -0x80000000

export const DescribeClusterRequest = request(60, 'DescribeCluster', '0-2', flexibleFrom(0), {
  includeClusterAuthorizedOperations: bool,
  endpointType: int8.v('1+').default(ENDPOINT_TYPE_BROKERS),
  includeFencedBrokers: bool.v('2+'),
})
export type DescribeClusterRequest = Infer<typeof DescribeClusterRequest>

export const DescribeClusterResponse = response(60, 'DescribeCluster', '0-2', flexibleFrom(0), {
  throttleTimeMs: int32,
  errorCode: int16,
  errorMessage: string.nullable().default(null),
  endpointType: int8.v('1+').default(ENDPOINT_TYPE_BROKERS),
  clusterId: string,
  controllerId: int32.default(-1),
  brokers: array({
    brokerId: int32,
    host: string,
    port: int32,
    rack: string.nullable().default(null),
    isFenced: bool.v('2+'),
  }),
  clusterAuthorizedOperations: int32.default(NOT_ASKED_FOR),
})
export type DescribeClusterResponse = Infer<typeof DescribeClusterResponse>
