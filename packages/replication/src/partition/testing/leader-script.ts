/**
 * Scenarios of a leader as text: `input => effects isr`, one step per line. Broker 1 leads, in leader epoch 5. Inputs:
 *   start replicas=1,2 isr=1,2 min=2 end=10 hw=4 [epoch=5]   eligible brokers are all replicas, broker n with epoch 100 + n
 *   append 12 | fetch 2 @12 [epoch=102] | answer refused [pe=1] | tick 500 | image pe=3 isr=1,2 [min= eligible= replicas=]
 * An eligible broker may be given with another epoch: eligible=1,2:202. Time is moved by `at N:` before an input and stays.
 */
import { newLeader, step } from '../leader.ts'
import type { IsrAnswer, LeaderEffects, LeaderState, LeaderView } from '../leader-state.ts'

export const LAG_TIME_MS = 1_000

export const START = { brokerId: 1, logEndOffset: 0, highWatermark: 0, lagTimeMaxMs: LAG_TIME_MS, nowMs: 0 }

/** Runs the script; `actual` is the same text with what really came out. */
export function runLeaderScript(text: string): { actual: string[]; expected: string[] } {
  const lines = text.trim().split('\n')
  const run = new LeaderScript()
  const actual = lines.map((line) => {
    const input = line.split('=>')[0]!.trim()
    return `${input.padEnd(46)}=> ${run.do(input)}`
  })
  return { actual, expected: lines.map(align) }
}

class LeaderScript {
  state: LeaderState | undefined
  nowMs = 0
  replicas = ''
  min = '1'

  do(line: string): string {
    const timed = /^at (\d+): (.*)$/.exec(line)
    if (timed !== null) this.nowMs = Number(timed[1])
    const effects = this.input(timed === null ? line : timed[2]!)
    return `${printEffects(effects)} ${printIsr(this.state!)}`
  }

  input(line: string): LeaderEffects {
    const [verb, ...words] = line.split(/\s+/)
    const given = Object.fromEntries(words.filter((word) => word.includes('=')).map((word) => word.split('=')))
    const { nowMs } = this
    switch (verb) {
      case 'start':
        return this.start(given)
      case 'append':
        return step(this.state!, { kind: 'appended', logEndOffset: Number(words[0]), nowMs })
      case 'fetch': {
        const replica = Number(words[0])
        const brokerEpoch = Number(given.epoch ?? 100 + replica)
        const fetchOffset = Number(words[1]!.slice(1))
        return step(this.state!, { kind: 'fetched', replica, brokerEpoch, fetchOffset, logStartOffset: 0, nowMs })
      }
      case 'answer':
        return step(this.state!, {
          kind: 'isr-answer',
          answer: words[0] as IsrAnswer,
          partitionEpoch: Number(given.pe ?? this.state!.partitionEpoch),
          nowMs,
        })
      case 'tick':
        this.nowMs = Number(words[0])
        return step(this.state!, { kind: 'tick', nowMs: this.nowMs })
      case 'image':
        this.min = given.min ?? this.min
        this.replicas = given.replicas ?? this.replicas
        return step(this.state!, {
          kind: 'image',
          view: view({ ...given, replicas: this.replicas, min: this.min }),
          nowMs,
        })
      default:
        throw new Error(`unknown input ${line}`)
    }
  }

  start(given: Record<string, string>): LeaderEffects {
    this.replicas = given.replicas!
    this.min = given.min!
    const { state, effects } = newLeader({
      ...START,
      view: view(given),
      logEndOffset: Number(given.end),
      highWatermark: Number(given.hw),
    })
    this.state = state
    return effects
  }
}

export function view(given: Record<string, string>): LeaderView {
  const replicas = ids(given.replicas ?? '1')
  const eligible = (given.eligible ?? given.replicas ?? '1').split(',').map((word): [number, number] => {
    const [id, epoch] = word.split(':').map(Number)
    return [id!, epoch ?? 100 + id!]
  })
  return {
    leaderEpoch: 5,
    partitionEpoch: Number(given.pe ?? 1),
    replicas,
    isr: ids(given.isr ?? '1'),
    effectiveMinIsr: Number(given.min ?? 1),
    eligible: new Map(eligible),
  }
}

function ids(text: string): number[] {
  return text.split(',').map(Number)
}

function printEffects({ highWatermark, propose }: LeaderEffects): string {
  const words: string[] = []
  if (highWatermark !== undefined) words.push(`hw=${highWatermark}`)
  if (propose !== undefined) {
    const members = propose.isr.map(({ brokerId, brokerEpoch }) => `${brokerId}:${brokerEpoch}`)
    words.push(`propose ${members.join(',')} pe=${propose.partitionEpoch}`)
  }
  return words.length === 0 ? '-' : words.join(' ')
}

function printIsr({ isr }: LeaderState): string {
  switch (isr.kind) {
    case 'committed':
      return `committed ${isr.isr.join(',')}`
    case 'expanding':
      return `expanding ${isr.isr.join(',')}+${isr.adding}`
    case 'shrinking':
      return `shrinking ${isr.isr.join(',')}-${isr.removing.join(',')}`
  }
}

function align(line: string): string {
  const [input, expected] = line.split('=>')
  return `${input!.trim().padEnd(46)}=> ${expected!.trim()}`
}
