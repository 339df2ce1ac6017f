import type { DiskLock } from '@ottla/runtime'
import { randomUuid } from '@ottla/runtime'
import { LogDirectoryError } from './log-directory-error.ts'
import type { DirectoryFacts, LogDirectoryOptions } from './log-directory-options.ts'
import { type MetaProperties, readMetaProperties, writeMetaProperties } from './meta-properties.ts'
import type { RecoveryMode } from './recovery.ts'
import { type Run, readRun, takeCleanShutdown } from './run-files.ts'

/** Held while the directory is open; there before anything else is. */
export const LOCK_FILE = '.lock'

/** What a log directory says about itself and about how it was left. */
export interface LastRun {
  readonly lock: DiskLock
  readonly meta: MetaProperties
  readonly recovery: RecoveryMode
  /**
   * The machine may have run on since that run ended, perhaps because a sync had failed: what can be read then, and was not synced,
   * need not be on its way to the disk.
   */
  readonly mayReadUnwritten: boolean
  readonly facts: Omit<DirectoryFacts, 'id' | 'metadataOffset' | 'metadataEpoch'>
}

/** Reads whose the directory is and takes its clean-shutdown marker away, durably. */
export async function readLastRun(options: LogDirectoryOptions, lock: DiskLock): Promise<LastRun> {
  const { path, world } = options
  const { disk, logger } = world
  const isNew = disk.list(path).every((name) => name === LOCK_FILE)
  const meta = await settleMeta(options)
  const clean = await takeCleanShutdown(disk, path)
  const run = readRun(disk, path)
  const bootId = disk.bootId()
  const sameBoot =
    run !== undefined && bootId !== undefined && run.bootId === bootId && run.directoryId === meta.directoryId
  const recovery: RecoveryMode = clean !== undefined ? 'clean' : sameBoot ? 'fast' : 'full'
  // Partition directories that a killed process created may not be durable yet.
  if (recovery !== 'clean') await disk.syncDirectory(path)
  logger.info('a log directory was opened', { path, directoryId: meta.directoryId, recovery: isNew ? 'new' : recovery })
  return {
    lock,
    meta,
    recovery,
    mayReadUnwritten: recovery === 'full' && !isOfAnotherBoot(run, bootId),
    facts: { cleanShutdownEpoch: clean?.brokerEpoch ?? -1, runEpoch: run?.brokerEpoch ?? -1, sameBoot },
  }
}

function isOfAnotherBoot(run: Run | undefined, bootId: string | undefined): boolean {
  const lastBootId = run?.bootId ?? undefined
  return bootId !== undefined && lastBootId !== undefined && lastBootId !== bootId
}

/** Reads whose the directory is, or makes it ours. */
async function settleMeta(options: LogDirectoryOptions): Promise<MetaProperties> {
  const { path, brokerId, world, random } = options
  const known = readMetaProperties(world.disk, path)
  if (known?.nodeId !== undefined && known.nodeId !== brokerId) {
    throw new LogDirectoryError(
      path,
      `belongs to broker ${known.nodeId}, this one is broker ${brokerId}; check broker.id and log.dirs (its meta.properties says whose it is)`,
    )
  }
  if (known?.clusterId !== undefined && options.clusterId !== undefined && known.clusterId !== options.clusterId) {
    throw foreignCluster(path, known.clusterId, options.clusterId)
  }
  const meta = {
    nodeId: brokerId,
    directoryId: known?.directoryId ?? randomUuid(random),
    clusterId: known?.clusterId ?? options.clusterId,
  }
  const isComplete =
    known?.directoryId !== undefined && known.nodeId !== undefined && known.clusterId === meta.clusterId
  if (!isComplete) await writeMetaProperties(world.disk, path, meta)
  return meta
}

export function foreignCluster(path: string, found: string, wanted: string): LogDirectoryError {
  return new LogDirectoryError(path, `belongs to cluster ${found}, not ${wanted}; check zookeeper.connect and log.dirs`)
}
