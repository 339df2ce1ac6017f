/** The packages that are published, as their package.json files describe them. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

interface Target {
  readonly types: string
  readonly default: string
}

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly license?: string
  readonly description?: string
  readonly files?: readonly string[]
  readonly engines?: { readonly node?: string }
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string | Target>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly publishConfig?: {
    readonly access?: string
    readonly exports?: Readonly<Record<string, string | Target>>
  }
}

export interface Package {
  /** Relative to the root, as `packages/runtime`. */
  readonly folder: string
  readonly manifest: Manifest
}

export function publishedPackages(): Package[] {
  return ['packages', 'apps']
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`))
    .map((folder) => ({ folder, manifest: readManifest(folder) }))
    .filter(({ manifest }) => manifest.private !== true)
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
}

/** What `exports` names in the workspace, as paths below the package: TypeScript sources, mostly. */
export function sourcesOf({ exports = {} }: Manifest): Map<string, string> {
  return new Map(
    Object.entries(exports).map(([name, target]) => [name, typeof target === 'string' ? target : target.types]),
  )
}

/** Its `index.ts` is published as part of its bundle, with the workspace's other packages inside. */
export function isBundled({ publishConfig }: Manifest): boolean {
  const main = publishConfig?.exports?.['.']
  return typeof main === 'object' && main.default.startsWith('./dist/bundle/')
}
