/** The ways in which librdkafka's tests run: each has a list of its own of what must pass. */

export interface Variant {
  readonly name: string
  /** Beside this file. */
  readonly list: string
  /** The test program's own word (`-s`) for the cluster that it expects. */
  readonly scenario: string
  /** More variables of its environment. */
  readonly env: Readonly<Record<string, string>>
  /** More keys of every server.properties. */
  readonly config: Readonly<Record<string, string>>
}

export const VARIANTS: readonly Variant[] = [
  { name: 'normal', list: 'tests.txt', scenario: 'default', env: {}, config: {} },
  {
    name: 'noautocreate',
    list: 'tests-noautocreate.txt',
    scenario: 'noautocreate',
    env: {},
    config: { 'auto.create.topics.enable': 'false' },
  },
  {
    name: 'consumer',
    list: 'tests-consumer.txt',
    scenario: 'default',
    env: { TEST_CONSUMER_GROUP_PROTOCOL: 'consumer' },
    config: {},
  },
]

/** All of them, or the one of that name. Throws when there is none. */
export function variantsOf(name: string | undefined): readonly Variant[] {
  if (name === undefined) return VARIANTS
  const found = VARIANTS.filter((variant) => variant.name === name)
  if (found.length > 0) return found
  throw new Error(`no variant is called ${name}; there are ${VARIANTS.map((variant) => variant.name).join(', ')}`)
}
