/** ListPartitionReassignments: the moves of replicas that are going on, of all topics or of those that are named. */
import {
  ErrorCode,
  type ListPartitionReassignmentsRequest,
  type ListPartitionReassignmentsResponse,
} from '@ottla/protocol'
import type { MetadataImage, PartitionImage } from '@ottla/replication'
import { isReassigning } from './moves.ts'
import { type Outcome, unchanged } from './outcome.ts'

type Listed = ListPartitionReassignmentsResponse['topics'][number]
type Asked = NonNullable<ListPartitionReassignmentsRequest['topics']>[number]

/** What does not exist or does not move is left out, without an error. */
export function listPartitionReassignments(
  image: MetadataImage,
  { topics }: ListPartitionReassignmentsRequest,
): Outcome<ListPartitionReassignmentsResponse> {
  const listed = topics === null ? ofAll(image) : ofSome(image, topics)
  const moving = listed.filter(({ partitions }) => partitions.length > 0)
  return unchanged({ throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: null, topics: moving })
}

function ofAll(image: MetadataImage): Listed[] {
  return [...image.topics.values()].map(({ name, partitions }) => ({ name, partitions: movesOf(partitions) }))
}

function ofSome(image: MetadataImage, asked: readonly Asked[]): Listed[] {
  return asked.map(({ name, partitionIndexes }) => {
    const partitions = image.topics.get(name)?.partitions ?? []
    const named = [...new Set(partitionIndexes)].map((index) => partitions[index])
    return { name, partitions: movesOf(named.filter((partition) => partition !== undefined)) }
  })
}

function movesOf(partitions: readonly PartitionImage[]): Listed['partitions'] {
  return partitions.filter(isReassigning).map(({ partition, replicas, addingReplicas, removingReplicas }) => ({
    partitionIndex: partition,
    replicas: [...replicas],
    addingReplicas: [...addingReplicas],
    removingReplicas: [...removingReplicas],
  }))
}
