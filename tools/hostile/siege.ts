/** All attacks, one after the other, on one broker, with a healthy client beside them. */
import { encodeBatch } from '@ottla/protocol'
import { type Attack, type Battlefield, pause } from './attack.ts'
import { bombs, lyingBatches } from './attacks/batches.ts'
import { deafReaders, drip, emptyPromises, halfFrames, wrongSizes } from './attacks/frames.ts'
import {
  countlessGroups,
  hugeMembers,
  lostMembers,
  pendingMembers,
  untakenOffsets,
  waitingSyncs,
} from './attacks/groups.ts'
import { badNames } from './attacks/names.ts'
import { endlessWaits, requestsBehindWaits, sessionFlood, tinyRequests, untakenAnswers } from './attacks/readers.ts'
import { hugeCounts, mutatedRequests } from './attacks/requests.ts'
import { createTopic, produce, servedApis } from './calls.ts'
import { HealthyClient } from './healthy-client.ts'
import { Peer } from './peer.ts'
import { SeededNumbers } from './random.ts'
import { Target } from './target.ts'

export interface SiegeOptions {
  /** For the attacks that have no end of their own, together. */
  readonly seconds: number
  readonly seed: number
  readonly scale: number
  /** Only attacks whose names contain it. */
  readonly only?: string | undefined
  /** Called after each attack. */
  readonly onReport?: (report: AttackReport) => void
}

export interface AttackReport {
  readonly name: string
  readonly connections: number
  readonly answered: number
  readonly closed: number
  readonly healthyRounds: number
  readonly healthyP99Ms: number
  readonly peakBytes: number
  readonly violations: readonly string[]
}

export interface SiegeResult {
  readonly reports: readonly AttackReport[]
  readonly idleBytes: number
  /** After the attacks, when all connections are closed. */
  readonly restBytes: number
  /** What concerns no single attack. */
  readonly violations: readonly string[]
}

const TOPICS = { plain: 'plain', recompressed: 'recompressed', compacted: 'compacted', ballast: 'ballast' }
const PATIENCE_MS = 20_000
const REST_MS = 10_000
const BALLAST_BATCHES = 16
const BALLAST_BYTES = 512 * 1024

export async function besiege({ seconds, seed, scale, only = '', onReport }: SiegeOptions): Promise<SiegeResult> {
  await using target = await Target.start()
  const idleBytes = target.residentBytes
  const peer = await Peer.open(target.port)
  await prepare(peer)
  const attacks = allAttacks().filter(({ name }) => name.includes(only))
  const healthy = await HealthyClient.start(target.port)
  const field: Battlefield = {
    port: target.port,
    apis: await servedApis(peer),
    random: new SeededNumbers(seed),
    durationMs: (seconds * 1000) / attacks.length,
    patienceMs: PATIENCE_MS,
    scale,
  }
  const reports: AttackReport[] = []
  for (const attack of attacks) {
    const report = await runOne(attack, { field, target, healthy })
    reports.push(report)
    onReport?.(report)
    if (!target.isRunning) break
  }
  await healthy.stop()
  peer.close()
  await pause(REST_MS * scale)
  const restBytes = target.residentBytes
  const violations = [...healthy.failures, ...target.strangers().map((name) => `a file that should not be: ${name}`)]
  if (!target.isRunning) violations.push(`the broker has ended:\n${target.output.slice(-2000)}`)
  else if ((await target.stop()) !== 0) violations.push('the broker did not stop cleanly')
  return { reports, idleBytes, restBytes, violations }
}

function allAttacks(): Attack[] {
  const { plain, recompressed, compacted, ballast } = TOPICS
  return [
    badNames,
    wrongSizes,
    lyingBatches([plain, recompressed, compacted]),
    hugeCounts,
    mutatedRequests,
    emptyPromises,
    drip,
    deafReaders(ballast),
    halfFrames,
    endlessWaits(ballast),
    requestsBehindWaits(ballast),
    tinyRequests(ballast),
    untakenAnswers,
    sessionFlood,
    bombs([recompressed, compacted]),
    pendingMembers,
    hugeMembers,
    countlessGroups,
    lostMembers,
    waitingSyncs,
    untakenOffsets,
  ]
}

async function prepare(peer: Peer): Promise<void> {
  await createTopic(peer, TOPICS.plain)
  await createTopic(peer, TOPICS.recompressed, { 'compression.type': 'lz4' })
  await createTopic(peer, TOPICS.compacted, { 'cleanup.policy': 'compact' })
  await createTopic(peer, TOPICS.ballast)
  const value = Buffer.alloc(BALLAST_BYTES, 'b')
  const batch = encodeBatch({ records: [{ key: null, value, timestamp: Date.now() }] })
  for (let count = 0; count < BALLAST_BATCHES; count++) await produce(peer, TOPICS.ballast, batch)
}

interface Fight {
  readonly field: Battlefield
  readonly target: Target
  readonly healthy: HealthyClient
}

async function runOne({ name, run }: Attack, { field, target, healthy }: Fight): Promise<AttackReport> {
  healthy.take()
  target.peakBytes = target.residentBytes
  const before = healthy.failures.length
  const damage = await run(field).catch((error: Error) => {
    return { connections: 0, answered: 0, closed: 0, violations: [`the attack could not go on: ${error.message}`] }
  })
  const { p99Ms, rounds } = healthy.take()
  const failures = healthy.failures.splice(before)
  return {
    name,
    ...damage,
    healthyRounds: rounds,
    healthyP99Ms: p99Ms,
    peakBytes: target.peakBytes,
    violations: [...damage.violations, ...failures],
  }
}
