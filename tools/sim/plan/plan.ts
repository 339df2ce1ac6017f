/**
 * What is done to a cluster in one simulated run, as a value: it can be printed, replayed and made smaller. The seed also feeds all
 * other chance of the run (delays, what a power loss takes …), so a plan and its seed determine everything.
 */

/**
 * - kills: processes die, nothing that was written is lost: no acknowledged record may be missing.
 * - power: machines lose power: what may be missing follows from the elections in the metadata.
 * - flush: the same with flush.messages=1: nothing acknowledged may be missing.
 * - unclean: kills and power losses with unclean.leader.election.enable on some topics.
 * - damage: kills, and one broker's disk goes bad: bits flip in what it had synced, syncs fail, a replica's directory is removed. Whatever
 *   is committed is on another broker too (min ISR 2), so nothing acknowledged may be missing.
 */
export type Scenario = 'kills' | 'power' | 'flush' | 'unclean' | 'damage'

export interface Plan {
  readonly seed: number
  readonly scenario: Scenario
  readonly brokers: number
  readonly topics: readonly TopicPlan[]
  readonly clients: readonly ClientPlan[]
  /** In the order of their times. */
  readonly steps: readonly Step[]
  /** When the faults end and the cluster has to heal. */
  readonly faultsEndMs: number
}

export interface TopicPlan {
  readonly name: string
  /** Broker ids of each partition. */
  readonly assignments: readonly (readonly number[])[]
  readonly configs: Readonly<Record<string, string>>
}

export type ClientPlan =
  | {
      readonly kind: 'producer'
      readonly name: string
      readonly acks: 'all' | 1
      readonly topics: readonly string[]
      /** Mean pause between two records. */
      readonly pauseMs: number
      readonly lingerMs: number
      readonly deliveryTimeoutMs: number
      /** Bytes that are added to the largest values. */
      readonly paddingMax: number
    }
  | {
      readonly kind: 'consumer'
      readonly name: string
      readonly topics: readonly string[]
      readonly rack: string
    }
  | MemberPlan

/** A consumer in a group: an application that handles each record for a while and is started again whenever its process has ended. */
export interface MemberPlan {
  readonly kind: 'member'
  readonly name: string
  readonly group: string
  readonly protocol: 'classic' | 'consumer'
  /** Of the classic protocol: partition.assignment.strategy. Else: what the coordinator is asked for. */
  readonly assignor: string
  readonly topics: readonly string[]
  /** Whether they are subscribed to by a pattern, which other topics match too. */
  readonly byPattern: boolean
  readonly isStatic: boolean
  readonly style: 'poll' | 'handler'
  readonly commits: 'auto' | 'sync' | 'async'
  /** What handling a record takes, on average. */
  readonly handleMs: number
  /** max.poll.interval.ms: how long its group waits for it in a rebalance, as long as it lives. */
  readonly patienceMs: number
  /** When it is started for the first time. */
  readonly startMs: number
}

/** The topic of the group coordinators. */
export const OFFSETS_TOPIC = '__consumer_offsets'

/** All names of topics that groups read, whether they were there from the beginning or not. */
export const GROUP_TOPICS_PATTERN = '(topic|extra)-[0-9]+'

/** 0: the controller. */
export type NodeId = number

export type Step = { readonly atMs: number } & (
  | { readonly kind: 'kill'; readonly node: NodeId; readonly downMs: number }
  | { readonly kind: 'lose power'; readonly node: NodeId; readonly downMs: number }
  | { readonly kind: 'stop'; readonly node: NodeId; readonly downMs: number }
  /** While the node is down one of its partition directories is removed. */
  | { readonly kind: 'lose replica'; readonly node: NodeId; readonly downMs: number }
  /** Bits of what the node has synced flip. */
  | { readonly kind: 'rot'; readonly node: NodeId; readonly times: number }
  | { readonly kind: 'fail syncs'; readonly node: NodeId; readonly times: number }
  | { readonly kind: 'pause'; readonly node: NodeId; readonly forMs: number }
  | { readonly kind: 'cut'; readonly a: string; readonly b: string; readonly forMs: number }
  | { readonly kind: 'cut one way'; readonly from: string; readonly to: string; readonly forMs: number }
  | { readonly kind: 'drop connections'; readonly a: string; readonly b: string }
  | { readonly kind: 'slow network'; readonly minMs: number; readonly maxMs: number; readonly forMs: number }
  | { readonly kind: 'fill disk'; readonly node: NodeId; readonly forMs: number }
  | { readonly kind: 'slow disk'; readonly node: NodeId; readonly delayMs: number; readonly forMs: number }
  | { readonly kind: 'create topic'; readonly topic: string; readonly partitions: number; readonly replicas: number }
  | { readonly kind: 'delete topic'; readonly topic: string }
  | { readonly kind: 'add partitions'; readonly topic: string; readonly total: number }
  | {
      readonly kind: 'reassign'
      readonly topic: string
      readonly partition: number
      readonly replicas: readonly number[]
    }
  | { readonly kind: 'cancel reassignment'; readonly topic: string; readonly partition: number }
  | {
      readonly kind: 'elect'
      readonly type: 'preferred' | 'unclean'
      readonly topic: string
      readonly partition: number
    }
  | { readonly kind: 'configure'; readonly topic: string; readonly name: string; readonly value: string }
  | { readonly kind: 'delete records'; readonly topic: string; readonly partition: number; readonly percent: number }
  | { readonly kind: 'kill member'; readonly member: string; readonly downMs: number }
  | { readonly kind: 'close member'; readonly member: string; readonly downMs: number }
  | { readonly kind: 'pause member'; readonly member: string; readonly forMs: number }
)

export type StepKind = Step['kind']

/** What happens to the process of a client. */
export type MemberStep = Extract<Step, { readonly member: string }>
/** A node goes down, and up again after a while. */
export type DownStep = Exclude<Extract<Step, { readonly downMs: number }>, MemberStep>
/** Something is wrong for a while. */
export type PassingStep = Exclude<Extract<Step, { readonly forMs: number }>, MemberStep>
/** The cluster is asked for something, in the course of which nothing need go wrong. */
export type ChangeStep = Exclude<
  Step,
  MemberStep | DownStep | PassingStep | { readonly kind: 'drop connections' | 'rot' | 'fail syncs' }
>

/** Whether a lossy election of the topic may be due to something else than a power loss. */
export function mayBeUnclean(plan: Plan, topic: string): boolean {
  const configured = plan.topics.some(
    ({ name, configs }) => name === topic && configs['unclean.leader.election.enable'] === 'true',
  )
  return (
    configured ||
    plan.steps.some(
      (step) =>
        (step.kind === 'configure' && step.topic === topic && step.name === 'unclean.leader.election.enable') ||
        (step.kind === 'elect' && step.type === 'unclean' && step.topic === topic),
    )
  )
}

/** Whether the log of the topic keeps the last record of each key only. */
export function isCompacted({ topics }: Plan, topic: string): boolean {
  return topics.some(({ name, configs }) => name === topic && configs['cleanup.policy'] === 'compact')
}

/** One line per step, for people. */
export function describeStep(step: Step): string {
  return `${String(step.atMs).padStart(6)} ms  ${step.kind}  ${describeFacts(step)}`
}

/** What a step is about; its node by the name that it has in a trace. */
export function describeFacts({ kind: _, atMs: __, ...facts }: Step): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}=${name === 'node' ? nodeName(Number(value)) : shown(value)}`)
    .join(' ')
}

function nodeName(node: NodeId): string {
  return node === 0 ? 'controller' : `broker-${node}`
}

function shown(value: unknown): string {
  return Array.isArray(value) ? value.join('+') : String(value)
}
