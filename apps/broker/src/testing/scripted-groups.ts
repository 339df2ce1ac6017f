/** A group coordinator that answers by a script, and tells what it was asked. */
import type { GroupCallKind, GroupFilter, ListedGroup } from '@ottla/coordinator'
import { type ErrorName, KafkaError } from '@ottla/protocol'
import type { GroupCoordinator } from '../coordinators/group-coordinator.ts'
import type { GroupParts } from '../handlers/group-parts.ts'
import type { Operation, Security } from '../seams.ts'
import { allowAll } from '../security/allow-all.ts'
import { frontParts, imageOf, partition } from './front.ts'

export interface GroupCall {
  readonly groupId: string
  readonly kind: GroupCallKind
  readonly body: unknown
}

/** What a call is answered with: a reply, or the error that it rejects with. */
export type GroupScript = (call: GroupCall) => unknown

export class ScriptedGroups implements GroupCoordinator {
  readonly calls: GroupCall[] = []
  readonly #script: GroupScript
  readonly #partitions: ReadonlyMap<string, number>
  /** Calls under way now, and the most that ever were. */
  open = 0
  openMax = 0

  /** Groups that `partitions` does not name lie in partition 0. */
  constructor(script: GroupScript, partitions: Readonly<Record<string, number>> = {}) {
    this.#script = script
    this.#partitions = new Map(Object.entries(partitions))
  }

  async call<K extends GroupCallKind>(groupId: string, kind: K, body: unknown): Promise<never> {
    this.calls.push({ groupId, kind, body })
    this.openMax = Math.max(this.openMax, ++this.open)
    try {
      return (await this.#script({ groupId, kind, body })) as never
    } finally {
      this.open--
    }
  }

  async list(filter: GroupFilter): Promise<readonly ListedGroup[]> {
    return (await this.call('', 'list-groups', filter)) as readonly ListedGroup[]
  }

  partitionOf(groupId: string): number | undefined {
    return this.#partitions.get(groupId) ?? 0
  }
}

/** A script that fails every call. */
export function failing(error: KafkaError): GroupScript {
  return () => {
    throw error
  }
}

const IMAGE = imageOf([], { a: [partition(0, [1]), partition(1, [1])], b: [partition(0, [1])] })

export interface GroupSetting {
  readonly script?: GroupScript
  readonly partitions?: Readonly<Record<string, number>>
  readonly security?: Security
  readonly config?: Readonly<Record<string, string>>
}

/** A broker's parts over an image with topic a (two partitions) and topic b (one). */
export function groupSetUp({ script = () => ({ errorCode: 0 }), partitions, security, config }: GroupSetting = {}) {
  const groups = new ScriptedGroups(script, partitions)
  const front = frontParts({ image: IMAGE, security: security ?? allowAll, config: config ?? {} })
  const parts: GroupParts = Object.assign(front, { groups })
  return { groups, parts }
}

/** Refuses these, as `DESCRIBE group g`. */
export function without(...refused: readonly string[]): Security {
  const isRefused = (operation: Operation, { type, name }: { type: string; name: string }) =>
    refused.includes(`${operation} ${type} ${name}`)
  return { authorize: (_, operation, resource) => !isRefused(operation, resource), quota: () => 0 }
}

/** What a coordinator rejects with. */
export const coordinatorError = (name: ErrorName) => new KafkaError(name, 'as the script says')
