import { DiskError } from '../disk.ts'

/** Wraps what node:fs throws, or passes a DiskError through. */
export function diskError(operation: string, path: string, cause: unknown): DiskError {
  if (cause instanceof DiskError) return cause
  return new DiskError(operation, path, codeOf(cause), cause)
}

/** Runs one synchronous file operation; what it throws becomes a DiskError. */
export function attempt<T>(operation: string, path: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw diskError(operation, path, error)
  }
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : 'EIO'
}
