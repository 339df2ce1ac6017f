/** A cluster whose brokers are processes of their own: what a test, a bench or the torture does to it, ours or Apache Kafka's. */
export interface BrokerProcesses extends AsyncDisposable {
  readonly name: string
  /** `host:port` of every broker, separated by commas. */
  readonly bootstrap: string
  readonly brokerIds: readonly number[]
  /** Of all processes that the cluster consists of, controllers included. */
  readonly pids: readonly number[]
  pid(id: number): number
  isRunning(id: number): boolean
  logDirectory(id: number): string
  /** SIGKILL; resolves when the process is gone. */
  kill(id: number): Promise<void>
  /** SIGTERM; resolves when the process has ended. */
  stop(id: number): Promise<void>
  /** Starts it again, without waiting until it serves. */
  launch(id: number): Promise<void>
}
