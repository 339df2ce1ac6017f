/**
 * DescribeConfigs tells the configuration of topics, brokers and other resources. Versions 1-4.
 *
 * - 1 the baseline: where a value comes from, and its synonyms (KIP-226)
 * - 2 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 3 types and documentation of keys (KIP-569)
 * - 4 flexible
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, int8, int16, int32, string } from '../schema/types.ts'

export const DescribeConfigsRequest = request(32, 'DescribeConfigs', '1-4', flexibleFrom(4), {
  resources: array({
    resourceType: int8,
    resourceName: string,
    configurationKeys: array(string).nullable(),
  }),
  includeSynonyms: bool.default(false),
  includeDocumentation: bool.v('3+').default(false),
})
export type DescribeConfigsRequest = Infer<typeof DescribeConfigsRequest>

export const DescribeConfigsResponse = response(32, 'DescribeConfigs', '1-4', flexibleFrom(4), {
  throttleTimeMs: int32,
  results: array({
    errorCode: int16,
    errorMessage: string.nullable(),
    resourceType: int8,
    resourceName: string,
    configs: array({
      name: string,
      value: string.nullable(),
      readOnly: bool,
      configSource: int8.default(-1).ignorable(),
      isSensitive: bool,
      synonyms: array({
        name: string,
        value: string.nullable(),
        source: int8,
      }).ignorable(),
      configType: int8.v('3+').default(0).ignorable(),
      documentation: string.v('3+').nullable().ignorable(),
    }),
  }),
})
export type DescribeConfigsResponse = Infer<typeof DescribeConfigsResponse>
