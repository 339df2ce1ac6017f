import { beforeEach, describe, expect, test } from '@jest/globals'
import { type AlterPartitionRequest, type AlterPartitionResponse, ErrorCode } from '@ottla/protocol'
import type { IsrAnswer, IsrProposal } from '@ottla/replication'
import { FakeClock, type RecordingLogger, recordingLogger } from '@ottla/runtime/testing'
import { ANSWER_MS_MAX, IsrProposals, type ProposingPartition, RETRY_MS } from './isr-proposals.ts'

type Topics = AlterPartitionRequest['topics']

let clock: FakeClock
let logger: RecordingLogger
let proposals: IsrProposals
let sent: { topics: Topics; timeoutMs: number }[]
let told: string[]
/** Of the requests, in order. */
let answers: PromiseWithResolvers<AlterPartitionResponse>[]

beforeEach(() => {
  clock = new FakeClock()
  logger = recordingLogger()
  sent = []
  told = []
  answers = []
  const alterPartition = (topics: Topics, timeoutMs: number) => {
    sent.push({ topics, timeoutMs })
    const answer = Promise.withResolvers<AlterPartitionResponse>()
    answers.push(answer)
    return answer.promise
  }
  proposals = new IsrProposals({ session: { alterPartition }, timers: clock, logger })
})

function partition(index: number, topic = 't'): ProposingPartition {
  return {
    log: { topicId: `${topic}-id`, topic, partition: index },
    isrAnswered: ({ partitionEpoch }, answer: IsrAnswer) =>
      void told.push(`${topic}-${index} pe=${partitionEpoch} ${answer}`),
  }
}

function proposal(partitionEpoch: number, brokers: readonly number[] = [1, 2]): IsrProposal {
  const isr = brokers.map((brokerId) => ({ brokerId, brokerEpoch: 100 + brokerId }))
  return { leaderEpoch: 5, partitionEpoch, isr }
}

async function answer(index: number, codes: Record<string, number>, errorCode = 0): Promise<void> {
  const topics = Object.entries(codes).map(([name, code]) => {
    const [topic, partitionIndex] = name.split('-')
    const rest = { leaderId: 1, leaderEpoch: 5, isr: [], leaderRecoveryState: 0, partitionEpoch: 0 }
    return {
      topicId: `${topic}-id`,
      partitions: [{ partitionIndex: Number(partitionIndex), errorCode: code, ...rest }],
    }
  })
  answers[index]!.resolve({ throttleTimeMs: 0, errorCode, topics })
  await clock.settle()
}

describe('IsrProposals', () => {
  test('what one turn brings goes out as one request, in the words of AlterPartition', async () => {
    proposals.propose(partition(0), proposal(1))
    proposals.propose(partition(0, 'u'), proposal(2, [1]))
    proposals.propose(partition(1), proposal(3))
    expect(sent).toEqual([])
    await clock.settle()
    const newIsrWithEpochs = [
      { brokerId: 1, brokerEpoch: 101 },
      { brokerId: 2, brokerEpoch: 102 },
    ]
    const common = { leaderEpoch: 5, newIsr: [], leaderRecoveryState: 0 }
    expect(sent).toEqual([
      {
        timeoutMs: ANSWER_MS_MAX,
        topics: [
          {
            topicId: 't-id',
            partitions: [
              { ...common, partitionIndex: 0, partitionEpoch: 1, newIsrWithEpochs },
              { ...common, partitionIndex: 1, partitionEpoch: 3, newIsrWithEpochs },
            ],
          },
          {
            topicId: 'u-id',
            partitions: [
              { ...common, partitionIndex: 0, partitionEpoch: 2, newIsrWithEpochs: newIsrWithEpochs.slice(0, 1) },
            ],
          },
        ],
      },
    ])
  })

  test('one request is in flight; what comes meanwhile gathers, the latest of each partition', async () => {
    const first = partition(0)
    proposals.propose(first, proposal(1))
    await clock.settle()
    proposals.propose(first, proposal(2))
    proposals.propose(first, proposal(3))
    proposals.propose(partition(1), proposal(9))
    await clock.advance(1)
    expect([sent.length, proposals.waiting]).toEqual([1, 2])
    await answer(0, { 't-0': 0 })
    expect(told).toEqual(['t-0 pe=1 applied'])
    expect(sent[1]!.topics[0]!.partitions.map((each) => each.partitionEpoch)).toEqual([3, 9])
  })

  test.each([
    ['NONE', 'applied', 0],
    ['INELIGIBLE_REPLICA', 'refused', 1],
    ['OPERATION_NOT_ATTEMPTED', 'refused', 1],
    ['INVALID_UPDATE_VERSION', 'stale', 1],
    ['FENCED_LEADER_EPOCH', 'stale', 1],
    ['NEW_LEADER_ELECTED', 'stale', 1],
    ['UNKNOWN_TOPIC_ID', 'stale', 1],
    ['UNKNOWN_TOPIC_OR_PARTITION', 'stale', 1],
    ['INVALID_REQUEST', 'unknown', 1],
    ['UNKNOWN_SERVER_ERROR', 'unknown', 1],
  ] as const)('%s means %s', async (error, meaning, failures) => {
    proposals.propose(partition(0), proposal(1))
    await clock.settle()
    await answer(0, { 't-0': ErrorCode[error] })
    expect([told, proposals.failures]).toEqual([[`t-0 pe=1 ${meaning}`], failures])
  })

  test('a partition that the answer leaves out knows nothing', async () => {
    proposals.propose(partition(0), proposal(1))
    proposals.propose(partition(1), proposal(2))
    await clock.settle()
    await answer(0, { 't-1': 0 })
    expect(told).toEqual(['t-0 pe=1 unknown', 't-1 pe=2 applied'])
  })

  test.each([
    ['no answer', () => answers[0]!.reject(new Error('no controller'))],
    ['an error of the whole request', () => void answer(0, {}, ErrorCode.STALE_BROKER_EPOCH)],
  ])('%s is unknown for all; what they propose again goes out after a pause', async (_, fail) => {
    const again: ProposingPartition = {
      ...partition(0),
      isrAnswered: (asked) => proposals.propose(again, { ...asked }),
    }
    proposals.propose(again, proposal(1))
    await clock.settle()
    fail()
    await clock.advance(RETRY_MS - 1)
    expect([sent.length, proposals.waiting, proposals.failures]).toEqual([1, 1, 1])
    await clock.advance(1)
    expect(sent).toHaveLength(2)
    expect(logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  test('a leadership that is over proposes nothing', async () => {
    const gone = partition(0)
    proposals.propose(gone, proposal(1))
    proposals.forget(gone)
    await clock.settle()
    expect(sent).toEqual([])
    proposals.propose(partition(1), proposal(2))
    await clock.settle()
    expect(sent).toHaveLength(1)
  })

  test('closed, it sends nothing, tells nothing and leaves no timer', async () => {
    proposals.propose(partition(0), proposal(1))
    await clock.settle()
    proposals.propose(partition(1), proposal(2))
    proposals.close()
    answers[0]!.reject(new Error('closed'))
    proposals.propose(partition(2), proposal(3))
    await clock.advance(60_000)
    expect([sent.length, told, clock.pendingTimers]).toEqual([1, [], 0])
  })
})
