import { afterAll, beforeAll, describe, it } from '@jest/globals'
import type { TlsWindow } from '../support/tls-window.ts'
import { openFapiWindow, settingFor, type Setting } from './fapi2-runner.ts'
import {
  SIGNED_INTROSPECTION_MODULES,
  SIGNED_REQUEST_MODULES,
  SIGNED_RESPONSE_MODULES,
} from './fapi2-signing-modules.ts'

let window: TlsWindow
let setting: Setting

beforeAll(async () => {
  window = await openFapiWindow()
  const more = { require_signed_request_object: true }
  setting = await settingFor(window, { auth: 'private_key_jwt', bound: 'dpop' }, more)
})
afterAll(() => window.close())

/** What `fapi2-message-signing-final-test-plan` has beyond the security profile, in the spring of 2026. */
describe('the plan fapi2-message-signing-final', () => {
  const modules = {
    ...SIGNED_REQUEST_MODULES,
    ...SIGNED_RESPONSE_MODULES,
    ...SIGNED_INTROSPECTION_MODULES,
  }
  for (const [name, module] of Object.entries(modules)) {
    it(`fapi2-security-profile-final-${name}`, () => module(setting))
  }
})
