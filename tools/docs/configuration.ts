/**
 * Writes docs/configuration.md from the tables that the programs themselves check configurations with: `pnpm run docs`. What the tables
 * do not know, whether this version acts on a key, stands here; a test compares it with what the code reads.
 */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KNOWN_KEYS } from '../../apps/broker/src/config/known-keys.ts'
import { CONTROLLER_CONFIG } from '../../apps/controller/src/config.ts'
import { CLUSTER_KEYS } from '../../packages/replication/src/broker-config/keys-cluster.ts'
import { GROUP_KEYS } from '../../packages/replication/src/broker-config/keys-groups.ts'
import { LOG_KEYS } from '../../packages/replication/src/broker-config/keys-log.ts'
import { LOG_TASK_KEYS } from '../../packages/replication/src/broker-config/keys-log-tasks.ts'
import { SERVER_KEYS } from '../../packages/replication/src/broker-config/keys-server.ts'
import { THROTTLE_KEYS } from '../../packages/replication/src/broker-config/keys-throttles.ts'
import { GROUP_CONFIG_KEYS } from '../../packages/replication/src/metadata/group-config-keys.ts'
import { TOPIC_CONFIG_KEYS, type TopicConfigKey } from '../../packages/replication/src/metadata/topic-config-keys.ts'
import type { ConfigKey } from '../../packages/runtime/src/index.ts'
import { markdownTable } from './markdown-table.ts'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const PAGE = join(root, 'docs/configuration.md')

const TRANSACTIONS = 'there are no transactions yet'
const TIERED = 'there is no remote storage'

/** Keys that are checked, kept and shown, and that nothing acts on, each with the reason. */
export const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  'request.timeout.ms': 'each request of a broker has a limit of its own',
  'broker.session.timeout.ms': 'the controller has this key',
  'transaction.state.log.num.partitions': TRANSACTIONS,
  'transaction.state.log.replication.factor': TRANSACTIONS,
  'transaction.state.log.min.isr': TRANSACTIONS,
  'local.retention.bytes': TIERED,
  'local.retention.ms': TIERED,
  preallocate: 'files grow as they are written',
  'remote.log.copy.disable': TIERED,
  'remote.log.delete.on.disable': TIERED,
  'remote.storage.enable': 'true is refused, there is no remote storage',
}

/** What this version does with a key that it acts on, where the table's text says less or more. */
const NOTES: Readonly<Record<string, string>> = {
  'cleanup.policy': 'With compact, records without a key are refused.',
  'min.insync.replicas':
    'Read from the metadata, which takes it from the file of the first broker that ever registers; change it there as the default of the cluster or at a topic. Counts for no more than a partition has replicas.',
  'unclean.leader.election.enable': 'Read from the metadata, as min.insync.replicas is.',
  'flush.messages':
    'Acts: the append that makes so many records unsynced is answered, and can be read, only after its fdatasync.',
  'flush.ms':
    'Acts, in the background. Whatever it says, records are synced when they are 5 seconds old or a little later.',
  'inter.broker.listener.name': 'max.connections makes room for this listener.',
}

const EXCUSE = /^Checked and shown, without effect: /

/** Why nothing acts on the key; undefined when something does. */
export function reasonWithoutEffect(key: ConfigKey): string | undefined {
  if (EXCUSE.test(key.doc)) return key.doc.replace(EXCUSE, '').replace(/\.$/, '')
  return WITHOUT_EFFECT[key.name] ?? WITHOUT_EFFECT[topicKeyOf(key)?.name ?? '']
}

/** The topic key whose default a broker key is, and nothing else. */
export function topicKeyOf({ name }: ConfigKey): TopicConfigKey | undefined {
  return TOPIC_CONFIG_KEYS.find(({ brokerKeys }) => brokerKeys.some((synonym) => synonym.name === name))
}

function whatItDoes(key: ConfigKey): string {
  const reason = reasonWithoutEffect(key)
  if (reason !== undefined) {
    const about = EXCUSE.test(key.doc) ? '' : ` ${key.doc}`
    return `**No effect:** ${reason}.${about}`
  }
  const note = NOTES[key.name] ?? NOTES[topicKeyOf(key)?.name ?? '']
  return note === undefined ? key.doc : `${key.doc} ${note}`
}

function allowed({ type, range, oneOf }: ConfigKey): string {
  if (oneOf !== undefined) return `${type}: ${oneOf.join(', ')}`
  if (range === undefined) return type
  if (range.max === undefined) return `${type} >= ${range.min}`
  return `${type}, ${range.min} to ${range.max}`
}

function defaultText(key: ConfigKey): string {
  if (key.default === undefined) return '(required)'
  if (key.default === null || key.default === '') return ''
  return `\`${key.default}\``
}

function changes({ dynamic }: ConfigKey): string {
  return dynamic === undefined || dynamic === 'read-only' ? 'restart' : 'live'
}

function keyTable(keys: readonly ConfigKey[]): string {
  const rows = keys.map((key) => [`\`${key.name}\``, allowed(key), defaultText(key), changes(key), whatItDoes(key)])
  return markdownTable(['key', 'value', 'default', 'changes', 'what it does here'], rows)
}

function topicTable(): string {
  const rows = TOPIC_CONFIG_KEYS.map((key) => [
    `\`${key.name}\``,
    allowed(key),
    defaultText(key),
    key.brokerKeys.map(({ name }) => `\`${name}\``).join(', '),
    whatItDoes(key),
  ])
  return markdownTable(
    ['topic key', 'value', 'default', 'broker keys that give the default', 'what it does here'],
    rows,
  )
}

function groupTable(): string {
  const rows = GROUP_CONFIG_KEYS.map((key) => [`\`${key.name}\``, allowed(key), `\`${key.brokerKey}\``, key.doc])
  return markdownTable(['group key', 'value', 'broker key that gives the default', 'what it does here'], rows)
}

const INTRODUCTION = `<!-- Made by \`pnpm run docs\` (tools/docs/configuration.ts) from the tables in the code. Edit those. -->

# Configuration

Files are Java properties, read as UTF-8: \`#\` and \`!\` begin comments, \`\\\` at the end of a line continues it, blanks around \`=\` and
around the items of a list do not count. Names, types, defaults and ranges are those of Apache Kafka 4.3 unless a line says otherwise.

- \`kafka-server-start FILE --override key=value\` and \`ottla-controller FILE --override key=value\`: an override wins over the file.
- \`ottla start --set key=value\` and \`startCluster({ config })\` set broker keys for every broker.
- \`kafka-topics --create --config key=value\` sets topic keys.

A value that is wrong, and two values that contradict each other, stop the start; every problem is named at once. A key that nobody
knows gives one warning with a suggestion (\`did you mean log.retention.hours?\`).

**No effect** means: the value is checked and shown by DescribeConfigs, and nothing acts on it in this version.

**live** keys change while brokers run, with \`kafka-configs --alter\` (AlterConfigs, IncrementalAlterConfigs): for one broker, or for all as
the default of the cluster. What holds is the broker's own dynamic value, else the cluster's, else that of the file, else the default. Changes are
kept by the controller and survive every restart; open logs follow them at once. All topic keys are live.`

/** The whole page. */
export function configurationPage(): string {
  const sections = [
    INTRODUCTION,
    `## Broker: identity, controller, network

\`node.id\` (or \`broker.id\`) and \`controller.connect\` (or \`zookeeper.connect\`) must be set; the rest has defaults.

${keyTable(SERVER_KEYS)}`,
    `## Broker: logs

The keys that begin with \`log.\` are defaults for topics. This broker's file decides for the logs on this broker; where a topic is
described, its values come from the broker that was asked.

${keyTable([...LOG_KEYS, ...LOG_TASK_KEYS])}`,
    `## Broker: topics, replicas, internal topics

\`num.partitions\` and \`default.replication.factor\` are those of the broker that a request comes through.

${keyTable([...CLUSTER_KEYS, ...THROTTLE_KEYS])}`,
    `## Broker: consumer groups

A group is coordinated by one broker, whose values hold for it. [What to set and why](operations.md#consumer-groups).

${keyTable(GROUP_KEYS)}`,
    `## Topics

Which value holds: the topic's own, else that of the broker keys beside it (the first that is set), else the default.

${topicTable()}`,
    `## Groups

Of one consumer group (\`kafka-configs --group NAME\`), for members of the consumer protocol. A value must be within the bounds of the broker that is
asked (\`group.consumer.min.*\`, \`group.consumer.max.*\`); a coordinator with other bounds takes the nearest value within them. All are live, and stay
when the group is deleted.

${groupTable()}`,
    `## Controller

The first three are those of a \`zookeeper.properties\` file; its other keys are named in a warning each and have no effect.

${keyTable(CONTROLLER_CONFIG.keys)}`,
    `## Other keys of Apache Kafka

${KNOWN_KEYS.size} further broker keys of Apache Kafka 4.3 and older releases (\`ssl.*\`, \`sasl.*\`, \`controller.quorum.*\`, \`remote.*\` and others; the list is
\`apps/broker/src/config/known-keys.ts\`) are accepted without a check and have no effect; a line at level debug names those that are set.
They are not shown by DescribeConfigs. \`ssl.*\` and \`sasl.*\` give a warning, and \`authorizer.class.name\` stops the start: there are no ACLs that could be kept.`,
  ]
  return `${sections.join('\n\n')}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, configurationPage())
