/**
 * Metadata tells a client the brokers, and of topics the partitions with their leaders and replicas. Versions 0-13.
 *
 * -  0 an empty topic list asks for all topics; from 1 on null does, and an empty list asks for none
 * -  1 response: racks, controller id, internal topics
 * -  2 response: cluster id
 * -  3 response: throttle time
 * -  4 whether asking may create the topic
 * -  5 response: offline replicas
 * -  7 response: leader epoch
 * -  8 authorized operations of cluster (to 10) and topics
 * -  9 flexible
 * - 10 topic ids in the response; in the request they are used from 12 on, as are topics without a name
 * - 13 response: an error code for the whole request
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int16, int32, string, uuid } from '../schema/types.ts'

/** An `…AuthorizedOperations` field that was not asked for. */
const NOT_ASKED_FOR = -0x80000000

export const MetadataRequest = request(3, 'Metadata', '0-13', flexibleFrom(9), {
  topics: array({
    topicId: uuid.v('10+').ignorable(),
    name: string.nullable('10+'),
  }).nullable('1+'),
  allowAutoTopicCreation: bool.v('4+').default(true),
  includeClusterAuthorizedOperations: bool.v('8-10'),
  includeTopicAuthorizedOperations: bool.v('8+'),
})
export type MetadataRequest = Infer<typeof MetadataRequest>

export const MetadataResponse = response(3, 'Metadata', '0-13', flexibleFrom(9), {
  throttleTimeMs: int32.v('3+').ignorable(),
  brokers: array({
    nodeId: int32,
    host: string,
    port: int32,
    rack: string.v('1+').nullable().default(null).ignorable(),
  }),
  clusterId: string.v('2+').nullable().default(null).ignorable(),
  controllerId: int32.v('1+').default(-1).ignorable(),
  topics: array({
    errorCode: int16,
    name: string.nullable('12+'),
    topicId: uuid.v('10+').ignorable(),
    isInternal: bool.v('1+').default(false).ignorable(),
    partitions: array({
      errorCode: int16,
      partitionIndex: int32,
      leaderId: int32,
      leaderEpoch: int32.v('7+').default(-1).ignorable(),
      replicaNodes: array(int32),
      isrNodes: array(int32),
      offlineReplicas: array(int32).v('5+').ignorable(),
    }),
    topicAuthorizedOperations: int32.v('8+').default(NOT_ASKED_FOR),
  }),
  clusterAuthorizedOperations: int32.v('8-10').default(NOT_ASKED_FOR),
  errorCode: int16.v('13+').ignorable(),
})
export type MetadataResponse = Infer<typeof MetadataResponse>
