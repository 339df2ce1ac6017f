import { UsageError } from '../tool/usage.ts'

/**
 * `--replica-assignment`: partitions separated by commas, the broker ids of each by colons: `1:5,2:1` puts partition 0 on
 * brokers 1 and 5 and partition 1 on brokers 2 and 1.
 */
export function parseReplicaAssignment(text: string): number[][] {
  const assignment = text
    .split(',')
    .map((partition) => partition.split(':').map((id) => parseBrokerId(id.trim(), text)))
  assignment.forEach((replicas, partition) => {
    if (new Set(replicas).size !== replicas.length) {
      throw new UsageError(
        `Partition replica lists may not contain duplicate entries: ${repeated(replicas)} in partition ${partition}`,
      )
    }
    if (replicas.length !== assignment[0]!.length) {
      throw new UsageError(
        `Partition ${partition} has different replication factor: ${replicas.length} instead of ${assignment[0]!.length}`,
      )
    }
  })
  return assignment
}

function parseBrokerId(id: string, text: string): number {
  if (!/^\d+$/.test(id)) throw new UsageError(`--replica-assignment ${text}: "${id}" is not a broker id`)
  return Number(id)
}

function repeated(replicas: readonly number[]): string {
  return replicas.filter((id, index) => replicas.indexOf(id) !== index).join(',')
}

/** `--config name=value`, any number of times. A value may contain `=`, and may be empty. */
export function parseTopicConfigs(entries: readonly string[]): Record<string, string> {
  const configs: Record<string, string> = {}
  for (const entry of entries) {
    const equals = entry.indexOf('=')
    if (equals < 1) throw new UsageError(`--config ${entry}: expected name=value`)
    configs[entry.slice(0, equals).trim()] = entry.slice(equals + 1).trim()
  }
  return configs
}
