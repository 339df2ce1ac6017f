export { ConfigFailure } from './config/config-failure.ts'
export { type Broker, type BrokerListenerAddress, startBroker } from './start-broker.ts'
