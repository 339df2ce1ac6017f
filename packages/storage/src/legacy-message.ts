import type { DiskFile } from '@ottla/runtime'

const CRC_AT = 12
const MAGIC_AT = 16
/** Offset, size, checksum, magic, attributes, null key, null value. */
const MESSAGE_BYTES_MIN = 26

/** The log holds messages of magic 0 or 1, which this version cannot read. Nothing of it is touched. */
export class LegacyLogError extends Error {
  override readonly name = 'LegacyLogError'

  constructor(path: string, position: number, magic: number) {
    super(
      `${path} holds a message of magic ${magic} at position ${position}; logs written before Kafka 0.11 cannot be ` +
        'opened: remove the partition, or let a newer broker rewrite it first',
    )
  }
}

/**
 * Throws a `LegacyLogError` when a sound message of magic 0 or 1 lies where no record batch was found: its checksum tells it from
 * zeros and torn bytes, which may look like one.
 */
export function assertNoLegacyMessage(file: DiskFile, position: number): void {
  const header = new Uint8Array(MESSAGE_BYTES_MIN)
  if (file.readSync(header, position) < MESSAGE_BYTES_MIN) return
  const view = new DataView(header.buffer)
  const magic = header[MAGIC_AT]!
  const end = CRC_AT + view.getInt32(8)
  if (magic > 1 || end < MESSAGE_BYTES_MIN || end > file.size() - position) return
  const message = new Uint8Array(end - MAGIC_AT)
  file.readSync(message, position + MAGIC_AT)
  if (crc32(message) === view.getUint32(CRC_AT)) throw new LegacyLogError(file.path, position, magic)
}

/** CRC-32 (IEEE), which only these messages use; bit by bit, since it is computed once per log at most. */
function crc32(bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
