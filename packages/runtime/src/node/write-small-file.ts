import fs from 'node:fs'
import { diskError } from './disk-error.ts'

/**
 * Puts a small file in place of another, all of it in the thread pool: a rename over a file may wait for the journal or for
 * the new content to be allocated. A killed process leaves the old or the new file; `durable`: so does a power loss, once
 * the directory has been synced.
 */
export async function replaceSmallFile(
  path: string,
  content: Uint8Array,
  options: { durable: boolean },
): Promise<void> {
  const temporary = `${path}.tmp`
  const handle = await step('open', temporary, () => fs.promises.open(temporary, 'w'))
  try {
    await step('write', temporary, () => handle.writeFile(content))
    if (options.durable) await step('sync', temporary, () => handle.datasync())
  } finally {
    await step('close', temporary, () => handle.close())
  }
  await step('rename', temporary, () => fs.promises.rename(temporary, path))
}

async function step<T>(operation: string, path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw diskError(operation, path, error)
  }
}
