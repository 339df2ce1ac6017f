import { describe, expect, test } from '@jest/globals'
import { EMPTY_IMAGE, type MetadataBatch, type MetadataImage } from '@ottla/replication'
import { allocateProducerIds } from '../commands/brokers.ts'
import { unchanged } from '../commands/outcome.ts'
import type { MetadataStore } from '../store/metadata-store.ts'
import { CommandTooLargeError, type DurableBatch, MetadataState } from './metadata-state.ts'

/** A store whose appends end when the test says so. */
class ScriptedStore implements MetadataStore {
  readonly recovered: MetadataImage = EMPTY_IMAGE
  readonly appends: { batches: readonly MetadataBatch[]; resolve(): void; reject(error: Error): void }[] = []
  compacted = 0

  epochAt(): undefined {
    return undefined
  }

  append(batches: readonly MetadataBatch[]): Promise<void> {
    return new Promise((resolve, reject) => this.appends.push({ batches, resolve, reject }))
  }

  async compact(): Promise<void> {
    this.compacted++
  }

  async close(): Promise<void> {}
}

function setUp() {
  const store = new ScriptedStore()
  const log: string[] = []
  const state = new MetadataState(store, 1, {
    onDurable: (batches: readonly DurableBatch[]) =>
      log.push(`durable ${batches.map((b) => b.image.offset).join(',')}`),
    onFailure: (error) => log.push(`failed ${error.message}`),
  })
  return { store, state, log }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('the metadata of a controller', () => {
  test('a reply leaves after durability and after the stream; the pending image is ahead meanwhile', async () => {
    const { store, state, log } = setUp()
    const reply = state
      .submit(allocateProducerIds)
      .then(({ reply, offset }) => log.push(`reply ${reply.first} @${offset}`))
    expect(state.pending.nextProducerId).toBe(1000)
    expect(state.durable.nextProducerId).toBe(0)
    await turn()
    expect(log).toEqual([])
    store.appends[0]!.resolve()
    await reply
    expect(log).toEqual(['durable 0', 'reply 0 @0'])
    expect(state.durable).toBe(state.pending)
  })

  test('commands that come during an append go together in the next one', async () => {
    const { store, state, log } = setUp()
    const replies = Array.from({ length: 4 }, () => state.submit(allocateProducerIds))
    expect(store.appends).toHaveLength(1)
    store.appends[0]!.resolve()
    await turn()
    expect(store.appends).toHaveLength(2)
    expect(store.appends[1]!.batches.map(({ baseOffset }) => baseOffset)).toEqual([1, 2, 3])
    store.appends[1]!.resolve()
    expect((await Promise.all(replies)).map(({ reply }) => reply.first)).toEqual([0, 1000, 2000, 3000])
    expect(log).toEqual(['durable 0', 'durable 1,2,3'])
  })

  test('a command of many megabytes takes several appends; its reply waits for the last one', async () => {
    const { store, state, log } = setUp()
    const value = 'x'.repeat(1_000_000)
    const batch = () => [{ type: 'config', resourceType: 'broker', resourceName: '', name: 'k', value } as const]
    const done = state
      .submit(() => ({ batches: Array.from({ length: 10 }, batch), reply: undefined }))
      .then(() => log.push('reply'))
    for (let append = 0; append < 3; append++) {
      expect(store.appends).toHaveLength(append + 1)
      store.appends[append]!.resolve()
      await turn()
    }
    await done
    expect(store.appends.map(({ batches }) => batches.length)).toEqual([4, 4, 2])
    expect(log).toEqual(['durable 0,1,2,3', 'durable 4,5,6,7', 'durable 8,9', 'reply'])
    expect(store.compacted).toBe(1)
  })

  test('a command that changes nothing waits for what it has seen', async () => {
    const { store, state } = setUp()
    let seen: number | undefined
    void state.submit(allocateProducerIds)
    const reading = state
      .submit((image) => unchanged(image.nextProducerId))
      .then(({ reply }) => {
        seen = reply
      })
    await turn()
    expect(seen).toBeUndefined()
    store.appends[0]!.resolve()
    await reading
    expect(seen).toBe(1000)
    await expect(state.submit((image) => unchanged(image.offset))).resolves.toEqual({ reply: 0, offset: 0 })
  })

  test('a failed append rejects everything, once and for all', async () => {
    const { store, state, log } = setUp()
    const replies = [state.submit(allocateProducerIds), state.submit(allocateProducerIds)]
    store.appends[0]!.reject(new Error('EIO'))
    for (const reply of replies) await expect(reply).rejects.toThrow('EIO')
    await expect(state.submit(allocateProducerIds)).rejects.toThrow('EIO')
    expect(log).toEqual(['failed EIO'])
    expect(store.appends).toHaveLength(1)
  })

  test('a command that throws, or is too large, changes nothing', async () => {
    const { state } = setUp()
    await expect(
      state.submit(() => {
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    const value = 'x'.repeat(1024 * 1024)
    await expect(
      state.submit(() => ({
        batches: [[{ type: 'config', resourceType: 'broker', resourceName: '', name: 'k', value }]],
        reply: undefined,
      })),
    ).rejects.toThrow(CommandTooLargeError)
    expect(state.pending).toBe(EMPTY_IMAGE)
  })

  test('close waits for the append in flight and takes nothing more', async () => {
    const { store, state, log } = setUp()
    const reply = state.submit(allocateProducerIds)
    const closed = state.close().then(() => log.push('closed'))
    await expect(state.submit(allocateProducerIds)).rejects.toThrow(/stopping/)
    expect(log).toEqual([])
    store.appends[0]!.resolve()
    await Promise.all([reply, closed])
    expect(log).toEqual(['durable 0', 'closed'])
  })
})
