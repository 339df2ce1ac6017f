import { type Admin, type ListedPartition, type TopicPartition, unwrap } from '@ottla/client'
import { Cluster } from '@ottla/client/internal'
import { delay, type Runtime } from '@ottla/runtime'
import { clientOptionsOf, withAdmin } from '../connect/connect-options.ts'
import { partitionName } from '../names/partition-json.ts'
import { byName, topicFilter } from '../names/topic-filter.ts'
import { reporting, ToolError } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { guarded, parseArguments } from '../tool/usage.ts'
import { compareReplicas } from './compare.ts'
import { checkOptions, command, NAME, type VerificationOptions } from './options.ts'
import { type Compared, fetchReplicas, type ReplicaAnswer } from './replicas.ts'

/** kafka-replica-verification, ReplicaVerificationTool. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<VerificationOptions>(command(), args, io)
    checkOptions(options)
    return reporting('', io, async () => {
      const partitions = await withAdmin(options, io, (admin) => startOf(admin, options))
      const runtime = await io.runtime()
      await using cluster = new Cluster(runtime, await clientOptionsOf(options, io))
      // Not just returned: the connections are closed when this function is left.
      return await new Verification({ cluster, runtime, options, io }, partitions).run()
    })
  })
}

const LATEST = -1
const EARLIEST = -2

/** Between two rounds that have brought nothing. */
const PAUSE_MS = 100

/** The partitions that are to be compared, each from its first offset on. */
async function startOf(admin: Admin, options: VerificationOptions): Promise<Compared[]> {
  const matches = topicFilter(options.topicsInclude)
  const names = (await admin.listTopics()).map(({ name }) => name).filter(matches)
  if (names.length === 0) throw new ToolError(`No topics found that match ${options.topicsInclude}.`)
  const described = await admin.describeTopics(names.sort(byName))
  const found = [...described].flatMap(([topic, outcome]) =>
    unwrap(outcome).partitions.map(({ partition, replicas }) => ({ topic, partition, replicas })),
  )
  const starts = await offsets(admin, found, options.time ?? (options.once ? EARLIEST : LATEST))
  const ends = await offsets(admin, found, LATEST)
  return found.map((partition, index) => {
    const end = ends[index]!
    // No record is that late: the comparison begins at the end.
    const offset = starts[index] === -1 ? end : starts[index]!
    return { ...partition, offset, end, highWatermark: end, isTornApart: false }
  })
}

async function offsets(admin: Admin, partitions: readonly TopicPartition[], timestamp: number): Promise<number[]> {
  const listed = await admin.listOffsets(partitions.map(({ topic, partition }) => ({ topic, partition, timestamp })))
  return listed.map(({ outcome }: ListedPartition) => unwrap(outcome).offset)
}

interface Surroundings {
  readonly cluster: Cluster
  readonly runtime: Runtime
  readonly options: VerificationOptions
  readonly io: Io
}

/** Rounds of one Fetch per broker, until it is interrupted; with `--once`, until all is compared or nothing moves any more. */
class Verification {
  readonly #around: Surroundings
  readonly #partitions: readonly Compared[]
  #differences = 0
  /** Why partitions stand still, by name, since the last report. */
  readonly #reasons = new Map<string, string>()

  constructor(around: Surroundings, partitions: readonly Compared[]) {
    this.#around = around
    this.#partitions = partitions
  }

  async run(): Promise<number> {
    const { options, runtime, io } = this.#around
    const interrupted = io.interrupted()
    this.#say('verification process is started')
    let reportedAtMs = runtime.clock.monotonic()
    let movedAtMs = reportedAtMs
    while (!interrupted.aborted && !this.#isDone()) {
      const isMoving = await this.#round()
      const nowMs = runtime.clock.monotonic()
      if (isMoving) movedAtMs = nowMs
      else await delay(runtime.timers, PAUSE_MS)
      if (options.once && nowMs - movedAtMs >= options.reportIntervalMs) return this.#gaveUp()
      if (nowMs - reportedAtMs < options.reportIntervalMs) continue
      this.#report()
      reportedAtMs = nowMs
    }
    this.#report()
    return this.#differences > 0 ? 1 : 0
  }

  #isDone(): boolean {
    return this.#around.options.once === true && this.#open().length === 0
  }

  /** The partitions that there is something to compare of. */
  #open(): Compared[] {
    const { once } = this.#around.options
    return this.#partitions.filter(({ isTornApart, offset, end }) => !isTornApart && !(once && offset >= end))
  }

  /** Whether anything was compared. */
  async #round(): Promise<boolean> {
    const { cluster, options } = this.#around
    const open = this.#open()
    const answers = await fetchReplicas(cluster, open, options)
    let isMoving = false
    for (const partition of open) {
      const before = partition.offset
      this.#compare(partition, answers.get(partitionName(partition)) ?? [])
      isMoving ||= partition.offset > before
    }
    return isMoving
  }

  #compare(partition: Compared, answers: readonly ReplicaAnswer[]): void {
    const name = partitionName(partition)
    const failed = answers.flatMap((answer) => (answer.ok ? [] : [answer.why]))
    if (failed.length > 0 || answers.length < partition.replicas.length) {
      this.#reasons.set(name, failed.join(', ') || 'not all replicas have answered')
      return
    }
    this.#reasons.delete(name)
    const replicas = answers.flatMap((answer) => (answer.ok ? [answer.value] : []))
    const { verifiedTo, findings, isTornApart } = compareReplicas(name, partition.offset, replicas)
    for (const finding of findings) this.#say(finding)
    this.#differences += findings.length
    partition.offset = verifiedTo
    partition.isTornApart = isTornApart
    partition.highWatermark = Math.max(...replicas.map(({ highWatermark }) => highWatermark))
  }

  /** The line of Apache's tool, and why partitions stand still. */
  #report(): void {
    const lag = ({ highWatermark, offset }: Compared) => highWatermark - offset
    const [first, ...others] = this.#partitions
    if (first === undefined) return
    const worst = others.reduce((most, partition) => (lag(partition) > lag(most) ? partition : most), first)
    this.#say(
      `max lag is ${Math.max(0, lag(worst))} for partition ${partitionName(worst)} at offset ${worst.offset} among ${this.#partitions.length} partitions`,
    )
    for (const [name, why] of this.#reasons) this.#around.io.err.line(`partition ${name}: ${why}`)
    this.#reasons.clear()
    void this.#around.io.out.drained()
  }

  #gaveUp(): never {
    this.#report()
    const names = this.#open().map(
      (partition) => `${partitionName(partition)} at offset ${partition.offset} of ${partition.end}`,
    )
    throw new ToolError(`not compared to the end: ${names.join(', ')}`)
  }

  #say(text: string): void {
    const { runtime, io } = this.#around
    io.out.line(`${timeText(new Date(runtime.clock.now()))}: ${text}`)
  }
}

/** `2026-11-21 14:05:46,244`, in the time zone of the machine. */
function timeText(time: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-')
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')
  return `${day} ${clock},${String(time.getMilliseconds()).padStart(3, '0')}`
}
