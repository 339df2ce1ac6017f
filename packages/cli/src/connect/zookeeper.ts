import {
  formatHostPort,
  HostPortError,
  type HostPortList,
  type HttpAnswer,
  parseHostPortList,
  type Runtime,
} from '@ottla/runtime'

/** What the controller answers to `GET /brokers`. */
export interface BrokersAnswer {
  readonly clusterId: string
  readonly brokers: readonly {
    readonly id: number
    readonly host: string
    readonly port: number
    /** Name of the listener; the protocol it speaks follows, and is PLAINTEXT where it is left out. */
    readonly listener: string
    readonly securityProtocol?: string
  }[]
}

export class ControllerAddressError extends Error {
  override readonly name = 'ControllerAddressError'
}

const CONTROLLER_PORT = 2181
const ANSWER_TIMEOUT_MS = 5000

/** Reads ZooKeeper's connect string `h1:p,h2:p[/chroot]`; port 2181 where there is none. */
export function parseControllers(text: string): HostPortList {
  try {
    const list = parseHostPortList(text, CONTROLLER_PORT)
    if (!/[,\s]|\/\//.test(list.chroot)) return list
    throw new HostPortError(`the chroot ${list.chroot} is no path, and it belongs behind the last host`)
  } catch (error) {
    if (!(error instanceof HostPortError)) throw error
    throw new ControllerAddressError(`--zookeeper ${text}: ${error.message}. Expected: host1:port,host2:port[/chroot]`)
  }
}

/**
 * Asks the controllers, one after the other, for the brokers of the cluster and returns the bootstrap servers. The chroot
 * goes along, so that a controller of another cluster can refuse.
 */
export async function bootstrapFromControllers(runtime: Runtime, text: string): Promise<string> {
  const { servers, chroot } = parseControllers(text)
  const path = chroot === '' ? '/brokers' : `/brokers?chroot=${encodeURIComponent(chroot)}`
  const failures: string[] = []
  for (const { host, port } of servers) {
    try {
      const answer = await runtime.webSocket.get({ host, port, path, timeoutMs: ANSWER_TIMEOUT_MS })
      return bootstrapServers(parseAnswer(answer))
    } catch (error) {
      failures.push(nameAddress(error, formatHostPort({ host, port })))
    }
  }
  throw new ControllerAddressError(
    `no controller of --zookeeper ${text} named a broker:\n${failures.map((failure) => `  ${failure}`).join('\n')}\n` +
      "--zookeeper takes the address of a controller; a broker's goes with --bootstrap-server.",
  )
}

function nameAddress(error: unknown, address: string): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.includes(address) ? message : `${address} ${message}`
}

function parseAnswer(answer: HttpAnswer): BrokersAnswer {
  if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${answer.body.trim().slice(0, 200)}`)
  let value: unknown
  try {
    value = JSON.parse(answer.body)
  } catch {
    throw new Error('did not answer as an Ottla controller does; if this is a broker, use --bootstrap-server')
  }
  if (!isBrokersAnswer(value)) throw new Error('answered JSON that is no list of brokers')
  return value
}

function isBrokersAnswer(value: unknown): value is BrokersAnswer {
  if (typeof value !== 'object' || value === null || !('brokers' in value) || !Array.isArray(value.brokers))
    return false
  return value.brokers.every(
    (broker) => typeof broker === 'object' && typeof broker?.host === 'string' && Number.isInteger(broker?.port),
  )
}

function bootstrapServers({ brokers }: BrokersAnswer): string {
  if (brokers.length === 0) throw new Error('has no live broker: start one, or wait until it has registered')
  const reachable = brokers.filter(({ securityProtocol }) => (securityProtocol ?? 'PLAINTEXT') === 'PLAINTEXT')
  if (reachable.length === 0) throw new Error('has only brokers without a PLAINTEXT listener, which these tools need')
  return reachable.map(formatHostPort).join(',')
}
