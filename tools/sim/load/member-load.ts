import type { Runtime } from '@ottla/runtime'
import type { SimEvent } from '../history.ts'
import type { MemberPlan } from '../plan/plan.ts'
import { MemberLife } from './member-life.ts'

/** The machine of a member. */
export interface MemberMachine {
  /** A new process. */
  start(): { readonly process: { stop(): void; resume(): void }; readonly runtime: Runtime }
  kill(): void
}

export interface MemberWorld {
  readonly bootstrapServers: string
  readonly machine: MemberMachine
  readonly nowMs: () => number
  readonly tell: (event: SimEvent) => void
  /** Timers of nobody. */
  readonly after: (delayMs: number, callback: () => void) => void
}

/** So long a supervisor waits before it starts anew what fails again and again. */
const RESTART_MS = 300

/** A member of a group through all that happens to its processes. */
export class MemberLoad {
  readonly plan: MemberPlan
  readonly #world: MemberWorld
  #life: MemberLife | undefined
  #process: { stop(): void; resume(): void } | undefined
  #lives = 0
  #isPaused = false
  #isClosing = false

  constructor(plan: MemberPlan, world: MemberWorld) {
    this.plan = plan
    this.#world = world
    world.after(plan.startMs, () => this.start())
  }

  /** It runs, and nobody wants it to end. */
  get isUp(): boolean {
    return this.#life !== undefined && !this.#isPaused && !this.#isClosing
  }

  start(): void {
    if (this.#life !== undefined) return
    const { bootstrapServers, machine, nowMs, tell } = this.#world
    const { process, runtime } = machine.start()
    const client = `${this.plan.name}#${++this.#lives}`
    this.#process = process
    this.#tell('starts', client)
    const life: MemberLife = new MemberLife(this.plan, client, {
      ...{ bootstrapServers, runtime, nowMs, tell },
      onHopeless: () => {
        // Outside of the process's own turn.
        this.#world.after(0, () => {
          if (this.#life === life) this.kill(RESTART_MS)
        })
      },
    })
    this.#life = life
  }

  /** SIGKILL; started again after this time. */
  kill(downMs: number): void {
    if (this.#life === undefined) return
    this.#tell('is killed')
    this.#end(downMs)
  }

  /** It leaves its group in good order, and is started again after this time. */
  close(downMs: number): void {
    const life = this.#life
    if (life === undefined || !this.isUp) return
    this.#isClosing = true
    this.#tell('closes')
    void life.close().then(() => {
      this.#world.after(0, () => {
        if (this.#life !== life) return
        this.#tell('has closed')
        this.#end(downMs)
      })
    })
  }

  /** SIGSTOP, and SIGCONT after this time. */
  pause(forMs: number): void {
    const life = this.#life
    if (life === undefined || this.#isPaused) return
    this.#isPaused = true
    this.#tell('is paused')
    this.#process?.stop()
    this.#world.after(forMs, () => {
      if (this.#life === life) this.resume()
    })
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#tell('goes on')
    this.#process?.resume()
  }

  #end(downMs: number): void {
    this.#life = undefined
    this.#process = undefined
    this.#isPaused = false
    this.#isClosing = false
    this.#world.machine.kill()
    this.#world.after(downMs, () => this.start())
  }

  #tell(what: Extract<SimEvent, { kind: 'member' }>['what'], client = this.#life?.client ?? ''): void {
    this.#world.tell({ kind: 'member', atMs: this.#world.nowMs(), client, group: this.plan.group, what })
  }
}
