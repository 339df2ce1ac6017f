/**
 * The results of an asynchronous function for each item, in their order, with no more than `limit` of them under way at a time. Once `closed` is
 * aborted no further ones are begun and the whole rejects, as it does when one rejects.
 */
export async function atMost<T, R>(
  items: readonly T[],
  { limit, closed }: { readonly limit: number; readonly closed: AbortSignal },
  call: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length)
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      closed.throwIfAborted()
      const index = next++
      results[index] = await call(items[index]!)
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  return results
}
