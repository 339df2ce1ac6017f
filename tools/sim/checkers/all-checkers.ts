import { isCompacted, type MemberPlan, mayBeUnclean, OFFSETS_TOPIC, type Plan } from '../plan/plan.ts'
import { acknowledgedRecordsAreCommitted } from './acknowledged-records-are-committed.ts'
import { acknowledgedRecordsSurvive } from './acknowledged-records-survive.ts'
import { changesAreKept } from './changes-are-kept.ts'
import type { Checker } from './checker.ts'
import { committedOffsetsStay } from './committed-offsets-stay.ts'
import { coordinatorsHoldTheirLogs } from './coordinators-hold-their-logs.ts'
import { damageStaysWhereItIs } from './damage-stays-where-it-is.ts'
import { electionsLoseNothingUnsaid } from './elections-lose-nothing-unsaid.ts'
import { groupsHandleEverything } from './groups-handle-everything.ts'
import { highWatermarkNeverFalls } from './high-watermark-never-falls.ts'
import { isrHoldsWhatIsCommitted } from './isr-holds-what-is-committed.ts'
import { metadataIsDurable } from './metadata-is-durable.ts'
import { minIsrIsKept } from './min-isr-is-kept.ts'
import { nothingBreaks } from './nothing-breaks.ts'
import { oneLeaderPerEpoch } from './one-leader-per-epoch.ts'
import { partitionsHaveOneOwner } from './partitions-have-one-owner.ts'
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
  const compacted = (topic: string) => isCompacted(plan, topic)
  const written = plan.topics.map(({ name }) => name).filter((name) => name !== OFFSETS_TOPIC)
  return [
    acknowledgedRecordsAreCommitted(),
    acknowledgedRecordsSurvive(losesNothing, compacted),
    whatWasReadStays(losesNothing, compacted),
    recordsOnceAndInOrder((client) => idempotent.has(client), losesNothing),
    replicasAreIdentical(compacted, losesNothing),
    damageStaysWhereItIs(),
    highWatermarkNeverFalls(),
    oneLeaderPerEpoch(),
    isrHoldsWhatIsCommitted(),
    minIsrIsKept(),
    electionsLoseNothingUnsaid((topic) => mayBeUnclean(plan, topic)),
    metadataIsDurable(),
    changesAreKept(),
    committedOffsetsStay((topic) => written.includes(topic), losesNothing),
    partitionsHaveOneOwner(losesNothing, (group) => changesProtocol(plan, group)),
    groupsHandleEverything({ topics: topicsOfGroups(plan), losesNothing, isCompacted: compacted }),
    coordinatorsHoldTheirLogs(losesNothing),
    nothingBreaks(),
    theClusterHeals(),
  ]
}

function changesProtocol({ clients }: Plan, group: string): boolean {
  const protocols = clients.flatMap((client) =>
    client.kind === 'member' && client.group === group ? [client.protocol] : [],
  )
  return new Set(protocols).size > 1
}

function topicsOfGroups({ clients }: Plan): ReadonlyMap<string, readonly string[]> {
  const members = clients.filter((client): client is MemberPlan => client.kind === 'member')
  return new Map(members.map(({ group, topics }) => [group, topics]))
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
