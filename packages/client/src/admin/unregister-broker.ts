import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import type { CallOptions } from '../retry.ts'
import { ControllerTarget } from './controller-target.ts'

/**
 * Removes the registration of a broker that is gone for good (KIP-631). Replicas that were assigned to it stay so: move them first.
 * A broker that is started again registers itself anew.
 */
export async function unregisterBroker(cluster: Cluster, brokerId: number, options: CallOptions): Promise<void> {
  const target = new ControllerTarget(cluster)
  await cluster.retrying(options, async (call) => {
    const answer = await cluster.send(await target.next(call), API.unregisterBroker, { brokerId }, { call })
    if (answer.errorCode !== 0) target.throwRefusal(answer, 'UnregisterBroker')
  })
}
