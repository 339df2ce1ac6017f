import type { Disk } from './disk.ts'

/**
 * `Disk.writeFileAtomic` in terms of the other operations: the content is durable under `<path>.tmp` before the name
 * moves, and the name is durable before the promise resolves. A `.tmp` file that is left behind means nothing.
 */
export async function writeFileAtomic(disk: Disk, path: string, content: Uint8Array): Promise<void> {
  await replaceFile(disk, path, { content, durable: true })
  await disk.syncDirectory(parentOf(path))
}

/** `Disk.replaceFile` in terms of the other operations. */
export async function replaceFile(
  disk: Disk,
  path: string,
  { content, durable }: { readonly content: Uint8Array; readonly durable: boolean },
): Promise<void> {
  const temporary = `${path}.tmp`
  const file = disk.open(temporary, 'write')
  try {
    file.truncate(0)
    await file.write([content], 0)
    if (durable) await file.sync()
  } finally {
    file.close()
  }
  disk.rename(temporary, path)
}

/** The directory that holds a path; "." for a bare name. */
export function parentOf(path: string): string {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))
  if (end < 0) return '.'
  return end === 0 ? path.slice(0, 1) : path.slice(0, end)
}
