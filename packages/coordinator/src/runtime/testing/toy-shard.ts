/** A shard that is small enough to see through: numbers by name, parked calls, timers and effects on request. */
import { OffsetCommitKey, OffsetCommitValue } from '@ottla/protocol/coordinator-records'
import type { MetadataDelta } from '@ottla/replication'
import type { Caller, Outcome, Shard, ShardRecord, ShardView, TimerSetting } from '../../shard.ts'

export type ToyRequest =
  | { readonly kind: 'put'; readonly name: string; readonly value: number; readonly note?: string }
  | {
      readonly kind: 'put-all'
      readonly names: readonly string[]
      readonly note?: string
      readonly divisible?: boolean
    }
  | { readonly kind: 'get'; readonly name: string; readonly waits?: boolean }
  | { readonly kind: 'park' }
  | { readonly kind: 'wake'; readonly value: number; readonly note?: string }
  | { readonly kind: 'set'; readonly timer: TimerSetting; readonly puts?: string }
  | { readonly kind: 'work'; readonly name: string; readonly puts?: string }
  | { readonly kind: 'fail'; readonly in: 'handle' | 'replay' }

export type ToySoft = { readonly kind: 'parked'; readonly ticket: number } | { readonly kind: 'woken' }
export type ToyOutcome = Outcome<number, ToySoft, string>

export class ToyShard implements Shard<ToyRequest, number, ToySoft, string, string> {
  readonly values = new Map<string, number>()
  /** What has been replayed: `offset name=value`. */
  readonly replayed: string[] = []
  readonly heard: string[] = []
  #parked: number[] = []

  handle(request: ToyRequest, { ticket }: Caller, _view: ShardView): ToyOutcome {
    switch (request.kind) {
      case 'put':
        return { records: [putRecord(request)], replies: [{ ticket, reply: request.value }] }
      case 'put-all': {
        const records = request.names.map((name) => putRecord({ name, value: 1, note: request.note ?? '' }))
        const divisible = request.divisible === true
        return { records, divisible, replies: [{ ticket, reply: records.length }] }
      }
      case 'get': {
        const reply = { ticket, reply: this.values.get(request.name) ?? -1 }
        return { replies: [request.waits === false ? { ...reply, waits: false } : reply] }
      }
      case 'park':
        return { soft: [{ kind: 'parked', ticket }] }
      case 'wake': {
        const { value, note = '' } = request
        const tickets = [...this.#parked, ticket]
        return {
          records: [putRecord({ name: 'woken', value, note })],
          soft: [{ kind: 'woken' }],
          replies: tickets.map((each) => ({ ticket: each, reply: value })),
        }
      }
      case 'set': {
        const records = request.puts === undefined ? [] : [putRecord({ name: request.puts, value: 1 })]
        return { records, timers: [request.timer], replies: [{ ticket, reply: 0, waits: false }] }
      }
      case 'work': {
        const records = request.puts === undefined ? [] : [putRecord({ name: request.puts, value: 1 })]
        return { records, effects: [request.name], replies: [{ ticket, reply: 0, waits: false }] }
      }
      case 'fail':
        if (request.in === 'handle') throw new Error('a defect in handle')
        return { records: [putRecord({ name: 'poison', value: 1 })], replies: [{ ticket, reply: 0 }] }
    }
  }

  replay(offset: number, { key, value }: ShardRecord): void {
    const { group } = key as { group: string }
    if (group === 'poison' && this.heard.includes('poisonous')) throw new Error('a defect in replay')
    const number = (value as { offset: number } | null)?.offset
    if (number === undefined) this.values.delete(group)
    else this.values.set(group, number)
    this.replayed.push(`${offset} ${group}=${number}`)
  }

  apply(soft: ToySoft): void {
    if (soft.kind === 'parked') this.#parked.push(soft.ticket)
    else this.#parked = []
  }

  loaded(): ToyOutcome {
    this.heard.push('loaded')
    return { timers: [{ key: 'session', afterMs: 1000 }] }
  }

  expired(timerKey: string): ToyOutcome {
    this.heard.push(`expired ${timerKey}`)
    if (timerKey === 'defect') throw new Error('a defect in expired')
    return timerKey === 'session' ? {} : { records: [putRecord({ name: timerKey, value: 0 })] }
  }

  finished(result: string): ToyOutcome {
    this.heard.push(`finished ${result}`)
    return { records: [putRecord({ name: result, value: 2 })] }
  }

  imageChanged({ topicsRemoved }: MetadataDelta): ToyOutcome {
    this.heard.push(['image', ...topicsRemoved.keys()].join(' '))
    return {}
  }
}

export function putRecord({ name, value, note = '' }: { name: string; value: number; note?: string }): ShardRecord {
  return {
    pair: { key: OffsetCommitKey, value: OffsetCommitValue },
    key: { group: name, topic: 't', partition: 0 },
    value: { offset: value, leaderEpoch: -1, metadata: note, commitTimestamp: 0 },
    valueVersion: 3,
  }
}
