import type { LogDirectory, TopicPartition } from '@ottla/client'
import { javaException } from '../names/java-exception.ts'
import { partitionName } from '../names/partition-json.ts'

export interface BrokerDirectories {
  readonly broker: number
  readonly directories: readonly LogDirectory[]
}

/** The document of Apache's tool, keys in its order. */
export function kafkaJson(brokers: readonly BrokerDirectories[]) {
  return {
    brokers: brokers.map(({ broker, directories }) => ({
      broker,
      logDirs: directories.map(({ path, error, replicas }) => ({
        partitions: inOrder(replicas).map(({ topic, partition, sizeBytes, offsetLag, isFuture }) => ({
          partition: partitionName({ topic, partition }),
          size: sizeBytes,
          offsetLag,
          isFuture,
        })),
        error: error === undefined ? null : javaException(error.errorName),
        logDir: path,
      })),
    })),
    version: 1,
  }
}

/** What `--output json` prints: one element per broker, with what the file systems have left. */
export function directoriesJson(brokers: readonly BrokerDirectories[]) {
  return brokers.map(({ broker, directories }) => ({
    broker,
    logDirs: directories.map(({ path, error, replicas, totalBytes, usableBytes, isCordoned }) => ({
      path,
      error: error === undefined ? null : { code: error.errorName, message: error.message },
      totalBytes: totalBytes ?? null,
      usableBytes: usableBytes ?? null,
      cordoned: isCordoned,
      partitions: inOrder(replicas).map(({ topic, partition, sizeBytes, offsetLag, isFuture }) => ({
        topic,
        partition,
        sizeBytes,
        offsetLag,
        future: isFuture,
      })),
    })),
  }))
}

/** By topic, then by number. */
export function inOrder<T extends TopicPartition>(partitions: readonly T[]): T[] {
  return [...partitions].sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
}
