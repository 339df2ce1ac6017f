/** Three brokers with the times that let groups notice soon who is gone: ours, or Apache Kafka's to compare with. */
import { ApacheBroker } from '../harness/apache.ts'
import type { BrokerProcesses } from '../harness/broker-processes.ts'
import { ProcessCluster } from '../harness/cluster.ts'
import { OFFSETS_PARTITIONS } from './scenario.ts'

const CONFIG: Readonly<Record<string, string>> = {
  'offsets.topic.replication.factor': '3',
  'offsets.topic.num.partitions': String(OFFSETS_PARTITIONS),
  'group.initial.rebalance.delay.ms': '0',
  'group.consumer.min.session.timeout.ms': '6000',
  'group.consumer.session.timeout.ms': '10000',
  'group.consumer.min.heartbeat.interval.ms': '500',
  'group.consumer.heartbeat.interval.ms': '1000',
}

export type Against = 'ottla' | 'apache'

export function startGroupCluster(against: Against): Promise<BrokerProcesses> {
  if (against === 'ottla') return ProcessCluster.start({ brokers: 3, config: CONFIG })
  return ApacheBroker.start({ brokers: 3, config: Object.entries(CONFIG).map(([key, value]) => `${key}=${value}`) })
}
