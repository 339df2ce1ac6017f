import { ToolError } from '../tool/failure.ts'

/** What the command was asked to do cannot be done; printed as Kafka's tool prints the failures of its actions. */
export class TopicCommandError extends ToolError {
  override readonly name = 'TopicCommandError'
}
