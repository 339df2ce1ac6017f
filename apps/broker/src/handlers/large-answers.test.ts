/** Requests of a few bytes whose answers have megabytes. */
import { expect, test } from '@jest/globals'
import { ApiKey } from '@ottla/protocol'
import { contextOf, frontParts } from '../testing/front.ts'
import { ScriptedGroups } from '../testing/scripted-groups.ts'
import { offsetFetchHandler } from './09-offset-fetch.ts'
import { describeGroupsHandler } from './15-describe-groups.ts'
import { listGroupsHandler } from './16-list-groups.ts'
import { consumerGroupDescribeHandler } from './69-consumer-group-describe.ts'

const parts = { ...frontParts(), groups: new ScriptedGroups(() => ({})) }
const HANDLERS = [
  ['OffsetFetch', offsetFetchHandler(parts), { groupId: 'g', topics: null, groups: [], requireStable: false }],
  ['DescribeGroups', describeGroupsHandler(parts), { groups: ['g'], includeAuthorizedOperations: false }],
  ['ListGroups', listGroupsHandler(parts), { statesFilter: [], typesFilter: [] }],
  [
    'ConsumerGroupDescribe',
    consumerGroupDescribeHandler(parts),
    { groupIds: ['g'], includeAuthorizedOperations: false },
  ],
] as const

test.each(HANDLERS)('a connection has one %s under way', (name, { serial }, request) => {
  expect(serial?.(contextOf(ApiKey[name], 0), request as never)).toBe(true)
})
