/**
 * A number that tells whether the topics of a group have changed in what an assignment depends on: whether they exist, under which id, with how many
 * partitions, in which racks. The same on every broker and after every restart, since it goes into records. (Kafka computes another one from the same;
 * a group that moves from one to the other rebalances once.)
 */
import type { MetadataImage, TopicImage } from '@ottla/replication'

const HASHES = new WeakMap<TopicImage, { readonly racks: string; readonly hash: bigint }>()

/** 0 when none of the topics exists. */
export function topicsHash(names: ReadonlySet<string>, image: MetadataImage): bigint {
  let sum = 0n
  for (const name of names) {
    const topic = image.topics.get(name)
    if (topic !== undefined) sum += hashOf(topic, image)
  }
  return BigInt.asIntN(64, sum)
}

/** Kept per topic image: it is looked at again for each group, and for each change of a group. */
function hashOf(topic: TopicImage, image: MetadataImage): bigint {
  const racks = racksOf(image)
  const known = HASHES.get(topic)
  if (known !== undefined && known.racks === racks) return known.hash
  const hash = computed(topic, image)
  HASHES.set(topic, { racks, hash })
  return hash
}

const RACKS = new WeakMap<MetadataImage['brokers'], string>()

/** The brokers' racks as one text. */
function racksOf({ brokers }: MetadataImage): string {
  let racks = RACKS.get(brokers)
  if (racks === undefined) {
    racks = JSON.stringify([...brokers.values()].map(({ id, rack }) => [id, rack]))
    RACKS.set(brokers, racks)
  }
  return racks
}

function computed(topic: TopicImage, image: MetadataImage): bigint {
  const hash = new Hash()
  hash.addText(topic.id)
  hash.addText(topic.name)
  hash.addNumber(topic.partitions.length)
  for (const { partition, replicas } of topic.partitions) {
    hash.addNumber(partition)
    const racks = new Set(replicas.map((id) => image.brokers.get(id)?.rack).filter((rack) => typeof rack === 'string'))
    for (const rack of [...racks].sort()) hash.addText(rack)
  }
  return hash.value
}

const FACTOR_HIGH = 0x85ebca6b
const FACTOR_LOW = 0xc2b2ae35
const FINAL = 0x27d4eb2f

/** 64 bits from two lanes of 32, each a multiply-and-rotate over the numbers. It has to tell changes apart, not enemies. */
class Hash {
  #high = 0x9747b28c
  #low = 0x5bd1e995

  addNumber(number: number): void {
    this.#high = Math.imul(rotated(this.#high ^ number, 13), FACTOR_HIGH)
    this.#low = Math.imul(rotated(this.#low + number, 17), FACTOR_LOW)
  }

  addText(text: string): void {
    this.addNumber(text.length)
    for (let index = 0; index < text.length; index++) this.addNumber(text.charCodeAt(index))
  }

  get value(): bigint {
    return (BigInt(finished(this.#high ^ rotated(this.#low, 7))) << 32n) | BigInt(finished(this.#low ^ this.#high))
  }
}

function rotated(lane: number, by: number): number {
  return (lane << by) | (lane >>> (32 - by))
}

function finished(lane: number): number {
  const mixed = Math.imul(lane ^ (lane >>> 15), FINAL)
  return (mixed ^ (mixed >>> 13)) >>> 0
}
