import { ErrorCode, KafkaError } from '@ottla/protocol'

/** What a client is told when a command did not get through to the controller, or its answer did not come back. */
export function forwardFailure(error: unknown): { errorCode: number; errorMessage: string } {
  if (error instanceof KafkaError) return { errorCode: error.code, errorMessage: error.message }
  return { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, errorMessage: (error as Error).message }
}
