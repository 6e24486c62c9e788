import { passkeyLevel } from '../../../interactions/passkey/level.ts'
import { passkeyOffer } from '../../../interactions/passkey/offer.ts'
import type { PasskeyState } from '../../../interactions/passkey/state.ts'
import type { Outcome, Step, Visit } from '../../../src/assurance/level.ts'
import type { Passkey } from '../../../src/ports/authenticator-store.ts'
import {
  softwareAuthenticator,
  type AuthenticatorOptions,
  type SoftwareAuthenticator,
} from '../../support/authenticator.ts'
import { fakeClock, fakeEvents, fakeRandom } from '../../support/fakes.ts'

export const SITE = { origin: 'https://window.example', rpId: 'window.example' }
export const ADA = '0191d2a0-0000-7000-8000-000000000001'
export const BOB = '0191d2a0-0000-7000-8000-000000000002'

const VISIT: Visit = {
  uid: 'u',
  clientId: 'agency',
  locale: 'fa',
  origin: { address: 'a', subnet: 's' },
}
type Ask = Extract<Outcome<PasskeyState>, { kind: 'ask' }>

/** In memory, by the contract of the port. */
function fakeAuthenticators() {
  const all = new Map<string, Passkey>()
  return {
    add: async (passkey: Passkey) => void all.set(passkey.credentialId, passkey),
    find: async (id: string) => all.get(id),
    ofSubject: async (subjectId: string) =>
      [...all.values()].filter((one) => one.subjectId === subjectId),
    async used(id: string, counter: number, at: number) {
      const found = all.get(id)
      if (found === undefined) return false
      if (counter <= found.counter && (counter !== 0 || found.counter !== 0)) return false
      all.set(id, { ...found, counter, lastUsedAt: at })
      return true
    },
    remove: async (_: string, id: string) => void all.delete(id),
  }
}

export function passkeyWorld() {
  const clock = fakeClock()
  const events = fakeEvents()
  const ports = { authenticators: fakeAuthenticators(), clock, events, random: fakeRandom }
  const policy = { ...SITE, rpName: 'Panjereh' }
  const level = passkeyLevel(ports, policy)
  const offer = passkeyOffer(ports, policy)

  async function begin(step: Step<PasskeyState>, subjectId?: string): Promise<Ask> {
    const outcome = await step.begin({ ...VISIT, subjectId })
    if (outcome.kind !== 'ask') throw new Error(outcome.kind)
    return outcome
  }

  async function register(
    subjectId: string,
    options: Partial<AuthenticatorOptions> = {},
  ): Promise<SoftwareAuthenticator> {
    const authenticator = softwareAuthenticator({ ...SITE, ...options })
    const { state } = await begin(offer, subjectId)
    await offer.proceed({
      visit: { ...VISIT, subjectId },
      state,
      input: { attestation: authenticator.create(state.options) },
    })
    return authenticator
  }

  const ask = () => begin(level)
  const answer = (asked: Ask, assertion: string) =>
    level.proceed({ visit: VISIT, state: asked.state, input: { assertion } })

  return { ...ports, level, offer, begin, register, ask, answer, VISIT }
}

export type PasskeyWorld = ReturnType<typeof passkeyWorld>
