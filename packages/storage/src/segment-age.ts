import type { Segment } from './segment.ts'
import type { LogConfig } from './types.ts'

/**
 * From when on a segment counts as unused: its largest timestamp. Without one, or with one that has not come yet (a clock that
 * was wrong must not keep a log for ever), when its file was written last; `nowMs` if the disk does not tell. Rejects where
 * the headers cannot be read.
 */
export async function retentionTimeMs(segment: Segment, nowMs: number): Promise<number> {
  const timestampMs = await segment.lastKnownMs()
  if (timestampMs >= 0 && timestampMs <= nowMs) return timestampMs
  return segment.modifiedMs() ?? nowMs
}

/**
 * What is taken off segment.ms. Not random but another number for each segment of each log: segments that began together do
 * not end together, and a restart changes nothing.
 */
export function rollJitterMs(path: string, config: Pick<LogConfig, 'segmentMs' | 'segmentJitterMs'>): number {
  const mostMs = Math.min(config.segmentMs, config.segmentJitterMs)
  return mostMs <= 0 ? 0 : Math.floor(mostMs * spread(path))
}

/** A number from 0 to 1 that depends on all of the text (FNV-1a). */
function spread(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0) / 2 ** 32
}
