import { describe, expect, test } from '@jest/globals'
import { fetchFrom, lagOf, newFollower, stepFollower } from './follower.ts'
import type { FollowedLog, FollowerEffects, FollowerInput, FollowerState } from './follower-state.ts'

/**
 * Scenarios as text: `input => effects | phase log`, one step per line. The log is a list of epochs and where they begin:
 *   log 0..10 hw=8 1@0,2@4        offsets 0 to 9, epoch 1 from offset 0, epoch 2 from 4
 *   records 10 +5 hw=12 [start=] [first=]   an answer to the fetch from 10, with records up to 15 (of the epoch that `in=` says)
 *   diverging 10 1@6              the leader's epoch 1 ends at 6
 *   out-of-range 10 | refused 10 NOT_LEADER_OR_FOLLOWER | leader-start 20 | failed | done | rested
 * `done` does to the log what the work said.
 */
const SCENARIOS: Record<string, string> = {
  'appends what comes and takes over the high watermark, which is at most its own end': `
    log 0..10 hw=8 1@0,2@4            => ask 10 epoch 2
    records 10 +5 hw=12               => append
    done                              => hw=12 ask 15 epoch 2
    records 15 +5 hw=100              => append
    done                              => hw=20 ask 20 epoch 2`,
  'an answer without records moves the high watermark alone': `
    log 0..10 hw=8 1@0                => ask 10 epoch 1
    records 10 +0 hw=10               => hw=10 ask 10 epoch 1
    records 10 +0 hw=10               => ask 10 epoch 1`,
  'a leader whose high watermark lags takes nothing back that was readable here': `
    log 0..10 hw=8 1@0                => ask 10 epoch 1
    records 10 +0 hw=3                => ask 10 epoch 1
    records 10 +2 hw=3                => append
    done                              => ask 12 epoch 1`,
  'KIP-101, scenario 1: what is above the high watermark is kept when the histories agree': `
    log 0..2 hw=1 0@0                 => ask 2 epoch 0
    records 2 +0 hw=2                 => hw=2 ask 2 epoch 0`,
  'KIP-101, scenario 2: a record of the old leader gives way to that of the new one at the same offset': `
    log 0..2 hw=1 0@0                 => ask 2 epoch 0
    diverging 2 0@1                   => truncate 1
    done                              => ask 1 epoch 0
    records 1 +1 hw=2 in=1            => append
    done                              => hw=2 ask 2 epoch 1`,
  'KIP-279: logs that diverge over several epochs are cut again until they agree': `
    log 0..30 hw=5 1@0,2@10,4@20      => ask 30 epoch 4
    diverging 30 3@25                 => truncate 20
    done                              => ask 20 epoch 2
    diverging 20 1@8                  => truncate 8
    done                              => ask 8 epoch 1
    records 8 +4 hw=9                 => append
    done                              => hw=9 ask 12 epoch 1`,
  'KIP-279: an epoch that the leader does not know goes whole, though its end lies below': `
    log 0..20 hw=5 1@0,2@10           => ask 20 epoch 2
    diverging 20 1@15                 => truncate 10
    done                              => ask 10 epoch 1`,
  'a cut never goes by the high watermark, and one below it is told': `
    log 0..10 hw=8 1@0                => ask 10 epoch 1
    diverging 10 1@6                  => truncate 6 losing 2
    done                              => ask 6 epoch 1
    records 6 +0 hw=3                 => ask 6 epoch 1`,
  'a log that parts from its leader’s before its own start begins again there': `
    log 100..120 hw=110 5@100         => ask 120 epoch 5
    diverging 120 3@60                => restart 60 losing 50
    done                              => ask 60 epoch -1`,
  'a follower behind the start of its leader’s log begins again at that start': `
    log 0..10 hw=10 1@0               => ask 10 epoch 1
    out-of-range 10                   => ask-leader-start
    leader-start 50                   => restart 50
    done                              => ask 50 epoch -1
    records 50 +5 hw=55 start=50      => append
    done                              => hw=55 ask 55 epoch 2`,
  'an empty log ahead of its leader’s end begins again at the start': `
    log 100..100 hw=100               => ask 100 epoch -1
    out-of-range 100                  => ask-leader-start
    leader-start 0                    => restart 0 losing 100
    done                              => ask 0 epoch -1`,
  'out of range and yet inside: it rests, and is compared again': `
    log 0..10 hw=10 1@0               => ask 10 epoch 1
    out-of-range 10                   => ask-leader-start
    leader-start 0                    => rest 1
    rested                            => ask 10 epoch 1
    records 10 +0 hw=10               => ask 10 epoch 1`,
  'the leader’s start inside a batch: an empty log takes the batch whole, and starts where the leader does': `
    log 50..50 hw=50                  => ask 50 epoch -1
    records 50 +5 first=45 hw=55 start=50 => restart-and-append 45
    done                              => hw=55 start=50 ask 55 epoch 2`,
  'the leader’s start inside a batch of which other records are here: they give way': `
    log 0..50 hw=20 1@0               => ask 50 epoch 1
    records 50 +5 first=45 hw=55 start=50 => truncate 45
    done                              => ask 45 epoch 1
    out-of-range 45                   => ask-leader-start
    leader-start 50                   => restart 50
    done                              => ask 50 epoch -1
    records 50 +5 first=45 hw=55 start=50 => restart-and-append 45
    done                              => hw=55 start=50 ask 55 epoch 2`,
  'and nothing that was committed is lost: below its start the leader has deleted it': `
    log 0..50 hw=50 1@0               => ask 50 epoch 1
    records 50 +5 first=45 hw=55 start=50 => truncate 45
    done                              => ask 45 epoch 1`,
  'a batch of the leader that begins below where the log starts: the log begins again with it': `
    log 47..50 hw=50 1@47             => ask 50 epoch 1
    records 50 +5 first=45 hw=55 start=50 => restart 45
    done                              => ask 45 epoch -1
    out-of-range 45                   => ask-leader-start
    leader-start 50                   => restart 50
    done                              => ask 50 epoch -1
    records 50 +5 first=45 hw=55 start=50 => restart-and-append 45
    done                              => hw=55 start=50 ask 55 epoch 2`,
  'log start follows the leader, never above the high watermark': `
    log 0..10 hw=4 1@0                => ask 10 epoch 1
    records 10 +0 hw=4 start=3        => start=3 ask 10 epoch 1
    records 10 +0 hw=6 start=6        => hw=6 start=6 ask 10 epoch 1
    records 10 +0 hw=6 start=2        => ask 10 epoch 1`,
  'an answer to another offset than the log’s end is dropped: it was asked before a cut or an append': `
    log 0..10 hw=8 1@0                => ask 10 epoch 1
    records 8 +2 hw=10                => ask 10 epoch 1
    diverging 12 1@6                  => ask 10 epoch 1
    out-of-range 9                    => ask 10 epoch 1
    refused 9 NOT_LEADER_OR_FOLLOWER  => ask 10 epoch 1`,
  'nothing is taken while the log works': `
    log 0..10 hw=8 1@0                => ask 10 epoch 1
    records 10 +5 hw=12               => append
    records 10 +5 hw=12               => appending
    diverging 10 1@6                  => appending
    leader-start 50                   => appending
    done                              => hw=12 ask 15 epoch 1`,
  'failures rest longer each time, until an answer is taken': `
    log 0..10 hw=8 1@0                => ask 10 epoch 1
    refused 10 UNKNOWN_LEADER_EPOCH   => rest 1
    rested                            => ask 10 epoch 1
    refused 10 FENCED_LEADER_EPOCH    => rest 2
    rested                            => ask 10 epoch 1
    records 10 +0 hw=8                => ask 10 epoch 1
    refused 10 NOT_LEADER_OR_FOLLOWER => rest 1`,
  'a corrupt answer, or a full disk: the append failed, it is asked for again': `
    log 0..10 hw=8 1@0                => ask 10 epoch 1
    records 10 +5 hw=12               => append
    failed                            => rest 1
    rested                            => ask 10 epoch 1
    records 10 +5 hw=12               => append
    failed                            => rest 2
    rested                            => ask 10 epoch 1
    records 10 +5 hw=12               => append
    done                              => hw=12 ask 15 epoch 1
    refused 15 NOT_LEADER_OR_FOLLOWER => rest 1`,
  'a leader that contradicts itself is not cut after for ever': `
    log 0..10 hw=8 1@0                => ask 10 epoch 1
    diverging 10 1@10                 => rest 1
    rested                            => ask 10 epoch 1
    diverging 10 1@12                 => rest 2`,
}

describe('follower', () => {
  for (const [name, text] of Object.entries(SCENARIOS)) {
    test(name, () => {
      const lines = text.trim().split('\n')
      const run = new Scenario()
      const actual = lines.map((line) => {
        const input = line.split('=>')[0]!.trim()
        return `${input} => ${run.do(input)}`
      })
      expect(actual).toEqual(lines.map((line) => line.trim().replace(/\s+=>/, ' =>')))
    })
  }

  test('lag: committed records that are missing', () => {
    const state = newFollower()
    const log = new LogModel('0..10', 8, '1@0')
    expect(lagOf(state, log)).toBe(0)
    stepFollower(state, records({ fetchOffset: 10, highWatermark: 25 }), log)
    expect(lagOf(state, log)).toBe(15)
  })

  test('work that ends without having begun is a broken invariant', () => {
    expect(() => stepFollower(newFollower(), { kind: 'done' }, new LogModel('0..10', 8, '1@0'))).toThrow('work')
  })
})

function records(given: { fetchOffset: number; highWatermark: number }): FollowerInput {
  return { kind: 'records', sizeBytes: 0, firstOffset: -1, logStartOffset: 0, ...given }
}

class LogModel implements FollowedLog {
  logStartOffset: number
  logEndOffset: number
  highWatermark: number
  epochs: { leaderEpoch: number; startOffset: number }[]

  constructor(range: string, highWatermark: number, epochs: string) {
    const [start, end] = range.split('..').map(Number)
    this.logStartOffset = start!
    this.logEndOffset = end!
    this.highWatermark = highWatermark
    this.epochs = epochs.split(',').flatMap((entry) => {
      const [leaderEpoch, startOffset] = entry.split('@').map(Number)
      return startOffset === undefined ? [] : [{ leaderEpoch: leaderEpoch!, startOffset }]
    })
  }

  endOffsetForEpoch(leaderEpoch: number) {
    const latest = this.epochs.at(-1)?.leaderEpoch ?? -1
    if (leaderEpoch > latest) return undefined
    const above = this.epochs.findIndex((entry) => entry.leaderEpoch > leaderEpoch)
    if (above < 0) return { leaderEpoch, endOffset: this.logEndOffset }
    return {
      leaderEpoch: this.epochs[above - 1]?.leaderEpoch ?? leaderEpoch,
      endOffset: this.epochs[above]!.startOffset,
    }
  }

  leaderEpochAt(offset: number): number {
    return this.epochs.findLast(({ startOffset }) => startOffset <= offset)?.leaderEpoch ?? -1
  }

  append(count: number, leaderEpoch: number): void {
    if ((this.epochs.at(-1)?.leaderEpoch ?? -1) < leaderEpoch) {
      this.epochs.push({ leaderEpoch, startOffset: this.logEndOffset })
    }
    this.logEndOffset += count
  }

  cut(offset: number): void {
    this.logEndOffset = offset
    this.highWatermark = Math.min(this.highWatermark, offset)
    this.epochs = this.epochs.filter(({ startOffset }) => startOffset < offset)
  }

  restart(offset: number): void {
    this.logStartOffset = offset
    this.highWatermark = offset
    this.cut(offset)
    this.epochs = []
    this.highWatermark = offset
  }
}

class Scenario {
  readonly #state: FollowerState = newFollower()
  #log = new LogModel('0..0', 0, '')
  #work: () => void = () => undefined

  do(line: string): string {
    const [verb, ...words] = line.split(/\s+/)
    const given = Object.fromEntries(words.filter((word) => word.includes('=')).map((word) => word.split('=')))
    if (verb === 'log') {
      this.#log = new LogModel(words[0]!, Number(given.hw), words[2] ?? '')
      return this.#print({})
    }
    if (verb === 'done') this.#work()
    const input = inputOf(verb!, words, given)
    const effects = stepFollower(this.#state, input, this.#log)
    this.#note(effects, Number(words[1]), Number(given.in ?? this.#lastEpoch))
    return this.#print(effects)
  }

  get #lastEpoch(): number {
    return this.#log.epochs.at(-1)?.leaderEpoch ?? 2
  }

  /** What the broker would do. */
  #note({ highWatermark, logStartOffset, work }: FollowerEffects, count: number, epoch: number): void {
    const log = this.#log
    if (highWatermark !== undefined) log.highWatermark = highWatermark
    if (logStartOffset !== undefined) log.logStartOffset = logStartOffset
    if (work === undefined) return
    const end = log.logEndOffset + count
    switch (work.kind) {
      case 'append':
        this.#work = () => log.append(count, epoch)
        break
      case 'restart-and-append':
        this.#work = () => {
          log.restart(work.offset)
          log.append(end - work.offset, epoch)
        }
        break
      case 'truncate':
        this.#work = () => log.cut(work.offset)
        break
      case 'restart':
        this.#work = () => log.restart(work.offset)
    }
  }

  #print({ highWatermark, logStartOffset, work }: FollowerEffects): string {
    const words: string[] = []
    if (highWatermark !== undefined) words.push(`hw=${highWatermark}`)
    if (logStartOffset !== undefined) words.push(`start=${logStartOffset}`)
    if (work !== undefined) words.push(printWork(work))
    else if (this.#state.phase !== 'fetching') words.push(this.#state.phase)
    else words.push(`ask ${fetchFrom(this.#log).fetchOffset} epoch ${fetchFrom(this.#log).lastFetchedEpoch}`)
    return words.join(' ')
  }
}

function inputOf(verb: string, words: readonly string[], given: Record<string, string>): FollowerInput {
  const fetchOffset = Number(words[0])
  switch (verb) {
    case 'records':
      return {
        kind: 'records',
        fetchOffset,
        sizeBytes: Number(words[1]) * 100,
        firstOffset: Number(given.first ?? fetchOffset),
        highWatermark: Number(given.hw),
        logStartOffset: Number(given.start ?? 0),
      }
    case 'diverging': {
      const [leaderEpoch, endOffset] = words[1]!.split('@').map(Number)
      return { kind: 'diverging', fetchOffset, leaderEpoch: leaderEpoch!, endOffset: endOffset! }
    }
    case 'out-of-range':
      return { kind: 'out-of-range', fetchOffset }
    case 'refused':
      return { kind: 'refused', fetchOffset, error: words[1]! }
    case 'leader-start':
      return { kind: 'leader-start', logStartOffset: fetchOffset }
    case 'failed':
      return { kind: 'failed', error: 'CORRUPT_MESSAGE' }
    case 'done':
    case 'rested':
      return { kind: verb }
    default:
      throw new Error(`unknown input ${verb}`)
  }
}

function printWork(work: NonNullable<FollowerEffects['work']>): string {
  switch (work.kind) {
    case 'append':
    case 'ask-leader-start':
      return work.kind
    case 'restart-and-append':
      return `${work.kind} ${work.offset}`
    case 'truncate':
    case 'restart':
      return `${work.kind} ${work.offset}${work.lostCommitted > 0 ? ` losing ${work.lostCommitted}` : ''}`
    case 'rest':
      return `rest ${work.failures}`
  }
}
