import {
  ApiKey,
  ErrorCode,
  InitProducerIdResponse,
  MetadataResponse,
  ProduceResponse,
  RecordBatch,
  sequenceAfter,
  ZERO_UUID,
} from '@ottla/protocol'
import type { Net } from '@ottla/runtime'
import { answer, type Reaction, type ScriptedBroker, type SeenRequest, scriptedBroker } from './scripted-broker.ts'

/**
 * What a test lets happen to one Produce request. `lose`: it is written, and the connection ends before the answer. `silent`: the
 * broker hangs until it is connected to again.
 */
export type Fate = 'write' | 'lose' | 'close' | 'silent' | Refusal

export interface Refusal {
  readonly errorCode: number
  readonly written?: boolean
  /** Who leads the partition, as the answer tells (KIP-951). */
  readonly leader?: { readonly id: number; readonly epoch: number; readonly port: number }
}

export interface Written {
  readonly key: string | null
  readonly value: string | null
  readonly offset: number
}

interface Log {
  records: { key: string | null; value: string | null }[]
  producers: Map<number, { epoch: number; batches: { sequence: number; count: number; offset: number }[] }>
}

const BATCHES_KEPT = 5
const utf8 = new TextDecoder()

/** One broker that keeps what is produced in memory, and judges the sequences of idempotent producers as Kafka does. */
export class ProduceBroker {
  /** Asked for each Produce request, before anything is done with it. */
  fate: (request: SeenRequest) => Fate = () => 'write'
  /** What a request waits for before it is dealt with; later ones on its connection are to wait as long. */
  before: ((request: SeenRequest) => Promise<void>) | undefined
  /** Partitions by topic; asking for another topic fails. */
  readonly partitions: Map<string, number>
  readonly batchSizes: number[] = []
  metadataError = 0
  maxMessageBytes = 1 << 20
  topicIds = true
  /** Of every topic; another one stands for topics that were deleted and created again. */
  topicId = 'AQEBAQEBAQEBAQEBAQEBAQ'
  leaderEpoch = 0
  /** Leads all partitions in place of this broker, which then only tells so. */
  leader: { readonly id: number; readonly port: number } | undefined
  /** Answered to InitProducerId, each once. */
  readonly producerIdErrors: number[] = []
  throttleTimeMs = 0
  private readonly logs = new Map<string, Log>()
  private nextProducerId = 7000
  private hangingConnection: number | undefined
  private script!: ScriptedBroker

  constructor(partitions: Readonly<Record<string, number>>) {
    this.partitions = new Map(Object.entries(partitions))
  }

  static async start(net: Net, partitions: Readonly<Record<string, number>>): Promise<ProduceBroker> {
    const broker = new ProduceBroker(partitions)
    broker.script = await scriptedBroker(net, (request) => broker.reactInTime(request))
    return broker
  }

  get bootstrapServers(): string {
    return `127.0.0.1:${this.script.port}`
  }

  get server(): ScriptedBroker {
    return this.script
  }

  requests(apiKey: number): SeenRequest[] {
    return this.script.requests.filter((request) => request.apiKey === apiKey)
  }

  values(topic: string, partition: number): (string | null)[] {
    return this.log(topic, partition).records.map(({ value }) => value)
  }

  keys(topic: string, partition: number): (string | null)[] {
    return this.log(topic, partition).records.map(({ key }) => key)
  }

  close(): Promise<void> {
    return this.script.close()
  }

  private log(topic: string, partition: number): Log {
    const name = `${topic}-${partition}`
    const log = this.logs.get(name) ?? { records: [], producers: new Map() }
    this.logs.set(name, log)
    return log
  }

  private reactInTime(request: SeenRequest): Reaction | Promise<Reaction> {
    return this.before === undefined ? this.react(request) : this.before(request).then(() => this.react(request))
  }

  private react(request: SeenRequest): Reaction {
    switch (request.apiKey) {
      case ApiKey.Metadata:
        return this.metadata(request)
      case ApiKey.InitProducerId:
        return answer(InitProducerIdResponse, {
          throttleTimeMs: 0,
          errorCode: this.producerIdErrors.shift() ?? 0,
          producerId: this.nextProducerId++,
          producerEpoch: 0,
        })
      default:
        return this.produce(request)
    }
  }

  private metadata({ body }: SeenRequest): Reaction {
    const names: string[] = (body.topics ?? []).map(({ name }: { name: string }) => name)
    return answer(MetadataResponse, {
      brokers: [{ id: 1, port: this.script.port }, ...(this.leader === undefined ? [] : [this.leader])].map(
        ({ id, port }) => ({ nodeId: id, host: '127.0.0.1', port }),
      ),
      topics: names.map((name) => {
        const count = this.partitions.get(name)
        const errorCode = this.metadataError || (count === undefined ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : 0)
        const partitions = Array.from({ length: errorCode === 0 ? count! : 0 }, (_, partitionIndex) => ({
          errorCode: 0,
          partitionIndex,
          leaderId: this.leader?.id ?? 1,
          leaderEpoch: this.leaderEpoch,
          replicaNodes: [1],
          isrNodes: [1],
          offlineReplicas: [],
        }))
        return { errorCode, name, topicId: this.topicIds ? this.topicId : ZERO_UUID, partitions }
      }),
    })
  }

  private produce(request: SeenRequest): Reaction {
    // Requests of a connection are dealt with in order: behind one that hangs, all hang.
    const fate = this.script.connections === this.hangingConnection ? 'silent' : this.fate(request)
    if (fate === 'silent') this.hangingConnection = this.script.connections
    if (fate === 'close' || fate === 'silent') return fate
    const responses = request.body.topicData.map(
      (topic: { name: string; topicId: string; partitionData: { index: number; records: Uint8Array }[] }) => ({
        name: topic.name,
        topicId: topic.topicId,
        partitionResponses: topic.partitionData.map(({ index, records }) => {
          const name = topic.name || [...this.partitions.keys()][0]!
          const result = this.dealWith(fate, { log: this.log(name, index), topicId: topic.topicId, records })
          const errorCode = typeof fate === 'object' ? fate.errorCode : result.errorCode
          const baseOffset = 'baseOffset' in result && errorCode === 0 ? result.baseOffset : -1
          return { index, errorCode, baseOffset, recordErrors: [], currentLeader: leaderIn(fate) }
        }),
      }),
    )
    if (fate === 'lose') return 'close'
    return request.body.acks === 0
      ? 'silent'
      : answer(ProduceResponse, { responses, throttleTimeMs: this.throttleTimeMs, nodeEndpoints: endpointsIn(fate) })
  }

  private dealWith(
    fate: Fate,
    { log, topicId, records }: { readonly log: Log; readonly topicId: string; readonly records: Uint8Array },
  ): { errorCode: number; baseOffset?: number } {
    if (typeof fate === 'object' && fate.written !== true) return { errorCode: fate.errorCode }
    const isKnown = topicId === this.topicId || topicId === ZERO_UUID
    return isKnown ? this.append(log, records) : { errorCode: ErrorCode.UNKNOWN_TOPIC_ID }
  }

  private append(log: Log, bytes: Uint8Array): { errorCode: number; baseOffset?: number } {
    const batch = new RecordBatch(bytes.slice())
    if (!batch.isCrcValid()) return { errorCode: ErrorCode.CORRUPT_MESSAGE }
    if (batch.sizeBytes > this.maxMessageBytes) return { errorCode: ErrorCode.MESSAGE_TOO_LARGE }
    this.batchSizes.push(batch.recordCount)
    const known = batch.producerId === -1 ? undefined : this.judge(log, batch)
    if (known !== undefined) return known
    const baseOffset = log.records.length
    for (const { key, value } of batch.records()) {
      log.records.push({ key: key && utf8.decode(key), value: value && utf8.decode(value) })
    }
    const producer = log.producers.get(batch.producerId)
    producer?.batches.push({ sequence: batch.baseSequence, count: batch.recordCount, offset: baseOffset })
    if ((producer?.batches.length ?? 0) > BATCHES_KEPT) producer!.batches.shift()
    return { errorCode: 0, baseOffset }
  }

  /** An answer for a batch that is not to be appended. */
  private judge(log: Log, batch: RecordBatch): { errorCode: number; baseOffset?: number } | undefined {
    const known = log.producers.get(batch.producerId)
    if (known !== undefined && batch.producerEpoch < known.epoch) return { errorCode: ErrorCode.INVALID_PRODUCER_EPOCH }
    if (known === undefined || batch.producerEpoch > known.epoch) {
      if (known !== undefined && batch.baseSequence !== 0) return { errorCode: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER }
      log.producers.set(batch.producerId, { epoch: batch.producerEpoch, batches: [] })
      return undefined
    }
    const same = known.batches.find(
      ({ sequence, count }) => sequence === batch.baseSequence && count === batch.recordCount,
    )
    if (same !== undefined) return { errorCode: 0, baseOffset: same.offset }
    const last = known.batches.at(-1)
    const expected = last === undefined ? batch.baseSequence : sequenceAfter(last.sequence, last.count)
    return batch.baseSequence === expected ? undefined : { errorCode: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER }
  }
}

function leaderIn(fate: Fate) {
  if (typeof fate !== 'object' || fate.leader === undefined) return {}
  return { leaderId: fate.leader.id, leaderEpoch: fate.leader.epoch }
}

function endpointsIn(fate: Fate) {
  if (typeof fate !== 'object' || fate.leader === undefined) return []
  return [{ nodeId: fate.leader.id, host: '127.0.0.1', port: fate.leader.port, rack: null }]
}
