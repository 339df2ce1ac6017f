const NEWLINE = 10
const CARRIAGE_RETURN = 13
/** No record is as long, so no line needs to be. */
const LINE_BYTES_MAX = 256 * 1024 * 1024

export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError'
}

/**
 * Cuts bytes into lines that end with \n, \r or \r\n, as Java's BufferedReader does. A line is a view of the chunk where that has
 * all of it.
 */
export class LineSplitter {
  private pieces: Uint8Array[] = []
  private pieceBytes = 0
  private afterReturn = false

  /** What follows the last line end. */
  rest(): Uint8Array | undefined {
    return this.pieceBytes === 0 ? undefined : this.line(new Uint8Array(0))
  }

  /** The lines that end within the chunk. Throws a `LineTooLongError`. */
  *push(chunk: Uint8Array): Generator<Uint8Array, void, void> {
    let start = 0
    if (this.afterReturn && chunk.length > 0) {
      this.afterReturn = false
      if (chunk[0] === NEWLINE) start = 1
    }
    for (let end = endOfLine(chunk, start); end !== -1; end = endOfLine(chunk, start)) {
      yield this.line(chunk.subarray(start, end))
      start = end + 1
      if (chunk[end] !== CARRIAGE_RETURN) continue
      if (start === chunk.length) this.afterReturn = true
      else if (chunk[start] === NEWLINE) start += 1
    }
    if (start < chunk.length) this.keep(chunk.subarray(start))
  }

  private line(last: Uint8Array): Uint8Array {
    if (this.pieceBytes === 0) return last
    const line = new Uint8Array(this.pieceBytes + last.length)
    let at = 0
    for (const piece of [...this.pieces, last]) {
      line.set(piece, at)
      at += piece.length
    }
    this.pieces = []
    this.pieceBytes = 0
    return line
  }

  private keep(piece: Uint8Array): void {
    this.pieces.push(piece)
    this.pieceBytes += piece.length
    if (this.pieceBytes > LINE_BYTES_MAX) throw new LineTooLongError(`a line is longer than ${LINE_BYTES_MAX} bytes`)
  }
}

function endOfLine(chunk: Uint8Array, from: number): number {
  const newline = chunk.indexOf(NEWLINE, from)
  const end = newline === -1 ? chunk.length : newline
  // Without a carriage return in front of the newline, which is the rule, this looks at each byte once.
  const carriageReturn = chunk.subarray(from, end).indexOf(CARRIAGE_RETURN)
  return carriageReturn === -1 ? newline : from + carriageReturn
}
