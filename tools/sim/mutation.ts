/** Breaks a place of the product's sources in this process, as they are loaded. Nothing in the product knows of it. */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Edit, Mutant } from './mutants.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The file's text with the edit; throws when what it replaces does not occur exactly once. */
export function edited(edit: Edit): string {
  const text = readFileSync(join(root, edit.file), 'utf8')
  const parts = text.split(edit.find)
  if (parts.length === 2) return parts.join(edit.replace)
  throw new Error(`${JSON.stringify(edit.find)} occurs ${parts.length - 1} times in ${edit.file}, expected once`)
}

/** To be called before the files are imported for the first time. */
export function applyMutant({ edits }: Mutant): void {
  const sources = new Map(edits.map((edit) => [pathToFileURL(join(root, edit.file)).href, edited(edit)]))
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context)
      const source = sources.get(url)
      return source === undefined ? loaded : { ...loaded, source }
    },
  })
}
