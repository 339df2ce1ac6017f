import type { ClientError } from '@ottla/client'

type ErrorName = ClientError['errorName']

/** Where the class is not named like the error. */
const CLASSES: Readonly<Partial<Record<ErrorName, string>>> = {
  UNKNOWN_SERVER_ERROR: 'UnknownServerException',
  CORRUPT_MESSAGE: 'CorruptRecordException',
  REQUEST_TIMED_OUT: 'TimeoutException',
  MESSAGE_TOO_LARGE: 'RecordTooLargeException',
  NETWORK_EXCEPTION: 'NetworkException',
  INVALID_TOPIC_EXCEPTION: 'InvalidTopicException',
  RECORD_LIST_TOO_LARGE: 'RecordBatchTooLargeException',
  TOPIC_AUTHORIZATION_FAILED: 'TopicAuthorizationException',
  GROUP_AUTHORIZATION_FAILED: 'GroupAuthorizationException',
  NON_EMPTY_GROUP: 'GroupNotEmptyException',
  OFFSET_METADATA_TOO_LARGE: 'OffsetMetadataTooLarge',
  CLUSTER_AUTHORIZATION_FAILED: 'ClusterAuthorizationException',
  TOPIC_ALREADY_EXISTS: 'TopicExistsException',
  INVALID_CONFIG: 'InvalidConfigurationException',
  KAFKA_STORAGE_ERROR: 'KafkaStorageException',
  UNSUPPORTED_VERSION: 'UnsupportedVersionException',
}

/** `org.apache.kafka.common.errors.TimeoutException` for REQUEST_TIMED_OUT: what Apache's tools print, and scripts look for. */
export function javaException(name: ErrorName): string {
  const camel = name
    .toLowerCase()
    .split('_')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('')
  return `org.apache.kafka.common.errors.${CLASSES[name] ?? `${camel}Exception`}`
}

/** Class and message, as Java prints an exception. */
export function javaError(error: ClientError): string {
  return `${javaException(error.errorName)}: ${error.message}`
}
