/** Sizes, offsets and states of this broker's partitions, looked up at each scrape. */
import type { MetadataImage, PartitionImage } from '@ottla/replication'
import type { Metrics } from '@ottla/runtime'
import type { PartitionLogSurface } from '@ottla/storage'

/** Partitions that get lines of their own. More of them would make a scrape slower than its worth, here and at Prometheus. */
export const PARTITION_LINES_MAX = 2_000

/** A partition of this broker, as far as metrics look at it. */
export interface MeasuredPartition {
  readonly isLeader: boolean
  readonly log: Pick<
    PartitionLogSurface,
    'topic' | 'partition' | 'logStartOffset' | 'logEndOffset' | 'sizeBytes' | 'segmentCount'
  >
}

export interface PartitionFacts {
  readonly image: () => MetadataImage
  readonly brokerId: number
  /** Those with an open log. */
  readonly partitions: () => Iterable<MeasuredPartition>
  readonly minIsrOf: (image: MetadataImage, topic: string, replicas: number) => number
  /** Of the partitions that this broker leads, since the start. */
  readonly isrChanges: () => { readonly shrunk: number; readonly expanded: number; readonly failed: number }
}

export function registerPartitions(metrics: Metrics, facts: PartitionFacts): void {
  const replicaManager = (name: string, help: string, value: () => number) =>
    metrics.collected({
      type: 'gauge',
      name: `kafka_server_replicamanager_${name}`,
      help,
      collect: (set) => set(value()),
    })
  replicaManager('partitioncount', 'Partitions with an open log on this broker.', () => count(facts.partitions()))
  replicaManager('leadercount', 'Partitions that this broker leads.', () => leaders(facts).length)
  replicaManager('underreplicatedpartitions', 'Led partitions with replicas that are not in sync.', () =>
    count(leaders(facts).filter(({ isr, replicas }) => isr.length < replicas.length)),
  )
  replicaManager(
    'underminisrpartitioncount',
    'Led partitions with fewer in-sync replicas than min.insync.replicas.',
    () => count(leaders(facts).filter(({ isr, minIsr }) => isr.length < minIsr)),
  )
  replicaManager('atminisrpartitioncount', 'Led partitions with just min.insync.replicas in-sync replicas.', () =>
    count(leaders(facts).filter(({ isr, minIsr }) => isr.length === minIsr)),
  )
  replicaManager('offlinereplicacount', 'Partitions that are assigned to this broker and have no open log.', () =>
    Math.max(0, assigned(facts) - count(facts.partitions())),
  )
  registerIsrChanges(metrics, facts)
  registerLogs(metrics, facts)
}

function registerIsrChanges(metrics: Metrics, { isrChanges }: PartitionFacts): void {
  const changes = (name: string, help: string, value: (changes: ReturnType<typeof isrChanges>) => number) =>
    metrics.collected({
      type: 'counter',
      name: `kafka_server_replicamanager_${name}_total`,
      help,
      collect: (set) => set(value(isrChanges())),
    })
  changes('isrshrinks', 'Times that replicas left the ISR of a led partition.', ({ shrunk }) => shrunk)
  changes('isrexpands', 'Times that replicas joined the ISR of a led partition.', ({ expanded }) => expanded)
  changes(
    'failedisrupdates',
    'Changes of ISRs that the controller did not accept or did not answer.',
    ({ failed }) => failed,
  )
}

function registerLogs(metrics: Metrics, facts: PartitionFacts): void {
  const log = (name: string, help: string, value: (log: MeasuredPartition['log']) => number) =>
    metrics.collected({
      type: 'gauge',
      name: `kafka_log_log_${name}`,
      help: `${help} For ${PARTITION_LINES_MAX} partitions at most.`,
      labels: ['topic', 'partition'],
      collect(set) {
        let left = PARTITION_LINES_MAX
        for (const partition of facts.partitions()) {
          if (left-- === 0) return
          set(value(partition.log), partition.log.topic, String(partition.log.partition))
        }
      },
    })
  log('size', 'Bytes of the log on disk.', ({ sizeBytes }) => sizeBytes)
  log('logstartoffset', 'First offset that can be read.', ({ logStartOffset }) => logStartOffset)
  log('logendoffset', 'Offset of the next record.', ({ logEndOffset }) => logEndOffset)
  log('numlogsegments', 'Segments of the log.', ({ segmentCount }) => segmentCount)
  metrics.collected({
    type: 'gauge',
    name: 'ottla_metrics_partitions_left_out',
    help: 'Partitions that have no kafka_log_log lines because there are too many.',
    collect: (set) => set(Math.max(0, count(facts.partitions()) - PARTITION_LINES_MAX)),
  })
}

interface Led {
  readonly isr: readonly number[]
  readonly replicas: readonly number[]
  readonly minIsr: number
}

function leaders({ partitions, image: imageOf, minIsrOf }: PartitionFacts): Led[] {
  const image = imageOf()
  const minIsrs = new Map<string, number>()
  const led: Led[] = []
  for (const { isLeader, log } of partitions()) {
    const known: PartitionImage | undefined = isLeader
      ? image.topics.get(log.topic)?.partitions[log.partition]
      : undefined
    if (known === undefined) continue
    const key = `${log.topic} ${known.replicas.length}`
    const minIsr = minIsrs.get(key) ?? minIsrOf(image, log.topic, known.replicas.length)
    minIsrs.set(key, minIsr)
    led.push({ isr: known.isr, replicas: known.replicas, minIsr })
  }
  return led
}

function assigned({ image, brokerId }: PartitionFacts): number {
  let found = 0
  for (const topic of image().topics.values()) {
    for (const { replicas } of topic.partitions) if (replicas.includes(brokerId)) found += 1
  }
  return found
}

function count(items: Iterable<unknown>): number {
  let found = 0
  for (const _ of items) found += 1
  return found
}
