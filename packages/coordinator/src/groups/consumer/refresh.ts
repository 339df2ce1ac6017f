/** Topics come, change and go; the groups that are subscribed to them follow, by name and by regular expression. */
import type { MetadataDelta, MetadataImage } from '@ottla/replication'
import type { ShardView, TimerSetting } from '../../shard.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { type ResolvedRegex, regexRecord } from './consumer-records.ts'
import type { ConsumerResult } from './effects.ts'
import { assignWhenDue, bumpEpoch, limitRevocation, renewSession, resolveExpressions } from './steps.ts'
import { timerKey } from './timers.ts'
import { groupOf, type Work } from './world.ts'

/** Expressions that have been resolved are not matched again more often than this, however many topics come. */
const RESOLVE_INTERVAL_MIN_MS = 10_000

/** Expressions that fall due while they are matched, against an older image, wait so long. */
const RESOLVE_AGAIN_MS = 1000

/** The timers of the groups that have to look at their topics again. They run at once, one group at a time. */
export function affectedGroups(
  groups: readonly ConsumerGroup[],
  { delta, before, view }: { readonly delta: MetadataDelta; readonly before: MetadataImage; readonly view: ShardView },
): TimerSetting[] {
  const changed = new Set(delta.topicsChanged)
  for (const { name } of delta.topicsRemoved.values()) changed.add(name)
  if (changed.size === 0) return []
  const topicsCameOrWent =
    delta.topicsRemoved.size > 0 || [...delta.topicsChanged].some((name) => !before.topics.has(name))
  return groups.flatMap((group) => {
    const timers: TimerSetting[] = []
    if (group.subscribed.hasAny(changed)) timers.push({ key: timerKey('refresh', group.groupId), afterMs: 0 })
    if (topicsCameOrWent && group.subscribed.expressions.size > 0) {
      timers.push({ key: timerKey('resolve', group.groupId), afterMs: waitMs(group, view) })
    }
    return timers
  })
}

function waitMs({ subscribed }: ConsumerGroup, { nowMs }: ShardView): number {
  let last = -Infinity
  for (const { resolvedAtMs } of subscribed.resolved.values()) last = Math.max(last, resolvedAtMs)
  return Math.min(RESOLVE_INTERVAL_MIN_MS, Math.max(0, last + RESOLVE_INTERVAL_MIN_MS - nowMs))
}

/** Another epoch if the topics are not what they were. */
export function refreshGroup(work: Work): void {
  if (groupOf(work).isEmpty) return
  bumpEpoch(work, false)
  assignWhenDue(work, true)
}

export function refreshExpressions(work: Work): void {
  const { groupId, subscribed } = groupOf(work)
  if (subscribed.expressions.size === 0) return
  const again = work.world.isResolving(groupId)
  resolveExpressions(work)
  const { consumerRegexRefreshIntervalMs } = work.world.settings()
  work.draft.timer(timerKey('resolve', groupId), again ? RESOLVE_AGAIN_MS : consumerRegexRefreshIntervalMs)
}

/** What the expressions of a group have matched. Those that nobody uses any more are left out. */
export function topicsMatched(work: Work, { topics, version }: ConsumerResult): void {
  const { groupId, subscribed } = groupOf(work)
  let changed = false
  for (const [expression, matched] of topics) {
    if (!subscribed.expressions.has(expression)) continue
    const before = subscribed.resolved.get(expression)
    changed ||= !sameTopics(before, matched)
    const resolved: ResolvedRegex = { topics: matched, version, resolvedAtMs: work.view.nowMs }
    work.draft.write(regexRecord(groupId, expression, resolved))
  }
  bumpEpoch(work, changed)
  assignWhenDue(work, true)
  if (subscribed.expressions.size === 0) return
  const missed = [...subscribed.expressions.keys()].some((expression) => !subscribed.resolved.has(expression))
  work.draft.timer(timerKey('resolve', groupId), missed ? 0 : work.world.settings().consumerRegexRefreshIntervalMs)
}

function sameTopics(before: ResolvedRegex | undefined, matched: ReadonlySet<string>): boolean {
  const topics = before?.topics ?? new Set()
  return topics.size === matched.size && [...matched].every((topic) => topics.has(topic))
}

/** Whole sessions for all members, and a look at what may have happened to the topics meanwhile. */
export function afterLoad(work: Work): void {
  const group = groupOf(work)
  for (const member of group.members.values()) {
    renewSession(work, member)
    if (member.classic === undefined && member.state === 'unrevoked') limitRevocation(work, member)
  }
  if (group.isEmpty) return
  work.draft.timer(timerKey('refresh', group.groupId), 0)
  if (group.subscribed.expressions.size > 0) work.draft.timer(timerKey('resolve', group.groupId), 0)
}
