/**
 * Which partition of a coordinators' topic has the state of a group (or of a transactional id), as in Kafka: Java's
 * `String.hashCode` over the UTF-16 units, without its sign, modulo the number of partitions.
 */
export function partitionOfKey(key: string, partitions: number): number {
  let hash = 0
  for (let index = 0; index < key.length; index++) hash = (Math.imul(hash, 31) + key.charCodeAt(index)) | 0
  // Java's `abs` of the smallest integer is negative; Kafka takes 0 then.
  return hash === -(2 ** 31) ? 0 : Math.abs(hash) % partitions
}
