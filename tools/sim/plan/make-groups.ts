import type { Draw } from './draw.ts'
import { type MemberPlan, OFFSETS_TOPIC, type Plan, type Step, type TopicPlan } from './plan.ts'

const ASSIGNORS = {
  classic: ['range', 'roundrobin', 'sticky', 'cooperative-sticky', 'range,cooperative-sticky'],
  consumer: ['uniform', 'range'],
} as const

/** Rolled and compacted while the run goes on. Tombstones stay for a day, longer than any replica is away. */
const COMPACTED = { 'cleanup.policy': 'compact', 'segment.ms': '1500', 'min.cleanable.dirty.ratio': '0.01' }

/**
 * With the short one a member that does not come round is soon put out, and joins again; with the long one it has to come round by itself, or its group is not
 * at rest in time. In the classic protocol a join whose answer is lost in silence may take that long, as in Kafka.
 */
const PATIENCE_MS = { short: 3_000, long: 120_000 }

/** The plan with groups of consumers, the topic of their coordinators, and what happens to the two. */
export function makeGroups(plan: Plan, draw: Draw, beginMs: number): Plan {
  const { scenario, faultsEndMs } = plan
  const topics = plan.topics.map((topic) => withCompaction(topic, scenario !== 'damage' && draw.chance(20)))
  const members = Array.from({ length: draw.chance(70) ? 1 : 2 }, (_, index) => makeGroup(index, topics, draw)).flat()
  const offsets = offsetsTopic(plan, draw)
  const steps = [...plan.steps]
  for (let atMs = beginMs; atMs < faultsEndMs; atMs += draw.between(200, 2_000)) {
    steps.push(makeStep(atMs, { members, topics, offsets, brokers: plan.brokers }, draw))
  }
  const inOrder = steps.sort((a, b) => a.atMs - b.atMs)
  const clients = [...plan.clients, ...withPatience(members, draw)]
  return { ...plan, topics: [...topics, offsets], clients, steps: inOrder }
}

function withPatience(members: readonly MemberPlan[], draw: Draw): MemberPlan[] {
  const impatient = new Set(members.filter(({ protocol }) => protocol === 'classic').map(({ group }) => group))
  const patient = new Set(members.map(({ group }) => group).filter((group) => !impatient.has(group)))
  for (const group of patient) if (draw.chance(40)) patient.delete(group)
  return members.map((member) => (patient.has(member.group) ? { ...member, patienceMs: PATIENCE_MS.long } : member))
}

function withCompaction(topic: TopicPlan, compacted: boolean): TopicPlan {
  return compacted ? { ...topic, configs: { ...topic.configs, ...COMPACTED } } : topic
}

function offsetsTopic({ scenario, brokers }: Plan, draw: Draw): TopicPlan {
  const isDamage = scenario === 'damage'
  const replicas = isDamage || draw.chance(60) ? 3 : draw.between(1, 3)
  const minIsr = isDamage ? 2 : draw.between(1, Math.min(2, replicas))
  const assignments = Array.from({ length: draw.between(2, 3) }, () => draw.some(brokerIds(brokers), replicas))
  const isUnclean = scenario === 'unclean' && draw.chance(30)
  const configs = {
    ...COMPACTED,
    'min.insync.replicas': String(minIsr),
    ...(scenario === 'flush' && { 'flush.messages': '1' }),
    ...(isUnclean && { 'unclean.leader.election.enable': 'true' }),
  }
  return { name: OFFSETS_TOPIC, assignments, configs }
}

function makeGroup(index: number, topics: readonly TopicPlan[], draw: Draw): MemberPlan[] {
  const names = topics.map(({ name }) => name)
  const its = draw.some(names, draw.between(1, names.length))
  const byPattern = draw.chance(35)
  const protocols = draw.oneOf([['classic'], ['consumer'], ['consumer'], ['classic', 'consumer']] as const)
  const assignor = draw.oneOf(ASSIGNORS.classic)
  const isStatic = draw.chance(25)
  const commits = draw.oneOf(['auto', 'auto', 'sync', 'async'] as const)
  const handleMs = draw.oneOf([1, 5, 20])
  return Array.from({ length: draw.between(2, 4) }, (_, number): MemberPlan => {
    const protocol = protocols[number % protocols.length]!
    return {
      kind: 'member',
      name: `group-${index}-${'abcd'[number]}`,
      group: `group-${index}`,
      protocol,
      // While a group changes over, its coordinator has to understand what its classic members say.
      assignor: protocol === 'consumer' ? draw.oneOf(ASSIGNORS.consumer) : protocols.length > 1 ? 'range' : assignor,
      topics: byPattern ? names : its,
      byPattern,
      isStatic,
      style: draw.oneOf(['poll', 'handler']),
      commits,
      handleMs,
      patienceMs: PATIENCE_MS.short,
      startMs: draw.chance(60) ? 0 : draw.between(200, 5_000),
    }
  })
}

type Kind = 'kill member' | 'close member' | 'pause member' | 'add partitions' | 'elect'

const WEIGHTS: Readonly<Record<Kind, number>> = {
  'kill member': 5,
  'close member': 4,
  'pause member': 3,
  'add partitions': 1,
  elect: 1,
}

interface Parts {
  readonly members: readonly MemberPlan[]
  readonly topics: readonly TopicPlan[]
  readonly offsets: TopicPlan
  readonly brokers: number
}

function makeStep(atMs: number, { members, topics, offsets }: Parts, draw: Draw): Step {
  const { name: member } = draw.oneOf(members)
  // The leader of a classic group that comes back as a static member does not assign, and does not know what has changed meanwhile.
  const growthIsMissed = members.some(({ isStatic, protocol }) => isStatic && protocol === 'classic')
  const kind = draw.weighted<Kind>(WEIGHTS, growthIsMissed ? ['add partitions'] : [])
  switch (kind) {
    case 'kill member':
    case 'close member':
      return { kind, atMs, member, downMs: draw.chance(50) ? draw.between(1, 500) : draw.between(500, 4_000) }
    case 'pause member':
      return { kind, atMs, member, forMs: draw.between(100, 5_000) }
    case 'add partitions': {
      const { name: topic, assignments } = draw.oneOf(topics)
      return { kind, atMs, topic, total: assignments.length + draw.between(1, 2) }
    }
    case 'elect': {
      const partition = draw.between(0, offsets.assignments.length - 1)
      return { kind, atMs, topic: OFFSETS_TOPIC, partition, type: 'preferred' }
    }
  }
}

function brokerIds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
