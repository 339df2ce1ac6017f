import type { BrokerConfig } from '../config/broker-config.ts'
import type { BrokerParts } from '../seams.ts'

/** What the handlers of metadata and administration use. */
export interface FrontParts extends BrokerParts {
  readonly config: BrokerConfig
}
