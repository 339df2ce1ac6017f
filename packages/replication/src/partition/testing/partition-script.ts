/**
 * Scenarios of one partition with a leader and its followers as text: `input => logs`, one step per line. Both state machines run
 * over logs of single records. Inputs:
 *   lead 1 epoch=5 isr=1,2 [min=1]   broker 1 leads, every other broker that is up follows it; but for
 *          [deaf=3]                  the broker that does not hear of it, until
 *   hear 3
 *   isr 1,2                          the metadata has another ISR in the same leader epoch
 *   write a b                        the leader appends records
 *   fetch 2                          broker 2 fetches once, and does what the answer tells it
 *   ask 2 | take 2                   the same in two steps: between them the answer is on its way
 *   down 1 | up 1 [hw=0] [loses=1]   a broker stops; comes back, perhaps with an old high watermark, or without its last records
 * A log is shown with its high watermark: `1=a|b` has a committed. An ISR that is proposed is shown behind, an input that is
 * refused as its error.
 */
import { fetchFrom, newFollower, stepFollower } from '../follower.ts'
import type { FetchFrom, FollowedLog, FollowerEffects, FollowerInput, FollowerState } from '../follower-state.ts'
import { newLeader, step } from '../leader.ts'
import type { LeaderEffects, LeaderInput, LeaderState, LeaderView } from '../leader-state.ts'

interface Record {
  readonly epoch: number
  readonly value: string
}

class Log implements FollowedLog {
  readonly logStartOffset = 0
  records: Record[] = []
  highWatermark = 0
  /** Of a leader that has not written yet. */
  latestEpoch = -1

  get logEndOffset(): number {
    return this.records.length
  }

  leaderEpochAt(offset: number): number {
    return this.records[offset]?.epoch ?? -1
  }

  endOffsetForEpoch(leaderEpoch: number): { leaderEpoch: number; endOffset: number } | undefined {
    const starts = this.#epochStarts()
    const latest = starts.at(-1)?.epoch ?? -1
    if (leaderEpoch < 0 || leaderEpoch > latest) return undefined
    if (leaderEpoch === latest) return { leaderEpoch, endOffset: this.logEndOffset }
    const above = starts.findIndex(({ epoch }) => epoch > leaderEpoch)
    return { leaderEpoch: starts[above - 1]?.epoch ?? leaderEpoch, endOffset: starts[above]!.start }
  }

  #epochStarts(): { epoch: number; start: number }[] {
    const starts = this.records.flatMap(({ epoch }, start) =>
      this.records[start - 1]?.epoch === epoch ? [] : [{ epoch, start }],
    )
    if (this.latestEpoch > (starts.at(-1)?.epoch ?? -1)) {
      starts.push({ epoch: this.latestEpoch, start: this.logEndOffset })
    }
    return starts
  }

  cut(offset: number): void {
    this.records.length = offset
    this.highWatermark = Math.min(this.highWatermark, offset)
    this.latestEpoch = this.records.at(-1)?.epoch ?? -1
  }

  toString(): string {
    const values = this.records.map(({ value }) => value)
    return [...values.slice(0, this.highWatermark), '|', ...values.slice(this.highWatermark)].join('')
  }
}

type Answer = { readonly input: FollowerInput; readonly records: readonly Record[] }

interface Broker {
  readonly log: Log
  isUp: boolean
  leading: LeaderState | undefined
  following: FollowerState | undefined
  /** The leader epoch that it knows. */
  epoch: number
  /** Its broker epoch: another one in each life. */
  incarnation: number
  answer: Answer | undefined
}

/** Runs the script; `actual` is the same text with what really came out. */
export function runPartitionScript(text: string): { actual: string[]; expected: string[] } {
  const lines = text.trim().split('\n')
  const run = new PartitionScript()
  const pairs = lines.map((line) => line.split('=>').map((part) => part.trim()))
  const show = (input: string, logs: string) => `${input.padEnd(30)}=> ${logs}`
  return {
    actual: pairs.map(([input]) => show(input!, run.do(input!))),
    expected: pairs.map(([input, logs]) => show(input!, logs!)),
  }
}

class PartitionScript {
  readonly #brokers = new Map([1, 2, 3].map((id): [number, Broker] => [id, newBroker()]))
  #leader = 0
  #partitionEpoch = 0
  #view: LeaderView | undefined
  #told = ''

  do(line: string): string {
    const [verb, ...words] = line.split(/\s+/)
    const given = new Map(words.filter((word) => word.includes('=')).map((word) => word.split('=') as [string, string]))
    this.#told = ''
    this.#input(verb!, words, given)
    const logs = [...this.#brokers].filter(([, { log, isUp }]) => isUp || log.logEndOffset > 0)
    return [...logs.map(([id, { log, isUp }]) => `${id}${isUp ? '=' : '#'}${log}`), this.#told].join(' ').trim()
  }

  #input(verb: string, words: readonly string[], given: ReadonlyMap<string, string>): void {
    const id = Number(words[0])
    switch (verb) {
      case 'lead':
        this.#lead(id, given)
        break
      case 'hear':
        this.#begin(id, this.#view!.leaderEpoch)
        break
      case 'isr':
        this.#image({ partitionEpoch: this.#partitionEpoch + 1, isr: words[0]!.split(',').map(Number) })
        break
      case 'write':
        this.#write(words)
        break
      case 'fetch':
        this.#ask(id)
        this.#take(id)
        break
      case 'ask':
        this.#ask(id)
        break
      case 'take':
        this.#take(id)
        break
      case 'down':
        this.#brokers.set(id, this.#nextLife(id, false))
        this.#image({})
        break
      case 'up':
        this.#up(id, given)
        break
      default:
        throw new Error(`unknown input ${verb}`)
    }
  }

  #of(id: number): Broker {
    return this.#brokers.get(id)!
  }

  #lead(id: number, given: ReadonlyMap<string, string>): void {
    const leaderEpoch = Number(given.get('epoch'))
    this.#leader = id
    this.#partitionEpoch += 1
    this.#view = {
      leaderEpoch,
      partitionEpoch: this.#partitionEpoch,
      replicas: [1, 2, 3],
      isr: given.get('isr')!.split(',').map(Number),
      effectiveMinIsr: Number(given.get('min') ?? 1),
      eligible: this.#eligible(),
    }
    const deaf = Number(given.get('deaf') ?? 0)
    for (const [each, broker] of this.#brokers) if (broker.isUp && each !== deaf) this.#begin(each, leaderEpoch)
  }

  #eligible(): ReadonlyMap<number, number> {
    return new Map([...this.#brokers].filter(([, { isUp }]) => isUp).map(([id, { incarnation }]) => [id, incarnation]))
  }

  #begin(id: number, leaderEpoch: number): void {
    const broker = this.#of(id)
    Object.assign(broker, { leading: undefined, following: undefined, epoch: leaderEpoch })
    if (id !== this.#leader) {
      broker.following = newFollower()
      return
    }
    const { log } = broker
    log.latestEpoch = leaderEpoch
    const { logEndOffset, highWatermark } = log
    const start = { brokerId: id, view: this.#view!, logEndOffset, highWatermark, lagTimeMaxMs: 1_000, nowMs: 0 }
    const { state, effects } = newLeader(start)
    broker.leading = state
    this.#perform(effects)
  }

  #image(change: Partial<LeaderView>): void {
    if (this.#view === undefined) return
    this.#view = { ...this.#view, ...change, eligible: this.#eligible() }
    this.#partitionEpoch = this.#view.partitionEpoch
    const { leading } = this.#of(this.#leader)
    if (leading?.leaderEpoch === this.#view.leaderEpoch) this.#step({ kind: 'image', view: this.#view, nowMs: 0 })
  }

  #write(values: readonly string[]): void {
    const { log, leading } = this.#of(this.#leader)
    log.records.push(...values.map((value) => ({ epoch: leading!.leaderEpoch, value })))
    this.#step({ kind: 'appended', logEndOffset: log.logEndOffset, nowMs: 0 })
  }

  #step(input: LeaderInput): void {
    this.#perform(step(this.#of(this.#leader).leading!, input))
  }

  #perform({ highWatermark, propose }: LeaderEffects): void {
    if (highWatermark !== undefined) this.#of(this.#leader).log.highWatermark = highWatermark
    if (propose !== undefined) this.#told = `proposes ${propose.isr.map(({ brokerId }) => brokerId).join(',')}`
  }

  #ask(id: number): void {
    const broker = this.#of(id)
    broker.answer = this.#judge(id, broker.epoch, fetchFrom(broker.log))
  }

  /** What the broker around a leader does with a replica's Fetch. */
  #judge(replica: number, epoch: number, { fetchOffset, lastFetchedEpoch }: FetchFrom): Answer {
    const { log, leading } = this.#of(this.#leader)
    const refuse = (error: string): Answer => {
      this.#told = error
      return { input: { kind: 'refused', fetchOffset, error }, records: [] }
    }
    if (leading === undefined) return refuse('NOT_LEADER')
    if (epoch !== leading.leaderEpoch) return refuse(epoch < leading.leaderEpoch ? 'FENCED' : 'UNKNOWN')
    const end = lastFetchedEpoch < 0 ? undefined : log.endOffsetForEpoch(lastFetchedEpoch)
    if (end !== undefined && (end.leaderEpoch < lastFetchedEpoch || end.endOffset < fetchOffset)) {
      return { input: { kind: 'diverging', fetchOffset, ...end }, records: [] }
    }
    if (fetchOffset > log.logEndOffset) return { input: { kind: 'out-of-range', fetchOffset }, records: [] }
    const logStartOffset = 0
    const brokerEpoch = this.#of(replica).incarnation
    this.#step({ kind: 'fetched', replica, brokerEpoch, fetchOffset, logStartOffset, nowMs: 0 })
    const records = log.records.slice(fetchOffset)
    const { highWatermark } = log
    const sizeBytes = records.length
    return {
      input: { kind: 'records', fetchOffset, sizeBytes, firstOffset: fetchOffset, highWatermark, logStartOffset },
      records,
    }
  }

  #take(id: number): void {
    const { following, answer, log } = this.#of(id)
    if (following === undefined || answer === undefined) return
    this.#follow(id, stepFollower(following, answer.input, log), answer.records)
  }

  #follow(id: number, { highWatermark, work }: FollowerEffects, records: readonly Record[]): void {
    const { following, log } = this.#of(id)
    if (highWatermark !== undefined) log.highWatermark = highWatermark
    switch (work?.kind) {
      case undefined:
        return
      case 'append':
        log.records.push(...records)
        log.latestEpoch = log.records.at(-1)!.epoch
        break
      case 'truncate':
      case 'restart':
        log.cut(work.offset)
        break
      case 'rest':
        this.#follow(id, stepFollower(following!, { kind: 'rested' }, log), [])
        return
      default:
        throw new Error(`${work?.kind} has no place in these scenarios`)
    }
    this.#follow(id, stepFollower(following!, { kind: 'done' }, log), [])
  }

  #nextLife(id: number, isUp: boolean): Broker {
    const { log, incarnation } = this.#of(id)
    return { ...newBroker(), log, isUp, incarnation: incarnation + 1 }
  }

  #up(id: number, given: ReadonlyMap<string, string>): void {
    const { log } = this.#of(id)
    log.cut(log.logEndOffset - Number(given.get('loses') ?? 0))
    log.highWatermark = Math.min(log.highWatermark, Number(given.get('hw') ?? log.highWatermark))
    this.#brokers.set(id, this.#nextLife(id, true))
    this.#begin(id, this.#view!.leaderEpoch)
    this.#image({})
  }
}

function newBroker(): Broker {
  const nothing = { leading: undefined, following: undefined, answer: undefined }
  return { log: new Log(), isUp: true, epoch: -1, incarnation: 0, ...nothing }
}
