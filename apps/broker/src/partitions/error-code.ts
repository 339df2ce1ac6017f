import { ErrorCode } from '@ottla/protocol'

export type ErrorName = keyof typeof ErrorCode

/** The code of an error that the log or a partition names. */
export function errorCodeOf(name: ErrorName | (string & {})): number {
  return (ErrorCode as Readonly<Record<string, number>>)[name] ?? ErrorCode.UNKNOWN_SERVER_ERROR
}
