import type { Assignor } from './assignor.ts'
import { assignRange } from './range.ts'
import { assignUniform } from './uniform.ts'

/** The assignors that there are, by their names in group.consumer.assignors. */
const ASSIGNORS: ReadonlyMap<string, Assignor> = new Map([
  ['uniform', assignUniform],
  ['range', assignRange],
])

/** Settings name no others; a name that is none all the same counts as the default. */
export function assignorByName(name: string | undefined): Assignor {
  return ASSIGNORS.get(name ?? '') ?? assignUniform
}
