import { type Admin, ClientError, type ConfigChange, type ConfigResource } from '@ottla/client'
import { closest } from '@ottla/runtime'
import type { Io } from '../tool/io.ts'
import type { Entity } from './entity.ts'

export async function alterEntity(
  admin: Admin,
  { entity, changes }: { readonly entity: Entity; readonly changes: readonly ConfigChange[] },
  io: Io,
): Promise<number> {
  const { kind } = entity
  const name = entity.name!
  const resource: ConfigResource = { type: kind.singular, name }
  const [altered] = await admin.incrementalAlterConfigs([{ resource, changes }])
  const { outcome } = altered!
  if (!outcome.ok) throw await withHint(admin, outcome.error, { resource, changes })
  io.out.line(
    name === ''
      ? `Completed updating default config for ${kind.plural} in the cluster.`
      : `Completed updating config for ${kind.singular} ${name}.`,
  )
  return 0
}

interface Alteration {
  readonly resource: ConfigResource
  readonly changes: readonly ConfigChange[]
}

/** The error with what a key may have been meant to be, if the broker does not say so itself. */
async function withHint(admin: Admin, error: ClientError, { resource, changes }: Alteration): Promise<ClientError> {
  if (error.errorName !== 'INVALID_CONFIG' || /did you mean/i.test(error.message)) return error
  const [described] = await admin.describeConfigs([resource])
  // The error itself is told in any case.
  if (!described!.outcome.ok) return error
  const known = described!.outcome.value.map((entry) => entry.name)
  const unknown = changes.find(({ name }) => !known.includes(name))
  const meant = unknown === undefined ? undefined : closest(unknown.name, known)
  if (meant === undefined) return error
  return new ClientError(error.errorName, `${error.message} (did you mean ${meant}?)`, error.attempt)
}
