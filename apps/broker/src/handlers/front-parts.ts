import type { BrokerConfig } from '../config/broker-config.ts'
import type { BrokerParts } from '../seams.ts'

/** What the handlers of metadata and administration use. */
export interface FrontParts extends BrokerParts {
  readonly config: BrokerConfig
  /** Whether that broker, which is not fenced, seems to have died a moment ago. */
  readonly hasVanished?: (brokerId: number) => boolean
}
