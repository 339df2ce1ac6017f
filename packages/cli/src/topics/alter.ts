import { type Admin, type ConfigAlteration, type ConfigChange, type NewPartitions, unwrap } from '@ottla/client'
import { closest } from '@ottla/runtime'
import type { Io } from '../tool/io.ts'
import { TopicCommandError } from './errors.ts'
import type { TopicsOptions } from './options.ts'
import { parseReplicaAssignment, parseTopicConfigs } from './replica-assignment.ts'
import { requireSome, selectTopics } from './select.ts'

/** `--alter`: configurations first, then partitions; nothing is printed about partitions that were added, as in Apache's tool. */
export async function alterTopics(admin: Admin, options: TopicsOptions, io: Io): Promise<void> {
  const changes = configChanges(options)
  const names = await selectTopics(admin, options)
  requireSome(names, options)
  if (changes.length > 0) await alterConfigs(admin, { names, changes, options }, io)
  if (options.partitions !== undefined) await addPartitions(admin, names, options)
}

/** What `--config` and `--delete-config` ask for. Throws for texts that cannot be meant. */
export function configChanges({ config, deleteConfig }: TopicsOptions): ConfigChange[] {
  const set = Object.entries(parseTopicConfigs(config ?? []))
  return [
    ...set.map(([name, value]) => ({ kind: 'set', name, value }) as const),
    ...(deleteConfig ?? []).map((name) => ({ kind: 'delete', name: name.trim() }) as const),
  ]
}

interface ConfigWish {
  readonly names: readonly string[]
  readonly changes: readonly ConfigChange[]
  readonly options: TopicsOptions
}

async function alterConfigs(admin: Admin, { names, changes, options }: ConfigWish, io: Io): Promise<void> {
  if (names.length === 0) return
  await requireKnownKeys(admin, names[0]!, changes)
  io.err.line(
    `kafka-configs does the same: kafka-configs --alter --topic ${options.topic} ${configsArguments(changes)}`,
  )
  const alterations = names.map((name): ConfigAlteration => ({ resource: { type: 'topic', name }, changes }))
  const altered = await admin.incrementalAlterConfigs(alterations)
  for (const { outcome } of altered) unwrap(outcome)
  for (const name of names) io.out.line(`Completed updating config for topic ${name}.`)
}

/** Brokers differ in what they say to an unknown key, and some delete one without a word. */
async function requireKnownKeys(admin: Admin, topic: string, changes: readonly ConfigChange[]): Promise<void> {
  const [described] = await admin.describeConfigs([{ type: 'topic', name: topic }])
  const known = unwrap(described!.outcome).map(({ name }) => name)
  for (const { name } of changes) {
    if (known.includes(name)) continue
    const meant = closest(name, known)
    const hint = meant === undefined ? 'kafka-configs --describe --all lists the keys' : `did you mean ${meant}?`
    throw new TopicCommandError(`Unknown topic config name: ${name} (${hint})`)
  }
}

function configsArguments(changes: readonly ConfigChange[]): string {
  const set = changes.flatMap((change) =>
    change.kind === 'delete' ? [] : [`${change.name}=${bracketed(change.value)}`],
  )
  const deleted = changes.flatMap((change) => (change.kind === 'delete' ? [change.name] : []))
  return [
    ...(set.length > 0 ? [`--add-config ${set.join(',')}`] : []),
    ...(deleted.length > 0 ? [`--delete-config ${deleted.join(',')}`] : []),
  ].join(' ')
}

function bracketed(value: string): string {
  return value.includes(',') ? `[${value}]` : value
}

async function addPartitions(admin: Admin, names: readonly string[], options: TopicsOptions): Promise<void> {
  const { partitions: totalCount, replicaAssignment } = options
  if (names.length === 0) return
  const assignment = replicaAssignment === undefined ? undefined : parseReplicaAssignment(replicaAssignment)
  const present = assignment === undefined ? undefined : await admin.describeTopics(names)
  const wishes = names.map((topic): NewPartitions => {
    if (assignment === undefined) return { topic, totalCount: totalCount! }
    // The text gives the whole assignment; partitions that exist stay where they are.
    const count = unwrap(present!.get(topic)!).partitions.length
    return { topic, totalCount: totalCount!, assignments: assignment.slice(count) }
  })
  const outcomes = await admin.createPartitions(wishes)
  for (const outcome of outcomes.values()) unwrap(outcome)
}
