/**
 * How one segment takes the place of several, in files and in memory. It has been written and synced under names that end in
 * `.cleaned`. The steps, each made durable by a sync of the directory before the next begins:
 *
 * 1. Its names get to end in `.swap`, the log's last. From here on the replacement is decided: a start completes it.
 * 2. The names of the old segments get to end in `.deleted`.
 * 3. `.swap` is taken off the new names.
 *
 * Without the sync between 2 and 3 a power loss might keep the new segment's last name and the name of an old segment that it
 * covers. In memory readers go over to the new segment between 1 and 2, in one step; regions that were handed out stay good.
 *
 * Interleavings: all of it is one task in the directory's queue of syncs, in which segments are removed by retention and cut off by a
 * truncation, too, so neither comes in between, and here it is asked first whether the old segments are still the log's.
 *
 * - Retention takes one of them first: nothing is replaced, the run ends. Retention comes second: it finds the new segment.
 * - A truncation that has begun (its recovery point falls, then it waits for its turn) knows where the log will end by the segments that
 *   there are: nothing is replaced while `isTruncating`. One that begins during the steps waits for their end before it looks
 *   (`LogTruncation`), and lowers `cleanedTo`.
 * - The topic is not compacted any more: the run ends before the next segment.
 * - The log is closed or offline: nothing is replaced. A close that comes during the steps waits for them (`LogCompaction.stop`).
 * - Look-ups that read an old segment across a pause see `replacements` change and look again.
 * - A roll only adds behind the active segment, which is never replaced.
 */
import type { Disk } from '@ottla/runtime'
import type { LogState } from '../log-state.ts'
import { isOutOfRoom } from '../out-of-room.ts'
import { removeLater } from '../remove-later.ts'
import type { Segment } from '../segment.ts'

export interface ReplaceTarget {
  /** Neither closed nor offline. */
  isUsable(): boolean
  /** A step failed after which the state of the disk is not known. */
  onBroken(error: unknown): void
}

/** Returns false, and nothing has changed, when the old segments are not the log's any more. Rejects with a `DiskError`. */
export function replaceSegments(
  state: LogState,
  { old, by, target }: { readonly old: readonly Segment[]; readonly by: Segment; readonly target: ReplaceTarget },
): Promise<boolean> {
  return state.syncs.run(async () => {
    if (!target.isUsable() || state.isTruncating || !state.segments.holds(old)) return false
    const { disk } = state.world
    by.rename('.swap')
    try {
      await disk.syncDirectory(state.directory)
      state.segments.replace(old, by)
      state.replacements++
      const retired: string[] = []
      for (const segment of old) retired.push(...(await retire(segment, disk)))
      await disk.syncDirectory(state.directory)
      by.rename('')
      await disk.syncDirectory(state.directory)
      removeLater(state, retired)
      return true
    } catch (error) {
      // What the next start finds it completes; until then nobody knows what a name stands for.
      target.onBroken(error)
      throw error
    }
  })
}

/** A directory without room for another name gives up the one that it has: regions that readers hold stay good without it. */
async function retire(segment: Segment, disk: Disk): Promise<string[]> {
  try {
    return await segment.retire()
  } catch (error) {
    if (!isOutOfRoom(error)) throw error
    for (const path of segment.files()) await disk.removeFile(path)
    segment.close()
    return []
  }
}
