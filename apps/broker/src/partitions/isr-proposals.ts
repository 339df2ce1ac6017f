/**
 * Takes the leaders' proposals for their ISRs to the controller: one AlterPartition is in flight at a time, with all that has
 * gathered meanwhile (KIP-497). Each partition has one proposal here at most; the latest one of its leadership.
 *
 * No answer, or one that this broker does not understand, says nothing about what was done: the partition is told `unknown`, proposes
 * the same again, and that goes out after a pause.
 */
import { type AlterPartitionRequest, type AlterPartitionResponse, ErrorCode, errorByCode } from '@ottla/protocol'
import type { IsrAnswer, IsrProposal } from '@ottla/replication'
import type { Logger, Timer, Timers } from '@ottla/runtime'
import type { ControllerSession } from '../seams.ts'

/** What of a `Partition` is needed here. */
export interface ProposingPartition {
  readonly log: { readonly topicId: string; readonly topic: string; readonly partition: number }
  isrAnswered(proposal: IsrProposal, answer: IsrAnswer): void
}

export interface IsrProposalsOptions {
  readonly session: Pick<ControllerSession, 'alterPartition'>
  readonly timers: Timers
  readonly logger: Logger
}

/** Then the answer is not waited for any longer. */
export const ANSWER_MS_MAX = 3_000
/** Between a try that failed and the next one. */
export const RETRY_MS = 500
/** Partitions of one request: about 100 KB. */
export const PROPOSALS_MAX = 1_000

type Topics = AlterPartitionRequest['topics']
type Answered = AlterPartitionResponse['topics'][number]['partitions'][number]
type Sent = ReadonlyMap<ProposingPartition, IsrProposal>

export class IsrProposals {
  readonly #options: IsrProposalsOptions
  #waiting = new Map<ProposingPartition, IsrProposal>()
  /** `scheduled`: goes out at the end of this turn, with what this turn still brings. */
  #state: 'idle' | 'scheduled' | 'in-flight' | 'pausing' | 'closed' = 'idle'
  #pause: Timer | undefined
  #failures = 0

  constructor(options: IsrProposalsOptions) {
    this.#options = options
  }

  /** Partitions whose proposals have not gone out. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Proposals that the controller did not accept, or did not answer. */
  get failures(): number {
    return this.#failures
  }

  propose(partition: ProposingPartition, proposal: IsrProposal): void {
    if (this.#state === 'closed') return
    this.#waiting.set(partition, proposal)
    this.#schedule()
  }

  /** Its leadership is over. */
  forget(partition: ProposingPartition): void {
    this.#waiting.delete(partition)
  }

  close(): void {
    this.#state = 'closed'
    this.#waiting.clear()
    this.#pause?.clear()
  }

  #schedule(): void {
    if (this.#state !== 'idle' || this.#waiting.size === 0) return
    this.#state = 'scheduled'
    this.#options.timers.endOfTurn(() => this.#send())
  }

  #send(): void {
    if (this.#state === 'closed') return
    const sent = this.#take()
    if (sent.size === 0) {
      this.#state = 'idle'
      return
    }
    this.#state = 'in-flight'
    this.#options.session.alterPartition(topicsOf(sent), ANSWER_MS_MAX).then(
      (response) => this.#answered(sent, response),
      (error: unknown) => this.#unanswered(sent, error),
    )
  }

  #take(): Sent {
    const sent = new Map<ProposingPartition, IsrProposal>()
    for (const [partition, proposal] of this.#waiting) {
      if (sent.size === PROPOSALS_MAX) break
      sent.set(partition, proposal)
      this.#waiting.delete(partition)
    }
    return sent
  }

  #answered(sent: Sent, { errorCode, topics }: AlterPartitionResponse): void {
    if (errorCode !== ErrorCode.NONE) {
      this.#unanswered(sent, errorByCode(errorCode).name)
      return
    }
    if (this.#state === 'closed') return
    const answers = new Map<string, Answered>()
    for (const { topicId, partitions } of topics) {
      for (const answer of partitions) answers.set(keyOf(topicId, answer.partitionIndex), answer)
    }
    const told = Array.from(sent, ([partition, proposal]) => {
      const { topicId, partition: index } = partition.log
      return { partition, proposal, answer: this.#judge(partition, answers.get(keyOf(topicId, index))) }
    })
    this.#rest(told.some(({ answer }) => answer === 'unknown'))
    for (const { partition, proposal, answer } of told) partition.isrAnswered(proposal, answer)
    this.#schedule()
  }

  #unanswered(sent: Sent, error: unknown): void {
    if (this.#state === 'closed') return
    this.#failures += sent.size
    this.#options.logger.warn('changes of in-sync replicas were not answered; trying again', {
      partitions: sent.size,
      error,
    })
    this.#rest(true)
    for (const [partition, proposal] of sent) partition.isrAnswered(proposal, 'unknown')
  }

  /** Before the partitions are told: they may propose at once. */
  #rest(pauses: boolean): void {
    this.#state = pauses ? 'pausing' : 'idle'
    if (!pauses) return
    this.#pause = this.#options.timers.after(RETRY_MS, () => {
      this.#state = 'idle'
      this.#schedule()
    })
  }

  #judge({ log }: ProposingPartition, answered: Answered | undefined): IsrAnswer {
    if (answered?.errorCode === ErrorCode.NONE) return 'applied'
    this.#failures += 1
    const answer = answered === undefined ? 'unknown' : answerTo(answered.errorCode)
    const fields = {
      topic: log.topic,
      partition: log.partition,
      error: answered === undefined ? 'no answer' : errorByCode(answered.errorCode).name,
    }
    if (answer === 'unknown') this.#options.logger.error('a change of in-sync replicas failed; trying again', fields)
    else this.#options.logger.info('a change of in-sync replicas was not accepted', fields)
    return answer
  }
}

function answerTo(errorCode: number): IsrAnswer {
  switch (errorCode) {
    case ErrorCode.INELIGIBLE_REPLICA:
    case ErrorCode.OPERATION_NOT_ATTEMPTED:
      return 'refused'
    case ErrorCode.INVALID_UPDATE_VERSION:
    case ErrorCode.FENCED_LEADER_EPOCH:
    case ErrorCode.NEW_LEADER_ELECTED:
    case ErrorCode.UNKNOWN_TOPIC_ID:
    case ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
      return 'stale'
    default:
      return 'unknown'
  }
}

/** The leader has looked at its whole log: it has recovered (KIP-704). */
const RECOVERED = 0

function topicsOf(sent: Sent): Topics {
  const byTopic = new Map<string, Topics[number]['partitions'][number][]>()
  for (const [{ log }, { leaderEpoch, partitionEpoch, isr }] of sent) {
    const partitions = byTopic.get(log.topicId) ?? []
    byTopic.set(log.topicId, partitions)
    partitions.push({
      partitionIndex: log.partition,
      leaderEpoch,
      newIsr: [],
      newIsrWithEpochs: [...isr],
      leaderRecoveryState: RECOVERED,
      partitionEpoch,
    })
  }
  return Array.from(byTopic, ([topicId, partitions]) => ({ topicId, partitions }))
}

function keyOf(topicId: string, partition: number): string {
  return `${topicId}:${partition}`
}
