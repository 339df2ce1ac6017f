/** Lets go of every file region in a response that will not be sent: its connection is gone, or it could not be encoded. */
export function releaseRegions(value: unknown): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  if (typeof (value as { release?: unknown }).release === 'function') {
    ;(value as { release(): void }).release()
    return
  }
  for (const part of Object.values(value)) releaseRegions(part)
}
