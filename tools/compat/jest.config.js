import shared from '../../jest.config.js'

/** The suites of `pnpm compat`: foreign programs that the workspace does not bring with it. */
export default {
  ...shared,
  rootDir: '../..',
  testMatch: ['<rootDir>/tools/compat/**/*.compat.ts'],
  testTimeout: 1_800_000,
}
