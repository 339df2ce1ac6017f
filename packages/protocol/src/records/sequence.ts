const SEQUENCE_MAX = 2 ** 31 - 1

/** The producer sequence `count` records after `sequence`; 2^31 - 1 is followed by 0. */
export function sequenceAfter(sequence: number, count: number): number {
  const sum = sequence + count
  return sum > SEQUENCE_MAX ? sum - SEQUENCE_MAX - 1 : sum
}
