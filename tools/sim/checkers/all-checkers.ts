import { mayBeUnclean, type Plan } from '../plan/plan.ts'
import { acknowledgedRecordsAreCommitted } from './acknowledged-records-are-committed.ts'
import { acknowledgedRecordsSurvive } from './acknowledged-records-survive.ts'
import { changesAreKept } from './changes-are-kept.ts'
import type { Checker } from './checker.ts'
import { damageStaysWhereItIs } from './damage-stays-where-it-is.ts'
import { electionsLoseNothingUnsaid } from './elections-lose-nothing-unsaid.ts'
import { highWatermarkNeverFalls } from './high-watermark-never-falls.ts'
import { isrHoldsWhatIsCommitted } from './isr-holds-what-is-committed.ts'
import { metadataIsDurable } from './metadata-is-durable.ts'
import { minIsrIsKept } from './min-isr-is-kept.ts'
import { nothingBreaks } from './nothing-breaks.ts'
import { oneLeaderPerEpoch } from './one-leader-per-epoch.ts'
import { recordsOnceAndInOrder } from './records-once-and-in-order.ts'
import { replicasAreIdentical } from './replicas-are-identical.ts'
import { theClusterHeals } from './the-cluster-heals.ts'
import { whatWasReadStays } from './what-was-read-stays.ts'

/** Every invariant that a run of this plan is held to. */
export function allCheckers(plan: Plan): Checker[] {
  const idempotent = new Set(
    plan.clients.filter((client) => client.kind === 'producer' && client.acks === 'all').map(({ name }) => name),
  )
  const losesNothing = (topic: string) => hasNoExcuse(plan, topic)
  return [
    acknowledgedRecordsAreCommitted(),
    acknowledgedRecordsSurvive(losesNothing),
    whatWasReadStays(losesNothing),
    recordsOnceAndInOrder((client) => idempotent.has(client), losesNothing),
    replicasAreIdentical(),
    damageStaysWhereItIs(),
    highWatermarkNeverFalls(),
    oneLeaderPerEpoch(),
    isrHoldsWhatIsCommitted(),
    minIsrIsKept(),
    electionsLoseNothingUnsaid((topic) => mayBeUnclean(plan, topic)),
    metadataIsDurable(),
    changesAreKept(),
    nothingBreaks(),
    theClusterHeals(),
  ]
}

/**
 * Whether no election excuses a loss: a process kill keeps all that was written, and with flush.messages=1 whatever was committed had been
 * synced by every member of the ISR.
 */
function hasNoExcuse(plan: Plan, topic: string): boolean {
  if (mayBeUnclean(plan, topic)) return false
  const hasPowerLoss = plan.steps.some(({ kind }) => kind === 'lose power')
  const isFlushed = plan.topics.some(({ name, configs }) => name === topic && configs['flush.messages'] === '1')
  return isFlushed || !hasPowerLoss
}
