/**
 * A partition whose replicas are being moved: what is wanted, and when the move is complete. How a move begins and how it is stopped:
 * reassignment.ts.
 */
import type { PartitionImage } from '@ottla/replication'
import type { Assignment } from './placement.ts'

export const NOTHING_MOVES = { addingReplicas: [], removingReplicas: [] } as const

export function isReassigning({ addingReplicas, removingReplicas }: PartitionImage): boolean {
  return addingReplicas.length > 0 || removingReplicas.length > 0
}

/** The replicas that the partition has when its move, if there is one, is complete. */
export function wantedReplicas({ replicas, removingReplicas }: PartitionImage): Assignment {
  return without(replicas, removingReplicas)
}

export type CompletedMove = Pick<
  PartitionImage,
  'replicas' | 'isr' | 'elr' | 'lastKnownElr' | 'addingReplicas' | 'removingReplicas'
> & { readonly leader?: number }

/**
 * What else changes in the record that commits `isr` if that completes the partition's move; undefined when there is none, or it is not
 * complete. `isr` is among the fields. `leader` is when replicas go: the present one if it stays, else the first wanted one that
 * can lead. A move that would leave the partition without leader waits.
 */
export function completedReassignment(
  partition: PartitionImage,
  isr: readonly number[],
  canLead: (id: number) => boolean = () => true,
): CompletedMove | undefined {
  const replicas = wantedReplicas(partition)
  const isComplete = replicas.length > 0 && replicas.every((id) => isr.includes(id))
  if (!isReassigning(partition) || !isComplete) return undefined
  const stays = (id: number) => replicas.includes(id)
  const leader = stays(partition.leader) ? partition.leader : replicas.find(canLead)
  const hadLeader = partition.leader >= 0
  if (leader === undefined && hadLeader) return undefined
  const lastKnownElr = leader === undefined ? partition.lastKnownElr.filter(stays) : []
  const settled = { replicas, isr: isr.filter(stays), elr: [], lastKnownElr, ...NOTHING_MOVES }
  return partition.removingReplicas.length === 0 ? settled : { ...settled, leader: leader ?? partition.leader }
}

export function without(ids: Assignment, others: Assignment): Assignment {
  return ids.filter((id) => !others.includes(id))
}
