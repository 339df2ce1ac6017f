import type { Disk } from '@ottla/runtime'
import { readMetaProperties } from './meta-properties.ts'

/** Creates a log directory, and makes its name durable unless it has long been in use. */
export async function makeDirectoryDurably(disk: Disk, path: string): Promise<void> {
  if (readMetaProperties(disk, path) !== undefined) return
  const parents = [disk.join(path, '..')]
  for (let missing = parents[0]!; !disk.exists(missing); missing = parents.at(-1)!)
    parents.push(disk.join(missing, '..'))
  disk.makeDirectory(path)
  for (const parent of parents) await disk.syncDirectory(parent)
}
