import type { MetadataImage } from '@ottla/replication'
import type { HttpAnswer } from '@ottla/runtime'
import { chrootMismatch, chrootName } from './chroot.ts'

/**
 * `GET /brokers`, all that `--zookeeper` of a tool needs: the cluster id and the advertised listeners of the brokers that serve.
 * `?chroot=/name` must be this cluster's. Other paths are 404.
 */
export function answerGet(
  { path, query }: { readonly path: string; readonly query: string },
  image: MetadataImage,
  chroot: string,
): HttpAnswer | undefined {
  if (path !== '/brokers') return undefined
  const asked = chrootName(new URLSearchParams(query).get('chroot') ?? '')
  if (asked !== chroot) return json(404, { error: chrootMismatch(asked, chroot) })
  const brokers = [...image.brokers.values()]
    .filter((broker) => !broker.fenced)
    .sort((left, right) => left.id - right.id)
    .flatMap(({ id, listeners }) =>
      listeners.map(({ name, securityProtocol, host, port }) => ({ id, host, port, listener: name, securityProtocol })),
    )
  return json(200, { clusterId: image.clusterId, brokers })
}

function json(status: number, value: object): HttpAnswer {
  return { status, contentType: 'application/json', body: `${JSON.stringify(value)}\n` }
}
