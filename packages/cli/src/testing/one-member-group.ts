/** Answers of a coordinator whose groups have one member each, in the classic protocol: that member leads and assigns. */
import { answer, type Reaction, type SeenRequest } from '@ottla/client/testing'
import {
  ApiKey,
  FindCoordinatorResponse,
  HeartbeatResponse,
  JoinGroupResponse,
  LeaveGroupResponse,
  OffsetCommitResponse,
  OffsetFetchResponse,
  SyncGroupResponse,
} from '@ottla/protocol'

const MEMBER_ID = 'member-1'
const GENERATION = 1

interface CommittedTopic {
  readonly name: string
  readonly partitions: readonly { readonly partitionIndex: number; readonly committedOffset: number }[]
}

interface FetchedTopic {
  readonly name: string
  readonly partitionIndexes: readonly number[]
}

export interface OneMemberGroup {
  /** Ids of the groups that somebody has joined and not left. */
  readonly joined: Set<string>
  /** `topic:partition` to offset. */
  readonly committed: Map<string, number>
  /** By API key. */
  readonly handlers: Readonly<Record<number, (request: SeenRequest) => Reaction>>
}

/** `port`: of the only broker, whose id is 1. */
export function oneMemberGroup(port: () => number): OneMemberGroup {
  const joined = new Set<string>()
  const committed = new Map<string, number>()
  return {
    joined,
    committed,
    handlers: {
      [ApiKey.FindCoordinator]: ({ body }) =>
        answer(FindCoordinatorResponse, {
          coordinators: body.coordinatorKeys.map((key: string) => ({
            ...{ key, nodeId: 1, host: '127.0.0.1', port: port(), errorCode: 0, errorMessage: null },
          })),
        }),
      [ApiKey.JoinGroup]: ({ body }) => {
        joined.add(body.groupId)
        const { name, metadata } = body.protocols[0]
        return answer(JoinGroupResponse, {
          ...{ errorCode: 0, generationId: GENERATION, protocolType: 'consumer', protocolName: name },
          ...{ leader: MEMBER_ID, memberId: MEMBER_ID, members: [{ memberId: MEMBER_ID, metadata }] },
        })
      },
      [ApiKey.SyncGroup]: ({ body }) =>
        answer(SyncGroupResponse, {
          ...{ errorCode: 0, protocolType: body.protocolType, protocolName: body.protocolName },
          assignment: body.assignments[0].assignment,
        }),
      [ApiKey.Heartbeat]: () => answer(HeartbeatResponse, { errorCode: 0 }),
      [ApiKey.LeaveGroup]: ({ body }) => {
        joined.delete(body.groupId)
        return answer(LeaveGroupResponse, { errorCode: 0, members: [] })
      },
      [ApiKey.OffsetFetch]: ({ body }) =>
        answer(OffsetFetchResponse, {
          groups: body.groups.map(({ groupId, topics }: { groupId: string; topics: readonly FetchedTopic[] }) => ({
            groupId,
            topics: topics.map(({ name, partitionIndexes }) => ({
              name,
              partitions: partitionIndexes.map((partitionIndex) => ({
                ...{ partitionIndex, metadata: '', errorCode: 0 },
                committedOffset: committed.get(`${name}:${partitionIndex}`) ?? -1,
              })),
            })),
          })),
        }),
      [ApiKey.OffsetCommit]: ({ body }) =>
        answer(OffsetCommitResponse, {
          topics: body.topics.map(({ name, partitions }: CommittedTopic) => ({
            name,
            partitions: partitions.map(({ partitionIndex, committedOffset }) => {
              committed.set(`${name}:${partitionIndex}`, committedOffset)
              return { partitionIndex, errorCode: 0 }
            }),
          })),
        }),
    },
  }
}
