export interface HostPort {
  readonly host: string
  readonly port: number
}

/** Text that is not host:port; the message tells what is wrong with it and what is wanted. */
export class HostPortError extends Error {
  override readonly name = 'HostPortError'
}

/**
 * Reads `host:port`; an IPv6 address stands in brackets (`[::1]:9092`), which the result leaves out. With a `defaultPort` the
 * port may be missing. Throws a HostPortError.
 */
export function parseHostPort(text: string, defaultPort?: number): HostPort {
  const trimmed = text.trim()
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/s.exec(trimmed)
  if (match === null)
    throw wrong(text, trimmed.includes('[') ? 'brackets hold an IPv6 address' : 'write an IPv6 address in brackets')
  const [, bracketed, plain, portText] = match
  const host = bracketed ?? plain ?? ''
  if (host === '' || /\s/.test(host)) throw wrong(text, 'the host is missing')
  if (bracketed !== undefined && !/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\w+)?$/.test(bracketed)) {
    throw wrong(text, 'brackets hold an IPv6 address')
  }
  if (portText === undefined && defaultPort !== undefined) return { host, port: defaultPort }
  return { host, port: parsePort(text, portText) }
}

/** Addresses separated by commas, as `zookeeper.connect` and `bootstrap.servers` write them. */
export interface HostPortList {
  readonly servers: readonly HostPort[]
  /** What follows the last address, from the slash on; empty when there is none. */
  readonly chroot: string
}

/** Reads `h1:p,h2:p` or `h1:p,h2:p/chroot`. Throws a HostPortError; an empty list is one too. */
export function parseHostPortList(text: string, defaultPort?: number): HostPortList {
  const slash = text.indexOf('/')
  const addresses = slash < 0 ? text : text.slice(0, slash)
  const parts = addresses.split(',').map((part) => part.trim())
  const servers = parts.filter((part) => part !== '').map((part) => parseHostPort(part, defaultPort))
  if (servers.length === 0) throw wrong(text, 'no address is given')
  return { servers, chroot: slash < 0 ? '' : text.slice(slash).trim().replace(/\/+$/, '') }
}

/** The reverse of `parseHostPort`. */
export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function parsePort(text: string, portText: string | undefined): number {
  if (portText === undefined || portText === '') throw wrong(text, 'the port is missing')
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : Number.NaN
  if (!(port <= 65_535)) throw wrong(text, `${portText} is not a port (0 to 65535)`)
  return port
}

function wrong(text: string, reason: string): HostPortError {
  return new HostPortError(`"${text}" is not an address of the form host:port: ${reason}`)
}
