import { DiskError } from '../disk.ts'
import type { Random } from '../random.ts'
import { FileContent } from './file-content.ts'

export interface FileNode {
  readonly kind: 'file'
  readonly content: FileContent
}

export interface DirectoryNode {
  readonly kind: 'directory'
  /** What processes see. */
  entries: Map<string, Node>
  /** What a power cut leaves for certain. */
  durable: Map<string, Node>
  /** Changes of names in this directory that no completed sync covers. */
  unsynced: NameChange[]
  modifiedMs: number
}

export type Node = FileNode | DirectoryNode

/** A creation, removal or rename that is durable once all the directories that it touches have been synced. */
interface NameChange {
  readonly waitsFor: Set<DirectoryNode>
  /** Carries it out in the durable names. Keeps to the node it is about, so that changes may be lost one by one. */
  readonly apply: () => void
}

/** Names and what they stand for, with the part of them that a power cut cannot take. */
export class DirectoryTree {
  readonly #root = directoryNode()
  /** In order of their happening. */
  readonly #unsynced = new Set<NameChange>()

  find(path: string): Node | undefined {
    let node: Node | undefined = this.#root
    for (const name of namesOf(path)) {
      node = node?.kind === 'directory' ? node.entries.get(name) : undefined
    }
    return node
  }

  /** The directory in which a path's last name stands. */
  parent(operation: string, path: string): { directory: DirectoryNode; name: string } {
    const names = namesOf(path)
    const name = names.pop()
    const directory = this.find(names.join('/'))
    if (name === undefined) throw new DiskError(operation, path, 'EINVAL')
    if (directory === undefined) throw new DiskError(operation, path, 'ENOENT')
    if (directory.kind !== 'directory') throw new DiskError(operation, path, 'ENOTDIR')
    return { directory, name }
  }

  link(directory: DirectoryNode, name: string, node: Node): void {
    directory.entries.set(name, node)
    this.#changed([directory], () => directory.durable.set(name, node))
  }

  unlink(directory: DirectoryNode, name: string): void {
    const node = directory.entries.get(name)
    if (node === undefined) return
    directory.entries.delete(name)
    this.#changed([directory], () => forget(directory, name, node))
  }

  /** Name by name, from the leaves up: a power cut may bring any part of the tree back. */
  unlinkTree(directory: DirectoryNode, name: string): void {
    const node = directory.entries.get(name)
    if (node?.kind === 'directory') for (const child of [...node.entries.keys()]) this.unlinkTree(node, child)
    this.unlink(directory, name)
  }

  rename(from: string, to: string): void {
    const source = this.parent('rename', from)
    const target = this.parent('rename', to)
    const node = source.directory.entries.get(source.name)
    if (node === undefined) throw new DiskError('rename', from, 'ENOENT')
    const replaced = target.directory.entries.get(target.name)
    if (replaced === node) return
    if (replaced?.kind === 'directory' && replaced.entries.size > 0) throw new DiskError('rename', from, 'ENOTEMPTY')
    if (replaced !== undefined && replaced.kind !== node.kind) {
      throw new DiskError('rename', from, node.kind === 'file' ? 'EISDIR' : 'ENOTDIR')
    }
    source.directory.entries.delete(source.name)
    target.directory.entries.set(target.name, node)
    this.#changed([source.directory, target.directory], () => {
      forget(source.directory, source.name, node)
      target.directory.durable.set(target.name, node)
    })
  }

  /** Begins to make the names durable; the returned function ends it. Without that call nothing is durable. */
  beginSync(directory: DirectoryNode): () => void {
    const covered = [...directory.unsynced]
    return () => {
      directory.unsynced = directory.unsynced.filter((change) => !covered.includes(change))
      for (const change of covered) {
        change.waitsFor.delete(directory)
        if (change.waitsFor.size === 0 && this.#unsynced.delete(change)) change.apply()
      }
    }
  }

  /** Bytes in all files that have a name. */
  contentBytes(): number {
    let bytes = 0
    this.#eachNode((node) => {
      if (node.kind === 'file') bytes += node.content.size
    })
    return bytes
  }

  /** All files that have a name, in an order that depends on nothing but the names' history. */
  *files(directory = this.#root, prefix = ''): Generator<{ readonly path: string; readonly content: FileContent }> {
    for (const [name, node] of directory.entries) {
      const path = `${prefix}/${name}`
      if (node.kind === 'file') yield { path, content: node.content }
      else yield* this.files(node, path)
    }
  }

  /** Makes all names and contents durable, as sync(1) does. */
  syncAll(): void {
    this.#keepChanges(() => true)
    this.#eachNode((node) => {
      if (node.kind === 'file') node.content.syncNow()
    })
  }

  /** Unsynced changes of names are kept or lost one by one, then contents as FileContent says. */
  losePower(random: Random): void {
    const keptOfFour = random.integer(5)
    this.#keepChanges(() => random.integer(4) < keptOfFour)
    this.#eachNode((node) => {
      if (node.kind === 'file') node.content.losePower(random)
    })
  }

  #keepChanges(isKept: () => boolean): void {
    for (const change of this.#unsynced) if (isKept()) change.apply()
    this.#unsynced.clear()
    const visit = (directory: DirectoryNode) => {
      directory.entries = new Map(directory.durable)
      directory.unsynced = []
      for (const node of directory.entries.values()) if (node.kind === 'directory') visit(node)
    }
    visit(this.#root)
  }

  #eachNode(action: (node: Node) => void): void {
    const seen = new Set<Node>()
    const visit = (node: Node) => {
      if (seen.has(node)) return
      seen.add(node)
      action(node)
      if (node.kind === 'directory') for (const child of node.entries.values()) visit(child)
    }
    visit(this.#root)
  }

  #changed(directories: DirectoryNode[], apply: () => void): void {
    const change = { waitsFor: new Set(directories), apply }
    this.#unsynced.add(change)
    for (const directory of change.waitsFor) directory.unsynced.push(change)
  }
}

export function fileNode(): FileNode {
  return { kind: 'file', content: new FileContent() }
}

export function directoryNode(): DirectoryNode {
  return { kind: 'directory', entries: new Map(), durable: new Map(), unsynced: [], modifiedMs: 0 }
}

/** The names of a path; relative paths start at the root too. */
export function namesOf(path: string): string[] {
  const names: string[] = []
  for (const name of path.split('/')) {
    if (name === '..') names.pop()
    else if (name !== '' && name !== '.') names.push(name)
  }
  return names
}

function forget(directory: DirectoryNode, name: string, node: Node): void {
  if (directory.durable.get(name) === node) directory.durable.delete(name)
}
