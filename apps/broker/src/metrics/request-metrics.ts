/**
 * What Kafka's dashboards show of requests (kafka.network:type=RequestMetrics): how many, of which version, with what errors, and
 * where their time went. Members are looked up once per API and version; a request then costs a few additions.
 */
import { apiName, ErrorCode, errorByCode, type Message } from '@ottla/protocol'
import type { Counter, Family, MetricOptions, Metrics, Summary } from '@ottla/runtime'
import { eachErrorOf } from './response-errors.ts'

/** When a request passed which point: milliseconds of the monotonic clock. */
export interface RequestTimes {
  /** The read that brought its last byte. */
  readonly arrivedMs: number
  readonly startedMs: number
  /** Its handler returned, with a response or with a promise of one. */
  readonly handledMs: number
  readonly readyMs: number
  /** All earlier responses of the connection were sent. */
  readonly turnMs: number
}

export class RequestMetrics {
  readonly #requests: Family<Counter>
  readonly #errors: Family<Counter>
  readonly #times: Readonly<Record<keyof ApiTimes, Family<Summary>>>
  readonly #apis: (ApiMetrics | undefined)[] = []

  constructor(metrics: Metrics) {
    this.#requests = metrics.counter(metric('requests_total', 'Requests that were started.', 'version'))
    this.#errors = metrics.counter(
      metric(
        'errors_total',
        'Error codes in responses, one for each place that has one; NONE where all is well.',
        'error',
      ),
    )
    const time = (name: string, help: string) => metrics.summary(metric(`${name}timems`, `Milliseconds ${help}`))
    this.#times = {
      total: time('total', 'from the last byte of a request until its response was given to the operating system.'),
      queue: time('requestqueue', 'that a request waited to be started.'),
      local: time('local', 'on the event loop, in the handler.'),
      remote: time('remote', 'that a request waited for other things: records, a disk, the controller.'),
      responseQueue: time('responsequeue', 'that a response waited for those before it.'),
      send: time('responsesend', 'until the operating system had taken the response.'),
    }
  }

  /** Only for APIs and versions that are served: their number bounds what is kept. */
  of(apiKey: number): ApiMetrics {
    const known = this.#apis[apiKey]
    if (known !== undefined) return known
    const name = apiName(apiKey) ?? String(apiKey)
    const { total, queue, local, remote, responseQueue, send } = this.#times
    const api = new ApiMetrics({
      requests: (version) => this.#requests.with(name, String(version)),
      errors: (code) => this.#errors.with(name, errorByCode(code).name),
      times: {
        total: total.with(name),
        queue: queue.with(name),
        local: local.with(name),
        remote: remote.with(name),
        responseQueue: responseQueue.with(name),
        send: send.with(name),
      },
    })
    this.#apis[apiKey] = api
    return api
  }
}

interface ApiTimes {
  readonly total: Summary
  readonly queue: Summary
  readonly local: Summary
  readonly remote: Summary
  readonly responseQueue: Summary
  readonly send: Summary
}

interface ApiMembers {
  readonly requests: (version: number) => Counter
  readonly errors: (code: number) => Counter
  readonly times: ApiTimes
}

export class ApiMetrics {
  readonly #members: ApiMembers
  readonly #versions: (Counter | undefined)[] = []
  readonly #errors = new Map<number, Counter>()
  readonly #none: Counter
  readonly #eachError: (code: number) => void

  constructor(members: ApiMembers) {
    this.#members = members
    this.#none = members.errors(ErrorCode.NONE)
    this.#eachError = (code) => this.#error(code).add(1)
  }

  started(version: number): void {
    let counter = this.#versions[version]
    if (counter === undefined) {
      counter = this.#members.requests(version)
      this.#versions[version] = counter
    }
    counter.add(1)
  }

  responded(message: Message, response: unknown): void {
    eachErrorOf(message, response, this.#eachError)
  }

  /** The response was taken by the operating system. */
  sent({ arrivedMs, startedMs, handledMs, readyMs, turnMs }: RequestTimes, sentMs: number): void {
    const { total, queue, local, remote, responseQueue, send } = this.#members.times
    total.observe(sentMs - arrivedMs)
    queue.observe(startedMs - arrivedMs)
    local.observe(handledMs - startedMs)
    remote.observe(readyMs - handledMs)
    responseQueue.observe(turnMs - readyMs)
    send.observe(sentMs - turnMs)
  }

  #error(code: number): Counter {
    if (code === ErrorCode.NONE) return this.#none
    const known = this.#errors.get(code)
    if (known !== undefined) return known
    const counter = this.#members.errors(code)
    this.#errors.set(code, counter)
    return counter
  }
}

function metric(name: string, help: string, ...labels: readonly string[]): MetricOptions {
  return { name: `kafka_network_requestmetrics_${name}`, help, labels: ['request', ...labels] }
}
