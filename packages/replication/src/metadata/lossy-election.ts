import type { PartitionImage } from './image.ts'

/**
 * Whether the leader was elected although committed records may be missing in its log: it was in neither ISR nor ELR, and begins to
 * recover (KIP-966, KIP-704). A member of either holds them all.
 */
export function isLossyElection(before: PartitionImage, after: PartitionImage): boolean {
  const { leader, leaderEpoch, leaderRecoveryState } = after
  if (leader < 0 || leaderEpoch === before.leaderEpoch || leaderRecoveryState === 0) return false
  return !before.isr.includes(leader) && !before.elr.includes(leader)
}
