/** The configuration of groups in the APIs of configuration. */
import { expect, test } from '@jest/globals'
import {
  AlterConfigsRequest,
  AlterConfigsResponse,
  ErrorCode,
  encodeMessage,
  IncrementalAlterConfigsResponse,
} from '@ottla/protocol'
import { configResource } from '@ottla/replication'
import { call } from '../partitions/testing/wire.ts'
import { allowAll } from '../security/allow-all.ts'
import { type FrontOptions, frontParts, imageOf } from '../testing/front.ts'
import { describeConfigsHandler } from './32-describe-configs.ts'
import { alterConfigsHandler } from './33-alter-configs.ts'
import { incrementalAlterConfigsHandler } from './44-incremental-alter-configs.ts'
import { listConfigResourcesHandler } from './74-list-config-resources.ts'

const GROUP = 32
const SESSION = 'consumer.session.timeout.ms'
const HEARTBEAT = 'consumer.heartbeat.interval.ms'

const IMAGE = imageOf([], {}, new Map([[configResource('group', 'g:1'), new Map([[SESSION, '50000']])]]))

/** A controller that agrees with everything. */
const agrees: NonNullable<FrontOptions['forward']> = async ({ apiKey, apiVersion }) => {
  const responses = [{ errorCode: 0, errorMessage: null, resourceType: GROUP, resourceName: 'g:1' }]
  const reply = { throttleTimeMs: 0, responses }
  return apiKey === AlterConfigsRequest.apiKey
    ? encodeMessage(AlterConfigsResponse, apiVersion, reply)
    : encodeMessage(IncrementalAlterConfigsResponse, apiVersion, reply)
}

function parts(options: FrontOptions = {}) {
  const config = {
    'group.consumer.max.session.timeout.ms': '70000',
    'group.consumer.max.heartbeat.interval.ms': '55000',
  }
  return frontParts({ image: IMAGE, forward: agrees, config, ...options })
}

const OK = [ErrorCode.NONE, null]
const refused = (message: string) => [ErrorCode.INVALID_CONFIG, message]

test.each<[string, [name: string, operation: number, value: string | null][], (number | null | string)[]]>([
  ['within the bounds of this broker', [[SESSION, 0, '70000']], OK],
  [
    'beyond them',
    [[SESSION, 0, '70001']],
    refused(`${SESSION} must be less than or equal to group.consumer.max.session.timeout.ms`),
  ],
  [
    'below them',
    [[HEARTBEAT, 0, '4999']],
    refused(`${HEARTBEAT} must be greater than or equal to group.consumer.min.heartbeat.interval.ms`),
  ],
  ['less than what the group has otherwise', [[HEARTBEAT, 0, '49000']], OK],
  [
    'as much as what the group has otherwise',
    [[HEARTBEAT, 0, '50000']],
    refused(`${SESSION} must be greater than ${HEARTBEAT}`),
  ],
  [
    'together with it',
    [
      [HEARTBEAT, 0, '50000'],
      [SESSION, 0, '60000'],
    ],
    OK,
  ],
  [
    'when that goes',
    [
      [HEARTBEAT, 0, '49000'],
      [SESSION, 1, null],
    ],
    refused(`${SESSION} must be greater than ${HEARTBEAT}`),
  ],
])('IncrementalAlterConfigs: %s', async (_, operations, expected) => {
  const configs = operations.map(([name, configOperation, value]) => ({ name, configOperation, value }))
  const request = { resources: [{ resourceType: GROUP, resourceName: 'g:1', configs }], validateOnly: false }
  const { responses } = await call({ handler: incrementalAlterConfigsHandler(parts()), version: 1, request })
  expect([responses[0].errorCode, responses[0].errorMessage]).toEqual(expected)
})

test.each([
  [{ [SESSION]: '60000' }, OK],
  [{ [HEARTBEAT]: '45000' }, refused(`${SESSION} must be greater than ${HEARTBEAT}`)],
])('AlterConfigs: %j is all that the group has then', async (values, expected) => {
  const configs = Object.entries(values).map(([name, value]) => ({ name, value }))
  const request = { resources: [{ resourceType: GROUP, resourceName: 'g:1', configs }], validateOnly: false }
  const { responses } = await call({ handler: alterConfigsHandler(parts()), version: 2, request })
  expect([responses[0].errorCode, responses[0].errorMessage]).toEqual(expected)
})

test('whoever may not touch the group', async () => {
  const security = { ...allowAll, authorize: (_: unknown, __: unknown, { type }: { type: string }) => type !== 'group' }
  const resource = { resourceType: GROUP, resourceName: 'g:1' }
  const alter = { resources: [{ ...resource, configs: [] }], validateOnly: false }
  const altered = await call({
    handler: incrementalAlterConfigsHandler(parts({ security })),
    version: 1,
    request: alter,
  })
  expect(altered.responses[0].errorCode).toBe(ErrorCode.GROUP_AUTHORIZATION_FAILED)
  const described = await describeGroup('g:1', { security })
  expect(described.errorCode).toBe(ErrorCode.GROUP_AUTHORIZATION_FAILED)
})

async function describeGroup(resourceName: string, options: FrontOptions = {}) {
  const resources = [{ resourceType: GROUP, resourceName, configurationKeys: null }]
  const request = { resources, includeSynonyms: true, includeDocumentation: false }
  const { results } = await call({ handler: describeConfigsHandler(parts(options)), version: 4, request })
  return results[0]
}

test('DescribeConfigs shows all keys of groups, which need not exist', async () => {
  const { errorCode, configs } = await describeGroup('g:1')
  expect(errorCode).toBe(0)
  const shown = configs.map((each: Record<string, unknown>) => [
    each.name,
    each.value,
    each.configSource,
    each.readOnly,
  ])
  expect(shown).toEqual([
    ['consumer.assignment.interval.ms', '1000', 5, false],
    [HEARTBEAT, '5000', 5, false],
    [SESSION, '50000', 8, false],
  ])
  expect(configs[2].synonyms).toEqual([
    { name: SESSION, value: '50000', source: 8 },
    { name: 'group.consumer.session.timeout.ms', value: '45000', source: 5 },
  ])
  expect((await describeGroup('nobody')).configs).toHaveLength(3)
  expect(await describeGroup('')).toMatchObject({
    errorCode: ErrorCode.INVALID_REQUEST,
    errorMessage: 'Group name must not be empty',
  })
})

test('ListConfigResources names the groups that have a configuration', async () => {
  const handler = listConfigResourcesHandler(parts())
  const { configResources } = await call({ handler, version: 1, request: { resourceTypes: [GROUP] } })
  expect(configResources).toEqual([{ resourceName: 'g:1', resourceType: GROUP }])
})

test.each([
  ['15000', ErrorCode.NONE, null],
  [
    '15001',
    ErrorCode.INVALID_REQUEST,
    'group.consumer.assignment.interval.ms must be less than or equal to group.consumer.max.assignment.interval.ms',
  ],
])('what holds for groups without a value, set to %s while brokers run', async (value, errorCode, errorMessage) => {
  const configs = [{ name: 'group.consumer.assignment.interval.ms', configOperation: 0, value }]
  const request = { resources: [{ resourceType: 4, resourceName: '', configs }], validateOnly: false }
  const forward: NonNullable<FrontOptions['forward']> = async ({ apiVersion }) =>
    encodeMessage(IncrementalAlterConfigsResponse, apiVersion, {
      throttleTimeMs: 0,
      responses: [{ errorCode: 0, errorMessage: null, resourceType: 4, resourceName: '' }],
    })
  const { responses } = await call({ handler: incrementalAlterConfigsHandler(parts({ forward })), version: 1, request })
  expect(responses).toEqual([{ errorCode, errorMessage, resourceType: 4, resourceName: '' }])
})
