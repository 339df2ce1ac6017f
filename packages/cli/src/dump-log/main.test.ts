import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { encodeBatch } from '@ottla/protocol'
import { nodeDisk } from '@ottla/runtime/node'
import { MemoryDisk, testRuntime } from '@ottla/runtime/testing'
import { recordedIo } from '../testing/recorded-io.ts'
import { main } from './main.ts'

const SAMPLE = join(import.meta.dirname, '../vectors/log-dir-sample')

/** `$ command`, its lines (stdout and stderr), `[exit N]`. */
function expectedRuns(): { args: string[]; output: string; exitCode: number }[] {
  const text = readFileSync(join(SAMPLE, 'kafka-dump-log.expected.txt'), 'utf8')
  return [...text.matchAll(/^\$ kafka-dump-log\.sh (.*)\n([\s\S]*?)\[exit (\d)\]$/gm)].map((match) => ({
    args: match[1]!.split(' '),
    output: match[2]!,
    exitCode: Number(match[3]),
  }))
}

function writeFile(disk: MemoryDisk, path: string, content: Uint8Array): void {
  const file = disk.open(path, 'write')
  file.write([content], 0)
  file.close()
}

async function dump(disk: MemoryDisk, ...args: string[]) {
  const io = recordedIo(testRuntime({ disk }))
  const exitCode = await main(args, io)
  return { exitCode, out: io.outText(), err: io.errText() }
}

/** The sample's topic, with some of its files replaced. */
function damagedSample(replaced: Record<string, Uint8Array>): MemoryDisk {
  const disk = new MemoryDisk()
  disk.makeDirectory('/t-0')
  for (const suffix of ['log', 'index', 'timeindex']) {
    const original = readFileSync(join(SAMPLE, `topic-0/00000000000000000100.${suffix}`))
    writeFile(disk, `/t-0/00000000000000000100.${suffix}`, replaced[suffix] ?? new Uint8Array(original))
  }
  return disk
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
}

const INDEX = '/t-0/00000000000000000100.index'
const TIME_INDEX = '/t-0/00000000000000000100.timeindex'
const LOG = '/t-0/00000000000000000100.log'

describe("what Apache Kafka's kafka-dump-log prints for the sample", () => {
  const runs = expectedRuns()

  test('there are runs to compare with', () => expect(runs.length).toBe(13))

  test.each(runs.map((run) => [run.args.join(' '), run] as const))('%s', async (_, { args, output, exitCode }) => {
    const files = args
      .at(-1)!
      .split(',')
      .map((file) => join(SAMPLE, file))
    const io = recordedIo({ ...testRuntime(), disk: nodeDisk })
    expect(await main([...args.slice(0, -1), files.join(',')], io)).toBe(exitCode)
    const shown = io.allText().replaceAll(` in ${SAMPLE}`, ' in /log-dir-sample').replaceAll(`${SAMPLE}/`, '')
    expect(shown).toBe(output)
  })
})

describe('an index that does not fit its log', () => {
  test('offset index: mismatches at the end, on stderr', async () => {
    const disk = damagedSample({ index: bytesOf('00000007 00000079 00000009 00000105 00000000 00000000') })
    expect(await dump(disk, '--files', INDEX)).toEqual({
      exitCode: 0,
      out: `Dumping ${INDEX}\noffset: 107 position: 121\noffset: 109 position: 261\n`,
      err: `Mismatches in :${INDEX}\n  Index offset: 109, log offset: 108\n`,
    })
  })

  test('a position behind the end of the log', async () => {
    const disk = damagedSample({ index: bytesOf('00000007 00010000') })
    expect(await dump(disk, '--verify-index-only', '--files', INDEX)).toEqual({
      exitCode: 0,
      out: `Dumping ${INDEX}\n`,
      err: `Mismatches in :${INDEX}\n  Index offset: 107, log offset: -1\n`,
    })
  })

  test('time index: wrong timestamp, wrong order, offsets that are not there', async () => {
    const timeindex = bytesOf(
      '0000018bcfe56be8 00000003 0000018bcfe56fd1 00000008 0000018bcfe56be8 0000000d 0000018bcfe573b8 0000000e',
    )
    expect((await dump(damagedSample({ timeindex }), '--files', TIME_INDEX)).err).toBe(
      `Found timestamp mismatch in :${TIME_INDEX}\n` +
        '  Index timestamp: 1700000002001, log timestamp: 1700000002000\n' +
        '  Index timestamp: 1700000001000, log timestamp: 1700000003000\n' +
        `Found out of order timestamp in :${TIME_INDEX}\n` +
        '  Index timestamp: 1700000001000, Previously indexed timestamp: 1700000002001\n' +
        `The following indexed offsets are not found in :${TIME_INDEX}\n` +
        'Indexed offset: 114, found log offset: -1\n',
    )
  })

  test.each([
    ['a part of an entry', '00000007 000000', /7 bytes are no multiple of 8/],
    ['an offset before the base', 'fffffff0 00000000', /last offset 84 lies before 100/],
  ])('sanity check: %s', async (_, hex, message) => {
    const { exitCode, err } = await dump(
      damagedSample({ index: bytesOf(hex) }),
      '--index-sanity-check',
      '--files',
      INDEX,
    )
    expect([exitCode, err]).toEqual([1, expect.stringMatching(message)])
  })

  test('without its log the entries are printed, and it is said so', async () => {
    const disk = damagedSample({})
    await disk.removeFile(LOG)
    const { exitCode, out, err } = await dump(disk, '--files', INDEX)
    expect([exitCode, out.split('\n').length]).toEqual([0, 5])
    expect(err).toMatch(/\.log does not exist/)
  })
})

describe('a log', () => {
  /** 3 MB: batches that straddle the window of the reader, one that is larger than it. */
  function largeLog(): { bytes: Uint8Array; lines: string[] } {
    const batches: Uint8Array[] = []
    const lines: string[] = []
    let position = 0
    for (let offset = 0; offset < 12; offset++) {
      const value = new Uint8Array(offset === 5 ? 1_500_000 : 150_000).fill(offset)
      const batch = encodeBatch({ baseOffset: offset, records: [{ key: null, value, timestamp: 1000 + offset }] })
      lines.push(`position: ${position} CreateTime: ${1000 + offset} size: ${batch.length} `)
      batches.push(batch)
      position += batch.length
    }
    return { bytes: Uint8Array.from(Buffer.concat(batches)), lines }
  }

  test('is read through a window, whatever the size of its batches', async () => {
    const { bytes, lines } = largeLog()
    const { out } = await dump(damagedSample({ log: bytes }), '--files', LOG)
    const shown = out.trimEnd().split('\n').slice(2)
    expect(shown.length).toBe(lines.length)
    shown.forEach((line, index) => {
      expect(line).toContain(lines[index])
      expect(line).toMatch(/isvalid: true$/)
    })
  })

  test('with a flipped bit: the batch is not valid, the others are', async () => {
    const log = new Uint8Array(readFileSync(join(SAMPLE, 'topic-0/00000000000000000100.log')))
    log[100]! ^= 1
    const { out } = await dump(damagedSample({ log }), '--files', LOG)
    expect(out.match(/isvalid: \w+/g)).toEqual(['isvalid: false', ...Array.from({ length: 4 }, () => 'isvalid: true')])
  })

  test('with a torn tail: its bytes are counted', async () => {
    const original = readFileSync(join(SAMPLE, 'topic-0/00000000000000000100.log'))
    const { out, exitCode } = await dump(
      damagedSample({ log: new Uint8Array(original.subarray(0, 500)) }),
      '--files',
      LOG,
    )
    expect(out).toMatch(/\nFound 40 invalid bytes at the end of 00000000000000000100\.log\n$/)
    expect(exitCode).toBe(0)
  })

  test('only up to --max-bytes', async () => {
    const { out } = await dump(damagedSample({}), '--max-bytes', '300', '--files', LOG)
    expect(out.match(/baseOffset: \d+/g)).toEqual(['baseOffset: 100', 'baseOffset: 104'])
    expect(out).not.toMatch(/invalid bytes/)
  })

  test('of zeros, or of something else, is an error; other files are dumped all the same', async () => {
    const { exitCode, out, err } = await dump(damagedSample({ log: new Uint8Array(100) }), '--files', `${LOG},${INDEX}`)
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/no record batch at position 0: an entry of 12 bytes/)])
    expect(out).toContain(`Dumping ${INDEX}`)
  })
})

describe('offsets near 2^53', () => {
  const record = { key: null, value: Uint8Array.of(120), timestamp: 1 }

  function diskWith(path: string, baseOffset: number): MemoryDisk {
    const disk = new MemoryDisk()
    writeFile(disk, path, encodeBatch({ baseOffset, records: [record, record] }))
    return disk
  }

  test('up to 2^53 - 1 they are printed exactly', async () => {
    const path = '/09007199254740990.log'
    const { out, exitCode } = await dump(diskWith(path, 2 ** 53 - 2), '--print-data-log', '--files', path)
    expect(exitCode).toBe(0)
    expect(out).toContain(
      'Log starting offset: 9007199254740990\nbaseOffset: 9007199254740990 lastOffset: 9007199254740991',
    )
    expect(out.match(/\| offset: \d+/g)).toEqual(['| offset: 9007199254740990', '| offset: 9007199254740991'])
  })

  test.each([
    [
      'a batch',
      '/00000000000000000000.log',
      /no record batch at position 0: about offset \d+, and offsets end at 2\^53 - 1/,
    ],
    ['a name', '/09007199254740993.log', /09007199254740993\.log: the offset in the name is beyond 2\^53 - 1/],
    ['the name of an index', '/09007199254740993.index', /the offset in the name is beyond 2\^53 - 1/],
  ])('%s beyond is an error, never a rounded number', async (_, path, message) => {
    const { out, err, exitCode } = await dump(diskWith(path, 2 ** 53 - 1), '--files', path)
    expect([exitCode, err]).toEqual([1, expect.stringMatching(message)])
    expect(out).not.toMatch(/baseOffset|position/)
  })
})

describe('the command line', () => {
  test.each([
    [80, 80],
    [200, 100],
    [undefined, 100],
  ])('at %p columns --help fits %p', async (columns, expected) => {
    const io = recordedIo(undefined, columns === undefined ? {} : { isTerminal: true, columns })
    expect(await main(['--help'], io)).toBe(1)
    const widths = io
      .errText()
      .split('\n')
      .map((line) => line.length)
    expect(Math.max(...widths)).toBeLessThanOrEqual(expected)
    expect(Math.max(...widths)).toBeGreaterThan(expected - 10)
  })

  test('a missing file is an error', async () => {
    const { exitCode, err } = await dump(new MemoryDisk(), '--files', '/00000000000000000000.log')
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/00000000000000000000\.log: ENOENT/)])
  })

  test.each([
    [['--print-data-log'], /Missing required argument "\[files\]"/],
    [['--file', 'x'], /unknown option '--file'\n\(Did you mean --files\?\)/],
    [['--files', 'x', '--max-bytes', 'many'], /argument 'many' of option max-bytes/],
    [['--files', 'x', 'y'], /^'y' stands alone: each value follows the option that it is for$/m],
    [['--files', ''], /--files is empty/],
    [['--files', 'x', '--files', 'y'], /Found multiple arguments for option files/],
  ])('%j', async (args, message) => {
    const io = recordedIo()
    expect(await main(args, io)).toBe(1)
    expect(io.errText()).toMatch(message)
    expect(io.outText()).toBe('')
  })
})
