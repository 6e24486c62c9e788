import { afterAll, beforeAll, describe, it } from '@jest/globals'
import type { TlsWindow } from '../support/tls-window.ts'
import { ASSERTION_MODULES } from './fapi2-assertion-modules.ts'
import { DPOP_MODULES } from './fapi2-dpop-modules.ts'
import { PAR_MODULES } from './fapi2-par-modules.ts'
import { BAD_REQUEST_MODULES, REQUEST_MODULES } from './fapi2-request-modules.ts'
import {
  only,
  openFapiWindow,
  settingFor,
  VARIANTS,
  type Modules,
  type Setting,
} from './fapi2-runner.ts'
import { BINDING_MODULES, TOKEN_MODULES } from './fapi2-token-modules.ts'

/** The OpenID Foundation's plan `fapi2-security-profile-final-test-plan` as it was in the spring of 2026:
 *  the list of `FAPI2MessageSigningFinalTestPlan` without the modules that need signed requests, and without
 *  those of one country's profile (`cdr`, `ksa`, `connectid`, `brazil`) and of grant management, which we do
 *  not have; and `ensure-invalid-client-assertions-fail`, which later took the place of six of its own. Ours
 *  beyond the list: `authorization-response-is-no-307`, `ensure-redirect-uri-in-token-request-matches`,
 *  `ensure-client-assertion-is-used-once`, `dpop-nonce-is-given-and-checked`. */
const MODULES = [
  only({}, REQUEST_MODULES),
  only({}, BAD_REQUEST_MODULES),
  only({}, PAR_MODULES),
  only({}, TOKEN_MODULES),
  only({ auth: 'private_key_jwt' }, ASSERTION_MODULES),
  only({ bound: 'dpop' }, BINDING_MODULES),
  only({ bound: 'dpop' }, DPOP_MODULES),
]

let window: TlsWindow
beforeAll(async () => {
  window = await openFapiWindow()
})
afterAll(() => window.close())

describe.each(VARIANTS)('the plan fapi2-security-profile-final: $auth, $bound', (variant) => {
  let setting: Setting
  beforeAll(async () => {
    setting = await settingFor(window, variant)
  })

  const modules: Modules = Object.assign({}, ...MODULES.map((theme) => theme(variant)))
  for (const [name, module] of Object.entries(modules)) {
    it(`fapi2-security-profile-final-${name}`, () => module(setting))
  }
})
