import type { Offload } from '../offload.ts'
import { nodeAsyncCodecs } from './codecs.ts'

/** libuv's pool has four threads by default, and cold reads and fdatasync need some of them. */
const JOBS_MAX = 2

type Queued = <T>(job: () => Promise<T>) => Promise<T>

/** Runs at most `jobsMax` jobs at once, the others in order of their arrival. */
export function jobQueue(jobsMax: number): Queued {
  const waiting: (() => void)[] = []
  let running = 0
  return async (job) => {
    if (running >= jobsMax) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await job()
    } finally {
      const next = waiting.shift()
      // The next job takes over this one's place, so the count stays.
      if (next === undefined) running--
      else next()
    }
  }
}

const queued = jobQueue(JOBS_MAX)

/** Compression in the thread pool of libuv. */
export const nodeOffload: Offload = {
  compress: (codec, input, level) => queued(() => nodeAsyncCodecs.compress(codec, input, level)),
  decompress: (codec, input, outputBytesMax) => queued(() => nodeAsyncCodecs.decompress(codec, input, outputBytesMax)),
}
