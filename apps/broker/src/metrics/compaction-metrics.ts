/** What compaction does, under the names that Kafka's own metrics have where there are such. */
import type { Metrics } from '@ottla/runtime'
import type { CleanerFacts } from '@ottla/storage'

interface Line {
  readonly type: 'gauge' | 'counter'
  readonly name: string
  readonly help: string
  readonly value: (facts: CleanerFacts) => number
}

const LINES: readonly Line[] = [
  {
    type: 'gauge',
    name: 'kafka_log_logcleanermanager_max_dirty_percent',
    help: 'Largest share of a log that is to be compacted, of the logs as they were looked at last.',
    value: ({ maxDirtyRatio }) => 100 * maxDirtyRatio,
  },
  {
    type: 'gauge',
    name: 'kafka_log_logcleanermanager_time_since_last_run_ms',
    help: 'Time since a log was compacted last, or since the start.',
    value: ({ msSinceLastRun }) => Math.round(msSinceLastRun),
  },
  {
    type: 'gauge',
    name: 'kafka_log_logcleanermanager_uncleanable_partitions_count',
    help: 'Logs that could not be compacted and are left alone until the next start.',
    value: ({ uncleanableLogs }) => uncleanableLogs,
  },
  {
    type: 'gauge',
    name: 'kafka_log_logcleanermanager_uncleanable_bytes',
    help: 'Size of the logs that could not be compacted.',
    value: ({ uncleanableBytes }) => uncleanableBytes,
  },
  {
    type: 'gauge',
    name: 'kafka_log_logcleaner_max_compaction_delay_secs',
    help: 'How long a record has waited for longer than max.compaction.lag.ms.',
    value: ({ maxOverdueMs }) => maxOverdueMs / 1000,
  },
  {
    type: 'gauge',
    name: 'kafka_log_logcleaner_max_clean_time_secs',
    help: 'How long the last run took.',
    value: ({ lastRunMs }) => lastRunMs / 1000,
  },
  {
    type: 'gauge',
    name: 'kafka_log_logcleaner_cleaner_recopy_percent',
    help: 'What the last run kept of the bytes that it read.',
    value: ({ lastKeptRatio }) => 100 * lastKeptRatio,
  },
  {
    type: 'gauge',
    name: 'kafka_log_logcleaner_max_buffer_utilization_percent',
    help: 'How full the map of keys was at the end of the last run.',
    value: ({ lastMapUtilization }) => 100 * lastMapUtilization,
  },
  {
    type: 'counter',
    name: 'ottla_compaction_runs_total',
    help: 'Runs of compaction.',
    value: ({ runs }) => runs,
  },
  {
    type: 'counter',
    name: 'ottla_compaction_input_bytes_total',
    help: 'Bytes of log that went into compaction.',
    value: ({ bytesRead }) => bytesRead,
  },
  {
    type: 'counter',
    name: 'ottla_compaction_output_bytes_total',
    help: 'Bytes of log that compaction kept.',
    value: ({ bytesKept }) => bytesKept,
  },
]

/** `facts` are undefined where `log.cleaner.enable` is false. */
export function registerCompaction(metrics: Metrics, facts: () => CleanerFacts | undefined): void {
  for (const { value, ...line } of LINES) {
    metrics.collected({
      ...line,
      collect(set) {
        const now = facts()
        if (now !== undefined) set(value(now))
      },
    })
  }
}
