import { withAdmin } from '../connect/connect-options.ts'
import { reporting } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { guarded, parseArguments } from '../tool/usage.ts'
import { alterEntity } from './alter.ts'
import { configChanges } from './changes.ts'
import { describeEntities } from './describe.ts'
import { entityOf } from './entity.ts'
import { type ConfigsOptions, checkOptions, command, NAME } from './options.ts'

/** kafka-configs, ConfigCommand. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<ConfigsOptions>(command(), args, io)
    const action = checkOptions(options)
    const entity = entityOf(options, action)
    const prefix = `Error while executing config command with args '${args.join(' ')}': `
    if (action === 'describe')
      return reporting(prefix, io, () =>
        withAdmin(options, io, (admin) => describeEntities(admin, { entity, options }, io)),
      )
    return reporting(prefix, io, async () => {
      const changes = configChanges(options, await io.runtime())
      return withAdmin(options, io, (admin) => alterEntity(admin, { entity, changes }, io))
    })
  })
}
