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

/** Leaders, and coordinators with them, go back to their first replicas when the scenario has them go, not in the middle of something. */
const CONTROLLER_CONFIG = { 'auto.leader.rebalance.enable': 'false' }

export type Against = 'ottla' | 'apache'

export function startGroupCluster(against: Against): Promise<BrokerProcesses> {
  if (against === 'ottla')
    return ProcessCluster.start({ brokers: 3, config: CONFIG, controllerConfig: CONTROLLER_CONFIG })
  const config = Object.entries({ ...CONFIG, ...CONTROLLER_CONFIG }).map(([key, value]) => `${key}=${value}`)
  return ApacheBroker.start({ brokers: 3, config })
}
