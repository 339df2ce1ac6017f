/** The HTTP port of `metrics.port`: /metrics for Prometheus, /healthz for whoever decides whether this broker gets work. */
import { type HttpAnswer, type Listener, NetError, type Runtime, type ServerMetrics } from '@ottla/runtime'
import type { MetricsAddress } from '../config/broker-config.ts'
import { ConfigFailure } from '../config/config-failure.ts'

export interface MetricsServerOptions {
  readonly runtime: Runtime
  readonly address: MetricsAddress
  readonly metrics: ServerMetrics
  /** Why the broker does not serve; empty: it does. */
  readonly problems: () => readonly string[]
}

const PAGES = 'this port has /metrics and /healthz\n'

/** Rejects with a ConfigFailure that names the key. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<Listener> {
  const { runtime, address } = options
  try {
    return await runtime.webSocket.listen(
      { host: address.host, port: address.port, maxMessageBytes: 1 },
      {
        onUpgrade: () => false,
        onConnection: (connection) => connection.terminate(),
        onGet: (path) => answer(path, options),
      },
    )
  } catch (error) {
    if (!(error instanceof NetError)) throw error
    const where = `${address.host === '' ? '*' : address.host}:${address.port}`
    throw new ConfigFailure([`metrics.port: cannot listen on ${where}: ${error.message}`])
  }
}

function answer(
  path: string,
  { metrics, problems }: MetricsServerOptions,
): HttpAnswer | Promise<HttpAnswer> | undefined {
  switch (path) {
    case '/metrics':
      return metrics.render().then((rendered) => ({ status: 200, ...rendered }))
    case '/healthz':
      return health(problems())
    case '/':
      return text(200, PAGES)
    default:
      return undefined
  }
}

function health(problems: readonly string[]): HttpAnswer {
  return problems.length === 0 ? text(200, 'ok\n') : text(503, `${problems.join('\n')}\n`)
}

function text(status: number, body: string): HttpAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body }
}
