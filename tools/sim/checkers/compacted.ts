import { keyOfValue } from '../load/producer-load.ts'

/** Whether compaction may have taken the record: it is gone, and a later one of its key is there. Not a checker. */
export function supersededIn(
  values: ReadonlyMap<number, string>,
): (record: { readonly offset: number; readonly value: string }) => boolean {
  const last = new Map<string, number>()
  for (const [offset, value] of values) {
    const key = keyOfValue(value)
    last.set(key, Math.max(offset, last.get(key) ?? -1))
  }
  return ({ offset, value }) => !values.has(offset) && (last.get(keyOfValue(value)) ?? -1) > offset
}
