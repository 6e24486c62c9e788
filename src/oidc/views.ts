import type { DeviceInputError } from './settings.ts'

/** oidc-provider's device-flow errors are known by name; they are not exported. */
export function deviceErrorOf(error: unknown): DeviceInputError | undefined {
  if (error === undefined || error === null) return undefined
  const { name, userCode } = error as { name?: string; userCode?: string }
  if (name === 'AbortedError') return 'aborted'
  return userCode !== undefined || name === 'NoCodeError' ? 'wrong_code' : 'failed'
}
