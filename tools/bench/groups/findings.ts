import type { CommitRow } from './commits.ts'
import type { ConsumeRow } from './consume.ts'
import type { Joins } from './joins.ts'
import type { RebalanceRow } from './rebalance.ts'

/** What was found at one broker; empty where it was not asked for. */
export interface Findings extends Joins {
  readonly system: string
  readonly rebalances: RebalanceRow[]
  readonly commits: CommitRow[]
  readonly consuming: ConsumeRow[]
}
