import { describe, expect, test } from '@jest/globals'
import { hasEnoughReplicas, isHighWatermarkCurrent, newLeader, step } from './leader.ts'
import type { IsrAnswer, LeaderEffects, LeaderState, LeaderView } from './leader-state.ts'

/**
 * Scenarios as text: `input => effects isr`, one step per line. Broker 1 leads. Inputs:
 *   start epoch=5 replicas=1,2 isr=1,2 min=2 end=10 hw=4     eligible brokers are all replicas, broker n with epoch 100 + n
 *   append 12 | fetch 2 @12 [epoch=102] | answer refused | tick 500 | image pe=3 isr=1,2 [min= eligible= replicas=]
 * Time is moved by `at N:` before an input and stays.
 */
const LAG_TIME_MS = 1_000

const SCENARIOS: Record<string, string> = {
  'an ISR of one commits what it writes': `
    start replicas=1 isr=1 min=1 end=0 hw=0       => - committed 1
    append 3                                      => hw=3 committed 1
    append 3                                      => - committed 1
    append 7                                      => hw=7 committed 1`,
  'a new leader of one commits the log that it found': `
    start replicas=1 isr=1 min=1 end=10 hw=4      => hw=10 committed 1`,
  "min.insync.replicas above the number of replicas is the image's business: the effective value counts": `
    start replicas=1 isr=1 min=1 end=5 hw=5       => - committed 1
    append 6                                      => hw=6 committed 1`,
  'the slowest ISR member holds the high watermark': `
    start replicas=1,2,3 isr=1,2,3 min=2 end=0 hw=0 => - committed 1,2,3
    append 10                                     => - committed 1,2,3
    fetch 2 @10                                   => - committed 1,2,3
    fetch 3 @4                                    => hw=4 committed 1,2,3
    fetch 3 @10                                   => hw=10 committed 1,2,3`,
  'a member that has not fetched in this epoch holds it entirely': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=4  => - committed 1,2
    append 20                                     => - committed 1,2
    fetch 2 @15                                   => hw=15 committed 1,2`,
  'below the effective min ISR nothing advances': `
    start replicas=1,2,3 isr=1 min=2 end=5 hw=5   => - committed 1
    append 9                                      => - committed 1
    image pe=2 isr=1,2                            => - committed 1,2
    fetch 2 @9                                    => hw=9 committed 1,2`,
  'a lower min ISR in the image lets it advance': `
    start replicas=1,2 isr=1 min=2 end=5 hw=5     => - committed 1
    append 9                                      => - committed 1
    image pe=1 isr=1 min=1                        => hw=9 committed 1`,
  'it never falls, even when a replica goes back': `
    start replicas=1,2 isr=1,2 min=1 end=0 hw=0   => - committed 1,2
    append 10                                     => - committed 1,2
    fetch 2 @8                                    => hw=8 committed 1,2
    fetch 2 @3                                    => - committed 1,2
    image pe=2 isr=1 eligible=1                   => hw=10 committed 1
    image pe=3 isr=1,2                            => - committed 1,2`,
  'a replica that reached high watermark and epoch start is proposed': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @9                                    => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2`,
  'a change in flight counts the proposed member': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    append 15                                     => - expanding 1+2
    fetch 2 @12                                   => hw=12 expanding 1+2
    image pe=2 isr=1,2                            => - committed 1,2
    fetch 2 @15                                   => hw=15 committed 1,2`,
  'the start of the epoch counts, not only the high watermark (KIP-207)': `
    start replicas=1,2,3 isr=1,3 min=1 end=10 hw=4 => - committed 1,3
    fetch 2 @6                                    => - committed 1,3
    fetch 2 @10                                   => propose 1:101,3:-1,2:102 pe=1 expanding 1,3+2`,
  'a stale incarnation is never proposed (KIP-903)': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @10 epoch=99                          => - committed 1
    fetch 2 @10 epoch=102                         => propose 1:101,2:102 pe=1 expanding 1+2`,
  'a fenced replica is never proposed, and is once it is eligible again': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    image pe=1 isr=1 eligible=1                   => - committed 1
    fetch 2 @10                                   => - committed 1
    image pe=1 isr=1 eligible=1,2                 => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2`,
  'a broker that is no replica counts for nothing': `
    start replicas=1 isr=1 min=1 end=10 hw=10     => - committed 1
    fetch 7 @10                                   => - committed 1`,
  'one change at a time': `
    start replicas=1,2,3 isr=1 min=1 end=10 hw=10 => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    fetch 3 @10                                   => - expanding 1+2
    image pe=2 isr=1,2                            => - committed 1,2
    fetch 3 @10                                   => propose 1:101,2:102,3:103 pe=2 expanding 1,2+3`,
  'a laggard is shrunk away after the lag time and counts until the image says so': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=10 => - committed 1,2
    append 20                                     => - committed 1,2
    tick 1000                                     => - committed 1,2
    tick 1001                                     => propose 1:101 pe=1 shrinking 1,2-2
    append 30                                     => - shrinking 1,2-2
    image pe=2 isr=1                              => hw=30 committed 1`,
  'a member that has all stays, however long ago it fetched': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=10 => - committed 1,2
    fetch 2 @10                                   => - committed 1,2
    tick 90000                                    => - committed 1,2`,
  'under steady load a member stays by what the leader had at its last fetch': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=10 => - committed 1,2
    at 800: fetch 2 @9                            => - committed 1,2
    append 20                                     => - committed 1,2
    at 1500: fetch 2 @10                          => - committed 1,2
    append 30                                     => - committed 1,2
    tick 1700                                     => - committed 1,2
    tick 1801                                     => propose 1:101 pe=1 shrinking 1,2-2`,
  'a caught-up outsider is waited for, so that it can reach the high watermark': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    image pe=1 isr=1 eligible=1                   => - committed 1
    fetch 2 @10                                   => - committed 1
    image pe=1 isr=1 eligible=1,2                 => - committed 1
    append 20                                     => - committed 1
    fetch 2 @15                                   => hw=15 propose 1:101,2:102 pe=1 expanding 1+2`,
  'an outsider that stalls is not waited for longer than the lag time': `
    start replicas=1,2,3 isr=1 min=1 end=10 hw=10 => - committed 1
    fetch 3 @10                                   => propose 1:101,3:103 pe=1 expanding 1+3
    fetch 2 @10                                   => - expanding 1+3
    image pe=2 isr=1,3                            => - committed 1,3
    append 20                                     => - committed 1,3
    at 900: fetch 3 @20                           => - committed 1,3
    tick 1001                                     => hw=20 committed 1,3`,
  'refused: back to the committed ISR, and again only after the back-off': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    at 100: answer refused                        => - committed 1
    at 1099: fetch 2 @10                          => - committed 1
    at 1100: fetch 2 @10                          => propose 1:101,2:102 pe=1 expanding 1+2`,
  'no answer: it stays in flight and is repeated': `
    start replicas=1,2 isr=1 min=1 end=10 hw=10   => - committed 1
    fetch 2 @10                                   => propose 1:101,2:102 pe=1 expanding 1+2
    answer unknown                                => propose 1:101,2:102 pe=1 expanding 1+2
    append 20                                     => - expanding 1+2`,
  'applied and stale: only the image ends it': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=10 => - committed 1,2
    append 20                                     => - committed 1,2
    tick 2000                                     => propose 1:101 pe=1 shrinking 1,2-2
    answer applied                                => - shrinking 1,2-2
    answer stale                                  => - shrinking 1,2-2
    image pe=1 isr=1,2                            => - shrinking 1,2-2
    image pe=2 isr=1                              => hw=20 committed 1
    answer refused                                => - committed 1`,
  'a replica that leaves the assignment is forgotten': `
    start replicas=1,2 isr=1,2 min=1 end=10 hw=10 => - committed 1,2
    append 20                                     => - committed 1,2
    image pe=2 isr=1 replicas=1                   => hw=20 committed 1
    fetch 2 @20                                   => - committed 1`,
}

describe('leader', () => {
  for (const [name, text] of Object.entries(SCENARIOS)) {
    test(name, () => {
      const lines = text.trim().split('\n')
      const run = new Scenario()
      const actual = lines.map((line) => {
        const input = line.split('=>')[0]!.trim()
        return `${input.padEnd(46)}=> ${run.do(input)}`
      })
      expect(actual).toEqual(lines.map(align))
    })
  }

  test('a new leader is not current before its high watermark reaches the start of its epoch', () => {
    const { state } = newLeader({
      ...START,
      view: view({ replicas: '1,2', isr: '1,2' }),
      logEndOffset: 10,
      highWatermark: 4,
    })
    expect(isHighWatermarkCurrent(state)).toBe(false)
    step(state, { kind: 'fetched', replica: 2, brokerEpoch: 102, fetchOffset: 9, nowMs: 0 })
    expect(isHighWatermarkCurrent(state)).toBe(false)
    step(state, { kind: 'fetched', replica: 2, brokerEpoch: 102, fetchOffset: 10, nowMs: 0 })
    expect(isHighWatermarkCurrent(state)).toBe(true)
  })

  test('has enough replicas by the committed ISR alone', () => {
    const { state } = newLeader({ ...START, view: view({ replicas: '1,2', isr: '1', min: '2' }) })
    expect(hasEnoughReplicas(state)).toBe(false)
    step(state, { kind: 'fetched', replica: 2, brokerEpoch: 102, fetchOffset: 0, nowMs: 0 })
    expect(state.isr.kind).toBe('expanding')
    expect(hasEnoughReplicas(state)).toBe(false)
    step(state, { kind: 'image', view: view({ replicas: '1,2', isr: '1,2', min: '2', pe: '2' }) })
    expect(hasEnoughReplicas(state)).toBe(true)
  })

  test('another leader epoch, or a log that became shorter, is a broken invariant', () => {
    const { state } = newLeader({
      ...START,
      logEndOffset: 5,
      highWatermark: 5,
      view: view({ replicas: '1', isr: '1' }),
    })
    expect(() =>
      step(state, { kind: 'image', view: { ...view({ replicas: '1', isr: '1' }), leaderEpoch: 6 } }),
    ).toThrow('another leader epoch')
    expect(() => step(state, { kind: 'appended', logEndOffset: 4 })).toThrow('never truncates')
    expect(() => newLeader({ ...START, logEndOffset: 1, highWatermark: 2, view: view({}) })).toThrow('high watermark')
  })
})

const START = { brokerId: 1, logEndOffset: 0, highWatermark: 0, lagTimeMaxMs: LAG_TIME_MS, nowMs: 0 }

class Scenario {
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
    switch (verb) {
      case 'start':
        return this.start(given)
      case 'append':
        return step(this.state!, { kind: 'appended', logEndOffset: Number(words[0]) })
      case 'fetch': {
        const replica = Number(words[0])
        const brokerEpoch = Number(given.epoch ?? 100 + replica)
        const fetchOffset = Number(words[1]!.slice(1))
        return step(this.state!, { kind: 'fetched', replica, brokerEpoch, fetchOffset, nowMs: this.nowMs })
      }
      case 'answer':
        return step(this.state!, { kind: 'isr-answer', answer: words[0] as IsrAnswer, nowMs: this.nowMs })
      case 'tick':
        this.nowMs = Number(words[0])
        return step(this.state!, { kind: 'tick', nowMs: this.nowMs })
      case 'image':
        this.min = given.min ?? this.min
        this.replicas = given.replicas ?? this.replicas
        return step(this.state!, { kind: 'image', view: view({ ...given, replicas: this.replicas, min: this.min }) })
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

function view(given: Record<string, string>): LeaderView {
  const replicas = ids(given.replicas ?? '1')
  const eligible = given.eligible === undefined ? replicas : ids(given.eligible)
  return {
    leaderEpoch: 5,
    partitionEpoch: Number(given.pe ?? 1),
    replicas,
    isr: ids(given.isr ?? '1'),
    effectiveMinIsr: Number(given.min ?? 1),
    eligible: new Map(eligible.map((id) => [id, 100 + id])),
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
