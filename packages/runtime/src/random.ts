export interface Random {
  /** Cryptographically strong in the real world, reproducible in a simulated one. */
  bytes(length: number): Uint8Array
  /** An integer, 0 <= n < `below`. */
  integer(below: number): number
}
