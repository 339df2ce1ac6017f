/** A thousand members of one group, a thousand groups of one member: how long until all are stable, and what it costs. Then their heartbeats. */
import { Crowd, type CrowdPlan, PROTOCOLS, type Protocol } from './crowd.ts'
import type { LatencySummary } from './latencies.ts'
import { type Member, pause } from './member.ts'
import type { Cost, Site } from './site.ts'

/** As many partitions as members. */
const TOPIC = 'joins'
const SMALL_TOPIC = { topic: 'joins-of-one', partitions: 12 }
/** Before it counts, so that both have compiled what they run. */
const WARM_MEMBERS = 200
const PACE_MS = 8000
/** The longest of the intervals between heartbeats: 3 s in the classic protocol, 5 s in the other. */
const INTERVAL_MS = 5000
const FULL_SPEED_MS = 3000

export interface JoinRow {
  readonly what: string
  readonly seconds: number
  readonly cost: Cost
}

export interface HeartbeatRow {
  readonly what: string
  readonly perSecond: number
  readonly latency: LatencySummary
  readonly cost: Cost
}

export interface Joins {
  readonly joins: JoinRow[]
  readonly heartbeats: HeartbeatRow[]
}

export async function measureJoins(site: Site, members: number, found: Joins): Promise<void> {
  await site.createTopic(TOPIC, members)
  await site.createTopic('warm', WARM_MEMBERS)
  await site.createTopic(SMALL_TOPIC.topic, SMALL_TOPIC.partitions)
  for (const protocol of PROTOCOLS) await warm(site, protocol)
  for (const protocol of PROTOCOLS) await manyGroups(site, { protocol, members, ...SMALL_TOPIC }, found)
  for (const protocol of PROTOCOLS) {
    await oneGroup(site, { protocol, members, topic: TOPIC, partitions: members, groupId: `large-${protocol}` }, found)
  }
}

async function warm(site: Site, protocol: Protocol): Promise<void> {
  const members = WARM_MEMBERS
  await using crowd = await Crowd.arrive(site, {
    protocol,
    members,
    topic: 'warm',
    partitions: members,
    groupId: `warm-${protocol}`,
  })
  await crowd.gathering.join()
}

async function manyGroups(site: Site, plan: CrowdPlan, { joins }: Joins): Promise<void> {
  await using crowd = await Crowd.arrive(site, plan)
  joins.push(await joined(site, crowd, `${plan.members} ${plan.protocol} groups of one member`))
}

async function oneGroup(site: Site, plan: CrowdPlan, { joins, heartbeats }: Joins): Promise<void> {
  const { protocol, members } = plan
  await using crowd = await Crowd.arrive(site, plan)
  joins.push(await joined(site, crowd, `${members} members join one ${protocol} group`))
  for (const member of crowd.members) member.hush()
  for (const member of crowd.members) member.resume(Math.random() * INTERVAL_MS)
  const atPace = () => pause(PACE_MS)
  heartbeats.push(
    await heartbeatsOf(site, crowd, { what: `${members} members, ${protocol}, as often as told`, beat: atPace }),
  )
  for (const member of crowd.members) member.hush()
  const atFullSpeed = () => Promise.all(crowd.members.map((member) => beatFor(member, FULL_SPEED_MS)))
  heartbeats.push(
    await heartbeatsOf(site, crowd, {
      what: `${members} members, ${protocol}, one after the other`,
      beat: atFullSpeed,
    }),
  )
}

async function joined(site: Site, crowd: Crowd, what: string): Promise<JoinRow> {
  site.tell(what)
  const [{ fromFirstMs }, cost] = await site.measure(() => crowd.gathering.join())
  return { what, seconds: fromFirstMs / 1000, cost }
}

interface Beating {
  readonly what: string
  beat(): Promise<unknown>
}

async function heartbeatsOf(site: Site, { latencies }: Crowd, { what, beat }: Beating): Promise<HeartbeatRow> {
  site.tell(what)
  latencies.clear()
  const [seconds, cost] = await site.measure(async () => {
    const beginMs = performance.now()
    await beat()
    return (performance.now() - beginMs) / 1000
  })
  const latency = latencies.summary
  return { what, perSecond: latency.count / seconds, latency, cost }
}

async function beatFor(member: Member, ms: number): Promise<void> {
  const endMs = performance.now() + ms
  while (performance.now() < endMs) await member.beat()
}
