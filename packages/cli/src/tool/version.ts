/** The version of this package; a test compares it with package.json. */
export const VERSION = '0.1.0'

/** What `--version` prints: ours, and the release of Apache Kafka whose protocol and formats these tools speak. */
export const VERSION_TEXT = `4.3.1 (ottla ${VERSION})`
