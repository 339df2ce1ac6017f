import type { ConfigKey } from '@ottla/runtime'
import { TOPIC_CONFIG_KEYS } from '../metadata/topic-config-keys.ts'

/**
 * Broker keys that are nothing but a topic key's default under another name. Topic keys with several such names are left
 * out: those differ in unit and default and stand in `LOG_KEYS`.
 */
const SIMPLE_DEFAULTS: readonly ConfigKey[] = TOPIC_CONFIG_KEYS.flatMap((key) => {
  const { brokerKeys, doc, ...rest } = key
  const only = brokerKeys.length === 1 ? brokerKeys[0] : undefined
  if (only === undefined) return []
  return [
    {
      ...rest,
      name: only.name,
      doc: `${doc} For topics that do not set ${key.name}.`,
      dynamic: 'cluster-wide' as const,
    },
  ]
})

const LONG_MAX = '9223372036854775807'

/** Where logs lie, and what holds for topics that say nothing else. */
export const LOG_KEYS: readonly ConfigKey[] = [
  ...SIMPLE_DEFAULTS,
  {
    name: 'log.dir',
    type: 'list',
    default: '/tmp/kafka-logs',
    doc: 'Directories for the data, comma separated, when log.dirs is not set.',
    importance: 'high',
  },
  {
    name: 'log.dirs',
    type: 'list',
    default: null,
    doc: 'Directories for the data, comma separated; wins over log.dir.',
    importance: 'high',
  },
  {
    name: 'log.roll.ms',
    type: 'long',
    default: null,
    range: { min: 1 },
    doc: 'Time after which a new segment is begun; wins over log.roll.hours.',
    dynamic: 'cluster-wide',
    importance: 'high',
  },
  {
    name: 'log.roll.hours',
    type: 'int',
    default: '168',
    range: { min: 1 },
    doc: 'As log.roll.ms, in hours.',
    importance: 'high',
  },
  {
    name: 'log.roll.jitter.ms',
    type: 'long',
    default: null,
    range: { min: 0 },
    doc: 'Random time taken off log.roll.ms; wins over log.roll.jitter.hours.',
    dynamic: 'cluster-wide',
    importance: 'high',
  },
  {
    name: 'log.roll.jitter.hours',
    type: 'int',
    default: '0',
    range: { min: 0 },
    doc: 'As log.roll.jitter.ms, in hours.',
    importance: 'high',
  },
  {
    name: 'log.retention.ms',
    type: 'long',
    default: null,
    range: { min: -1 },
    doc: 'Age of records after which their segment goes, -1 for never; wins over log.retention.minutes.',
    dynamic: 'cluster-wide',
    importance: 'high',
  },
  {
    name: 'log.retention.minutes',
    type: 'int',
    default: null,
    range: { min: -1 },
    doc: 'As log.retention.ms, in minutes; wins over log.retention.hours.',
    importance: 'high',
  },
  {
    name: 'log.retention.hours',
    type: 'int',
    default: '168',
    range: { min: -1 },
    doc: 'As log.retention.ms, in hours.',
    importance: 'high',
  },
  {
    name: 'log.flush.interval.ms',
    type: 'long',
    default: null,
    range: { min: 0 },
    doc: 'Longest time that a written record waits for fdatasync; by default log.flush.scheduler.interval.ms.',
    dynamic: 'cluster-wide',
    importance: 'high',
  },
  {
    name: 'log.flush.scheduler.interval.ms',
    type: 'long',
    default: LONG_MAX,
    range: { min: 0 },
    doc: 'Default of log.flush.interval.ms.',
    importance: 'high',
  },
  {
    name: 'log.flush.offset.checkpoint.interval.ms',
    type: 'int',
    default: '60000',
    range: { min: 0 },
    doc: 'How often recovery points are written to their checkpoint file.',
    importance: 'high',
  },
  {
    name: 'log.flush.start.offset.checkpoint.interval.ms',
    type: 'int',
    default: '60000',
    range: { min: 0 },
    doc: 'How often log start offsets are written to their checkpoint file.',
    importance: 'high',
  },
  {
    name: 'num.recovery.threads.per.data.dir',
    type: 'int',
    default: '2',
    range: { min: 1 },
    doc: 'Checked and shown, without effect: a broker opens and recovers eight logs at a time.',
    dynamic: 'cluster-wide',
    importance: 'high',
  },
]
