/** `listeners`, `advertised.listeners`, `listener.security.protocol.map` and `inter.broker.listener.name`, read and checked. */

export interface ListenerSpec {
  readonly name: string
  readonly securityProtocol: 'PLAINTEXT'
  readonly isInterBroker: boolean
  /** Where to bind; empty: all interfaces. */
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** What clients are told; port 0: the port that was bound. */
  readonly advertisedHost: string
  readonly advertisedPort: number
  /** Absent from `advertised.listeners`: bound, but not shown to clients. */
  readonly isAdvertised: boolean
}

export interface ListenerKeys {
  readonly listeners: readonly string[]
  readonly advertisedListeners: readonly string[] | null
  readonly securityProtocolMap: string
  readonly interBrokerListenerName: string | null
  readonly securityInterBrokerProtocol: string
}

interface Endpoint {
  readonly name: string
  readonly host: string
  readonly port: number
}

const ENDPOINT = /^([A-Za-z0-9_-]+):\/\/(?:\[([0-9A-Fa-f:%.]+)\]|([^:[\]/]*)):(\d+)$/
const SECURITY_PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']
const ALL_INTERFACES = new Set(['', '0.0.0.0', '::'])

/** Either the listeners or the problems, each a line that names its key. */
export function parseListeners(keys: ListenerKeys): { listeners: ListenerSpec[]; problems: string[] } {
  const problems: string[] = []
  const bound = parseEndpoints('listeners', keys.listeners, problems)
  const advertised = parseEndpoints('advertised.listeners', keys.advertisedListeners ?? [], problems)
  const protocols = parseProtocolMap(keys.securityProtocolMap, problems)
  if (keys.listeners.length === 0)
    problems.push('listeners: at least one listener is needed, such as PLAINTEXT://:9092')
  if (problems.length > 0) return { listeners: [], problems }
  const shown = keys.advertisedListeners === null ? bound.map(withDefaultHost) : advertised
  problems.push(...checkPorts(bound), ...checkAdvertised(bound, shown), ...checkProtocols(bound, protocols))
  const interBroker = interBrokerListener(keys, protocols, { shown, problems })
  if (problems.length > 0) return { listeners: [], problems }
  return { listeners: bound.map((endpoint) => toSpec(endpoint, shown, interBroker)), problems }
}

function toSpec(bound: Endpoint, shown: readonly Endpoint[], interBroker: string): ListenerSpec {
  const advertised = shown.find(({ name }) => name === bound.name)
  return {
    name: bound.name,
    securityProtocol: 'PLAINTEXT',
    isInterBroker: bound.name === interBroker,
    host: bound.host,
    port: bound.port,
    advertisedHost: advertised?.host ?? bound.host,
    advertisedPort: advertised?.port ?? bound.port,
    isAdvertised: advertised !== undefined,
  }
}

/** A broker without a host of its own is one on this machine: clients elsewhere need `advertised.listeners`. */
function withDefaultHost(endpoint: Endpoint): Endpoint {
  return endpoint.host === '' ? { ...endpoint, host: 'localhost' } : endpoint
}

function parseEndpoints(key: string, entries: readonly string[], problems: string[]): Endpoint[] {
  const endpoints: Endpoint[] = []
  for (const entry of entries) {
    const match = ENDPOINT.exec(entry.trim())
    const port = Number(match?.[4])
    if (match === null || port > 65_535) {
      problems.push(`${key}: "${entry}" is not NAME://host:port, such as PLAINTEXT://localhost:9092`)
      continue
    }
    const name = match[1]!.toUpperCase()
    if (endpoints.some((other) => other.name === name)) problems.push(`${key}: the name ${name} is there twice`)
    endpoints.push({ name, host: match[2] ?? match[3] ?? '', port })
  }
  return endpoints
}

function parseProtocolMap(text: string, problems: string[]): Map<string, string> {
  const protocols = new Map<string, string>()
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue
    const [name, protocol, ...rest] = entry.split(':').map((part) => part.trim().toUpperCase())
    if (!name || !protocol || rest.length > 0 || !SECURITY_PROTOCOLS.includes(protocol)) {
      const choice = SECURITY_PROTOCOLS.join(', ')
      problems.push(`listener.security.protocol.map: "${entry}" is not NAME:PROTOCOL with a protocol of ${choice}`)
    } else if (protocols.has(name)) problems.push(`listener.security.protocol.map: the name ${name} is there twice`)
    else protocols.set(name, protocol)
  }
  return protocols
}

function checkPorts(bound: readonly Endpoint[]): string[] {
  const problems: string[] = []
  bound.forEach((endpoint, index) => {
    const rival = bound.slice(0, index).find((other) => clash(endpoint, other))
    if (rival !== undefined) problems.push(`listeners: ${rival.name} and ${endpoint.name} share port ${endpoint.port}`)
  })
  return problems
}

function clash(left: Endpoint, right: Endpoint): boolean {
  if (left.port === 0 || left.port !== right.port) return false
  return left.host === right.host || ALL_INTERFACES.has(left.host) || ALL_INTERFACES.has(right.host)
}

function checkAdvertised(bound: readonly Endpoint[], shown: readonly Endpoint[]): string[] {
  const problems: string[] = []
  const names = bound.map(({ name }) => name)
  for (const { name, host } of shown) {
    if (!names.includes(name)) problems.push(`advertised.listeners: ${name} is not in listeners (${names.join(', ')})`)
    if (ALL_INTERFACES.has(host)) {
      const shownHost = host === '' ? 'an empty host' : host
      problems.push(
        `advertised.listeners: clients of ${name} cannot connect to ${shownHost}, give a name or an address`,
      )
    }
  }
  return problems
}

function checkProtocols(bound: readonly Endpoint[], protocols: ReadonlyMap<string, string>): string[] {
  const problems: string[] = []
  for (const { name } of bound) {
    const protocol = protocols.get(name)
    if (protocol === undefined) problems.push(`listener.security.protocol.map: no protocol for the listener ${name}`)
    else if (protocol !== 'PLAINTEXT') {
      problems.push(`listeners: ${name} wants ${protocol}, and only PLAINTEXT is served by this version`)
    }
  }
  return problems
}

function interBrokerListener(
  keys: ListenerKeys,
  protocols: ReadonlyMap<string, string>,
  context: { shown: readonly Endpoint[]; problems: string[] },
): string {
  const names = context.shown.map(({ name }) => name)
  const wanted = keys.interBrokerListenerName?.toUpperCase()
  const found =
    wanted ??
    names.find((name) => name === keys.securityInterBrokerProtocol) ??
    names.find((name) => protocols.has(name))
  if (found !== undefined && names.includes(found)) return found
  const choice = names.join(', ')
  context.problems.push(
    `inter.broker.listener.name: ${found ?? 'no listener'} is not an advertised listener (${choice})`,
  )
  return ''
}
