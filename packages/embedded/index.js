/** `import 'ottla'` in the workspace: the bundle, as in the published package, or the sources where they have changed since. */
import { moduleOf } from '@ottla/runtime/launch'

export const { startCluster } = await import(await moduleOf(new URL('bin/', import.meta.url), 'index'))
