import { ToolError } from '../tool/failure.ts'

/** A failure that is printed as it is, without a word in front, as Apache's tool prints some. */
export class PlainError extends ToolError {
  override readonly name = 'PlainError'
}
