import { definitionDifferences, type KafkaMessage, messages } from '@ottla/protocol/testing'

/** Defined by Kafka for the streams library, which packs it into the user data of consumer subscriptions: no broker reads it. */
const NOT_OURS: ReadonlySet<string> = new Set(['SubscriptionInfoData'])

/** Where our definitions and Kafka's differ, one line each. Messages that Kafka has withdrawn (versions `none`) are left out. */
export function checkDefinitions(theirs: readonly KafkaMessage[]): string[] {
  const wanted = theirs.filter(({ name, validVersions }) => validVersions !== 'none' && !NOT_OURS.has(name))
  const names = new Set(wanted.map(({ name }) => name))
  const surplus = [...messages.keys()].filter((name) => !names.has(name)).map((name) => `${name}: Kafka has none of it`)
  return [...surplus, ...wanted.flatMap(differences)]
}

function differences(theirs: KafkaMessage): string[] {
  const ours = messages.get(theirs.name)
  return ours === undefined ? [`${theirs.name}: it is not defined here`] : definitionDifferences(ours, theirs)
}
