/**
 * The host of a virtual machine takes back the memory that its guest does not use; who writes there next waits for every page
 * (here: ten times as long as the write itself), and the broker that writes first pays for the one that writes second. A file as large as what a
 * run will write, written and removed right before it, gives every run pages that are there.
 */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CHUNK = Buffer.alloc(1024 * 1024, 1)

export function touchFreeMemory(bytes: number): void {
  const path = join(tmpdir(), `ottla-bench-pages-${process.pid}`)
  const file = openSync(path, 'w')
  try {
    for (let written = 0; written < bytes; written += CHUNK.length) writeSync(file, CHUNK)
  } finally {
    closeSync(file)
    rmSync(path)
  }
}
