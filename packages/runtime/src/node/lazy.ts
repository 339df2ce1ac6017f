import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/**
 * A library that is loaded when it is first used: tools import this package and most of them need none of these, and each
 * costs tens of milliseconds at start. For synchronous callers; asynchronous ones use `import()`.
 */
export function lazily<T>(name: string): () => T {
  let loaded: { readonly module: T } | undefined
  return () => {
    loaded ??= { module: require(name) as T }
    return loaded.module
  }
}
