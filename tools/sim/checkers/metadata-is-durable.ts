import type { MetadataImage } from '@ottla/broker/internal'
import type { Checker } from './checker.ts'

/** Brokers know only what the controller has made durable, and what was durable once never goes back, whatever becomes of the controller. */
export function metadataIsDurable(): Checker {
  let durable = -1
  return {
    name: 'metadata is durable before it is told',
    see(event) {
      if (event.kind !== 'image') return undefined
      const { offset } = event.image
      if (event.node === 'controller') {
        const before = durable
        durable = Math.max(durable, offset)
        return offset < before
          ? [`the controller's metadata ended at offset ${before} and now ends at ${offset}`]
          : undefined
      }
      return offset > durable
        ? [`${event.node} has metadata up to offset ${offset}, and the controller has made durable only ${durable}`]
        : undefined
    },
  }
}

/** What differs between two images of the same cluster; undefined when nothing does. */
export function imageDifference(one: MetadataImage, other: MetadataImage): string | undefined {
  if (one.offset !== other.offset) return `offset ${one.offset} and ${other.offset}`
  for (const key of Object.keys(one) as (keyof MetadataImage)[]) {
    const [a, b] = [canonical(one[key]), canonical(other[key])]
    if (a !== b) return `${key}: ${a} and ${b}`
  }
  return undefined
}

/** Maps in the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Map ? [...part].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)) : part,
  )
}
