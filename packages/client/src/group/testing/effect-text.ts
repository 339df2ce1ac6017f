import type { TopicPartition } from '../../admin/leaders.ts'
import type { MemberEffect } from '../member.ts'

/** An effect in a line, for tests to compare. Rounds and texts for logs are left out. */
export function effectText(effect: MemberEffect): string {
  switch (effect.kind) {
    case 'send':
      return `send ${effect.request.api}`
    case 'timer':
      return `timer ${effect.timer} ${effect.afterMs}`
    case 'back-off':
      return `back-off ${effect.attempt}`
    case 'revoke':
      return `${effect.lost ? 'lose' : 'revoke'} ${places(effect.partitions)}`
    case 'assign':
      return `assign ${places(effect.partitions)} (new ${places(effect.added)})`
    case 'describe':
      return `describe ${effect.topics.join(' ')}`
    case 'resolve':
      return `resolve ${effect.topicIds.join(' ')}`
    case 'fail':
      return `${effect.final ? 'end' : 'fail'} ${effect.error.errorName}`
    case 'moved':
    case 'left':
    case 'log':
    case 'stop-timers':
      return effect.kind
  }
}

function places(partitions: readonly TopicPartition[]): string {
  return partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(' ') || 'nothing'
}
