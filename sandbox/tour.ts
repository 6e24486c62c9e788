import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BrowserCitizen, launchChromium } from './browser.ts'
import type { Citizen, SignInOptions } from './citizen.ts'
import { HttpCitizen } from './http-citizen.ts'
import { freePortBase } from './ports.ts'
import { steps } from './steps.ts'
import * as stops from './tour-stops.ts'
import { startWorld, type World } from './world.ts'

/** The sample registries know him: a director of two companies. */
const REZA = {
  mobile: '09120000002',
  person: { nationalId: '9990000026', born: ['1355', '6', '20'] },
} as const

const { values } = parseArgs({
  options: {
    http: { type: 'boolean', default: false },
    'port-base': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(
    'npm run tour -- [--http] [--port-base <n>]\n\nWalks through all that the window does, in a temporary directory.\n  --http       without a browser, even where there is one\n',
  )
} else {
  process.exitCode = await tour()
}

/** 0 when everything was as it is to be, 1 at the first thing that was not. */
async function tour(): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'panjereh-tour-'))
  const written: string[] = []
  const closing: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })]
  const closeAll = async () => {
    for (const close of closing.splice(0).reverse()) await close().catch(() => undefined)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void closeAll().then(() => process.exit(1)))
  }
  const { step, count } = steps((line) => process.stdout.write(line))
  const begun = performance.now()
  try {
    const portBase = Number(values['port-base'] ?? (await freePortBase()))
    const world = await step('start', async () => {
      const opened = await startWorld({ portBase, dataDir, log: (text) => written.push(text) })
      closing.push(() => opened.stop())
      return [
        `the window at ${opened.issuer}, agency, bank, inbox and registries beside it`,
        opened,
      ]
    })
    const citizen = await step('citizen', async () => {
      const found = await someCitizen(closing)
      return [`walks by ${found.by}`, found]
    })
    await walk(step, world, citizen)
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    process.stdout.write(`${count()} steps, all as they are to be, ${seconds} s\n`)
    return 0
  } catch (error) {
    // A step has said what is wrong already; what fails between two steps has not.
    if (error instanceof Error) process.stdout.write(`${error.message}\n`)
    process.stdout.write(`What the window wrote last:\n${written.join('').slice(-3000)}\n`)
    return 1
  } finally {
    await closeAll()
  }
}

async function walk(step: ReturnType<typeof steps>['step'], world: World, citizen: Citizen) {
  const { issuer, inboxUrl, agencyUrl } = world
  const options: SignInOptions = { issuer, inboxUrl, ...REZA }

  await step('discovery', () => stops.discovery(world))
  await citizen.open(agencyUrl)
  const claims = await step('sign-in at level 1', () =>
    stops.signInAtLevel1(citizen, { ...options, wrongCodeFirst: true }),
  )
  await step('silent sign-in', () => stops.signInSilently(citizen, agencyUrl, claims))
  for (const level of [3, 4]) {
    await step(`step-up to level ${level}`, () => stops.stepUpRefused(citizen, level))
  }
  await step('refresh', () => stops.refreshed(citizen, claims))
  await step('introspection by the auditor', () => stops.introspected(citizen, true))
  await step('sign-in at the bank', () => stops.signInAtBank(citizen, world, options, claims))
  await step('restart of the window', async () => {
    await world.restartWindow()
    await citizen.open(agencyUrl)
    return ['ready again', undefined]
  })
  await step('refresh after the restart', () => stops.refreshed(citizen, claims))
  await step('revocation', () => stops.revoked(citizen))
  await citizen.open(`${agencyUrl}/request`)
  await step('step-up to level 2', () => stops.stepUpToLevel2(citizen, options, claims))
  await citizen.open(`${agencyUrl}/request`)
  await step('on behalf of a company', () => stops.forCompany(citizen, options))
  await step('sign-out', () => stops.signOut(citizen, world, options))
  await citizen.open(agencyUrl)
  await step('silent sign-in afterwards', () => stops.silentAfterSignOut(citizen))
}

async function someCitizen(closing: (() => Promise<unknown>)[]): Promise<Citizen> {
  const browser = values.http ? undefined : await launchChromium()
  if (browser === undefined) return new HttpCitizen()
  closing.push(() => browser.close())
  return BrowserCitizen.in(browser)
}
