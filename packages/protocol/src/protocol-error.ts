/** Bytes from outside that are not what they claim to be. The fault of the sender: end its connection, keep running. */
export class ProtocolError extends Error {
  override readonly name: string = 'ProtocolError'
}

/** A value that cannot be written in the version asked for. The fault of the caller; the message names the field. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError'
}

/** A message that is defined, in a version that is not. */
export class UnsupportedVersionError extends ProtocolError {
  override readonly name = 'UnsupportedVersionError'
  readonly messageName: string
  readonly version: number

  constructor(messageName: string, version: number, versions: string) {
    super(`${messageName} has the versions ${versions}, not ${version}`)
    this.messageName = messageName
    this.version = version
  }
}

/** A request whose API key is not in the table: its header cannot be read beyond the correlation id. */
export class UnknownApiKeyError extends ProtocolError {
  override readonly name = 'UnknownApiKeyError'
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number

  constructor(request: { apiKey: number; apiVersion: number; correlationId: number }) {
    super(`unknown API key ${request.apiKey} (version ${request.apiVersion}, correlation id ${request.correlationId})`)
    this.apiKey = request.apiKey
    this.apiVersion = request.apiVersion
    this.correlationId = request.correlationId
  }
}
