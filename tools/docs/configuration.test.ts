import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { BROKER_KEYS } from '../../packages/replication/src/broker-config/broker-keys.ts'
import { TOPIC_CONFIG_KEYS } from '../../packages/replication/src/metadata/topic-config-keys.ts'
import { configurationPage, PAGE, reasonWithoutEffect, root, topicKeyOf, WITHOUT_EFFECT } from './configuration.ts'

test('docs/configuration.md is up to date; `pnpm run docs` writes it', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(configurationPage())
})

test('what is said to be without effect are keys of the tables', () => {
  const names = new Set([...BROKER_KEYS, ...TOPIC_CONFIG_KEYS].map(({ name }) => name))
  expect(Object.keys(WITHOUT_EFFECT).filter((name) => !names.has(name))).toEqual([])
})

/** Read for a check of values against each other, or handed on as metadata. */
const READ_WITHOUT_EFFECT = new Set([
  'broker.session.timeout.ms',
  'log.retention.hours',
  'log.retention.minutes',
  'log.retention.ms',
])

/** Three keys that one line reads. */
const CODEC_LEVELS = /`compression\.\$\{type\}\.level`/g

/** The code of broker, controller and storage without its tables and checks of keys. */
function sources(): string {
  const folders = ['apps/*.ts', 'packages/replication/*.ts', 'packages/storage/*.ts']
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...folders], {
    cwd: root,
    encoding: 'utf8',
  })
  const isTable = /config-keys\.ts$|keys-[\w-]+\.ts$|-config-check\.ts$/
  return listed
    .split('\n')
    .filter((path) => path !== '' && !/\.test\.ts$|\/gen\/|\/testing\//.test(path) && !isTable.test(path))
    .map((path) => join(root, path))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
    .replaceAll(CODEC_LEVELS, "'compression.gzip.level' 'compression.lz4.level' 'compression.zstd.level'")
}

test('a key has an effect on the page exactly if the code reads it', () => {
  const code = sources()
  const isRead = (name: string | undefined) => name !== undefined && code.includes(`'${name}'`)
  const wrong = [...BROKER_KEYS, ...TOPIC_CONFIG_KEYS].filter((key) => {
    const read = isRead(key.name) || isRead(topicKeyOf(key)?.name)
    const saysSo = reasonWithoutEffect(key) === undefined
    return read !== saysSo && !(read && READ_WITHOUT_EFFECT.has(key.name))
  })
  expect(wrong.map(({ name }) => name)).toEqual([])
})
