import { API } from '../api.ts'
import type { Cluster } from '../cluster.ts'
import { ClientError } from '../errors.ts'
import type { CallOptions } from '../retry.ts'
import { type ConfigResource, type ConfigResourceType, RESOURCE_TYPES } from './config-resources.ts'

/** From here on any kind of resource can be listed, before it only client metrics (KIP-1142). */
const ALL_TYPES_VERSION = 1

/** Resources that have a configuration of their own; of the types given, or of all. */
export async function listConfigResources(
  cluster: Cluster,
  types: readonly ConfigResourceType[],
  options: CallOptions,
): Promise<ConfigResource[]> {
  const codes = types.map((type) => RESOURCE_TYPES[type])
  const onlyMetrics = types.length === 1 && types[0] === 'client-metrics'
  const versions = onlyMetrics ? {} : { min: ALL_TYPES_VERSION }
  return cluster.retrying(options, async (call) => {
    const body = (version: number) => (version < ALL_TYPES_VERSION ? {} : { resourceTypes: codes })
    const answer = await cluster.send('any', API.listConfigResources, body, { call, versions })
    if (answer.errorCode !== 0) throw ClientError.fromCode(answer.errorCode, null, { api: 'ListConfigResources' })
    return answer.configResources.flatMap(({ resourceName: name, resourceType }) => {
      const type = typeOfCode(resourceType)
      return type === undefined ? [] : [{ type, name }]
    })
  })
}

/** undefined for a type that this client does not know. */
function typeOfCode(code: number): ConfigResourceType | undefined {
  const found = Object.entries(RESOURCE_TYPES).find(([, value]) => value === code)
  return found?.[0] as ConfigResourceType | undefined
}
