/** Commits of a group without members, one after the other: what a coordinator has acknowledged must be what the next one says. */
import { type Admin, unwrap } from '@ottla/client'
import { partitionOfKey } from '../../../packages/coordinator/src/runtime/partition-of-key.ts'
import { eventually } from '../harness/process.ts'
import { TOPIC } from './plans.ts'

const PLACE = { topic: TOPIC, partition: 0 }
const PAUSE_MS = 20

export class Ledger implements AsyncDisposable {
  readonly #admin: Admin
  readonly #group: string
  readonly #committing: Promise<void>
  #ending = false
  /** The last commit that was acknowledged. */
  acknowledged = 0

  private constructor(admin: Admin, group: string) {
    this.#admin = admin
    this.#group = group
    this.#committing = this.#commit()
  }

  /** Commits from now on, to the group coordinator that has this partition of the offsets' topic. */
  static open(
    admin: Admin,
    { partition, partitions }: { readonly partition: number; readonly partitions: number },
  ): Ledger {
    for (let number = 0; ; number++) {
      const group = `ledger-${number}`
      if (partitionOfKey(group, partitions) === partition) return new Ledger(admin, group)
    }
  }

  async untilCommitted(): Promise<void> {
    await eventually('the ledger is committed', async () => (this.acknowledged > 0 ? true : undefined))
  }

  /** Rejects unless so much, or what came after it, is committed. */
  async expectKept(acknowledged: number): Promise<void> {
    const groups = new Map([[this.#group, [PLACE]]])
    const now = await eventually('the ledger is answered', async () => {
      const [offset] = unwrap((await this.#admin.listGroupOffsets(groups)).get(this.#group)!)
      return offset === undefined ? -1 : unwrap(offset.outcome).offset
    })
    if (now < acknowledged) throw new Error(`${this.#group}: ${acknowledged} was acknowledged, and ${now} is there`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending = true
    await this.#committing
  }

  async #commit(): Promise<void> {
    for (let offset = 1; !this.#ending; offset++) {
      try {
        const [altered] = await this.#admin.alterGroupOffsets(this.#group, [{ ...PLACE, offset }])
        unwrap(altered!.outcome)
        this.acknowledged = offset
      } catch {
        // The coordinator is away: the next commit finds another one.
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}
