import { writeSync } from 'node:fs'

/** Standard output, which is a file: the line is written when the call returns, so a killed consumer has handled what its file says. */
const STDOUT = 1

/** One line for a record that was handled: topic, partition, offset, value. */
export function handled(topic: string, partition: number, offset: bigint | number | string, value: string): void {
  writeSync(STDOUT, `${topic} ${partition} ${offset} ${value}\n`)
}

export interface ProgramArguments {
  readonly bootstrap: string
  readonly group: string
  /** A topic's name, or a regular expression that begins with `^`. */
  readonly topic: string
  readonly clientId: string
  readonly protocol: 'classic' | 'consumer'
  readonly sessionTimeoutMs: number
  readonly heartbeatMs: number
}

/** BOOTSTRAP GROUP TOPIC CLIENT_ID PROTOCOL SESSION_TIMEOUT_MS HEARTBEAT_MS */
export function programArguments(): ProgramArguments {
  const [bootstrap, group, topic, clientId, protocol, sessionTimeoutMs, heartbeatMs] = process.argv.slice(2)
  if (heartbeatMs === undefined)
    throw new Error('BOOTSTRAP GROUP TOPIC CLIENT_ID PROTOCOL SESSION_TIMEOUT_MS HEARTBEAT_MS')
  return {
    bootstrap: bootstrap!,
    group: group!,
    topic: topic!,
    clientId: clientId!,
    protocol: protocol as ProgramArguments['protocol'],
    sessionTimeoutMs: Number(sessionTimeoutMs),
    heartbeatMs: Number(heartbeatMs),
  }
}
