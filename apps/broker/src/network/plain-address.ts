const IPV4_MAPPED = '::ffff:'

/** The address of a client as people and Apache Kafka write it: without the prefix that an IPv4 address has on a socket of both families. */
export function plainAddress(address: string): string {
  return address.startsWith(IPV4_MAPPED) ? address.slice(IPV4_MAPPED.length) : address
}
