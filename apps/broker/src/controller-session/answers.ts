import { errorByCode, KafkaError } from '@ottla/protocol'
import type { ControllerFrame, ControllerMessage } from '@ottla/replication'
import { ControllerSessionError } from './options.ts'

type Typed<T extends ControllerMessage['type']> = Extract<ControllerMessage, { readonly type: T }>

/** The answer's message, which must be of this type. */
export function expectType<T extends ControllerMessage['type']>(frame: ControllerFrame, type: T): Typed<T> {
  if (frame.message.type === type) return frame.message as Typed<T>
  throw new KafkaError('UNKNOWN_SERVER_ERROR', `the controller answered ${frame.message.type} instead of ${type}`)
}

/** As `expectType`, for the steps of the handshake, where the controller may refuse this broker for good. */
export function expectAccepted<T extends ControllerMessage['type']>(frame: ControllerFrame, type: T): Typed<T> {
  if (frame.message.type === 'failure') throw new ControllerSessionError(frame.message.message, frame.message.fatal)
  return expectType(frame, type)
}

/** The controller's refusal of a command, as the error that a client is told. */
export function kafkaError(failure: Typed<'failure'>): KafkaError {
  return new KafkaError(errorByCode(failure.code)?.name ?? 'UNKNOWN_SERVER_ERROR', failure.message)
}
