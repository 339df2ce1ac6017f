import { type Disk, parseProperties } from '@ottla/runtime'
import { LogDirectoryError } from './log-directory-error.ts'

/** `meta.properties`: whose a log directory is. */
export interface MetaProperties {
  readonly nodeId: number
  readonly directoryId: string
  /** Undefined until the broker has registered for the first time. */
  readonly clusterId: string | undefined
}

const NAME = 'meta.properties'

/** Undefined when there is no file. A file of ZooKeeper's time (version 0) has no directory id yet. */
export function readMetaProperties(disk: Disk, directory: string): Partial<MetaProperties> | undefined {
  const path = disk.join(directory, NAME)
  if (!disk.exists(path)) return undefined
  const properties = parseProperties(new TextDecoder().decode(disk.readFile(path)))
  const version = properties.get('version')
  if (version !== '0' && version !== '1') {
    throw new LogDirectoryError(directory, `meta.properties has version ${version ?? '(none)'}, only 0 and 1 are known`)
  }
  const nodeId = properties.get(version === '0' ? 'broker.id' : 'node.id')
  const directoryId = properties.get('directory.id')
  return {
    ...(nodeId === undefined ? {} : { nodeId: Number(nodeId) }),
    ...(directoryId === undefined ? {} : { directoryId }),
    clusterId: properties.get('cluster.id'),
  }
}

export function writeMetaProperties(disk: Disk, directory: string, meta: MetaProperties): Promise<void> {
  const lines = ['version=1', `node.id=${meta.nodeId}`, `directory.id=${meta.directoryId}`]
  if (meta.clusterId !== undefined) lines.push(`cluster.id=${meta.clusterId}`)
  return disk.writeFileAtomic(disk.join(directory, NAME), new TextEncoder().encode(`${lines.join('\n')}\n`))
}
