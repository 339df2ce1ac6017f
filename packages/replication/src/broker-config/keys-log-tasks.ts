import type { ConfigKey } from '@ottla/runtime'

const COMPACTION = 'Checked and shown, without effect: compaction does not run yet'

/** What runs in the background over all logs: retention and compaction. */
export const LOG_TASK_KEYS: readonly ConfigKey[] = [
  {
    name: 'log.retention.check.interval.ms',
    type: 'long',
    default: '300000',
    range: { min: 1 },
    doc: 'How often logs are looked through for segments that may go.',
    importance: 'medium',
  },
  {
    name: 'log.initial.task.delay.ms',
    type: 'long',
    default: '30000',
    range: { min: 0 },
    doc: 'How long after the start the background tasks of the logs begin.',
    importance: 'low',
  },
  {
    name: 'log.cleaner.enable',
    type: 'boolean',
    default: 'true',
    doc: `${COMPACTION}. Whether compacted topics are compacted.`,
    importance: 'medium',
  },
  {
    name: 'log.cleaner.threads',
    type: 'int',
    default: '1',
    range: { min: 0 },
    doc: `${COMPACTION}. Threads that compact.`,
    dynamic: 'cluster-wide',
    importance: 'medium',
  },
  {
    name: 'log.cleaner.io.max.bytes.per.second',
    type: 'double',
    default: '1.7976931348623157E308',
    doc: `${COMPACTION}. Most bytes that compaction reads and writes per second.`,
    dynamic: 'cluster-wide',
    importance: 'medium',
  },
  {
    name: 'log.cleaner.dedupe.buffer.size',
    type: 'long',
    default: '134217728',
    doc: `${COMPACTION}. Memory for the keys that compaction compares.`,
    dynamic: 'cluster-wide',
    importance: 'medium',
  },
  {
    name: 'log.cleaner.io.buffer.size',
    type: 'int',
    default: '524288',
    range: { min: 0 },
    doc: `${COMPACTION}. Memory for what compaction reads and writes.`,
    dynamic: 'cluster-wide',
    importance: 'medium',
  },
  {
    name: 'log.cleaner.io.buffer.load.factor',
    type: 'double',
    default: '0.9',
    doc: `${COMPACTION}. How full the memory for keys may become.`,
    dynamic: 'cluster-wide',
    importance: 'medium',
  },
  {
    name: 'log.cleaner.backoff.ms',
    type: 'long',
    default: '15000',
    range: { min: 0 },
    doc: `${COMPACTION}. How long compaction rests when it found nothing to do.`,
    dynamic: 'cluster-wide',
    importance: 'medium',
  },
]
