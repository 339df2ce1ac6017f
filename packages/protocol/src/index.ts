export { ProduceRequest, ProduceResponse } from './api/00-produce.ts'
export { FetchRequest, FetchResponse } from './api/01-fetch.ts'
export { ListOffsetsRequest, ListOffsetsResponse } from './api/02-list-offsets.ts'
export { MetadataRequest, MetadataResponse } from './api/03-metadata.ts'
export { ApiVersionsRequest, ApiVersionsResponse } from './api/18-api-versions.ts'
export { CreateTopicsRequest, CreateTopicsResponse } from './api/19-create-topics.ts'
export { DeleteTopicsRequest, DeleteTopicsResponse } from './api/20-delete-topics.ts'
export { InitProducerIdRequest, InitProducerIdResponse } from './api/22-init-producer-id.ts'
export { OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse } from './api/23-offset-for-leader-epoch.ts'
export { DescribeConfigsRequest, DescribeConfigsResponse } from './api/32-describe-configs.ts'
export { DescribeClusterRequest, DescribeClusterResponse } from './api/60-describe-cluster.ts'
export { DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse } from './api/75-describe-topic-partitions.ts'
export { ApiKey, apiName, isFlexible } from './api-keys.ts'
export { type Api, apis } from './apis.ts'
export { ELEMENTS_MAX, INT64_MAX, REQUEST_ELEMENTS_MAX } from './bytes/reader.ts'
export type { Chunk, ExternalBytes } from './bytes/writer.ts'
export { ProducerSnapshot } from './data/producer-snapshot.ts'
export { ERRORS, ErrorCode, type ErrorInfo, type ErrorName, errorByCode, KafkaError } from './errors.ts'
export { decodeResponse, encodeRequest, encodeResponse, type RequestIdentity } from './frames.ts'
export { decodeRequestHeader, RequestHeader, ResponseHeader } from './headers.ts'
export { messages } from './messages.ts'
export { EncodeError, ProtocolError, UnknownApiKeyError, UnsupportedVersionError } from './protocol-error.ts'
export {
  batchesIn,
  DECOMPRESSED_BYTES_MAX,
  RecordBatch,
  type TimestampType,
} from './records/batch.ts'
export { type BadBatchHeader, type BatchHeaderCheck, checkBatchHeader } from './records/check.ts'
export { CorruptRecordError } from './records/corrupt-record-error.ts'
export { type BatchInput, encodeBatch } from './records/encode.ts'
export { BATCH_HEADER_BYTES, LOG_OVERHEAD_BYTES } from './records/layout.ts'
export type { BatchRecord, RecordHeader } from './records/record.ts'
export type { RecordInput } from './records/record-writer.ts'
export { sequenceAfter } from './records/sequence.ts'
export { decodeMessage, decodeRequest, encodeMessage } from './schema/codec.ts'
export { messageFromJson, messageToJson } from './schema/json.ts'
export {
  data,
  flexibleFrom,
  type Infer,
  type InferInput,
  type Message,
  notFlexible,
  request,
  response,
} from './schema/message.ts'
export {
  array,
  bool,
  bytes,
  type Decoded,
  type Encodable,
  type Field,
  type Fields,
  float64,
  int8,
  int16,
  int32,
  int64,
  records,
  string,
  struct,
  uint16,
  uint32,
  uuid,
} from './schema/types.ts'
export { includes, type VersionRange } from './schema/versions.ts'
export { uuidFromBytes, uuidToBytes, ZERO_UUID } from './uuid.ts'
