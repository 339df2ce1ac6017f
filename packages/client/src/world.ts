import type { Runtime } from '@ottla/runtime'

/** What a client needs of the runtime. */
export type ClientWorld = Pick<Runtime, 'clock' | 'timers' | 'net' | 'offload' | 'random' | 'logger'>
