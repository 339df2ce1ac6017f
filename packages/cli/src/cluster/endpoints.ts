import type { BrokerDescription } from '@ottla/client'

export type Endpoint = BrokerDescription

const RACK_WIDTH = 10

/**
 * A heading and a line for each broker, columns filled with blanks as Apache's tool does: host and rack as wide as the widest that is
 * named, even where the heading is wider.
 */
export function endpointLines(endpoints: readonly Endpoint[]): string[] {
  const rows = endpoints.map(({ id, host, port, rack, isFenced }) => [
    String(id),
    host,
    String(port),
    String(rack),
    isFenced ? 'fenced' : 'unfenced',
    'broker',
  ])
  const hostWidth = Math.max(...endpoints.map(({ host }) => host.length))
  const racks = endpoints.flatMap(({ rack }) => (rack === null ? [] : [rack.length]))
  const rackWidth = racks.length === 0 ? RACK_WIDTH : Math.max(...racks)
  const widths = [10, hostWidth, 10, rackWidth, 10, 15]
  return [['ID', 'HOST', 'PORT', 'RACK', 'STATE', 'ENDPOINT_TYPE'], ...rows].map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column]!)).join(' '),
  )
}
