/**
 * What happened in one simulated run, as events in the order of virtual time. The load and the probe write them, the checkers
 * judge them. Verified topics have names of their own in each run, so a name stands for one topic id.
 */
import type { MetadataImage } from '@ottla/broker/internal'

interface At {
  /** Virtual milliseconds since the start of the run. */
  readonly atMs: number
}

interface Place {
  readonly topic: string
  readonly partition: number
}

/** A producer was given a record; `value` names client, partition and number. */
export interface SentEvent extends At, Place {
  readonly kind: 'sent'
  readonly client: string
  readonly value: string
}

export interface AcknowledgedEvent extends At, Place {
  readonly kind: 'acknowledged'
  readonly client: string
  readonly acks: 'all' | 1
  readonly value: string
  readonly offset: number
}

/** The producer gave the record up: it may be in the log or not. */
export interface RefusedEvent extends At, Place {
  readonly kind: 'refused'
  readonly client: string
  readonly value: string
  readonly error: string
}

export interface ReadEvent extends At, Place {
  readonly kind: 'read'
  readonly client: string
  readonly offset: number
  readonly value: string
  readonly leaderEpoch: number
}

/** A consumer was told that its position is not in the log any more; it goes on at `to`, -1: at the beginning. */
export interface ResetEvent extends At, Place {
  readonly kind: 'reset'
  readonly client: string
  readonly why: 'truncated' | 'out of range'
  readonly from: number
  readonly to: number
}

/** A consumer was given bytes that it could not read. */
export interface UnreadableEvent extends At, Place {
  readonly kind: 'unreadable'
  readonly client: string
  /** The first offset that could not be read, and where the consumer goes on. */
  readonly offset: number
  readonly nextOffset: number
  readonly message: string
}

/** A node has another metadata image: for the controller the durable one. */
export interface ImageEvent extends At {
  readonly kind: 'image'
  readonly node: string
  readonly image: MetadataImage
}

/** What the probe saw of one replica, whenever any of it has changed. */
export interface ReplicaEvent extends At, Place {
  readonly kind: 'replica'
  /** Topics that come and go may come back under the same name. */
  readonly topicId: string
  readonly node: string
  readonly brokerId: number
  /** -1: not registered yet. */
  readonly brokerEpoch: number
  readonly role: string
  readonly leaderEpoch: number
  readonly logStartOffset: number
  readonly highWatermark: number
  readonly logEndOffset: number
  /** The committed ISR as a leader knows it. */
  readonly isr: readonly number[]
  /** min(min.insync.replicas, replicas) as a leader knows it; 0 where it does not lead. */
  readonly effectiveMinIsr: number
  /** Of the image that the node has; -1 where it does not have the partition. */
  readonly partitionEpoch: number
}

/** The probe has looked at everything that this instant has changed. */
export interface InstantEvent extends At {
  readonly kind: 'instant'
}

/** A node's process has ended: killed, stopped, without power, by itself, or because it could not start. */
export interface DownEvent extends At {
  readonly kind: 'down'
  readonly node: string
  readonly why: 'kill' | 'power' | 'stop' | 'failure' | 'no start'
  readonly message: string
}

/** Something was done to what a node has on its disk. */
export interface DamagedEvent extends At, Place {
  /** A bit of the batch at these offsets has flipped; the directory of the replica was removed. */
  readonly kind: 'damaged'
  readonly what: 'rot' | 'removal'
  readonly node: string
  readonly from: number
  readonly to: number
}

/** From now on some syncs of a node fail. */
export interface SyncsFailEvent extends At {
  readonly kind: 'syncs fail'
  readonly node: string
}

/** A change of the cluster was asked for. */
export interface AskedEvent extends At {
  readonly kind: 'asked'
  readonly change: 'create' | 'delete' | 'delete records'
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** … and the cluster said that it is done. */
export interface DoneEvent extends At {
  readonly kind: 'done'
  readonly change: 'create' | 'delete'
  readonly topic: string
}

export interface LogLineEvent extends At {
  readonly kind: 'log'
  readonly node: string
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** One record of a replica's log as it lies on the disk, at the end of the run. */
export interface LoggedRecord {
  readonly offset: number
  readonly key: string
  readonly value: string
  readonly leaderEpoch: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly sequence: number
}

/** Both included. */
export interface OffsetRange {
  readonly from: number
  readonly to: number
}

/** The log of one replica at rest. The leader's comes last. */
export interface ReplicaLogEvent extends At, Place {
  readonly kind: 'replica log'
  readonly node: string
  readonly isLeader: boolean
  readonly logStartOffset: number
  readonly highWatermark: number
  readonly records: readonly LoggedRecord[]
  /** Batches whose bytes are not what their checksum says. */
  readonly damaged: readonly OffsetRange[]
}

/** Who a member of a group is: somebody else (`name#2`) after each start of its process. */
interface ByMember extends At {
  readonly client: string
  readonly group: string
}

/** A member's process begins, ends, stands still and goes on. */
export interface MemberEvent extends ByMember {
  readonly kind: 'member'
  readonly what: 'starts' | 'is killed' | 'closes' | 'has closed' | 'is paused' | 'goes on'
}

/** A member was told that these partitions are its own, or not any more; `lost`: others may have them already. */
export interface MovedEvent extends ByMember {
  readonly kind: 'moved'
  readonly how: 'assigned' | 'revoked' | 'lost'
  readonly memberId: string
  /** Generation or member epoch. */
  readonly epoch: number
  readonly partitions: readonly Place[]
}

/** The application in a member begins to handle a record, or has finished it. */
export interface HandlingEvent extends ByMember, Place {
  readonly kind: 'handling' | 'handled'
  readonly offset: number
  readonly value: string
  /** When the record was handed out: the member's generation or epoch, and how often it had been assigned the partition. */
  readonly epoch: number
  readonly assignment: number
}

export interface GroupOffset extends Place {
  /** -1: none. */
  readonly offset: number
}

/** A member commits offsets of its own accord, and was told that they are committed. */
export interface CommitEvent extends ByMember {
  readonly kind: 'committing' | 'committed'
  readonly offsets: readonly GroupOffset[]
  /** When it was begun. */
  readonly sinceMs: number
}

/** Somebody who asked for a group's offsets at `askedMs` was told these. */
export interface OffsetsToldEvent extends At {
  readonly kind: 'offsets told'
  readonly group: string
  readonly askedMs: number
  readonly offsets: readonly GroupOffset[]
}

/** Whom a coordinator takes for members of a group, whenever that has changed. */
export interface GroupMembersEvent extends At {
  readonly kind: 'group members'
  readonly group: string
  readonly node: string
  /** Of the coordinator's partition. */
  readonly leaderEpoch: number
  readonly members: readonly { readonly memberId: string; readonly epoch: number }[]
}

/** What a coordinator has, and what its replicas' logs say it has to have, as texts by group; at rest. */
export interface CoordinatorEvent extends At, Place {
  readonly kind: 'coordinator'
  readonly node: string
  readonly groups: ReadonlyMap<string, string>
  readonly replayed: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/** Faults are over, and what was waited for has not come about within the bound. */
export interface UnrestEvent extends At {
  readonly kind: 'unrest'
  readonly message: string
}

export type SimEvent =
  | SentEvent
  | AcknowledgedEvent
  | RefusedEvent
  | ReadEvent
  | ResetEvent
  | UnreadableEvent
  | ImageEvent
  | ReplicaEvent
  | InstantEvent
  | DownEvent
  | DamagedEvent
  | SyncsFailEvent
  | AskedEvent
  | DoneEvent
  | LogLineEvent
  | ReplicaLogEvent
  | MemberEvent
  | MovedEvent
  | HandlingEvent
  | CommitEvent
  | OffsetsToldEvent
  | GroupMembersEvent
  | CoordinatorEvent
  | UnrestEvent

/** One key per partition, by the name of its topic. */
export function placeOf({ topic, partition }: Place): string {
  return `${topic}-${partition}`
}
