import { Admin, OFFSET_SPEC, type Outcome } from '@ottla/client'
import type { SimEvent } from './history.ts'
import { CLIENT_TIMES } from './load/producer-load.ts'
import type { ChangeStep } from './plan/plan.ts'
import type { SimCluster } from './world/sim-cluster.ts'

type Change<Kind extends ChangeStep['kind']> = Extract<ChangeStep, { readonly kind: Kind }>

export interface ChangesOptions {
  readonly cluster: SimCluster
  readonly tell: (event: SimEvent) => void
}

/** Asks the cluster for changes, as an administrator does who has a machine of its own. */
export class Changes {
  readonly #options: ChangesOptions
  readonly #admin: Admin
  /** Topics that are being created or deleted: one change at a time, so that it is known what has to come of it. */
  readonly #changing = new Set<string>()

  constructor(options: ChangesOptions) {
    this.#options = options
    const { cluster } = options
    const { bootstrapServers } = cluster
    this.#admin = new Admin(cluster.clientRuntime('admin'), { ...CLIENT_TIMES, bootstrapServers, clientId: 'admin' })
  }

  close(): void {
    this.#admin.close()
  }

  /** Undefined: it was left out. Rejects when nobody answers. */
  async ask(step: ChangeStep): Promise<Outcome<unknown> | undefined> {
    const admin = this.#admin
    switch (step.kind) {
      case 'create topic':
        return this.#createTopic(step)
      case 'delete topic':
        return this.#changeTopic('delete', step.topic, () => admin.deleteTopics([step.topic]))
      case 'add partitions': {
        const { topic, total: totalCount } = step
        return (await admin.createPartitions([{ topic, totalCount }])).get(topic)
      }
      case 'reassign':
      case 'cancel reassignment':
        return this.#reassign(step)
      case 'elect': {
        const { topic, partition, type } = step
        return (await admin.electLeaders([{ topic, partition }], { type }))[0]?.outcome
      }
      case 'configure':
        return this.#configure(step)
      case 'delete records':
        return this.#deleteRecords(step)
    }
  }

  get #nowMs(): number {
    return this.#options.cluster.world.nowMs
  }

  #createTopic(step: Change<'create topic'>): Promise<Outcome<unknown> | undefined> {
    const { topic, partitions: numPartitions, replicas: replicationFactor } = step
    const create = () => this.#admin.createTopics([{ name: topic, numPartitions, replicationFactor }])
    return this.#changeTopic('create', topic, create)
  }

  async #changeTopic(
    change: 'create' | 'delete',
    topic: string,
    ask: () => Promise<ReadonlyMap<string, Outcome<unknown>>>,
  ): Promise<Outcome<unknown> | undefined> {
    if (this.#changing.has(topic)) return undefined
    const { tell } = this.#options
    this.#changing.add(topic)
    tell({ kind: 'asked', atMs: this.#nowMs, change, topic, partition: -1, offset: -1 })
    try {
      const outcome = (await ask()).get(topic)
      if (outcome?.ok) tell({ kind: 'done', atMs: this.#nowMs, change, topic })
      return outcome
    } finally {
      this.#changing.delete(topic)
    }
  }

  async #reassign(step: Change<'reassign' | 'cancel reassignment'>): Promise<Outcome<unknown> | undefined> {
    const { topic, partition } = step
    const replicas = step.kind === 'reassign' ? step.replicas : null
    return (await this.#admin.alterPartitionReassignments([{ topic, partition, replicas }]))[0]?.outcome
  }

  async #configure({ topic, name, value }: Change<'configure'>): Promise<Outcome<unknown> | undefined> {
    const changes = [{ kind: 'set', name, value } as const]
    const resource = { type: 'topic', name: topic } as const
    return (await this.#admin.incrementalAlterConfigs([{ resource, changes }]))[0]?.outcome
  }

  async #deleteRecords({ topic, partition, percent }: Change<'delete records'>): Promise<Outcome<unknown> | undefined> {
    const [end] = await this.#admin.listOffsets([{ topic, partition, timestamp: OFFSET_SPEC.latest }])
    if (!end?.outcome.ok) return end?.outcome
    const beforeOffset = Math.floor((end.outcome.value.offset * percent) / 100)
    const asked = { change: 'delete records', topic, partition, offset: beforeOffset } as const
    this.#options.tell({ kind: 'asked', atMs: this.#nowMs, ...asked })
    return (await this.#admin.deleteRecords([{ topic, partition, beforeOffset }]))[0]?.outcome
  }
}
