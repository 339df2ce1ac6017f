export { CONTROLLER_CONFIG, ControllerConfigError } from './config.ts'
export { type Controller, startController } from './start-controller.ts'
