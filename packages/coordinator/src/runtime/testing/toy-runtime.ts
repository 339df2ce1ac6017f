import { CONSUMER_OFFSETS_RECORDS } from '@ottla/protocol/coordinator-records'
import { EMPTY_IMAGE, type MetadataDelta } from '@ottla/replication'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { CoordinatorRuntime } from '../coordinator-runtime.ts'
import { type ToyRequest, ToyShard, type ToySoft } from './toy-shard.ts'

export const NOBODY = { clientId: 'client', clientHost: '/127.0.0.1', apiVersion: 0 }
export const NO_DELTA: MetadataDelta = {
  topicsChanged: new Set(),
  topicsRemoved: new Map(),
  brokersChanged: new Set(),
  configsChanged: new Set(),
}

export interface Toy {
  readonly world: TestRuntime
  readonly runtime: CoordinatorRuntime<ToyRequest, number, ToySoft, string, string>
  /** Every shard that was made, in order. */
  readonly shards: ToyShard[]
  /** Effects that run, and how they end. */
  readonly effects: { readonly name: string; finish(result: string): void; fail(): void }[]
  readonly loads: boolean[]
}

export function toy({ loadBytes = 1000 }: { readonly loadBytes?: number } = {}): Toy {
  const world = testRuntime()
  const shards: ToyShard[] = []
  const effects: Toy['effects'] = []
  const loads: boolean[] = []
  const runtime = new CoordinatorRuntime<ToyRequest, number, ToySoft, string, string>(
    {
      world,
      recordTypes: CONSUMER_OFFSETS_RECORDS,
      newShard() {
        const shard = new ToyShard()
        shards.push(shard)
        return shard
      },
      runEffect: (name) =>
        new Promise((resolve, reject) => {
          effects.push({ name, finish: resolve, fail: () => reject(new Error('no result')) })
        }),
      image: () => EMPTY_IMAGE,
      replyTimeoutMs: () => 5000,
      loadBytes,
    },
    { onLoad: ({ ok }) => loads.push(ok) },
  )
  return { world, runtime, shards, effects, loads }
}

/** How a call has ended so far: `open`, its reply, or the name of its error. */
export function watched(call: Promise<number>): { readonly end: string } {
  const watch = { end: 'open' }
  call.then(
    (reply) => {
      watch.end = String(reply)
    },
    (error: { errorName?: string; message: string }) => {
      watch.end = error.errorName ?? error.message
    },
  )
  return watch
}
