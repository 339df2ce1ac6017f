import { CodecError, OutputTooLongError } from '../codecs.ts'
import { ByteSink } from './byte-sink.ts'
import { findMatches, MATCH_BYTES_MIN } from './match-finder.ts'

/** A block ends with at least this many literals … */
const LAST_LITERALS = 5
/** … and its last match begins at least this far before its end. */
const LAST_MATCH_MARGIN = 12
/** From here on the engine's own copying beats a loop. */
const LONG_COPY_BYTES = 24

/**
 * Decompresses one raw LZ4 block into `output` from `range.start` on; matches may reach back to the beginning of
 * `output`. Returns the position behind what it wrote, at most `range.end`. Throws a `CodecError` at damage and when
 * `range.end` is too near.
 */
export function decodeLz4Block(block: Uint8Array, output: Uint8Array, range: { start: number; end: number }): number {
  const size = block.length
  const end = range.end
  let out = range.start
  let at = 0
  while (at < size) {
    const token = block[at++]!
    let length = token >> 4
    if (length === 15) {
      // Behind the end of the block there is undefined: the length becomes NaN and fails the comparison below.
      for (let byte = 255; byte === 255; length += byte) byte = block[at++]!
    }
    if (!(length <= size - at)) throw damaged('literals are cut off')
    if (length > end - out) throw tooLong(end)
    if (length > LONG_COPY_BYTES) {
      output.set(block.subarray(at, at + length), out)
      at += length
      out += length
    } else {
      for (const stop = at + length; at < stop; ) output[out++] = block[at++]!
    }
    if (at === size) return out

    if (at + 2 > size) throw damaged('a match is cut off')
    const distance = block[at]! | (block[at + 1]! << 8)
    at += 2
    if (distance === 0 || distance > out) throw damaged(`a match reaches back ${distance} bytes of ${out}`)
    length = token & 0x0f
    if (length === 15) {
      for (let byte = 255; byte === 255; length += byte) byte = block[at++]!
    }
    length += MATCH_BYTES_MIN
    if (!(length <= end - out)) throw Number.isNaN(length) ? damaged('a match is cut off') : tooLong(end)
    out = copyMatch(output, out, { distance, length })
  }
  throw damaged('a block does not end with literals')
}

/** The length of the output of a sound block, without making it; of another one any number. */
export function lz4BlockOutputBytes(block: Uint8Array): number {
  let out = 0
  for (let at = 0; at < block.length; ) {
    const token = block[at++]!
    let literals = token >> 4
    if (literals === 15) for (let byte = 255; byte === 255; literals += byte) byte = block[at++] ?? 0
    out += literals
    at += literals
    if (at >= block.length) break
    at += 2
    let match = token & 0x0f
    if (match === 15) for (let byte = 255; byte === 255; match += byte) byte = block[at++] ?? 0
    out += match + MATCH_BYTES_MIN
  }
  return out
}

/** Copies within the output; a match that overlaps itself repeats its first `distance` bytes. */
function copyMatch(
  output: Uint8Array,
  out: number,
  { distance, length }: { distance: number; length: number },
): number {
  const stop = out + length
  let from = out - distance
  if (length > LONG_COPY_BYTES && distance >= length) {
    output.copyWithin(out, from, from + length)
  } else if (length > LONG_COPY_BYTES && distance === 1) {
    output.fill(output[from]!, out, stop)
  } else {
    while (out < stop) output[out++] = output[from++]!
  }
  return stop
}

/** Compresses one block, at most 64 KiB or so. The result may be longer than the input. */
export function encodeLz4Block(input: Uint8Array): Uint8Array {
  const block = new ByteSink(input.length)
  const limits = { matchStartMax: input.length - LAST_MATCH_MARGIN, matchEndMax: input.length - LAST_LITERALS }
  let literalsAt = 0
  for (const { at, distance, length } of findMatches(input, limits)) {
    const extra = length - MATCH_BYTES_MIN
    writeLiterals(block, input.subarray(literalsAt, at), Math.min(extra, 15))
    block.byte(distance & 0xff)
    block.byte(distance >> 8)
    if (extra >= 15) writeLength(block, extra - 15)
    literalsAt = at + length
  }
  writeLiterals(block, input.subarray(literalsAt), 0)
  return block.written()
}

function writeLiterals(block: ByteSink, literals: Uint8Array, matchNibble: number): void {
  block.byte((Math.min(literals.length, 15) << 4) | matchNibble)
  if (literals.length >= 15) writeLength(block, literals.length - 15)
  block.append(literals)
}

/** The rest of a length that did not fit into its four bits. */
function writeLength(block: ByteSink, rest: number): void {
  for (; rest >= 255; rest -= 255) block.byte(255)
  block.byte(rest)
}

function tooLong(end: number): CodecError {
  return new OutputTooLongError('lz4', end)
}

function damaged(what: string): CodecError {
  return new CodecError('lz4', what)
}
