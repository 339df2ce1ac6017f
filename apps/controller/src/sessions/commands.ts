/** What a registered broker may ask for, and how failures are answered. */
import { ErrorCode, KafkaError, ProtocolError } from '@ottla/protocol'
import type { BrokerMessage, ForwardMessage, HeartbeatMessage, ResignMessage } from '@ottla/replication'
import { type Clock, type Logger, type Random, randomUuid } from '@ottla/runtime'
import type { ReplicaName } from '../commands/balance-leaders.ts'
import { allocateProducerIds, fenceBroker, type HeartbeatReply, heartbeat } from '../commands/brokers.ts'
import { decodeForwarded } from '../commands/forwarded.ts'
import { firstNames, tellLeaders } from '../commands/leader-changes.ts'
import { type Resigned, resign } from '../commands/resign.ts'
import {
  CommandTooLargeError,
  ControllerBusyError,
  ControllerEndedError,
  type MetadataState,
} from '../state/metadata-state.ts'
import { type Answer, failure, type RegisteredBroker } from './answers.ts'
import type { ControlledStops } from './controlled-stops.ts'
import type { Resignations } from './resignations.ts'

export interface CommandWorld {
  readonly state: MetadataState
  readonly logger: Logger
  readonly random: Random
  readonly clock: Clock
  readonly stops: ControlledStops
  readonly resignations: Resignations
}

export type BrokerCommand = Exclude<BrokerMessage, { readonly type: 'hello' | 'register' }>

/** Carries out a command. Never throws and never rejects: whatever goes wrong is an answer. */
export function answerCommand(
  world: CommandWorld,
  broker: RegisteredBroker,
  command: BrokerCommand,
): Answer | Promise<Answer> {
  switch (command.type) {
    case 'heartbeat':
      return answerHeartbeat(world, broker, command)
    case 'forward':
      return guarded(world, command.type, () => forward(world, broker, command))
    case 'allocateProducerIds':
      return guarded(world, command.type, async () => {
        const { reply, offset } = await world.state.submit(allocateProducerIds)
        return { message: { type: 'producerIdBlock', ...reply }, offset }
      })
    case 'leave':
      return guarded(world, command.type, () => leave(world, broker))
    case 'resign':
      return guarded(world, command.type, () => answerResign(world, broker, command))
  }
}

/** Most heartbeats change nothing: they are answered on the spot, even while the disk is slow. */
function answerHeartbeat(
  world: CommandWorld,
  broker: RegisteredBroker,
  { type: _, ...message }: HeartbeatMessage,
): Answer | Promise<Answer> {
  const beat = { brokerId: broker.id, ...message }
  if (beat.brokerEpoch === broker.epoch) world.stops.heard(broker, beat.appliedOffset)
  const mayStop = () => beat.wantsShutdown && world.stops.mayStop(world.state.durable, broker)
  const expected = heartbeat(world.state.pending, beat)
  if (expected.batches.length === 0) return heartbeatAnswer(expected.reply, mayStop())
  return guarded(world, 'heartbeat', async () => {
    const { reply, offset } = await world.state.submit((image) => heartbeat(image, beat))
    report(world.logger, broker, { beat, reply })
    return { ...heartbeatAnswer(reply, mayStop()), offset }
  })
}

function heartbeatAnswer({ kind, fenced }: HeartbeatReply, mayStop: boolean): Answer {
  if (kind === 'alive') return { message: { type: 'alive', fenced, mayStop } }
  return failure(ErrorCode.STALE_BROKER_EPOCH, 'another registration has taken the place of this one')
}

function report(
  logger: Logger,
  { id: brokerId, epoch: brokerEpoch }: RegisteredBroker,
  { beat, reply }: { readonly beat: { readonly wantsShutdown: boolean }; readonly reply: HeartbeatReply },
): void {
  if (beat.wantsShutdown) logger.info('broker hands over before it stops', { brokerId, brokerEpoch })
  else logger.info('broker serves', { brokerId, brokerEpoch, elections: reply.elections.length })
}

/** Bounds the time that one message takes; a broker sends a thousand at most. */
const RESIGNATIONS_MAX = 10_000

async function answerResign(
  { state, logger, clock, resignations }: CommandWorld,
  broker: RegisteredBroker,
  { brokerEpoch, partitions }: ResignMessage,
): Promise<Answer> {
  if (partitions.length > RESIGNATIONS_MAX) {
    const text = `${partitions.length} partitions are named, at most ${RESIGNATIONS_MAX} are taken at once`
    throw new KafkaError('POLICY_VIOLATION', text)
  }
  const sender = { id: broker.id, epoch: brokerEpoch }
  const nowMs = clock.monotonic()
  const resignedLately = (replica: ReplicaName) => resignations.resignedLately(replica, nowMs)
  const { reply, offset } = await state.submit((image) => resign(image, partitions, { sender, resignedLately }))
  for (const resigned of reply) resignations.add({ ...resigned, brokerId: broker.id }, nowMs)
  reportResigned(logger, broker, reply)
  return { message: { type: 'resigned' }, offset }
}

/** A line for each outcome: a broker whose disk fails resigns from all that it leads at once. */
function reportResigned(logger: Logger, { id: brokerId }: RegisteredBroker, resigned: readonly Resigned[]): void {
  for (const group of Map.groupBy(resigned, ({ reason, outcome }) => `${reason}, ${outcome}`).values()) {
    const { reason, outcome } = group[0]!
    const fields = { brokerId, reason, count: group.length, partitions: firstNames(group) }
    if (outcome !== 'nobody leads') logger.warn(`a replica resigned: ${outcome}`, fields)
    else logger.error('a replica resigned and nobody else can lead: the partition is offline', fields)
  }
}

async function leave({ state, logger }: CommandWorld, broker: RegisteredBroker): Promise<Answer> {
  const { reply, offset } = await state.submit((image) => fenceBroker(image, broker.id, broker.epoch))
  logger.info('broker left', { brokerId: broker.id, brokerEpoch: broker.epoch, ...tellLeaders(reply) })
  return { message: { type: 'left' }, offset }
}

async function forward(world: CommandWorld, broker: RegisteredBroker, message: ForwardMessage): Promise<Answer> {
  const { state, random, logger } = world
  const request = decodeForwarded(message, {
    sender: broker,
    staticConfigs: broker.staticConfigs,
    newTopicId: () => randomUuid(random),
    randomInteger: (below) => random.integer(below),
  })
  const { reply, offset } = await state.submit(request.command)
  const principal = `${message.principalType}:${message.principalName}`
  logger.debug('carried out a forwarded request', { request: request.name, principal, brokerId: broker.id, offset })
  return { message: { type: 'forwarded', body: request.encodeReply(reply) }, offset }
}

async function guarded(world: CommandWorld, what: string, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof KafkaError) return failure(error.code, error.message)
    if (error instanceof ProtocolError) return failure(ErrorCode.INVALID_REQUEST, error.message)
    if (error instanceof CommandTooLargeError) return failure(ErrorCode.POLICY_VIOLATION, error.message)
    if (error instanceof ControllerBusyError) return failure(ErrorCode.REQUEST_TIMED_OUT, error.message)
    // The client asks again, and the controller's successor tells it what has become of the change.
    if (error instanceof ControllerEndedError) return failure(ErrorCode.REQUEST_TIMED_OUT, error.message)
    world.logger.error('a command failed', { command: what, error })
    return failure(ErrorCode.UNKNOWN_SERVER_ERROR, 'the controller failed to carry this out; its log says more')
  }
}
