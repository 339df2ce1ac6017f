/** Finds the brokers that coordinate groups, and asks each of them for its share. */
import { FindCoordinatorRequest } from '@ottla/protocol'
import { API } from '../../api.ts'
import type { Cluster } from '../../cluster.ts'
import { ClientError, withAttempt } from '../../errors.ts'
import { groupBy } from '../../group-by.ts'
import type { Call, CallOptions } from '../../retry.ts'
import { failed, type Outcome, settle, succeeded } from '../outcome.ts'

export interface Coordinator {
  readonly id: number
  readonly host: string
  readonly port: number
}

export interface CoordinatorCall<T> {
  readonly options: CallOptions
  /** Asks one broker about the groups that it coordinates; the result has an outcome for each of them. */
  send(coordinator: Coordinator, groupIds: readonly string[], call: Call): Promise<ReadonlyMap<string, Outcome<T>>>
}

/**
 * Asks the coordinators of the groups until every outcome stands. Where a coordinator is loading, has moved or cannot be reached, it is
 * looked up and asked again.
 */
export function settleAtCoordinators<T>(
  cluster: Cluster,
  groupIds: readonly string[],
  { options, send }: CoordinatorCall<T>,
): Promise<Map<string, Outcome<T>>> {
  return settle(cluster, {
    items: [...new Set(groupIds)],
    options,
    repeat: (error) => error.retriable,
    attempt: (pending, call) => askCoordinators(cluster, pending, { call, send }),
  })
}

interface Asking<T> {
  readonly call: Call
  readonly send: CoordinatorCall<T>['send']
}

async function askCoordinators<T>(
  cluster: Cluster,
  groupIds: readonly string[],
  { call, send }: Asking<T>,
): Promise<Map<string, Outcome<T>>> {
  const coordinators = await findCoordinators(cluster, groupIds, call)
  cluster.learnBrokers(
    [...coordinators.values()].flatMap((found) => (found.ok ? [{ nodeId: found.value.id, ...found.value }] : [])),
  )
  const outcomes = new Map<string, Outcome<T>>()
  const answers: Promise<ReadonlyMap<string, Outcome<T>>>[] = []
  const brokerOf = (groupId: string) => {
    const found = coordinators.get(groupId)
    return found?.ok ? found.value.id : undefined
  }
  for (const [broker, groups] of groupBy(groupIds, brokerOf)) {
    const [first] = groups
    const found = coordinators.get(first!)
    if (broker !== undefined && found?.ok) answers.push(orFailed(send(found.value, groups, call), groups))
    else for (const group of groups) outcomes.set(group, coordinators.get(group) as Outcome<T>)
  }
  for (const answer of await Promise.all(answers)) for (const [group, outcome] of answer) outcomes.set(group, outcome)
  return outcomes
}

/** A coordinator that cannot be asked fails its groups; those of the others stand. */
async function orFailed<T>(
  answer: Promise<ReadonlyMap<string, Outcome<T>>>,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, Outcome<T>>> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    const attempted = withAttempt(error, {})
    return new Map(groupIds.map((groupId) => [groupId, { ok: false, error: attempted }]))
  }
}

const API_NAME = 'FindCoordinator'
const GROUP_KEY = 0
/** Several keys at a time since then (KIP-699). */
const BATCH_VERSION = 4

/** The coordinator of each group, or why there is none yet. */
async function findCoordinators(
  cluster: Cluster,
  groupIds: readonly string[],
  call: Call,
): Promise<Map<string, Outcome<Coordinator>>> {
  const connection = await cluster.connect('any', call)
  const { apiKey, versions } = FindCoordinatorRequest
  const batched = { apiKey, versions: { min: BATCH_VERSION, max: versions.max } }
  if (connection.serves(batched)) return findTogether(cluster, groupIds, call)
  const found = new Map<string, Outcome<Coordinator>>()
  for (const groupId of groupIds) found.set(groupId, await findAlone(cluster, groupId, call))
  return found
}

async function findTogether(cluster: Cluster, groupIds: readonly string[], call: Call) {
  const body = { key: '', keyType: GROUP_KEY, coordinatorKeys: [...groupIds] }
  const versions = { min: BATCH_VERSION }
  const { coordinators } = await cluster.send('any', API.findCoordinator, body, { call, versions })
  const byKey = new Map(coordinators.map((found) => [found.key, found]))
  return new Map(
    groupIds.map((groupId) => {
      const found = byKey.get(groupId)
      return [groupId, found === undefined ? missingGroup(API_NAME, groupId) : coordinatorOf(found)]
    }),
  )
}

async function findAlone(cluster: Cluster, groupId: string, call: Call): Promise<Outcome<Coordinator>> {
  const body = { key: groupId, keyType: GROUP_KEY, coordinatorKeys: [] }
  const versions = { max: BATCH_VERSION - 1 }
  return coordinatorOf(await cluster.send('any', API.findCoordinator, body, { call, versions }))
}

function coordinatorOf(found: {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly nodeId: number
  readonly host: string
  readonly port: number
}): Outcome<Coordinator> {
  const { errorCode, errorMessage, nodeId: id, host, port } = found
  return errorCode === 0 ? succeeded({ id, host, port }) : failed(errorCode, errorMessage, { api: API_NAME })
}

/** The outcome of a group that the answer should have contained. */
export function missingGroup(api: string, groupId: string): Outcome<never> {
  return {
    ok: false,
    error: new ClientError('UNKNOWN_SERVER_ERROR', `group ${groupId} is missing in the answer`, { api }),
  }
}
