import type { Security } from '../seams.ts'

/** Everybody may do everything, at any speed. */
export const allowAll: Security = {
  authorize: () => true,
  quota: () => 0,
}
