import { cookieJar } from '../sandbox/cookie-jar.ts'
import * as caller from './caller.ts'
import type { Browser, Endpoints } from './caller.ts'

/** What a citizen types; the window's pages and the bare provider's have other fields. */
export type Typing = (mobile: string) => Browser['fill']

export interface Stage {
  readonly at: Endpoints
  readonly typing: Typing
}

/** Makes one operation a caller; each of the parallel callers has its own. */
export type Scenario = (stage: Stage) => Promise<() => Promise<void>>

let people = 0
function person({ typing }: Stage): Browser {
  people += 1
  const mobile = `0912${String(people).padStart(7, '0')}`
  // Limits count addresses and networks: every citizen of the bench comes from another one.
  const address = `10.${(people >> 8) & 255}.${people & 255}.1`
  return { jar: cookieJar(), address, fill: typing(mobile) }
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  client_credentials:
    async ({ at }) =>
    async () => {
      await caller.clientCredentials(at)
    },

  introspection: async (stage) => {
    const { access_token: token } = await caller.codeFlow(stage.at, person(stage))
    return async () => {
      const { active } = await caller.introspect(stage.at, token)
      if (!active) throw new Error('the token is not active')
    }
  },

  userinfo: async (stage) => {
    const { access_token: token } = await caller.codeFlow(stage.at, person(stage))
    return () => caller.userinfo(stage.at, token)
  },

  refresh: async (stage) => {
    let { refresh_token: token = '' } = await caller.codeFlow(stage.at, person(stage))
    return async () => {
      token = (await caller.refresh(stage.at, token)).refresh_token ?? ''
    }
  },

  code_flow: async (stage) => {
    const browser = person(stage)
    await caller.codeFlow(stage.at, browser)
    return async () => {
      await caller.codeFlow(stage.at, browser)
    }
  },

  otp_sign_in: async (stage) => async () => {
    await caller.codeFlow(stage.at, person(stage))
  },
}
