/** For the packages of this project: broker, tools and tests. Changes without notice. */
export { API, type Api } from './api.ts'
export { Cluster, type Target, type TopicSelection } from './cluster.ts'
export { type Body, Connection, type ConnectionOptions, openConnection, type SendOptions } from './connection.ts'
export type { FrameMemory } from './frame-reader.ts'
export type { Call } from './retry.ts'
