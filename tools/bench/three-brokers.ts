/** The clusters that are compared: three broker processes on one machine, each alone while it is measured. */
import { ApacheBroker } from '../compat/harness/apache.ts'
import type { BrokerProcesses } from '../compat/harness/broker-processes.ts'
import { ProcessCluster } from '../compat/harness/cluster.ts'

export const STARTS = {
  ottla: (config: readonly string[] = []): Promise<BrokerProcesses> => {
    const entries = config.map((line) => line.split('=') as [string, string])
    return ProcessCluster.start({ brokers: 3, config: Object.fromEntries(entries) })
  },
  /** Brokers are their own controllers; 1 GiB heap, the flags of Kafka's own scripts. */
  apache: (config: readonly string[] = []): Promise<BrokerProcesses> =>
    ApacheBroker.start({ brokers: 3, heap: '1g', config }),
}

export type SystemName = keyof typeof STARTS

/** What `--only` leaves. */
export function systemNames(only: string | undefined): SystemName[] {
  const names = Object.keys(STARTS) as SystemName[]
  return names.filter((name) => only === undefined || only === name)
}
