/** What a start does away with because the log start offset lies behind it. */
import { newestSnapshot } from './load-producers.ts'
import { offsetFileName } from './names.ts'
import { producerAfter } from './producer-replay.ts'
import { encodeProducerSnapshot } from './producer-snapshot.ts'
import { ProducerTable } from './producer-table.ts'
import type { OpenLogOptions } from './recovery.ts'
import { scanBatches } from './scan.ts'
import { Segment } from './segment.ts'
import type { LogWorld } from './types.ts'

/**
 * Removes segments wholly below the log start offset: a run was about to, or a power loss has brought them back. Takes the base
 * offsets of all segments and returns those of the others.
 */
export async function removeBelowStart(options: OpenLogOptions, bases: readonly number[]): Promise<readonly number[]> {
  const { world, directory, logStartOffset = 0 } = options
  const count = bases.findIndex((_, index) => (bases[index + 1] ?? Number.POSITIVE_INFINITY) > logStartOffset)
  if (count <= 0) return bases
  const kept = bases.slice(count)
  const doomed = bases.slice(0, count).map((baseOffset) => new Segment({ disk: world.disk, directory, baseOffset }))
  await keepProducers({ world, directory, doomed, endOffset: kept[0]! })
  for (const segment of doomed) await segment.remove()
  await world.disk.syncDirectory(directory)
  world.logger.info('segments below the log start offset were removed', { directory, segments: count, logStartOffset })
  return kept
}

/** What the batches of segments say of producers goes into a snapshot at their end, unless that is there. Never rejects. */
export async function keepProducers(options: {
  readonly world: LogWorld
  readonly directory: string
  readonly doomed: readonly Segment[]
  readonly endOffset: number
}): Promise<void> {
  const { world, directory, doomed, endOffset } = options
  const { disk, logger } = world
  const snapshot = newestSnapshot({ world, directory, logEndOffset: endOffset })
  if (snapshot?.offset === endOffset) return
  const table = new ProducerTable(snapshot?.entries)
  const path = disk.join(directory, offsetFileName(endOffset, '.snapshot'))
  try {
    for (const segment of doomed) await replay(segment, snapshot?.offset ?? 0, table)
    await disk.replaceFile(path, encodeProducerSnapshot(table.entries()))
  } catch (error) {
    logger.warn('cannot keep what deleted records say of producers', { path, error })
  }
}

/** As far as the batches are sound. */
async function replay(segment: Segment, fromOffset: number, table: ProducerTable): Promise<void> {
  const { file } = segment.log
  await scanBatches(file, { from: 0, to: file.size(), checksCrc: () => true }, (batch) => {
    if (batch.lastOffset < fromOffset) return undefined
    const entry = producerAfter(batch, (producerId) => table.get(producerId))
    if (entry !== undefined) table.put(entry, batch.lastOffset)
    return undefined
  })
}

/**
 * Empties a log of which so much was lost (it had not been synced) that it ends before its start offset: it begins again there. To
 * go on below would give out offsets that the checkpoint says are deleted.
 */
export async function removeBeforeStart(options: OpenLogOptions, kept: Segment[]): Promise<void> {
  const { world, directory, logStartOffset = 0 } = options
  const logEndOffset = kept.at(-1)?.nextOffset ?? logStartOffset
  if (logEndOffset >= logStartOffset) return
  const fields = { directory, logEndOffset, logStartOffset }
  world.logger.warn('a log ends before its start offset and begins again there', fields)
  for (const segment of kept.splice(0).reverse()) await segment.remove()
}
