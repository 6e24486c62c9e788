import { cookieJar } from '../sandbox/cookie-jar.ts'
import { codeFlow, type Browser } from './caller.ts'
import type { ServerProcess } from './process.ts'
import { load, type LoadOptions } from './load.ts'
import type { Scenario, Stage } from './scenarios.ts'

const LEVEL_2 = { acr_values: 'urn:panjereh:acr:2' }
const BIRTH = { registry: '13700101', typed: { year: '1370', month: '1', day: '1' } }

/** Beyond the national IDs of the sample people. */
let people = 1000

/** Level 2 for one new citizen after another, with registries that answer at once and then after `seconds`:
 *  the same rate says that a slow registry holds nobody up but those who ask it. */
export async function registryLatency(
  server: ServerProcess,
  stage: Stage,
  registriesUrl: string,
  { slowSeconds, ...options }: LoadOptions & { readonly slowSeconds: number },
) {
  const rows = []
  for (const seconds of [0, slowSeconds]) {
    await tell(`${registriesUrl}/faults`, { service: 'all', kind: 'slow', seconds })
    const figures = await load(server, stage, level2(registriesUrl), options)
    rows.push({ registry_s: seconds, ...figures })
    process.stderr.write(`registries answer after ${seconds} s: ${figures.rate_per_s}/s\n`)
  }
  const [quick, slow] = rows
  const ratio = (slow?.rate_per_s ?? 0) / (quick?.rate_per_s ?? 1)
  return rows.map((row, at) => ({ ...row, rate_ratio: at === 0 ? 1 : round(ratio) }))
}

const level2 =
  (registriesUrl: string): Scenario =>
  async (stage) =>
  async () => {
    await codeFlow(stage.at, await citizen(registriesUrl, stage), LEVEL_2)
  }

/** Somebody whom the registries know and the window does not, from an address of his own. */
async function citizen(registriesUrl: string, { typing }: Stage): Promise<Browser> {
  const number = (people += 1)
  const serial = String(number).padStart(6, '0')
  const mobile = `09130${serial}`
  const nationalId = withCheckDigit(`999${serial}`)
  await tell(`${registriesUrl}/personas`, {
    id: `bench-${number}`,
    about: { fa: 'سنجش', en: 'bench' },
    givenName: 'شهروند',
    familyName: 'سنجش',
    gender: 'female',
    mobiles: [mobile],
    nationalId,
    birthDate: BIRTH.registry,
  })
  const typed: Readonly<Record<string, string>> = { national_id: nationalId, ...BIRTH.typed }
  const fill = typing(mobile)
  return {
    jar: cookieJar(),
    address: `10.${(number >> 8) & 255}.${number & 255}.1`,
    fill: async (field) => typed[field] ?? fill(field),
  }
}

/** The tenth digit of a national ID. */
function withCheckDigit(nine: string): string {
  const sum = Array.from(nine, Number).reduce((total, digit, at) => total + digit * (10 - at), 0)
  const rest = sum % 11
  return `${nine}${rest < 2 ? rest : 11 - rest}`
}

async function tell(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  await answer.body?.cancel()
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
}

const round = (value: number) => Math.round(value * 100) / 100
