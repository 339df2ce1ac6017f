/** What can be known about the images without Docker: that their files exist, and that they keep the rules below. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { root } from '../build/packages.ts'

interface Instruction {
  readonly name: string
  readonly text: string
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function instructions(file: string): Instruction[] {
  return read(file)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ name: line.split(' ', 1)[0]!, text: line.slice(line.indexOf(' ') + 1) }))
}

/** The instructions after the last FROM: the image itself. */
function image(file: string): Instruction[] {
  const all = instructions(file)
  return all.slice(all.map(({ name }) => name).lastIndexOf('FROM'))
}

const texts = (from: readonly Instruction[], name: string) =>
  from.filter((instruction) => instruction.name === name).map(({ text }) => text)

describe.each(['broker', 'controller'])('the image of the %s', (name) => {
  const file = `docker/${name}.Dockerfile`

  test('is built in one stage and runs in another, from images of a stated version', () => {
    const stages = texts(instructions(file), 'FROM')
    expect(stages).toHaveLength(2)
    for (const stage of stages) expect(stage).toMatch(/^[a-z0-9./-]+24[a-z0-9.-]*(:[a-z]+)?|^node:24-slim/)
    expect(stages.join()).not.toMatch(/latest/)
  })

  test('runs as a user without rights, and has no shell form', () => {
    const final = image(file)
    expect(texts(final, 'USER')).toEqual(['65532:65532'])
    expect(texts(final, 'RUN')).toEqual([])
    for (const form of [...texts(final, 'ENTRYPOINT'), ...texts(final, 'CMD')])
      expect(JSON.parse(form)).toBeInstanceOf(Array)
    expect(texts(final, 'HEALTHCHECK')[0]).toMatch(/CMD \["\/nodejs\/bin\/node", "\/app\/healthy\.mjs", "http:/)
  })

  test('starts a command of a published package', () => {
    const [, command] = JSON.parse(texts(image(file), 'ENTRYPOINT')[0]!) as string[]
    const [, packageName, bin] = /^\/app\/node_modules\/(@ottla\/[a-z]+)\/(bin\/.*)$/.exec(command!)!
    expect(existsSync(join(root, 'apps', packageName!.split('/')[1]!, bin!))).toBe(true)
    expect(texts(instructions(file), 'RUN')[0]).toContain(`docker/assemble.sh ${packageName} /app`)
  })
})

test('the build step and the rehearsal can be executed', () => {
  for (const script of ['assemble.sh', 'rehearse.sh'])
    expect(statSync(join(root, 'docker', script)).mode & 0o111).not.toBe(0)
  expect(read('docker/assemble.sh')).toContain('cp docker/healthy.mjs')
})

test('compose names Dockerfiles that exist and settings that broker and controller know', () => {
  const compose = read('docker/compose.yaml')
  const files = [...compose.matchAll(/dockerfile: (\S+)/g)].map(([, file]) => file!)
  expect(files).toHaveLength(2)
  for (const file of files) expect(existsSync(join(root, file.replace(/[ }]/g, '')))).toBe(true)
  const documented = read('docs/configuration.md')
  const keys = [...compose.matchAll(/--override=([\w.]+)=/g)].map(([, key]) => key!)
  expect(keys.length).toBeGreaterThan(10)
  for (const key of keys) expect(documented).toContain(`\`${key}\``)
})
