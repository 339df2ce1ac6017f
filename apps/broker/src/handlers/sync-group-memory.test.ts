/** What a SyncGroup that waits for its leader keeps of what it brought. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from '@jest/globals'
import { ApiKey, ErrorCode, KafkaError } from '@ottla/protocol'
import type { GroupCoordinator } from '../coordinators/group-coordinator.ts'
import { contextOf, frontParts } from '../testing/front.ts'
import { syncGroupHandler } from './14-sync-group.ts'

const SYNC = { groupId: 'g', generationId: 1, memberId: 'm', groupInstanceId: null }

/** Collects what nothing holds. */
async function collect(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  // A weak reference that was made in this turn holds until its end.
  await new Promise((resolve) => setImmediate(resolve))
  gc()
}

test('a sync that waits does not hold its request', async () => {
  const held: WeakRef<object>[] = []
  const waiting: (() => void)[] = []
  const groups: GroupCoordinator = {
    call: (_, __, body) => {
      held.push(new WeakRef(body))
      return new Promise((_, reject) => waiting.push(() => reject(new KafkaError('NOT_COORDINATOR'))))
    },
    list: async () => [],
    partitionOf: () => 0,
  }
  const { handle } = syncGroupHandler({ ...frontParts(), groups })
  const answer = (() => {
    const request = {
      ...{ ...SYNC, protocolType: 'consumer', protocolName: 'range' },
      assignments: [{ memberId: 'm', assignment: Buffer.from('large') }],
    }
    held.push(new WeakRef(request))
    return handle(contextOf(ApiKey.SyncGroup, 5), request)
  })()
  await collect()
  expect(held.map((reference) => reference.deref())).toEqual([undefined, undefined])
  for (const end of waiting) end()
  expect(await answer).toMatchObject({ errorCode: ErrorCode.NOT_COORDINATOR })
})
