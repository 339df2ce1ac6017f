/** Members of one group, or of many with one member each, and when they are settled. */
import type { Member } from './member.ts'

const DEADLINE_MS = 120_000

export class Gathering {
  readonly members: readonly Member[]
  /** Members by what they have in common; where each is alone in its group, that does not matter. */
  readonly #counts = new Map<string, number>()
  readonly #standings = new Map<Member, string | undefined>()
  readonly #isOneGroup: boolean
  #onSettled: (() => void) | undefined
  #failed: unknown

  constructor(members: readonly Member[], { isOneGroup }: { readonly isOneGroup: boolean }) {
    this.members = members
    this.#isOneGroup = isOneGroup
    for (const member of members) {
      member.onChange = () => this.#changed(member)
      member.onFailure = (error) => this.#fail(error)
    }
  }

  /** All join, `apartMs` between two of them. Resolves to milliseconds from the first and from the last join until all were settled. */
  async join(apartMs = 0): Promise<{ readonly fromFirstMs: number; readonly fromLastMs: number }> {
    const firstMs = performance.now()
    let lastMs = firstMs
    for (const [index, member] of this.members.entries()) {
      if (apartMs > 0) await until(firstMs + index * apartMs)
      lastMs = performance.now()
      member.join()
    }
    const settledMs = await this.settled()
    return { fromFirstMs: settledMs - firstMs, fromLastMs: settledMs - lastMs }
  }

  /** When (`performance.now()`) all are settled: at once when they are. Rejects with the first failure of a member. */
  settled(): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(this.#unsettled())), DEADLINE_MS)
      this.#onSettled = () => {
        if (this.#failed === undefined && !this.#isSettled) return
        clearTimeout(timer)
        if (this.#failed === undefined) resolve(performance.now())
        else reject(this.#failed)
      }
      this.#onSettled()
    })
  }

  async leave(): Promise<void> {
    await Promise.all(this.members.map((member) => member.leave()))
  }

  get #isSettled(): boolean {
    return [...this.#counts].some(([, count]) => count === this.members.length)
  }

  #changed(member: Member): void {
    const standing = member.standing === undefined || this.#isOneGroup ? member.standing : 'settled'
    const before = this.#standings.get(member)
    if (standing === before) return
    if (before !== undefined) this.#counts.set(before, this.#counts.get(before)! - 1)
    if (this.#counts.get(before ?? '') === 0) this.#counts.delete(before!)
    if (standing !== undefined) this.#counts.set(standing, (this.#counts.get(standing) ?? 0) + 1)
    this.#standings.set(member, standing)
    if (this.#isSettled) this.#onSettled?.()
  }

  #fail(error: unknown): void {
    this.#failed ??= error
    this.#onSettled?.()
  }

  #unsettled(): string {
    const standings = [...this.#counts].map(([standing, count]) => `${count} at ${standing}`)
    return `${this.members.length} members are not settled after ${DEADLINE_MS} ms: ${standings.join(', ')}`
  }
}

async function until(ms: number): Promise<void> {
  const restMs = ms - performance.now()
  if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs))
}
