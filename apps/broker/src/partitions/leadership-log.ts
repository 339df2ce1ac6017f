/** A line in the log for each change of the metadata that has this broker lead, or lead no longer. */
import type { MetadataDelta, MetadataImage, TopicImage } from '@ottla/replication'
import type { Logger } from '@ottla/runtime'

/** So many names are in a line at most. */
const NAMED_MAX = 20

export interface LeadershipChanges {
  /** `topic-partition` */
  readonly begun: readonly string[]
  readonly ended: readonly string[]
}

export class LeadershipLog {
  readonly #brokerId: number
  readonly #logger: Logger
  #image: MetadataImage

  constructor(brokerId: number, { logger, image }: { readonly logger: Logger; readonly image: MetadataImage }) {
    this.#brokerId = brokerId
    this.#logger = logger
    this.#image = image
  }

  observe(image: MetadataImage, delta: MetadataDelta): void {
    const { begun, ended } = leadershipChanges(this.#brokerId, { before: this.#image, image, delta })
    this.#image = image
    if (begun.length > 0) this.#tell('leads partitions', begun, image)
    if (ended.length > 0) this.#tell('leads partitions no longer', ended, image)
  }

  #tell(message: string, names: readonly string[], { offset: metadataOffset }: MetadataImage): void {
    this.#logger.info(message, { count: names.length, partitions: names.slice(0, NAMED_MAX), metadataOffset })
  }
}

/** Of topics that stay, come and go: what the broker leads in `image` and not in `before`, and the reverse. */
export function leadershipChanges(
  brokerId: number,
  { before, image, delta }: { before: MetadataImage; image: MetadataImage; delta: MetadataDelta },
): LeadershipChanges {
  const begun: string[] = []
  const ended: string[] = []
  const names = new Set([...delta.topicsChanged, ...[...delta.topicsRemoved.values()].map(({ name }) => name)])
  for (const name of names) {
    const [was, is] = [before.topics.get(name), image.topics.get(name)]
    const kept = was?.id === is?.id ? was : undefined
    const count = Math.max(was?.partitions.length ?? 0, is?.partitions.length ?? 0)
    for (let index = 0; index < count; index++) {
      const leads = (topic: TopicImage | undefined) => topic?.partitions[index]?.leader === brokerId
      if (leads(is) && !leads(kept)) begun.push(`${name}-${index}`)
      if (leads(was) && (kept === undefined || !leads(is))) ended.push(`${name}-${index}`)
    }
  }
  return { begun, ended }
}
