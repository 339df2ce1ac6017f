/** Milliseconds that answers took, and what is said of them. */
export class Latencies {
  #values: number[] = []

  note(ms: number): void {
    this.#values.push(ms)
  }

  clear(): void {
    this.#values = []
  }

  get summary(): LatencySummary {
    const sorted = Float64Array.from(this.#values).sort()
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
    return { count: sorted.length, medianMs: at(0.5), p99Ms: at(0.99), worstMs: at(1) }
  }
}

export interface LatencySummary {
  readonly count: number
  readonly medianMs: number
  readonly p99Ms: number
  readonly worstMs: number
}
