/** Comparing with Kafka: its definitions and its bytes. For tests and tools. */
export { messages } from '../messages.ts'
export { definitionDifferences } from './definition-differences.ts'
export { decodeInterpreted, encodeInterpreted } from './interpreted.ts'
export { type KafkaMessage, parseDefinitions, parseKafkaJson, printDefinitions } from './kafka-definition.ts'
export { type Vector, vectorDifferences } from './vector-check.ts'
