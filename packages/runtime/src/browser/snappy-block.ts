import { CodecError } from '../codecs.ts'
import { ByteSink } from './byte-sink.ts'
import { findMatches, MATCH_BYTES_MIN } from './match-finder.ts'
import { readSnappyLength, type SnappyBlock } from './snappy-frame.ts'

/** Kinds of elements, the lowest two bits of their first byte (snappy's format_description.txt). */
const LITERAL = 0
const COPY_1 = 1
const COPY_2 = 2
/** The longest copy that one element can say. */
const COPY_BYTES_MAX = 64

interface Cursor {
  at: number
  out: number
}

/** Decompresses a raw snappy block; allocates exactly what the block announces. Throws a `CodecError` at damage. */
export function decodeSnappyBlock({ bytes, outputBytes }: SnappyBlock): Uint8Array {
  const output = new Uint8Array(outputBytes)
  const cursor: Cursor = { at: readSnappyLength(bytes).next, out: 0 }
  while (cursor.at < bytes.length) {
    if ((bytes[cursor.at]! & 0x03) === LITERAL) takeLiteral(bytes, output, cursor)
    else takeCopy(bytes, output, cursor)
  }
  if (cursor.out !== outputBytes) throw damaged(`a block of ${outputBytes} bytes has ${cursor.out}`)
  return output
}

function takeLiteral(bytes: Uint8Array, output: Uint8Array, cursor: Cursor): void {
  let length = (bytes[cursor.at++]! >> 2) + 1
  if (length > 60) {
    const lengthBytes = length - 60
    if (cursor.at + lengthBytes > bytes.length) throw damaged('a literal is cut off')
    length = littleEndian(bytes, cursor.at, lengthBytes) + 1
    cursor.at += lengthBytes
  }
  if (length > bytes.length - cursor.at) throw damaged('a literal is cut off')
  if (length > output.length - cursor.out) throw damaged('a block is longer than it announces')
  output.set(bytes.subarray(cursor.at, cursor.at + length), cursor.out)
  cursor.at += length
  cursor.out += length
}

function takeCopy(bytes: Uint8Array, output: Uint8Array, cursor: Cursor): void {
  const tag = bytes[cursor.at++]!
  const kind = tag & 0x03
  const distanceBytes = kind === COPY_1 ? 1 : kind === COPY_2 ? 2 : 4
  if (cursor.at + distanceBytes > bytes.length) throw damaged('a copy is cut off')
  const low = littleEndian(bytes, cursor.at, distanceBytes)
  const distance = kind === COPY_1 ? ((tag >> 5) << 8) | low : low
  const length = kind === COPY_1 ? ((tag >> 2) & 0x07) + MATCH_BYTES_MIN : (tag >> 2) + 1
  cursor.at += distanceBytes
  if (distance === 0 || distance > cursor.out) throw damaged(`a copy reaches back ${distance} bytes of ${cursor.out}`)
  if (length > output.length - cursor.out) throw damaged('a block is longer than it announces')
  for (const stop = cursor.out + length; cursor.out < stop; cursor.out++)
    output[cursor.out] = output[cursor.out - distance]!
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let n = 0; n < count; n++) value += bytes[at + n]! * 2 ** (8 * n)
  return value
}

/** Compresses one block of at most 64 KiB. */
export function encodeSnappyBlock(input: Uint8Array): Uint8Array {
  const block = new ByteSink(input.length)
  let rest = input.length
  for (; rest >= 0x80; rest >>>= 7) block.byte((rest & 0x7f) | 0x80)
  block.byte(rest)
  let literalsAt = 0
  const limits = { matchStartMax: input.length - MATCH_BYTES_MIN, matchEndMax: input.length }
  for (const { at, distance, length } of findMatches(input, limits)) {
    writeLiteral(block, input.subarray(literalsAt, at))
    writeCopies(block, distance, length)
    literalsAt = at + length
  }
  writeLiteral(block, input.subarray(literalsAt))
  return block.written()
}

function writeLiteral(block: ByteSink, literal: Uint8Array): void {
  if (literal.length === 0) return
  const last = literal.length - 1
  if (last < 60) {
    block.byte((last << 2) | LITERAL)
  } else if (last < 0x100) {
    block.byte((60 << 2) | LITERAL)
    block.byte(last)
  } else {
    block.byte((61 << 2) | LITERAL)
    block.byte(last & 0xff)
    block.byte(last >> 8)
  }
  block.append(literal)
}

function writeCopies(block: ByteSink, distance: number, length: number): void {
  for (; length > 0; length -= COPY_BYTES_MAX) {
    block.byte(((Math.min(length, COPY_BYTES_MAX) - 1) << 2) | COPY_2)
    block.byte(distance & 0xff)
    block.byte(distance >> 8)
  }
}

function damaged(what: string): CodecError {
  return new CodecError('snappy', what)
}
