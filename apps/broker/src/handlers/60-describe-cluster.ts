/**
 * DescribeCluster (60), versions 0-2: the brokers as an admin client sees them. 1: the client says whether it wants brokers or controllers
 * (KIP-919), a broker has only the former. 2: fenced brokers on request (KIP-1073).
 */
import { DescribeClusterRequest, type DescribeClusterResponse, ErrorCode, type InferInput } from '@ottla/protocol'
import { brokersThrough, controllerNode } from '../metadata-view.ts'
import type { BrokerParts, Handler } from '../seams.ts'
import { authorizedOperations, OPERATIONS_NOT_ASKED } from '../security/authorized-operations.ts'
import { CLUSTER } from '../security/resources.ts'

type Response = InferInput<typeof DescribeClusterResponse>

const BROKERS = 1
const CONTROLLERS = 2

export function describeClusterHandler(parts: BrokerParts): Handler<DescribeClusterRequest, Response> {
  const refuse = (endpointType: number): Response => ({
    throttleTimeMs: 0,
    errorCode: endpointType === CONTROLLERS ? ErrorCode.MISMATCHED_ENDPOINT_TYPE : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
    errorMessage:
      endpointType === CONTROLLERS
        ? 'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER'
        : `Unsupported endpoint type ${endpointType}`,
    endpointType: BROKERS,
    clusterId: '',
    brokers: [],
  })
  return {
    api: DescribeClusterRequest.apiKey,
    min: 0,
    max: 2,
    handle(context, request) {
      if (request.endpointType !== BROKERS) return refuse(request.endpointType)
      const { image } = parts.session
      const brokers = brokersThrough(image, context.listener.name)
      const live = brokers.filter(({ fenced }) => !fenced)
      const shown = request.includeFencedBrokers ? brokers : live
      return {
        throttleTimeMs: 0,
        errorCode: ErrorCode.NONE,
        errorMessage: null,
        endpointType: BROKERS,
        clusterId: image.clusterId,
        controllerId: controllerNode(live, parts.brokerId),
        brokers: shown.map(({ id, host, port, rack, fenced }) => ({
          brokerId: id,
          host,
          port,
          rack,
          isFenced: fenced,
        })),
        clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
          ? authorizedOperations(parts.security, context, CLUSTER)
          : OPERATIONS_NOT_ASKED,
      }
    },
  }
}
