import { addressLimits, type MetadataImage } from '@ottla/replication'
import type { ConnectionLimits } from '../network/listeners.ts'
import type { ControllerSession } from '../seams.ts'
import { brokerConfigValue } from './broker-entries.ts'

type DynamicLimits = Required<
  Pick<ConnectionLimits, 'connectionsMax' | 'connectionsPerIpMax' | 'connectionsPerIpOverrides'>
>

export interface OwnConfig {
  readonly brokerId: number
  /** What this broker's file sets. */
  readonly file: ReadonlyMap<string, string>
}

type Followed = Pick<ControllerSession, 'image' | 'onImage'>

/** Tells the limits on connections as the metadata has them now, and again whenever a broker's configuration changes. */
export function followConnectionLimits(
  session: Followed,
  own: OwnConfig,
  apply: (limits: DynamicLimits) => void,
): void {
  follow(session, (image) => apply(connectionLimits(image, own)))
}

/** As `followConnectionLimits`, for `producer.id.expiration.ms`. */
export function followProducerIdExpiration(session: Followed, own: OwnConfig, apply: (ms: number) => void): void {
  follow(session, (image) => apply(Number(brokerConfigValue(image, 'producer.id.expiration.ms', own))))
}

function follow(session: Followed, read: (image: MetadataImage) => void): void {
  read(session.image)
  session.onImage((image, { configsChanged }) => {
    if ([...configsChanged].some((resource) => resource.startsWith('broker:'))) read(image)
  })
}

function connectionLimits(image: MetadataImage, own: OwnConfig): DynamicLimits {
  const value = (name: string) => brokerConfigValue(image, name, own) ?? ''
  return {
    connectionsMax: Number(value('max.connections')),
    connectionsPerIpMax: Number(value('max.connections.per.ip')),
    connectionsPerIpOverrides: addressLimits(value('max.connections.per.ip.overrides')).limits,
  }
}
