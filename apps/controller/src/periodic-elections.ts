/**
 * Elections that nobody asks for and no broker's coming or going brings about: preferred leaders, and leaders for partitions that
 * have none. The latter are looked at when the controller starts (one that died may have left an election half done), when
 * unclean.leader.election.enable is turned on, and from time to time.
 */
import type { Runtime, Timer } from '@ottla/runtime'
import { balanceLeaders, type ReplicaName } from './commands/balance-leaders.ts'
import { type Command, inBatches } from './commands/outcome.ts'
import { leaderlessElections } from './commands/partition-changes.ts'
import type { ControllerConfig } from './config.ts'
import type { Resignations } from './sessions/resignations.ts'
import type { DurableBatch, MetadataState } from './state/metadata-state.ts'

export interface PeriodicElectionsOptions {
  readonly runtime: Pick<Runtime, 'clock' | 'timers' | 'logger'>
  readonly config: Pick<
    ControllerConfig,
    | 'auto.leader.rebalance.enable'
    | 'leader.imbalance.check.interval.seconds'
    | 'leader.imbalance.per.broker.percentage'
    | 'unclean.leader.election.interval.ms'
  >
  readonly state: MetadataState
  readonly resignations: Resignations
}

export class PeriodicElections {
  readonly #options: PeriodicElectionsOptions
  readonly #timers: Timer[] = []

  constructor(options: PeriodicElectionsOptions) {
    this.#options = options
    const { timers } = options.runtime
    const { config } = options
    this.#timers.push(timers.every(config['unclean.leader.election.interval.ms'], () => this.electForLeaderless()))
    if (!config['auto.leader.rebalance.enable']) return
    const intervalMs = config['leader.imbalance.check.interval.seconds'] * 1000
    this.#timers.push(timers.every(intervalMs, () => this.#balance()))
  }

  observe(batches: readonly DurableBatch[]): void {
    const isTurnedOn = batches.some(({ batch }) =>
      batch.records.some(
        (record) =>
          record.type === 'config' && record.name === 'unclean.leader.election.enable' && record.value !== 'false',
      ),
    )
    if (isTurnedOn) this.electForLeaderless()
  }

  electForLeaderless(): void {
    this.#submit('leaders for partitions without one', (image) => {
      const elections = [...leaderlessElections(image)]
      return { batches: inBatches(elections.map(({ record }) => record)), reply: elections.length }
    })
  }

  close(): void {
    for (const timer of this.#timers) timer.clear()
  }

  #balance(): void {
    const { config, resignations, runtime } = this.#options
    const nowMs = runtime.clock.monotonic()
    const rules = {
      imbalancePercentage: config['leader.imbalance.per.broker.percentage'],
      leavesAlone: (replica: ReplicaName) => resignations.isQuiet(replica, nowMs),
    }
    this.#submit('preferred leaders', (image) => balanceLeaders(image, rules))
  }

  #submit(what: string, command: Command<number>): void {
    const { state, runtime } = this.#options
    state
      .submit(command)
      .then(({ reply }) => reply > 0 && runtime.logger.info(`elected ${what}`, { partitions: reply }))
      // The failed store ends the controller; that is said there.
      .catch((error) => runtime.logger.debug('an election could not be made', { what, error }))
  }
}
