import '@ottla/runtime/node'
import { expect, test } from '@jest/globals'
import { encodeBatch, RecordBatch } from '@ottla/protocol'
import { Simulation } from '@ottla/runtime/testing'
import { batchesOnDisk, removeReplica, rot } from './disk-damage.ts'
import type { SimNode } from './world/sim-cluster.ts'

const text = (value: string) => new TextEncoder().encode(value)

/** Five batches of two records in two segments; the disk knows that those below the recovery point are synced. */
function brokenInto({ recoveryPoint }: { readonly recoveryPoint: number }) {
  const simulation = new Simulation(1)
  const host = simulation.host('broker-1')
  const { disk } = host.start().runtime
  disk.makeDirectory('/data/topic-0-1')
  const write = (path: string, chunks: Uint8Array[]) => disk.open(path, 'write').write(chunks, 0)
  const batches = [0, 2, 4, 6, 8].map((baseOffset) => batchAt(baseOffset))
  write(`/data/topic-0-1/${'0'.padStart(20, '0')}.log`, batches.slice(0, 3))
  write(`/data/topic-0-1/${'6'.padStart(20, '0')}.log`, batches.slice(3))
  write('/data/recovery-point-offset-checkpoint', [text(`0\n2\ntopic-0 1 ${recoveryPoint}\nelsewhere 0 99\n`)])
  const node = { disk: host.disk } as SimNode
  const damaged = () =>
    [...batchesOnDisk(node, '/data/topic-0-1')]
      .filter(({ bytes }) => !new RecordBatch(bytes).isCrcValid())
      .map(({ from, to }) => [from, to])
  return { node, damaged, random: simulation.fork('rot'), disk }
}

function batchAt(baseOffset: number): Uint8Array {
  const records = ['a', 'b'].map((value) => ({ key: null, value: text(value), timestamp: 0 }))
  const bytes = encodeBatch({ records })
  new RecordBatch(bytes).baseOffset = baseOffset
  return bytes
}

test('rot hits synced batches, and whoever checks them finds it', () => {
  const { node, damaged, random } = brokenInto({ recoveryPoint: 8 })
  expect([...batchesOnDisk(node, '/data/topic-0-1')].map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
    [8, 9],
  ])
  expect(damaged()).toEqual([])
  const hit = rot(node, random)!
  expect(hit).toMatchObject({ topic: 'topic-0', partition: 1 })
  expect(damaged()).toEqual([[hit.from, hit.to]])
  // Offsets and lengths stay, so that all the others are found.
  for (let n = 0; n < 200; n++) expect(rot(node, random)!.to).toBeLessThan(8)
  expect([...batchesOnDisk(node, '/data/topic-0-1')].map(({ from }) => from)).toEqual([0, 2, 4, 6, 8])
  expect(damaged()).not.toContainEqual([8, 9])
})

test('what is not known to be synced does not rot', () => {
  const { node, random } = brokenInto({ recoveryPoint: 1 })
  expect(rot(node, random)).toBeUndefined()
})

test('a removed replica is gone with all its files', () => {
  const { node, random, disk } = brokenInto({ recoveryPoint: 8 })
  expect(removeReplica(node, random)).toMatchObject({ topic: 'topic-0', partition: 1 })
  expect(disk.list('/data')).toEqual(['recovery-point-offset-checkpoint'])
  expect(removeReplica(node, random)).toBeUndefined()
})
