/** One row of the table: what a code on the wire means, and whether sending the same again may help. */
export interface ErrorInfo {
  readonly code: number
  readonly name: ErrorName
  readonly message: string
  readonly retriable: boolean
}

type Row = readonly [code: number, name: string, message: string, retriable?: 'retriable']

/** Codes, names and retriability are Kafka's. Codes that an older broker cannot send are here too: one table for both sides. */
const ROWS = [
  [-1, 'UNKNOWN_SERVER_ERROR', 'The server failed in a way that has no code of its own; its log says more.'],
  [0, 'NONE', ''],
  [1, 'OFFSET_OUT_OF_RANGE', 'The offset is below the start or beyond the end of the log.'],
  [
    2,
    'CORRUPT_MESSAGE',
    'A record batch is damaged: wrong checksum or size, or no key for a compacted topic.',
    'retriable',
  ],
  [3, 'UNKNOWN_TOPIC_OR_PARTITION', 'The broker does not know this topic or partition.', 'retriable'],
  [4, 'INVALID_FETCH_SIZE', 'The number of bytes to fetch is not valid.'],
  [5, 'LEADER_NOT_AVAILABLE', 'The partition has no leader at the moment.', 'retriable'],
  [6, 'NOT_LEADER_OR_FOLLOWER', 'The broker does not lead this partition, or holds no replica of it.', 'retriable'],
  [7, 'REQUEST_TIMED_OUT', 'The request was not finished within its timeout.', 'retriable'],
  [8, 'BROKER_NOT_AVAILABLE', 'The broker is not there.'],
  [9, 'REPLICA_NOT_AVAILABLE', 'The broker has no usable replica of this partition.', 'retriable'],
  [10, 'MESSAGE_TOO_LARGE', 'The record batch is larger than the topic or the broker accepts.'],
  [11, 'STALE_CONTROLLER_EPOCH', 'The request comes from a controller that has been replaced.'],
  [12, 'OFFSET_METADATA_TOO_LARGE', 'The metadata string of a committed offset is too long.'],
  [13, 'NETWORK_EXCEPTION', 'The connection ended before the response came.', 'retriable'],
  [14, 'COORDINATOR_LOAD_IN_PROGRESS', 'The coordinator is still loading its state.', 'retriable'],
  [15, 'COORDINATOR_NOT_AVAILABLE', 'The coordinator cannot serve at the moment.', 'retriable'],
  [16, 'NOT_COORDINATOR', 'The broker is not the coordinator of this group or transactional id.', 'retriable'],
  [17, 'INVALID_TOPIC_EXCEPTION', 'The topic name is not valid, or clients may not write to this topic.'],
  [18, 'RECORD_LIST_TOO_LARGE', 'The batches of the request are larger than one segment of the log.'],
  [19, 'NOT_ENOUGH_REPLICAS', 'Fewer replicas are in sync than the topic requires; nothing was written.', 'retriable'],
  [
    20,
    'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
    'Written, but to fewer in-sync replicas than the topic requires.',
    'retriable',
  ],
  [21, 'INVALID_REQUIRED_ACKS', 'acks must be 0, 1 or -1 (all).'],
  [22, 'ILLEGAL_GENERATION', "The request carries a generation that is not the group's present one."],
  [23, 'INCONSISTENT_GROUP_PROTOCOL', 'The member shares no assignment protocol with the rest of the group.'],
  [24, 'INVALID_GROUP_ID', 'The group id is not valid.'],
  [25, 'UNKNOWN_MEMBER_ID', 'The coordinator does not know this member.'],
  [26, 'INVALID_SESSION_TIMEOUT', 'The session timeout lies outside what the broker allows.'],
  [27, 'REBALANCE_IN_PROGRESS', 'The group is rebalancing; the member must join again.'],
  [28, 'INVALID_COMMIT_OFFSET_SIZE', 'The commit would be larger than the offsets topic accepts.'],
  [29, 'TOPIC_AUTHORIZATION_FAILED', 'The principal may not do this to the topic.'],
  [30, 'GROUP_AUTHORIZATION_FAILED', 'The principal may not do this to the group.'],
  [31, 'CLUSTER_AUTHORIZATION_FAILED', 'The principal may not do this to the cluster.'],
  [32, 'INVALID_TIMESTAMP', 'A timestamp lies outside the range that the topic accepts.'],
  [33, 'UNSUPPORTED_SASL_MECHANISM', 'The broker does not offer this SASL mechanism.'],
  [34, 'ILLEGAL_SASL_STATE', 'The request does not fit the state of the authentication.'],
  [35, 'UNSUPPORTED_VERSION', 'The broker does not serve this version of the API.'],
  [36, 'TOPIC_ALREADY_EXISTS', 'A topic of this name exists already.'],
  [37, 'INVALID_PARTITIONS', 'The number of partitions is not valid.'],
  [38, 'INVALID_REPLICATION_FACTOR', 'The replication factor is below 1 or above the number of usable brokers.'],
  [39, 'INVALID_REPLICA_ASSIGNMENT', 'The replica assignment is not valid.'],
  [40, 'INVALID_CONFIG', 'A configuration key or value is not valid.'],
  [41, 'NOT_CONTROLLER', 'The node asked is not the active controller.', 'retriable'],
  [42, 'INVALID_REQUEST', 'The request contradicts itself or breaks a rule of its API.'],
  [43, 'UNSUPPORTED_FOR_MESSAGE_FORMAT', "The partition's record format cannot do this."],
  [44, 'POLICY_VIOLATION', 'A policy of the cluster forbids this.'],
  [45, 'OUT_OF_ORDER_SEQUENCE_NUMBER', "The batch does not follow the producer's last sequence number."],
  [46, 'DUPLICATE_SEQUENCE_NUMBER', 'A batch with this sequence number was written before.'],
  [47, 'INVALID_PRODUCER_EPOCH', 'The producer epoch is older than the one in force.'],
  [48, 'INVALID_TXN_STATE', "The transaction's state does not allow this operation."],
  [49, 'INVALID_PRODUCER_ID_MAPPING', 'The producer id does not belong to this transactional id.'],
  [50, 'INVALID_TRANSACTION_TIMEOUT', 'The transaction timeout is above what the broker allows.'],
  [51, 'CONCURRENT_TRANSACTIONS', 'Another operation on this transaction is still running.', 'retriable'],
  [52, 'TRANSACTION_COORDINATOR_FENCED', 'The markers come from a transaction coordinator that has been replaced.'],
  [53, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'The principal may not use this transactional id.'],
  [54, 'SECURITY_DISABLED', 'The cluster has no authorizer.'],
  [
    55,
    'OPERATION_NOT_ATTEMPTED',
    'Nothing was done, because another part of the request failed or nothing needed doing.',
  ],
  [56, 'KAFKA_STORAGE_ERROR', 'The disk that holds the partition has failed.', 'retriable'],
  [57, 'LOG_DIR_NOT_FOUND', 'The broker has no such log directory.'],
  [58, 'SASL_AUTHENTICATION_FAILED', 'The credentials were refused.'],
  [59, 'UNKNOWN_PRODUCER_ID', 'The partition no longer knows this producer.'],
  [60, 'REASSIGNMENT_IN_PROGRESS', 'The partition is being reassigned.'],
  [61, 'DELEGATION_TOKEN_AUTH_DISABLED', 'Delegation tokens are switched off.'],
  [62, 'DELEGATION_TOKEN_NOT_FOUND', 'There is no such delegation token.'],
  [63, 'DELEGATION_TOKEN_OWNER_MISMATCH', 'The principal neither owns the delegation token nor may renew it.'],
  [64, 'DELEGATION_TOKEN_REQUEST_NOT_ALLOWED', 'Delegation tokens cannot be requested over this kind of connection.'],
  [65, 'DELEGATION_TOKEN_AUTHORIZATION_FAILED', 'The principal may not do this to the delegation token.'],
  [66, 'DELEGATION_TOKEN_EXPIRED', 'The delegation token has expired.'],
  [67, 'INVALID_PRINCIPAL_TYPE', 'This type of principal is not supported.'],
  [68, 'NON_EMPTY_GROUP', 'The group still has members.'],
  [69, 'GROUP_ID_NOT_FOUND', 'There is no such group.'],
  [70, 'FETCH_SESSION_ID_NOT_FOUND', 'The broker does not know this fetch session.', 'retriable'],
  [71, 'INVALID_FETCH_SESSION_EPOCH', 'The epoch is not the next one of this fetch session.', 'retriable'],
  [72, 'LISTENER_NOT_FOUND', 'The leader has no listener of the name through which it was asked for.', 'retriable'],
  [73, 'TOPIC_DELETION_DISABLED', 'The cluster does not allow topics to be deleted.'],
  [74, 'FENCED_LEADER_EPOCH', 'The leader epoch in the request is older than the present one.', 'retriable'],
  [
    75,
    'UNKNOWN_LEADER_EPOCH',
    'The leader epoch in the request is newer than any the broker has heard of.',
    'retriable',
  ],
  [76, 'UNSUPPORTED_COMPRESSION_TYPE', 'The requested version cannot carry the compression of these records.'],
  [77, 'STALE_BROKER_EPOCH', 'The request comes from an earlier start of the broker.'],
  [78, 'OFFSET_NOT_AVAILABLE', 'The new leader does not know yet which offset is safe to report.', 'retriable'],
  [79, 'MEMBER_ID_REQUIRED', 'The member must join again with the member id that it was given.'],
  [80, 'PREFERRED_LEADER_NOT_AVAILABLE', 'The preferred leader cannot lead now.', 'retriable'],
  [81, 'GROUP_MAX_SIZE_REACHED', 'The group has as many members as it may have.'],
  [82, 'FENCED_INSTANCE_ID', 'Another member has taken over this group instance id.'],
  [83, 'ELIGIBLE_LEADERS_NOT_AVAILABLE', 'No replica that may lead is there.', 'retriable'],
  [84, 'ELECTION_NOT_NEEDED', 'The partition has the leader that an election would give it.', 'retriable'],
  [85, 'NO_REASSIGNMENT_IN_PROGRESS', 'The partition is not being reassigned.'],
  [86, 'GROUP_SUBSCRIBED_TO_TOPIC', 'The group is subscribed to the topic, so its offsets stay.'],
  [87, 'INVALID_RECORD', 'The broker refused a record.'],
  [88, 'UNSTABLE_OFFSET_COMMIT', 'An open transaction still holds offsets of this partition.', 'retriable'],
  [89, 'THROTTLING_QUOTA_EXCEEDED', 'The quota is used up; wait for the throttle time.', 'retriable'],
  [90, 'PRODUCER_FENCED', 'A newer producer uses the same transactional id.'],
  [91, 'RESOURCE_NOT_FOUND', 'The request names a resource that does not exist.'],
  [92, 'DUPLICATE_RESOURCE', 'The request names a resource twice.'],
  [93, 'UNACCEPTABLE_CREDENTIAL', 'The credential does not meet the rules.'],
  [94, 'INCONSISTENT_VOTER_SET', 'Sender or receiver is not among the expected voters.'],
  [95, 'INVALID_UPDATE_VERSION', 'The update is based on a version that is not the present one.'],
  [96, 'FEATURE_UPDATE_FAILED', 'The feature levels could not be changed.'],
  [97, 'PRINCIPAL_DESERIALIZATION_FAILURE', 'The principal of a forwarded request could not be read.'],
  [98, 'SNAPSHOT_NOT_FOUND', 'There is no such snapshot.'],
  [99, 'POSITION_OUT_OF_RANGE', 'The position lies outside the snapshot.'],
  [100, 'UNKNOWN_TOPIC_ID', 'The broker does not know this topic id.', 'retriable'],
  [101, 'DUPLICATE_BROKER_REGISTRATION', 'A live broker has this id.'],
  [102, 'BROKER_ID_NOT_REGISTERED', 'No broker of this id is registered.'],
  [103, 'INCONSISTENT_TOPIC_ID', "The topic id in the request is not that of the partition's log.", 'retriable'],
  [104, 'INCONSISTENT_CLUSTER_ID', 'The request is meant for another cluster.'],
  [105, 'TRANSACTIONAL_ID_NOT_FOUND', 'The coordinator does not know this transactional id.'],
  [106, 'FETCH_SESSION_TOPIC_ID_ERROR', 'The fetch session mixes topic names and topic ids.', 'retriable'],
  [107, 'INELIGIBLE_REPLICA', 'The proposed in-sync set holds a replica that may not be in it.'],
  [108, 'NEW_LEADER_ELECTED', 'The change was made, and it gave the partition another leader.'],
  [109, 'OFFSET_MOVED_TO_TIERED_STORAGE', 'The offset is in tiered storage only.'],
  [110, 'FENCED_MEMBER_EPOCH', 'The member epoch is not valid any more: give up all partitions and join again.'],
  [111, 'UNRELEASED_INSTANCE_ID', 'Another member still holds this group instance id.'],
  [112, 'UNSUPPORTED_ASSIGNOR', 'The group does not offer this assignor or this version of it.'],
  [113, 'STALE_MEMBER_EPOCH', 'The member epoch is behind; repeat with the one that the next heartbeat brings.'],
  [114, 'MISMATCHED_ENDPOINT_TYPE', 'The request belongs to another type of endpoint.'],
  [115, 'UNSUPPORTED_ENDPOINT_TYPE', 'This type of endpoint is not supported.'],
  [116, 'UNKNOWN_CONTROLLER_ID', 'No controller has this id.'],
  [117, 'UNKNOWN_SUBSCRIPTION_ID', 'The telemetry subscription is out of date or was never given.'],
  [118, 'TELEMETRY_TOO_LARGE', 'The pushed metrics are larger than the broker accepts.'],
  [119, 'INVALID_REGISTRATION', 'The controller refuses this registration.'],
  [
    120,
    'TRANSACTION_ABORTABLE',
    'The operation failed; abort the transaction and go on with the same transactional id.',
  ],
  [121, 'INVALID_RECORD_STATE', 'The record is not in a state that can be acknowledged so.'],
  [122, 'SHARE_SESSION_NOT_FOUND', 'The broker does not know this share session.', 'retriable'],
  [123, 'INVALID_SHARE_SESSION_EPOCH', 'The epoch is not the next one of this share session.', 'retriable'],
  [124, 'FENCED_STATE_EPOCH', 'The state epoch in the request is not the present one.'],
  [125, 'INVALID_VOTER_KEY', 'The voter key is not that of the receiver.'],
  [126, 'DUPLICATE_VOTER', 'The voter is in the set already.'],
  [127, 'VOTER_NOT_FOUND', 'The voter is not in the set.'],
  [128, 'INVALID_REGULAR_EXPRESSION', 'The regular expression cannot be read.'],
  [
    129,
    'REBOOTSTRAP_REQUIRED',
    'What the client knows of the cluster is out of date: start again from the bootstrap servers.',
  ],
  [130, 'STREAMS_INVALID_TOPOLOGY', 'The topology is not valid.'],
  [131, 'STREAMS_INVALID_TOPOLOGY_EPOCH', 'The topology epoch is not valid.'],
  [132, 'STREAMS_TOPOLOGY_FENCED', 'A newer topology epoch is in force.'],
  [133, 'SHARE_SESSION_LIMIT_REACHED', 'The broker holds as many share sessions as it may.', 'retriable'],
  [134, 'GROUP_DELETION_FAILED', 'A group could not be deleted; its result says why.'],
  [135, 'STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED', 'The topology description could not be stored.'],
  [136, 'CONTROLLER_ID_NOT_REGISTERED', 'No controller of this id is registered.'],
] as const satisfies readonly Row[]

export type ErrorName = (typeof ROWS)[number][1]

/** Every error of the protocol, in order of code. */
export const ERRORS: readonly ErrorInfo[] = ROWS.map((row) => ({
  code: row[0],
  name: row[1],
  message: row[2],
  retriable: row.length > 3,
}))

/** `ErrorCode.UNKNOWN_TOPIC_OR_PARTITION` is 3. */
export const ErrorCode = Object.fromEntries(ERRORS.map((error) => [error.name, error.code])) as {
  readonly [R in (typeof ROWS)[number] as R[1]]: R[0]
}

const BY_CODE: ReadonlyMap<number, ErrorInfo> = new Map(ERRORS.map((error) => [error.code, error]))
const BY_NAME: ReadonlyMap<string, ErrorInfo> = new Map(ERRORS.map((error) => [error.name, error]))
const UNKNOWN = BY_CODE.get(-1)!

/** What `code` means; a code from the future counts as UNKNOWN_SERVER_ERROR, which is not retried. */
export function errorByCode(code: number): ErrorInfo {
  return BY_CODE.get(code) ?? UNKNOWN
}

/** A failure that has a code on the wire. Its message says what happened, to what; without one it is the table's. */
export class KafkaError extends Error {
  override readonly name = 'KafkaError'
  readonly code: number
  readonly errorName: ErrorName
  readonly retriable: boolean

  constructor(name: ErrorName, message?: string, options?: ErrorOptions) {
    const info = BY_NAME.get(name)!
    super(message ?? info.message, options)
    this.code = info.code
    this.errorName = name
    this.retriable = info.retriable
  }
}
