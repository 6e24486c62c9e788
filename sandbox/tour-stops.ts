import {
  shownJson,
  shownNotice,
  walkThroughWindow,
  type Citizen,
  type SignInOptions,
} from './citizen.ts'
import { expect } from './steps.ts'
import type { World } from './world.ts'

export const ACR = (level: number) => `urn:panjereh:acr:${level}`
type Json = Readonly<Record<string, unknown>>
type Stop<Seen = undefined> = Promise<readonly [string, Seen]>

/** What the window says of itself, against what it is to be. */
export async function discovery({ issuer }: World): Stop<Json> {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`)
  expect(answer.ok, `discovery answered ${answer.status}`)
  const found = (await answer.json()) as Json
  expect(found['issuer'] === issuer, `issuer is ${String(found['issuer'])}`)
  const acrs = listOf(found['acr_values_supported'])
  expect(
    [1, 2, 3, 4].every((level) => acrs.includes(ACR(level))),
    `acr values: ${acrs.join(' ')}`,
  )
  expect(listOf(found['response_types_supported']).join() === 'code', 'more than the code flow')
  expect(listOf(found['code_challenge_methods_supported']).join() === 'S256', 'PKCE is not S256')
  const needed = [
    'introspection_endpoint',
    'revocation_endpoint',
    'pushed_authorization_request_endpoint',
    'device_authorization_endpoint',
    'end_session_endpoint',
  ]
  const missing = needed.filter((name) => typeof found[name] !== 'string')
  expect(missing.length === 0, `not in discovery: ${missing.join(', ')}`)
  expect(found['backchannel_logout_supported'] === true, 'no back-channel logout')
  return [`${acrs.length} levels, ${Object.keys(found).length} members`, found]
}

/** From the agency's first page through the window and back, at level 1 and with a refresh token. */
export async function signInAtLevel1(citizen: Citizen, options: SignInOptions): Stop<Json> {
  await citizen.fill('offline', 'on')
  await citizen.press({ name: 'level', value: '1' })
  const { pages } = await walkThroughWindow(citizen, options)
  const claims = await claimsShown(citizen)
  expect(claims['acr'] === ACR(1), `acr is ${String(claims['acr'])}`)
  const times = claims['acr_auth_time'] as Json | undefined
  expect(typeof times?.[ACR(1)] === 'number', 'no time of level 1')
  expect(!JSON.stringify(claims['sub']).includes('9123'), 'the sub tells the number')
  return [
    `by ${citizen.by}: ${pages.join(' > ')}; acr ${ACR(1)}, amr ${String(claims['amr'])}`,
    claims,
  ]
}

/** The session is known: nobody is asked for anything. */
export async function signInSilently(citizen: Citizen, agencyUrl: string, before: Json): Stop {
  await citizen.open(`${agencyUrl}/request`)
  await citizen.fill('offline', 'on')
  await citizen.fill('prompt', 'none')
  await citizen.press({ name: 'level', value: '1' })
  const claims = await claimsShown(citizen)
  expect(claims['sub'] === before['sub'], 'another sub than before')
  expect(claims['auth_time'] === before['auth_time'], 'auth_time moved without a sign-in')
  return ['no page was shown, same sub, same auth_time', undefined]
}

/** National ID and birth date are asked for, once; name and number come with their proof. */
export async function stepUpToLevel2(
  citizen: Citizen,
  options: SignInOptions,
  before: Json,
): Stop<Json> {
  for (const box of ['national_id', 'verified']) await citizen.fill(box, 'on')
  await citizen.press({ name: 'level', value: '2' })
  const { pages } = await walkThroughWindow(citizen, options)
  expect(!pages.includes('number'), 'the number was asked for again')
  const claims = await claimsShown(citizen)
  expect(claims['acr'] === ACR(2), `acr is ${String(claims['acr'])}`)
  expect(claims['sub'] === before['sub'], 'another sub than before')
  const userinfo = await shownJson(citizen, 'userinfo')
  expect(userinfo?.['national_id'] === options.person?.nationalId, 'no national ID')
  expect(userinfo?.['family_name'] === 'آزمایشی', `name ${String(userinfo?.['family_name'])}`)
  expect('verified_claims' in (userinfo ?? {}), 'no verified claims')
  return [`${pages.join(' > ')}; acr ${ACR(2)}, same sub, name and national ID verified`, claims]
}

/** The registry names the companies; the citizen chooses one. */
export async function forCompany(citizen: Citizen, options: SignInOptions): Stop {
  await citizen.fill('legal_person', 'on')
  await citizen.press({ name: 'level', value: '2' })
  const { pages } = await walkThroughWindow(citizen, options)
  const { representee } = (await claimsShown(citizen)) as { representee?: Json }
  expect(representee?.['legal_id'] === '14000000120', `for ${JSON.stringify(representee)}`)
  return [`${pages.join(' > ')}; for ${representee['legal_id']}`, undefined]
}

/** A level that is not built is refused at once, and the agency learns why. */
export async function stepUpRefused(citizen: Citizen, level: number): Stop {
  await citizen.press({ name: 'level', value: String(level) })
  const notice = await shownNotice(citizen)
  expect(notice === 'error_unmet_authentication_requirements', `the agency shows ${notice}`)
  return ['unmet_authentication_requirements, still signed in at level 1', undefined]
}

export async function refreshed(citizen: Citizen, before: Json): Stop {
  await citizen.press({ action: '/refresh' })
  expect(
    (await shownNotice(citizen)) === 'refreshed',
    `the agency shows ${await shownNotice(citizen)}`,
  )
  const claims = await claimsShown(citizen)
  expect(claims['acr'] === before['acr'], `acr became ${String(claims['acr'])}`)
  expect(claims['auth_time'] === before['auth_time'], 'auth_time moved')
  return [`new tokens, acr still ${String(claims['acr'])}`, undefined]
}

export async function introspected(citizen: Citizen, isActive: boolean): Stop {
  await citizen.press({ action: '/introspect' })
  const seen = await shownJson(citizen, 'introspection')
  expect(seen !== undefined, `the agency shows ${await shownNotice(citizen)}`)
  expect(seen['active'] === isActive, `active is ${String(seen['active'])}`)
  if (!isActive) {
    expect(Object.keys(seen).length === 1, 'more is said of a dead token than that it is dead')
    return ['active: false and nothing else', undefined]
  }
  expect(seen['acr'] === ACR(1), `acr is ${String(seen['acr'])}`)
  const shown = ['acr', 'acr_auth_time', 'amr', 'client_id'].filter((name) => name in seen)
  return [`active: true, with ${shown.join(', ')}`, undefined]
}

export async function revoked(citizen: Citizen): Stop {
  await citizen.press({ action: '/revoke' })
  expect(
    (await shownNotice(citizen)) === 'revoked',
    `the agency shows ${await shownNotice(citizen)}`,
  )
  return introspected(citizen, false)
}

/** Another service by the same session: consent is asked for, and the sub cannot be linked. */
export async function signInAtBank(
  citizen: Citizen,
  world: World,
  options: SignInOptions,
  before: Json,
): Stop {
  await citizen.open(world.bankUrl)
  await citizen.press({ name: 'level', value: '1' })
  const { pages } = await walkThroughWindow(citizen, options)
  expect(!pages.includes('number'), 'the number was asked for again')
  expect(pages.includes('consent'), 'a third party got in without consent')
  const claims = await claimsShown(citizen)
  expect(claims['sub'] !== before['sub'], 'agency and bank see the same sub')
  return [`${pages.join(' > ')}; a sub of its own`, undefined]
}

/** Out at the agency means out at the bank, which is told by the window and not by the browser. */
export async function signOut(citizen: Citizen, world: World, options: SignInOptions): Stop {
  await citizen.press({ action: '/sign-out' })
  const { pages } = await walkThroughWindow(citizen, options)
  expect(
    (await shownNotice(citizen)) === 'signed_out',
    `the agency shows ${await shownNotice(citizen)}`,
  )
  await citizen.open(world.bankUrl)
  const page = await citizen.html()
  expect(page.includes('data-ended-by-window'), 'the bank was not told')
  expect((await shownJson(citizen, 'id-token')) === undefined, 'still signed in at the bank')
  return [`${pages.join(' > ') || 'no page'}; the bank was told over the back channel`, undefined]
}

export async function silentAfterSignOut(citizen: Citizen): Stop {
  await citizen.fill('prompt', 'none')
  await citizen.press({ name: 'level', value: '1' })
  const notice = await shownNotice(citizen)
  expect(notice === 'error_login_required', `the agency shows ${notice}`)
  return ['login_required', undefined]
}

async function claimsShown(citizen: Citizen): Promise<Json> {
  const claims = await shownJson(citizen, 'id-token')
  if (claims !== undefined) return claims
  const raw = /<details open>[\s\S]*?<code>([\s\S]*?)<\/code>/.exec(await citizen.html())?.[1]
  throw new Error(`not signed in: ${await shownNotice(citizen)} ${raw ?? ''} at ${citizen.url()}`)
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
