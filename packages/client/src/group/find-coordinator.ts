import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import { ClientError } from '../errors.ts'
import type { Call } from '../retry.ts'
import { coordinatorMayHaveMoved } from './coordinator-moved.ts'

const GROUP = 0
/** Batched look-ups, with the answer in a list (KIP-699). */
const BATCH_VERSION = 4
/** Who asks for ever more groups begins to remember anew. */
const COORDINATORS_MAX = 10_000

/**
 * The id of the broker that coordinates the group, remembered until `forgetCoordinator`. One attempt: throws a `ClientError` for
 * `retrying` to judge (COORDINATOR_NOT_AVAILABLE while the offsets topic is being made).
 */
export async function coordinatorOf(cluster: Cluster, groupId: string, call: Call): Promise<number> {
  const known = cluster.coordinators.get(groupId)
  if (known !== undefined) return known
  const body = (version: number) =>
    version >= BATCH_VERSION ? { keyType: GROUP, coordinatorKeys: [groupId] } : { keyType: GROUP, key: groupId }
  const answer = await cluster.send('any', API.findCoordinator, body, { call })
  const found = answer.coordinators[0] ?? answer
  if (found.errorCode !== 0) {
    throw ClientError.fromCode(found.errorCode, found.errorMessage || null, { api: 'FindCoordinator' })
  }
  const { nodeId, host, port } = found
  cluster.learnBrokers([{ nodeId, host, port }])
  if (cluster.coordinators.size >= COORDINATORS_MAX) cluster.coordinators.clear()
  cluster.coordinators.set(groupId, nodeId)
  return nodeId
}

/** After an error for which `coordinatorMayHaveMoved`. */
export function forgetCoordinator(cluster: Cluster, groupId: string): void {
  cluster.coordinators.delete(groupId)
}

/** Runs `ask` with the group's coordinator, and forgets that broker when the error says that it may be another one by now. */
export async function askCoordinator<T>(
  cluster: Cluster,
  { groupId, call }: { readonly groupId: string; readonly call: Call },
  ask: (brokerId: number) => Promise<T>,
): Promise<T> {
  const brokerId = await coordinatorOf(cluster, groupId, call)
  try {
    return await ask(brokerId)
  } catch (error) {
    if (error instanceof ClientError && coordinatorMayHaveMoved(error)) forgetCoordinator(cluster, groupId)
    throw error
  }
}
