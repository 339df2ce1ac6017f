/** The names of the timers of classic groups. The group id has its length in front, for it may hold anything. */

export type ClassicTimer =
  | { readonly kind: 'join'; readonly groupId: string }
  | { readonly kind: 'sync'; readonly groupId: string }
  | { readonly kind: 'session'; readonly groupId: string; readonly memberId: string }

const PREFIX = 'classic:'

/** The join phase ends. */
export function joinTimer(groupId: string): string {
  return `${PREFIX}join:${groupId.length}:${groupId}`
}

/** Who has not sent SyncGroup is removed. */
export function syncTimer(groupId: string): string {
  return `${PREFIX}sync:${groupId.length}:${groupId}`
}

/** A member has not been heard of for its session timeout, or a member id was never used. */
export function sessionTimer(groupId: string, memberId: string): string {
  return `${PREFIX}session:${groupId.length}:${groupId}${memberId}`
}

export function classicTimerOf(key: string): ClassicTimer | undefined {
  const match = /^classic:(join|sync|session):(\d+):/.exec(key)
  if (match === null) return undefined
  const start = match[0].length
  const end = start + Number(match[2])
  const groupId = key.slice(start, end)
  if (match[1] === 'session') return { kind: 'session', groupId, memberId: key.slice(end) }
  return { kind: match[1] as 'join' | 'sync', groupId }
}
