import { type GroupListing, type GroupType, groupTypeOf } from '@ottla/client'
import { UsageError } from '../tool/usage.ts'

export interface FilterOptions {
  readonly groupType?: string
  readonly protocol?: string
  readonly consumer?: true
  readonly share?: true
  readonly streams?: true
}

type Filter = (group: GroupListing) => boolean

const CONSUMER_PROTOCOL = 'consumer'

/** Which groups the options choose. Throws a `UsageError`. */
export function groupFilter(options: FilterOptions): Filter {
  const { protocol, consumer, share, streams } = options
  const ofProtocol: Filter = ({ protocolType }) => protocol === undefined || protocolType === protocol
  if (options.groupType !== undefined) {
    const wanted = groupTypeOf(options.groupType)
    if (wanted === 'Unknown') throw new UsageError('--group-type must be a valid group type.')
    return (group) => group.type === wanted && ofProtocol(group)
  }
  if (protocol !== undefined) return ofProtocol
  if (consumer) return isOfConsumers
  if (share) return ofType('Share')
  return streams ? ofType('Streams') : () => true
}

function isOfConsumers({ type, protocolType }: GroupListing): boolean {
  return protocolType === CONSUMER_PROTOCOL || protocolType === '' || type === 'Consumer'
}

function ofType(wanted: GroupType): Filter {
  return ({ type }) => type === wanted
}
