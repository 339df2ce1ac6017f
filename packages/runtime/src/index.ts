export { AssertionError, assert, unreachable } from './assert.ts'
export {
  CodecError,
  type Codecs,
  type CompressionCodec,
  type Crc32c,
  codecs,
  crc32c,
  OutputTooLongError,
  registerNative,
} from './codecs.ts'
export { closest } from './config/closest.ts'
export { givenConfiguration, readArguments, type ServerArguments, UsageError } from './config/command-line.ts'
export {
  type ConfigError,
  type ConfigKey,
  type ConfigTable,
  type ConfigValues,
  configTable,
  type ParsedConfig,
} from './config/config-table.ts'
export { type ConfigType, type ConfigValue, type ParsedValue, parseConfigValue } from './config/config-value.ts'
export { parseProperties } from './config/properties.ts'
export { crc32 } from './crc32.ts'
export {
  type Disk,
  DiskError,
  type DiskErrorCode,
  type DiskFile,
  type DiskLock,
  type DiskSpace,
  type FileStat,
  type OpenMode,
} from './disk.ts'
export {
  formatHostPort,
  type HostPort,
  HostPortError,
  type HostPortList,
  parseHostPort,
  parseHostPortList,
} from './host-port.ts'
export { type LogFields, type Logger, silentLogger } from './logger.ts'
export { withLz4HeaderChecksum, withMagic0Lz4HeaderChecksum } from './lz4-header.ts'
export {
  type CollectedOptions,
  type Counter,
  type Family,
  type MetricOptions,
  type Metrics,
  noMetrics,
  type RenderedMetrics,
  type ServerMetrics,
  type Summary,
} from './metrics.ts'
export { type Connection, type ConnectOptions, type Listener, type ListenOptions, type Net, NetError } from './net.ts'
export type { Offload } from './offload.ts'
export type { Random } from './random.ts'
export type { Runtime } from './runtime.ts'
export { type Clock, delay, type Timer, type Timers } from './time.ts'
export { randomUuid } from './uuid.ts'
export type {
  HttpAnswer,
  UpgradeRequest,
  WebSocketConnection,
  WebSocketConnectOptions,
  WebSocketHandlers,
  WebSocketListenOptions,
  WebSocketTransport,
} from './web-socket.ts'
