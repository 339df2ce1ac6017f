import { type GroupOffset, placeOf, type SimEvent } from './history.ts'

/** An event as a person reads it in a trace. */
export function traceLine(event: SimEvent): string {
  return `${event.atMs.toFixed(3).padStart(11)} ms  ${describe(event)}`
}

function describe(event: SimEvent): string {
  switch (event.kind) {
    case 'sent':
      return `${event.client} sends ${event.value}`
    case 'acknowledged':
      return `${event.client} is told that ${event.value} has offset ${event.offset} (acks=${event.acks})`
    case 'refused':
      return `${event.client} gives up ${event.value}: ${event.error}`
    case 'read':
      return `${event.client} reads ${event.value} at offset ${event.offset} of ${event.topic}-${event.partition}`
    case 'reset':
      return `${event.client} at offset ${event.from} of ${event.topic}-${event.partition} is ${event.why}, goes on at ${event.to}`
    case 'unreadable':
      return `${event.client} cannot read: ${event.message}`
    case 'image':
      return `${event.node} has metadata up to offset ${event.image.offset}${event.node === 'controller' ? `: ${partitions(event)}` : ''}`
    case 'replica':
      return `${event.node} ${event.topic}-${event.partition} ${event.role} epoch ${event.leaderEpoch} [${event.logStartOffset}, ${event.highWatermark}, ${event.logEndOffset}]${event.isr.length > 0 ? ` isr ${event.isr.join('+')}` : ''}`
    case 'down':
      return `${event.node} is down (${event.why}) ${event.message}`
    case 'damaged':
      return `${event.node} ${event.topic}-${event.partition}: ${event.what} of ${event.from} to ${event.to}`
    case 'syncs fail':
      return `${event.node}: syncs fail`
    case 'asked':
      return `admin asks to ${event.change} ${event.topic}${event.partition >= 0 ? `-${event.partition} below ${event.offset}` : ''}`
    case 'done':
      return `admin is told: ${event.change} ${event.topic}: done`
    case 'log':
      return `${event.node} ${event.level}: ${event.message}${fieldsOf(event.fields)}`
    case 'replica log':
      return `${event.node} has ${event.records.length} records of ${event.topic}-${event.partition} from ${event.logStartOffset}, high watermark ${event.highWatermark}${event.damaged.map(({ from, to }) => `, damaged from ${from} to ${to}`).join('')}`
    case 'member':
      return `${event.client} ${event.what}`
    case 'moved':
      return `${event.client} (${event.memberId} in ${event.epoch}) ${event.how} ${event.partitions.map(placeOf).join(', ')}`
    case 'handling':
    case 'handled':
      return `${event.client} ${event.kind === 'handling' ? 'begins' : 'has handled'} ${event.value} at offset ${event.offset} of ${placeOf(event)} (epoch ${event.epoch})`
    case 'committing':
    case 'committed':
      return `${event.client} ${event.kind === 'committed' ? 'has committed' : 'commits'} ${offsetsText(event.offsets)}`
    case 'offsets told':
      return `${event.group} has, asked at ${event.askedMs.toFixed(3)}, ${offsetsText(event.offsets)}`
    case 'group members':
      return `${event.node} has in ${event.group} ${event.members.map(({ memberId, epoch }) => `${memberId}@${epoch}`).join(', ')}`
    case 'coordinator':
      return `${event.node} of ${placeOf(event)} has ${[...event.groups].map(([group, text]) => `${group}: ${text}`).join('; ')}`
    case 'unrest':
      return `no rest: ${event.message}`
    case 'instant':
      return ''
  }
}

function partitions({ image }: Extract<SimEvent, { kind: 'image' }>): string {
  const shown: string[] = []
  for (const { name, partitions } of image.topics.values()) {
    for (const { partition, leader, leaderEpoch, isr, elr, leaderRecoveryState } of partitions) {
      const notes = `${elr.length > 0 ? ` elr ${elr.join('+')}` : ''}${leaderRecoveryState === 1 ? ' recovering' : ''}`
      shown.push(`${name}-${partition} ${leader}@${leaderEpoch} isr ${isr.join('+')}${notes}`)
    }
  }
  const brokers = [...image.brokers.values()].map(({ id, epoch, fenced, shuttingDown }) => {
    return `${id}@${epoch}${fenced ? ' fenced' : ''}${shuttingDown ? ' stopping' : ''}`
  })
  return `${brokers.join(', ')}; ${shown.join('; ')}`
}

function fieldsOf(fields: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(fields)
  if (entries.length === 0) return ''
  return ` ${entries.map(([name, value]) => `${name}=${value instanceof Error ? `${value.name}: ${value.message}` : JSON.stringify(value)}`).join(' ')}`
}

function offsetsText(offsets: readonly GroupOffset[]): string {
  return offsets.map((its) => `${placeOf(its)}=${its.offset}`).join(', ')
}
