import type { ConfigKey } from '@ottla/runtime'
import { CLUSTER_KEYS } from './keys-cluster.ts'
import { GROUP_KEYS } from './keys-groups.ts'
import { LOG_KEYS } from './keys-log.ts'
import { LOG_TASK_KEYS } from './keys-log-tasks.ts'
import { SERVER_KEYS } from './keys-server.ts'
import { THROTTLE_KEYS } from './keys-throttles.ts'

/** Every key that the broker checks and describes, by name. */
export const BROKER_KEYS: readonly ConfigKey[] = [
  ...SERVER_KEYS,
  ...LOG_KEYS,
  ...LOG_TASK_KEYS,
  ...CLUSTER_KEYS,
  ...GROUP_KEYS,
  ...THROTTLE_KEYS,
].sort((left, right) => (left.name < right.name ? -1 : 1))
