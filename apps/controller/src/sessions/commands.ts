/** What a registered broker may ask for, and how failures are answered. */
import { ErrorCode, KafkaError, ProtocolError } from '@ottla/protocol'
import type { BrokerMessage, ForwardMessage, HeartbeatMessage } from '@ottla/replication'
import { type Logger, type Random, randomUuid } from '@ottla/runtime'
import { allocateProducerIds, fenceBroker, type HeartbeatReply, heartbeat } from '../commands/brokers.ts'
import { decodeForwarded } from '../commands/forwarded.ts'
import {
  CommandTooLargeError,
  ControllerBusyError,
  ControllerEndedError,
  type MetadataState,
} from '../state/metadata-state.ts'
import { type Answer, failure, type RegisteredBroker } from './answers.ts'

/** Brokers do not copy records from each other yet. */
const REPLICAS_MAX = 1

export interface CommandWorld {
  readonly state: MetadataState
  readonly logger: Logger
  readonly random: Random
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
  }
}

/** Most heartbeats change nothing: they are answered on the spot, even while the disk is slow. */
function answerHeartbeat(
  world: CommandWorld,
  broker: RegisteredBroker,
  { brokerEpoch, appliedOffset, ready }: HeartbeatMessage,
): Answer | Promise<Answer> {
  const beat = { brokerId: broker.id, brokerEpoch, appliedOffset, ready }
  const expected = heartbeat(world.state.pending, beat)
  if (expected.batches.length === 0) return heartbeatAnswer(expected.reply)
  return guarded(world, 'heartbeat', async () => {
    const { reply, offset } = await world.state.submit((image) => heartbeat(image, beat))
    reportUnfenced(world.logger, broker, reply)
    return { ...heartbeatAnswer(reply), offset }
  })
}

function heartbeatAnswer(reply: HeartbeatReply): Answer {
  if (reply.kind === 'alive') return { message: { type: 'alive', fenced: reply.fenced } }
  return failure(ErrorCode.STALE_BROKER_EPOCH, 'another registration has taken the place of this one')
}

function reportUnfenced(logger: Logger, broker: RegisteredBroker, { elections }: HeartbeatReply): void {
  logger.info('broker serves', { brokerId: broker.id, brokerEpoch: broker.epoch, elections: elections.length })
  for (const { topic, partition, mayHaveLost } of elections) {
    if (!mayHaveLost) continue
    const text = 'the last known leader leads again without any in-sync replica: committed records may be missing'
    logger.warn(text, { topic, partition, leader: broker.id })
  }
}

async function leave({ state, logger }: CommandWorld, broker: RegisteredBroker): Promise<Answer> {
  const { offset } = await state.submit((image) => fenceBroker(image, broker.id, broker.epoch))
  logger.info('broker left', { brokerId: broker.id, brokerEpoch: broker.epoch })
  return { message: { type: 'left' }, offset }
}

async function forward(world: CommandWorld, broker: RegisteredBroker, message: ForwardMessage): Promise<Answer> {
  const { state, random, logger } = world
  const request = decodeForwarded(message, {
    staticConfigs: broker.staticConfigs,
    replicasMax: REPLICAS_MAX,
    newTopicId: () => randomUuid(random),
    randomInteger: (below) => random.integer(below),
  })
  const { reply, offset } = await state.submit(request.command)
  const principal = `${message.principalType}:${message.principalName}`
  for (const warning of request.warnings(reply)) logger.warn(warning, { principal })
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
