import type { LogState } from './log-state.ts'

/** Removes files that have left the log after file.delete.delay.ms. A log that is closed before leaves them to the next start. */
export function removeLater(state: LogState, paths: readonly string[]): void {
  const { world, config, removals } = state
  const timer = world.timers.after(config.fileDeleteDelayMs, () => {
    removals.delete(timer)
    void removeFiles(state, paths)
  })
  removals.add(timer)
}

async function removeFiles({ world: { disk, logger } }: LogState, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await disk.removeFile(path).catch((error) => {
      logger.warn('cannot remove a file; the next start tries again', { path, error })
    })
  }
}
