/** A message as JSON text. Hashes have 64 bits, and stand in JSON as numbers whatever their size. */
export function jsonText(json: object): string {
  return JSON.stringify(json).replace(/"metadataHash":"(-?\d+)"/g, '"metadataHash":$1')
}
