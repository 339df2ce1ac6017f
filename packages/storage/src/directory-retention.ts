import { KafkaError } from '@ottla/protocol'
import { isOutOfRoom } from './out-of-room.ts'
import type { PartitionLog } from './partition-log.ts'
import { pauses } from './pauses.ts'
import type { LogWorld } from './types.ts'

export interface DirectoryRetentionOptions {
  readonly world: LogWorld
  readonly logs: readonly PartitionLog[]
  /** Makes the log start offsets durable. */
  readonly persistStarts: () => Promise<void>
  /** The directory is closed or offline. */
  readonly isOver: () => boolean
}

/**
 * Retention in the logs of a directory: their start offsets move, one checkpoint makes all of them durable, then the files go.
 * Pauses as it goes, so that appends and fetches do not wait for it. A log that fails is reported; the others go on.
 */
export async function enforceRetention(options: DirectoryRetentionOptions): Promise<void> {
  const { world, logs, isOver } = options
  const pause = pauses(world)
  const shrunk: PartitionLog[] = []
  for (const log of logs) {
    if (isOver()) return
    if (await attempt(world, log, () => log.enforceRetention())) shrunk.push(log)
    await pause()
  }
  if (shrunk.length === 0 || isOver()) return
  const persisted = await persist(options)
  if (persisted === 'failed') return
  for (const log of shrunk) {
    if (isOver()) return
    await attempt(world, log, () => log.removeSegmentsBelowStart({ unpersisted: persisted === 'no room' }))
    await pause()
  }
}

async function attempt<T>(world: LogWorld, log: PartitionLog, step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step()
  } catch (error) {
    const { topic, partition, isOffline } = log
    // A log that is offline has been reported, one that was closed meanwhile needs nothing.
    const fields = { topic, partition, error }
    if (isOffline || error instanceof KafkaError)
      world.logger.debug('retention met a log that is not available', fields)
    else world.logger.warn('retention failed for a log; it will be tried again', fields)
    return undefined
  }
}

async function persist({ world, persistStarts }: DirectoryRetentionOptions): Promise<'done' | 'no room' | 'failed'> {
  try {
    await persistStarts()
    return 'done'
  } catch (error) {
    world.logger.warn('cannot write the log start offsets', { error })
    return isOutOfRoom(error) ? 'no room' : 'failed'
  }
}
