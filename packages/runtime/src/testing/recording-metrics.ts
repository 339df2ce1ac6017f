import type { RenderedMetrics, ServerMetrics } from '../metrics.ts'
import { MetricsRegistry } from '../metrics-registry.ts'
import type { Clock } from '../time.ts'

/** Metrics for a test to look at. */
export class RecordingMetrics extends MetricsRegistry implements ServerMetrics {
  /** All samples, as `name{label="value"} 1`, without the quantiles. */
  get lines(): string[] {
    return [...this.snapshots()].flatMap(({ samples }) =>
      samples
        .filter(({ labels }) => labels.quantile === undefined)
        .map(({ name, labels, value }) => {
          const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`)
          return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`
        }),
    )
  }

  async render(): Promise<RenderedMetrics> {
    return { contentType: 'text/plain; charset=utf-8', body: `${this.lines.join('\n')}\n` }
  }
}

export function recordingMetrics(clock: Clock): RecordingMetrics {
  return new RecordingMetrics(clock)
}
