import { seededRandom } from '@ottla/runtime/testing'
import { Draw } from './draw.ts'
import { makeGroups } from './make-groups.ts'
import type { StepKind as AnyStepKind, ClientPlan, MemberStep, Plan, Scenario, Step, TopicPlan } from './plan.ts'

/** What is done to the cluster. */
type StepKind = Exclude<AnyStepKind, MemberStep['kind']>

const SCENARIOS: readonly Scenario[] = [
  'damage',
  'power',
  'flush',
  'kills',
  'unclean',
  'kills',
  'power',
  'flush',
  'kills',
  'unclean',
]
const BROKERS = 3
/** When the faults begin: topics exist by then, and something has been written. */
const FAULTS_BEGIN_MS = 1_500
/** Plans are made of a seed of their own, so that a world that draws more or fewer numbers leaves them alone. */
const PLAN_SALT = 0x51_71_00
/** So are groups, which come to a plan that is whole without them. */
const GROUP_SALT = 0x6f_5e_00

/** What may happen, and how often compared with the rest. */
const WEIGHTS: Readonly<Record<StepKind, number>> = {
  kill: 8,
  'lose power': 8,
  stop: 3,
  'lose replica': 3,
  rot: 12,
  'fail syncs': 2,
  pause: 5,
  cut: 5,
  'cut one way': 4,
  'drop connections': 3,
  'slow network': 2,
  'fill disk': 1,
  'slow disk': 2,
  'create topic': 2,
  'delete topic': 1,
  'add partitions': 1,
  reassign: 4,
  'cancel reassignment': 1,
  elect: 2,
  configure: 2,
  'delete records': 1,
}

const DAMAGE: readonly StepKind[] = ['rot', 'lose replica', 'fail syncs']

/** A disk rots below its recovery point: without a sync now and then there would be next to nothing there within a run. */
const DAMAGE_CONFIGS = { 'min.insync.replicas': '2', 'flush.messages': '10' }

const UNSUITED: Readonly<Record<Scenario, readonly StepKind[]>> = {
  kills: ['lose power', ...DAMAGE],
  power: ['rot', 'lose replica'],
  flush: ['rot', 'lose replica'],
  unclean: DAMAGE,
  // A smaller min ISR would leave some records on the bad disk alone.
  damage: ['lose power', 'configure'],
}

/**
 * A broker whose replica was removed does not know it before its leader tells it. Until then it is a member of ISR or ELR that holds nothing, so
 * whoever removes a replica sees to it that the others stay where they are.
 */
const UNSUITED_TO_REMOVAL: readonly StepKind[] = [
  'cut',
  'cut one way',
  'drop connections',
  'reassign',
  'cancel reassignment',
  'elect',
]

export function makePlan(seed: number): Plan {
  const random = seededRandom(seed * 2 + PLAN_SALT)
  const draw = new Draw(random)
  const scenario = SCENARIOS[seed % SCENARIOS.length]!
  const faultsEndMs = FAULTS_BEGIN_MS + draw.between(4_000, 9_000)
  const topics = makeTopics(draw, scenario)
  const badDisk = scenario === 'damage' ? draw.between(1, BROKERS) : 0
  const context: Context = { draw, topics, brokers: BROKERS, extraTopics: [], badDisk, downNodes: brokerIds(BROKERS) }
  const steps = makeSteps(context, scenario, faultsEndMs)
  const plan: Plan = {
    seed,
    scenario,
    brokers: BROKERS,
    topics,
    clients: makeClients(draw, topics),
    steps,
    faultsEndMs,
  }
  return makeGroups(plan, new Draw(seededRandom(seed * 2 + GROUP_SALT)), FAULTS_BEGIN_MS)
}

interface Context {
  readonly draw: Draw
  readonly topics: readonly TopicPlan[]
  readonly brokers: number
  /** Topics that come and go; nobody writes to them. */
  readonly extraTopics: string[]
  /** Brokers that may go down or be paused. */
  readonly downNodes: readonly number[]
  /** The broker whose disk fails where one may, else 0. */
  readonly badDisk: number
}

function brokerIds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

/** One with three replicas always; others with one to three. */
function makeTopics(draw: Draw, scenario: Scenario): TopicPlan[] {
  const count = draw.between(1, 3)
  return Array.from({ length: count }, (_, index) => {
    const replicas = index === 0 ? 3 : draw.between(scenario === 'damage' ? 2 : 1, 3)
    const partitions = draw.between(1, 2)
    const configs: Record<string, string> = { 'min.insync.replicas': String(draw.between(1, Math.min(2, replicas))) }
    if (scenario === 'damage') Object.assign(configs, DAMAGE_CONFIGS)
    if (scenario === 'flush') configs['flush.messages'] = '1'
    if (scenario === 'unclean' && draw.chance(60)) configs['unclean.leader.election.enable'] = 'true'
    const assignments = Array.from({ length: partitions }, () => draw.some(brokerIds(BROKERS), replicas))
    return { name: `topic-${index}`, assignments, configs }
  })
}

function makeClients(draw: Draw, topics: readonly TopicPlan[]): ClientPlan[] {
  const names = topics.map(({ name }) => name)
  const producers = Array.from({ length: draw.between(2, 3) }, (_, index): ClientPlan => {
    return {
      kind: 'producer',
      name: `producer-${index}`,
      acks: index === 2 ? 1 : 'all',
      topics: draw.some(names, draw.between(1, names.length)),
      pauseMs: draw.between(20, 80),
      lingerMs: draw.oneOf([0, 0, 5]),
      deliveryTimeoutMs: draw.oneOf([4_000, 120_000, 120_000]),
      paddingMax: draw.oneOf([0, 100, 600]),
    }
  })
  const consumers = Array.from({ length: draw.between(1, 2) }, (_, index): ClientPlan => {
    const rack = draw.chance(40) ? `rack-${draw.between(1, BROKERS)}` : ''
    return { kind: 'consumer', name: `consumer-${index}`, topics: names, rack }
  })
  return [...producers, ...consumers]
}

function makeSteps(context: Context, scenario: Scenario, endMs: number): Step[] {
  const { draw } = context
  const unsuited: StepKind[] = [...UNSUITED[scenario]]
  // A few kinds at a time make a plot; all of them at once make noise.
  const kinds = draw.some(
    (Object.keys(WEIGHTS) as StepKind[]).filter((kind) => !unsuited.includes(kind)),
    draw.between(3, 10),
  )
  const core = unsuited.includes('lose power') ? 'kill' : 'lose power'
  if (scenario === 'damage') kinds.push('rot')
  const isRemoving = kinds.includes('lose replica')
  if (isRemoving) unsuited.push(...UNSUITED_TO_REMOVAL)
  const without = (Object.keys(WEIGHTS) as StepKind[]).filter(
    (kind) => unsuited.includes(kind) || (kind !== core && !kinds.includes(kind)),
  )
  const plot: Context = isRemoving ? { ...context, downNodes: [context.badDisk] } : context
  const steps: Step[] = []
  for (let atMs = FAULTS_BEGIN_MS; atMs < endMs; atMs += draw.between(20, 1_200)) {
    const step = makeStep(draw.weighted(WEIGHTS, without), atMs, plot)
    steps.push(step, ...consequences(step, core, plot))
  }
  return steps.sort((a, b) => a.atMs - b.atMs)
}

/** Misfortunes that come together are those that hurt: nodes that go down at about the same time, or while they are cut off. */
function consequences(step: Step, core: 'kill' | 'lose power', { draw, downNodes }: Context): Step[] {
  const { kind, atMs } = step
  if ((kind === 'kill' || kind === 'lose power') && draw.chance(35)) {
    return draw
      .some(downNodes, draw.between(1, downNodes.length))
      .map((node) => ({ kind, atMs: atMs + draw.between(0, 300), node, downMs: downMs(draw) }))
  }
  if (kind === 'cut' && draw.chance(35)) {
    const node = draw.oneOf(downNodes)
    return [{ kind: core, atMs: atMs + draw.between(0, 1_000), node, downMs: draw.between(1, 500) }]
  }
  return []
}

function downMs(draw: Draw): number {
  return draw.chance(50) ? draw.between(1, 300) : draw.between(300, 4_000)
}

function makeStep(kind: StepKind, atMs: number, context: Context): Step {
  const { draw, downNodes } = context
  switch (kind) {
    case 'kill':
    case 'lose power':
      // The controller seldom.
      return { kind, atMs, node: draw.chance(15) ? 0 : draw.oneOf(downNodes), downMs: downMs(draw) }
    case 'stop':
      return { kind, atMs, node: draw.chance(10) ? 0 : draw.oneOf(downNodes), downMs: downMs(draw) }
    case 'lose replica':
      return { kind, atMs, node: context.badDisk, downMs: downMs(draw) }
    case 'rot':
      return { kind, atMs, node: context.badDisk, times: draw.between(1, 4) }
    case 'fail syncs':
      return {
        kind,
        atMs,
        node: context.badDisk > 0 ? context.badDisk : draw.oneOf(downNodes),
        times: draw.between(1, 3),
      }
    case 'pause':
      return { kind, atMs, node: [0, ...downNodes][draw.between(0, downNodes.length)]!, forMs: draw.between(50, 4_000) }
    case 'fill disk':
      return { kind, atMs, node: draw.between(1, context.brokers), forMs: draw.between(100, 2_000) }
    case 'slow disk':
      return {
        kind,
        atMs,
        node: draw.between(0, context.brokers),
        delayMs: draw.between(5, 200),
        forMs: draw.between(100, 3_000),
      }
    case 'cut':
    case 'cut one way':
    case 'drop connections':
    case 'slow network':
      return makeNetworkStep(kind, atMs, context)
    default:
      return makeChange(kind, atMs, context)
  }
}

type NetworkKind = 'cut' | 'cut one way' | 'drop connections' | 'slow network'

function makeNetworkStep(kind: NetworkKind, atMs: number, { draw, brokers }: Context): Step {
  const nodes = ['controller', ...brokerIds(brokers).map((id) => `broker-${id}`)]
  const [from, to] = draw.some(nodes, 2) as [string, string]
  const forMs = draw.between(50, 4_000)
  switch (kind) {
    case 'cut':
      return { kind, atMs, a: from, b: to, forMs }
    case 'cut one way':
      return { kind, atMs, from, to, forMs }
    case 'drop connections':
      return { kind, atMs, a: from, b: draw.chance(40) ? 'producer-0' : to }
    case 'slow network':
      return { kind, atMs, minMs: draw.between(0, 20), maxMs: draw.between(20, 150), forMs }
  }
}

type ChangeKind = Exclude<
  StepKind,
  | 'kill'
  | 'lose power'
  | 'stop'
  | 'lose replica'
  | 'rot'
  | 'fail syncs'
  | 'pause'
  | 'fill disk'
  | 'slow disk'
  | NetworkKind
>

function makeChange(kind: ChangeKind, atMs: number, context: Context): Step {
  const { draw, topics, brokers, extraTopics, badDisk } = context
  const topic = draw.oneOf(topics)
  const partition = draw.between(0, topic.assignments.length - 1)
  const place = { topic: topic.name, partition }
  switch (kind) {
    case 'create topic': {
      // The name of one that was deleted comes back now and then.
      const name = `extra-${draw.between(0, 2)}`
      if (!extraTopics.includes(name)) extraTopics.push(name)
      return { kind, atMs, topic: name, partitions: draw.between(1, 3), replicas: draw.between(1, brokers) }
    }
    case 'delete topic':
      return { kind, atMs, topic: draw.oneOf(extraTopics.length > 0 ? extraTopics : ['extra-0']) }
    case 'add partitions':
      return {
        kind,
        atMs,
        topic: draw.oneOf(extraTopics.length > 0 ? extraTopics : ['extra-0']),
        total: draw.between(2, 5),
      }
    case 'reassign':
      return {
        kind,
        atMs,
        ...place,
        replicas: draw.some(brokerIds(brokers), draw.between(badDisk > 0 ? 2 : 1, brokers)),
      }
    case 'cancel reassignment':
      return { kind, atMs, ...place }
    case 'elect':
      return { kind, atMs, ...place, type: 'preferred' }
    case 'configure':
      return { kind, atMs, topic: topic.name, name: 'min.insync.replicas', value: String(draw.between(1, 3)) }
    case 'delete records':
      return { kind, atMs, ...place, percent: draw.between(1, 100) }
  }
}
