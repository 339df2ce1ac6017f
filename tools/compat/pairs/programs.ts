/**
 * The clients whose records must read the same everywhere: what each of them is, which codecs its producer has, and the
 * command lines that copy a file of lines into a topic and a topic into a file of lines.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../harness/process.ts'
import { confluentDirectory, confluentNode } from './confluent.ts'

export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type Codec = (typeof CODECS)[number]

export const PARTITIONS = 3

export interface Place {
  readonly bootstrap: string
  readonly topic: string
  /** Lines, each one record. */
  readonly file: string
}

export interface Writer {
  readonly name: string
  readonly codecs: readonly Codec[]
  /** A line for bash; exit code 0 says that every record was acknowledged. */
  write(place: Place, codec: Codec): string
}

export interface Reader {
  readonly name: string
  /** A line for bash that reads the partitions up to their ends (`ends`, by partition). */
  read(place: Place, ends: readonly number[]): string
}

const here = join(root, 'tools/compat/pairs')
const apache = join(root, 'tools/compat/apache/kafka')
const workspaceNode = join(root, 'node_modules/.bin/node')

/** Debian's python3-kafka lives with Debian's interpreter, which need not be the first one on PATH. */
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'

function confluent(mode: 'write' | 'read', { bootstrap, topic, file }: Place, ...rest: readonly string[]): string {
  return `${confluentNode} ${here}/confluent-client.cjs ${confluentDirectory} ${mode} ${bootstrap} ${topic} '${file}' ${rest.join(' ')}`
}

export const WRITERS: readonly Writer[] = [
  {
    name: 'kcat',
    codecs: CODECS,
    write: ({ bootstrap, topic, file }, codec) =>
      `kcat -P -b ${bootstrap} -t ${topic} -z ${codec} -X acks=all -l '${file}'`,
  },
  {
    name: 'python3-kafka',
    codecs: CODECS,
    write: ({ bootstrap, topic, file }, codec) =>
      `${python} ${here}/python-client.py write ${bootstrap} ${topic} '${file}' ${codec}`,
  },
  {
    name: 'kafkajs',
    codecs: ['none', 'gzip'],
    write: ({ bootstrap, topic, file }, codec) =>
      `${workspaceNode} ${here}/kafkajs-writer.ts ${bootstrap} ${topic} '${file}' ${codec}`,
  },
  {
    name: '@platformatic/kafka',
    codecs: CODECS,
    write: ({ bootstrap, topic, file }, codec) =>
      `${workspaceNode} --no-warnings ${here}/platformatic-writer.ts ${bootstrap} ${topic} '${file}' ${codec}`,
  },
  { name: 'confluent', codecs: CODECS, write: (place, codec) => confluent('write', place, codec) },
  {
    name: 'Apache',
    codecs: CODECS,
    write: ({ bootstrap, topic, file }, codec) =>
      `${apache} tool kafka-console-producer --bootstrap-server ${bootstrap} --topic ${topic} --compression-codec ${codec} < '${file}' > /dev/null`,
  },
  {
    name: 'Ottla',
    codecs: CODECS,
    write: ({ bootstrap, topic, file }, codec) =>
      `kafka-console-producer --bootstrap-server ${bootstrap} --topic ${topic} --compression-codec ${codec} < '${file}'`,
  },
]

export const READERS: readonly Reader[] = [
  {
    name: 'kcat',
    read: ({ bootstrap, topic, file }) => `kcat -C -b ${bootstrap} -t ${topic} -o beginning -e -q > '${file}'`,
  },
  {
    name: 'python3-kafka',
    read: ({ bootstrap, topic, file }) => `${python} ${here}/python-client.py read ${bootstrap} ${topic} '${file}'`,
  },
  { name: 'confluent', read: (place, ends) => confluent('read', place, ends.join(',')) },
  { name: 'Apache', read: (place, ends) => eachPartition(`${apache} tool kafka-console-consumer`, place, ends) },
  { name: 'Ottla', read: (place, ends) => eachPartition('kafka-console-consumer', place, ends) },
]

function eachPartition(tool: string, { bootstrap, topic, file }: Place, ends: readonly number[]): string {
  const lines = ends.map(
    (end, partition) =>
      `${tool} --bootstrap-server ${bootstrap} --topic ${topic} --partition ${partition} --offset earliest --max-messages ${end}`,
  )
  return `{ ${lines.join(' && ')}; } > '${file}'`
}
