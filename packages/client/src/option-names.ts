import { CONSUMER_OPTION_NAMES } from './consumer/options.ts'
import { checkNames } from './option-table.ts'
import { CLIENT_OPTION_NAMES } from './options.ts'
import { PRODUCER_OPTION_NAMES } from './producer/options.ts'

const NAMES = [...CLIENT_OPTION_NAMES, ...CONSUMER_OPTION_NAMES, ...PRODUCER_OPTION_NAMES]

/** Refuses what no client here knows. What is another one's has no effect: several clients may share their options, as Kafka's do. */
export function checkClientOptions(client: string, options: object): void {
  checkNames(client, options, NAMES)
}
