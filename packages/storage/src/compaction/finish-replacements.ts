/** What a start does about compactions that did not come to their end; see `replace-segments.ts` for the steps. */
import type { Disk } from '@ottla/runtime'
import { CorruptLogError } from '../corrupt-log-error.ts'
import { offsetFileName, offsetOfFileName, type SegmentSuffix } from '../names.ts'
import { scanBatches } from '../scan.ts'
import type { LogWorld } from '../types.ts'

const SUFFIXES: readonly SegmentSuffix[] = ['.log', '.index', '.timeindex', '.txnindex']
const CLEANED = '.cleaned'
const SWAP = '.swap'

/**
 * Removes what was being written, and completes replacements that had been decided: those whose log file ends in `.swap`, unless
 * a file of the same or an earlier offset still ends in `.cleaned`, as Apache Kafka leaves it when one segment becomes several.
 * Rejects with a `CorruptLogError` where a new segment cannot be read.
 */
export async function finishReplacements({ world, directory }: { world: LogWorld; directory: string }): Promise<void> {
  const { disk, logger } = world
  const names = disk.list(directory)
  const firstCleaned = Math.min(...offsetsWith(names, CLEANED))
  const swaps = offsetsOf(names, `.log${SWAP}`)
  const decided = swaps.filter((offset) => offset < firstCleaned)
  const undecided = swaps.filter((offset) => offset >= firstCleaned)
  for (const offset of undecided)
    await disk.removeFile(disk.join(directory, `${offsetFileName(offset, '.log')}${SWAP}`))
  // Until they are gone for good, what ends in `.cleaned` is all that tells that they were not decided.
  if (undecided.length > 0) await disk.syncDirectory(directory)
  for (const name of names) if (name.endsWith(CLEANED)) await disk.removeFile(disk.join(directory, name))
  for (const baseOffset of decided) await complete({ disk, directory, baseOffset })
  for (const name of disk.list(directory)) {
    if (name.endsWith(SWAP)) await disk.removeFile(disk.join(directory, name))
  }
  if (decided.length === 0) return
  await disk.syncDirectory(directory)
  logger.info('a compaction that had been interrupted was completed', { directory, segments: decided.length })
}

async function complete(place: { disk: Disk; directory: string; baseOffset: number }): Promise<void> {
  const { disk, directory, baseOffset } = place
  const endOffset = await endOf(place)
  for (const suffix of SUFFIXES) {
    for (const offset of offsetsOf(disk.list(directory), suffix)) {
      const isReplaced = offset === baseOffset || (offset > baseOffset && offset < endOffset)
      if (isReplaced) await disk.removeFile(disk.join(directory, offsetFileName(offset, suffix)))
    }
  }
  // As in the steps: what is replaced must not come back beside what replaces it.
  await disk.syncDirectory(directory)
  for (const suffix of ['.timeindex', '.index', '.txnindex', '.log'] as const) {
    const path = disk.join(directory, offsetFileName(baseOffset, suffix))
    if (disk.exists(`${path}${SWAP}`)) disk.rename(`${path}${SWAP}`, path)
  }
}

/** The new segment reaches up to the end of its last batch; it was synced before it got this name. */
async function endOf({ disk, directory, baseOffset }: Parameters<typeof complete>[0]): Promise<number> {
  const path = disk.join(directory, `${offsetFileName(baseOffset, '.log')}${SWAP}`)
  const file = disk.open(path, 'read')
  let endOffset = baseOffset
  try {
    const range = { from: 0, to: file.size(), checksCrc: () => false }
    const { end, fault } = await scanBatches(file, range, (batch) => {
      endOffset = batch.lastOffset + 1
      return undefined
    })
    if (fault !== undefined) throw new CorruptLogError(path, end, fault)
    return endOffset
  } finally {
    file.close()
  }
}

function offsetsOf(names: readonly string[], suffix: string): number[] {
  const found: number[] = []
  for (const name of names) {
    const offset = name.endsWith(suffix) ? offsetOfFileName(`${name.slice(0, -suffix.length)}.log`, '.log') : undefined
    if (offset !== undefined) found.push(offset)
  }
  return found.sort((a, b) => a - b)
}

function offsetsWith(names: readonly string[], suffix: string): number[] {
  return SUFFIXES.flatMap((kind) => offsetsOf(names, `${kind}${suffix}`))
}
