import { data, type Infer, notFlexible } from '../schema/message.ts'
import { array, int16, int32, int64, uint32 } from '../schema/types.ts'

/** What a `.snapshot` file of a partition holds behind its int16 version, which is 1: the last batch of each producer. */
export const ProducerSnapshot = data('ProducerSnapshot', '1', notFlexible, {
  /** CRC-32C of the file from byte 6 on. */
  crc: uint32,
  producerEntries: array({
    producerId: int64,
    epoch: int16,
    lastSequence: int32,
    lastOffset: int64,
    offsetDelta: int32,
    timestamp: int64,
    coordinatorEpoch: int32,
    currentTxnFirstOffset: int64,
  }),
})
export type ProducerSnapshot = Infer<typeof ProducerSnapshot>
