import { expect, test } from '@jest/globals'
import { ClientError } from '@ottla/client'
import { javaError, javaException } from './java-exception.ts'

test.each([
  ['UNKNOWN_TOPIC_OR_PARTITION', 'UnknownTopicOrPartitionException'],
  ['OFFSET_OUT_OF_RANGE', 'OffsetOutOfRangeException'],
  ['REQUEST_TIMED_OUT', 'TimeoutException'],
  ['KAFKA_STORAGE_ERROR', 'KafkaStorageException'],
  ['CLUSTER_AUTHORIZATION_FAILED', 'ClusterAuthorizationException'],
  ['NON_EMPTY_GROUP', 'GroupNotEmptyException'],
  ['OFFSET_METADATA_TOO_LARGE', 'OffsetMetadataTooLarge'],
  ['GROUP_ID_NOT_FOUND', 'GroupIdNotFoundException'],
  ['PREFERRED_LEADER_NOT_AVAILABLE', 'PreferredLeaderNotAvailableException'],
] as const)('%s', (name, expected) => {
  expect(javaException(name)).toBe(`org.apache.kafka.common.errors.${expected}`)
})

test('javaError', () => {
  expect(javaError(new ClientError('INVALID_CONFIG', 'no such key', {}))).toBe(
    'org.apache.kafka.common.errors.InvalidConfigurationException: no such key',
  )
})
