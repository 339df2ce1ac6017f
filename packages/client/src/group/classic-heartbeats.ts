import type { ClassicMemberOptions } from './classic-requests.ts'
import type { MemberEffect } from './member.ts'

/** When a classic member is to send a heartbeat: one at a time; and how long its coordinator has not answered any. */
export class ClassicHeartbeats {
  private readonly options: ClassicMemberOptions
  private readonly emit: (effect: MemberEffect) => void
  private inFlight = false

  constructor(options: ClassicMemberOptions, emit: (effect: MemberEffect) => void) {
    this.options = options
    this.emit = emit
  }

  start(): void {
    this.goesOn()
    this.sessionGoesOn()
  }

  /** Whether one is to be sent. */
  due(): boolean {
    this.goesOn()
    if (this.inFlight) return false
    this.inFlight = true
    return true
  }

  answered(): void {
    this.inFlight = false
    this.sessionGoesOn()
  }

  /** The one that is under way counts no longer. */
  forget(): void {
    this.inFlight = false
  }

  sessionGoesOn(): void {
    this.emit({ kind: 'timer', timer: 'session', afterMs: this.options.sessionTimeoutMs })
  }

  /** The session is over, as far as can be told from here. */
  unanswered(): void {
    this.emit({ kind: 'moved' })
    this.emit({ kind: 'log', message: 'no heartbeat was answered for session.timeout.ms' })
    this.sessionGoesOn()
  }

  private goesOn(): void {
    this.emit({ kind: 'timer', timer: 'heartbeat', afterMs: this.options.heartbeatIntervalMs })
  }
}
