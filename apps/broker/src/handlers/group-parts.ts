import type { BrokerConfig } from '../config/broker-config.ts'
import type { GroupCoordinator } from '../coordinators/group-coordinator.ts'
import type { BrokerParts } from '../seams.ts'

/** What the handlers of groups use. */
export interface GroupParts extends BrokerParts {
  readonly groups: GroupCoordinator
  readonly config: Pick<BrokerConfig, 'groupSettings'>
}
