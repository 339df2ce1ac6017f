import type { Assignment } from './assignment-file.ts'
import type { ReassignOptions } from './options.ts'

/** What an action with `--reassignment-json-file` is asked for. */
export interface AssignmentWish {
  readonly assignments: readonly Assignment[]
  readonly options: ReassignOptions
}
