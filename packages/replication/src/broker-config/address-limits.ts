/**
 * The limits that a list of `address:limit` sets, and what is wrong with it. Addresses of version 6 may stand in brackets. A host name is
 * refused: what it stands for changes, and a limit that no connection meets would not be noticed.
 */
export function addressLimits(text: string): {
  readonly limits: ReadonlyMap<string, number>
  readonly problems: readonly string[]
} {
  const limits = new Map<string, number>()
  const problems: string[] = []
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue
    const [, bracketed, bare = '', limit = ''] = /^(?:\[(.+)\]|(.+)):(\d{1,10})$/.exec(item) ?? []
    const address = plainAddress(bracketed ?? bare)
    if (address === undefined || Number(limit) > 2 ** 31 - 1) {
      problems.push(`max.connections.per.ip.overrides: ${item} is not an IP address and a number, such as 10.0.0.1:100`)
    } else limits.set(address, Number(limit))
  }
  return { limits, problems }
}

const VERSION_4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/

/** An address as sockets spell it: version 6 in its shortest form, and version 4 as itself even inside of version 6. */
function plainAddress(text: string): string | undefined {
  if (VERSION_4.test(text)) return text
  if (!/^[\da-f:.]+$/i.test(text) || !text.includes(':')) return undefined
  const mapped = /^::ffff:([\d.]+)$/i.exec(text)?.[1]
  if (mapped !== undefined) return VERSION_4.test(mapped) ? mapped : undefined
  const url = `http://[${text}]`
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined
}
