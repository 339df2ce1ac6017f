/** For simulations and tests of this project. Changes without notice. */
import type { MetadataImage } from '@ottla/replication'
import { type Controller, RunningController } from './start-controller.ts'

/** The metadata that is durable, as far as it has been told to brokers. */
export function inspectController(controller: Controller): MetadataImage | undefined {
  return controller instanceof RunningController ? controller.durableImage : undefined
}
