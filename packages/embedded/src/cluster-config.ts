/**
 * The configuration of a small cluster in one process: Kafka's keys, with values that fit the number of brokers and a
 * developer who waits. What the user sets wins over all of it.
 */
export interface BrokerPlace {
  readonly id: number
  readonly brokers: number
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  readonly logDirectory: string
  readonly controller: string
}

export function brokerConfig(place: BrokerPlace, overrides: Readonly<Record<string, string>>): Map<string, string> {
  const replicas = String(Math.min(3, place.brokers))
  return new Map(
    Object.entries({
      'node.id': String(place.id),
      listeners: `PLAINTEXT://${place.host}:${place.port}`,
      'log.dirs': place.logDirectory,
      'controller.connect': place.controller,
      // Copies on all brokers, and with three of them one may be down without stopping a producer or losing a record.
      'default.replication.factor': replicas,
      'min.insync.replicas': String(minInSync(place.brokers)),
      'offsets.topic.replication.factor': replicas,
      'transaction.state.log.replication.factor': replicas,
      'transaction.state.log.min.isr': String(Math.min(2, place.brokers)),
      'group.initial.rebalance.delay.ms': '0',
      // A rebalance of the consumer protocol (KIP-848) takes one or two heartbeats: a second, where 5 s each are for production.
      'group.consumer.min.heartbeat.interval.ms': '200',
      'group.consumer.heartbeat.interval.ms': '500',
      'group.consumer.assignment.interval.ms': '0',
      ...overrides,
    }),
  )
}

function minInSync(brokers: number): number {
  return brokers >= 3 ? 2 : 1
}

/** Only this process and the tools beside it speak with the controller, so it is never reachable from outside. */
export function controllerConfig(port: number, dataDirectory: string): Map<string, string> {
  return new Map([
    ['clientPort', String(port)],
    ['clientPortAddress', '127.0.0.1'],
    ['dataDir', dataDirectory],
  ])
}
