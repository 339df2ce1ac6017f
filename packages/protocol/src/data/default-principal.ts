/**
 * A principal as Envelope carries it, behind the int16 of its version (KIP-590). Version 0, flexible.
 */
import { data, flexibleFrom, type Infer } from '../schema/message.ts'
import { bool, string } from '../schema/types.ts'

export const DefaultPrincipalData = data('DefaultPrincipalData', '0', flexibleFrom(0), {
  type: string,
  name: string,
  tokenAuthenticated: bool,
})
export type DefaultPrincipalData = Infer<typeof DefaultPrincipalData>
