/** Toxiproxy between clients and brokers, between brokers, and between brokers and the controller: links that are cut, silent or slow. */
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../compat/harness/cluster.ts'
import { eventually, Server, shell } from '../compat/harness/process.ts'

const MODULE = 'github.com/Shopify/toxiproxy/v2/cmd/server@v2.5.0'
const HOME = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ottla-compat', 'toxiproxy')
const BUILD_DEADLINE_MS = 600_000

export const LINK_FAULTS = ['refused', 'dropped', 'silent', 'half silent', 'slow', 'cut in a frame'] as const
export type LinkFault = (typeof LINK_FAULTS)[number]

interface Toxic {
  readonly type: string
  readonly stream: 'upstream' | 'downstream'
  readonly attributes: Readonly<Record<string, number>>
}

/** The connections that have such a toxic end when it is removed; what they swallowed is never delivered. */
const SILENCE = { type: 'timeout', attributes: { timeout: 0 } } as const

const TOXICS: Readonly<Record<Exclude<LinkFault, 'refused' | 'dropped'>, readonly Toxic[]>> = {
  silent: [
    { ...SILENCE, stream: 'upstream' },
    { ...SILENCE, stream: 'downstream' },
  ],
  'half silent': [{ ...SILENCE, stream: 'downstream' }],
  slow: [{ type: 'latency', stream: 'downstream', attributes: { latency: 150, jitter: 100 } }],
  'cut in a frame': [
    { type: 'limit_data', stream: 'upstream', attributes: { bytes: 7777 } },
    { type: 'limit_data', stream: 'downstream', attributes: { bytes: 7777 } },
  ],
}

export class Proxies implements AsyncDisposable {
  readonly #server: Server
  readonly #api: string

  private constructor(server: Server, api: string) {
    this.#server = server
    this.#api = api
  }

  /** Builds it from Go's module proxy where that has not been done yet. */
  static async start(): Promise<Proxies> {
    const program = await built()
    const [port] = await freePorts(1)
    const server = new Server(program, ['-host', '127.0.0.1', '-port', String(port)])
    const proxies = new Proxies(server, `http://127.0.0.1:${port}`)
    await eventually('toxiproxy answers', async () => (await fetch(`${proxies.#api}/version`)).ok || undefined)
    return proxies
  }

  /** From a free port to `upstream` (`host:port`). */
  async link(name: string, upstream: string): Promise<Link> {
    const { listen } = (await this.#post('/proxies', { name, listen: '127.0.0.1:0', upstream, enabled: true })) as {
      listen: string
    }
    const path = `/proxies/${encodeURIComponent(name)}`
    return new Link(name, listen, (method, rest, body) => this.#send(method, `${path}${rest}`, body))
  }

  #post(path: string, body: object): Promise<unknown> {
    return this.#send('POST', path, body)
  }

  async #send(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#api}${path}`, { method, ...(body && { body: JSON.stringify(body) }) })
    const text = await response.text()
    if (!response.ok) throw new Error(`toxiproxy: ${method} ${path}: ${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop('SIGKILL')
  }
}

type Send = (method: string, path: string, body?: object) => Promise<unknown>

export class Link {
  readonly name: string
  /** `host:port` where clients of the link connect. */
  readonly address: string
  readonly #send: Send

  constructor(name: string, address: string, send: Send) {
    this.name = name
    this.address = address
    this.#send = send
  }

  /** Resolves with what ends the fault. */
  async hurt(fault: LinkFault): Promise<() => Promise<void>> {
    if (fault === 'refused' || fault === 'dropped') {
      await this.#send('POST', '', { enabled: false })
      return () => this.#enable()
    }
    const toxics = TOXICS[fault].map((toxic, index) => ({ ...toxic, name: `${index}`, toxicity: 1 }))
    for (const toxic of toxics) await this.#send('POST', '/toxics', toxic)
    return async () => {
      for (const { name } of toxics) await this.#send('DELETE', `/toxics/${name}`)
    }
  }

  async #enable(): Promise<void> {
    await this.#send('POST', '', { enabled: true })
  }
}

async function built(): Promise<string> {
  const program = join(HOME, 'server')
  if (existsSync(program)) return program
  mkdirSync(HOME, { recursive: true })
  const { code, stderr } = await shell(`GOBIN='${HOME}' go install ${MODULE}`, { deadlineMs: BUILD_DEADLINE_MS })
  if (code !== 0) throw new Error(`toxiproxy does not build (it wants Go): ${stderr}`)
  return program
}
