import type { ControllerMessage } from '@ottla/replication'

/** A message to a broker; `offset` is what its image must reach before the effect is seen, the durable end when absent. */
export interface Answer {
  readonly message: ControllerMessage
  readonly offset?: number
}

/** An error in Kafka's code. `fatal`: trying again changes nothing. */
export function failure(code: number, message: string, { fatal = false }: { readonly fatal?: boolean } = {}): Answer {
  return { message: { type: 'failure', code, message, fatal } }
}

/** A registered broker, as its session knows it. */
export interface RegisteredBroker {
  readonly id: number
  readonly epoch: number
  /** What its server.properties sets. */
  readonly staticConfigs: ReadonlyMap<string, string>
}

export type Registration =
  | { readonly kind: 'accepted'; readonly broker: RegisteredBroker; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly answer: Answer }
