import type { Runtime } from '../../runtime.ts'
import { afterTurn } from '../turns.ts'
import { Simulation } from './simulation.ts'

/** One machine of a simulated world in which time passes by itself until `stop`: for tests that know nothing of simulations. */
export function runningMachine(): { readonly runtime: Runtime; stop(): void } {
  const simulation = new Simulation(1)
  let isStopped = false
  const turn = () => {
    simulation.scheduler.step()
    if (!isStopped) afterTurn(turn)
  }
  afterTurn(turn)
  return {
    runtime: simulation.host('localhost').start().runtime,
    stop() {
      isStopped = true
    },
  }
}
