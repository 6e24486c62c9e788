import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cardPress } from './card-press/main.ts'
import { demoAgency } from './demo-agency/agency.ts'
import { readDemoFile, type DemoFile } from './demo-file.ts'
import { addressesFrom, portOf, takenPorts, type Addresses } from './ports.ts'
import { pki } from './pki/main.ts'
import { registries } from './registries/main.ts'
import { smsInbox } from './sms-inbox/main.ts'
import { startWindow, type WindowProcess } from './window-process.ts'

export interface WorldOptions {
  readonly portBase: number
  readonly dataDir: string
  readonly log: (text: string) => void
  readonly env?: Readonly<Record<string, string>>
}

export interface World extends Addresses {
  readonly demo: DemoFile
  /** Resolves with a reason when the window went away without being told to. */
  readonly windowGone: Promise<string>
  restartWindow(): Promise<void>
  stop(): Promise<void>
}

/** Of whoever would run this window: with it the window has a seal. Made up, with a good check digit. */
const WINDOW_LEGAL_ID = '14000000305'

/** Ports that somebody else has: which, and what for. */
export class PortsTaken extends Error {}

/** Everything that a demonstration needs, in the order in which each can be used by the next: the inbox,
 *  the window (a process of its own), the agency and the bank. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const addresses = addressesFrom(options.portBase)
  const taken = await takenPorts(addresses)
  if (taken.length > 0) throw new PortsTaken(taken.join('\n'))

  const running: { close(): Promise<void> }[] = []
  let window: WindowProcess | undefined
  let isStopping = false
  const gone = Promise.withResolvers<string>()

  async function openWindow(): Promise<void> {
    const { inboxUrl, registriesUrl, pkiUrl } = addresses
    const env = {
      PANJEREH_SIGNING: JSON.stringify(await signingOf(pkiUrl)),
      PANJEREH_SEAL_IDENTIFIER: WINDOW_LEGAL_ID,
      ...options.env,
    }
    const outside = { gateways: gatewaysOf(inboxUrl), registries: registriesOf(registriesUrl) }
    const opened = await startWindow({ ...options, ...addresses, ...outside, env })
    window = opened
    void opened.gone.then((reason) => {
      if (!isStopping && window === opened) gone.resolve(reason)
    })
  }

  async function closeWindow(): Promise<void> {
    const closing = window
    window = undefined
    await closing?.stop()
  }

  async function stop(): Promise<void> {
    isStopping = true
    await closeWindow()
    await Promise.all(running.map((one) => one.close()))
  }

  try {
    running.push(await smsInbox({ port: portOf(addresses.inboxUrl) }))
    running.push(await registries({ port: portOf(addresses.registriesUrl) }))
    const file = join(options.dataDir, 'sample-authority.json')
    await mkdir(options.dataDir, { recursive: true, mode: 0o700 })
    running.push(await pki({ port: portOf(addresses.pkiUrl), file }))
    running.push(await cardPress({ port: portOf(addresses.cardPressUrl) }))
    await openWindow()
    const demo = await readDemoFile(join(options.dataDir, 'demo.json'))
    running.push(...(await relyingParties(addresses, demo)))
    return {
      ...addresses,
      demo,
      windowGone: gone.promise,
      stop,
      restartWindow: async () => {
        await closeWindow()
        await openWindow()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function relyingParties({ issuer, agencyUrl, bankUrl }: Addresses, demo: DemoFile) {
  const { agency, bank, auditor } = demo
  const common = { issuer, auditor }
  return Promise.all([
    demoAgency({
      ...common,
      port: portOf(agencyUrl),
      publicUrl: agencyUrl,
      clientId: agency.client_id,
      clientSecret: agency.client_secret,
      canSign: true,
    }),
    demoAgency({
      ...common,
      port: portOf(bankUrl),
      publicUrl: bankUrl,
      clientId: bank.client_id,
      clientSecret: bank.client_secret,
      title: 'title_bank',
    }),
  ])
}

/** The inbox speaks the wire formats of the gateways that are really used. */
function gatewaysOf(inboxUrl: string): readonly Readonly<Record<string, unknown>>[] {
  return [{ kind: 'kavenegar', baseUrl: inboxUrl, apiKey: 'sandbox', template: 'sign-in' }]
}

/** The value of PANJEREH_REGISTRIES for the sample registries. */
export function registriesOf(url: string): Readonly<Record<string, unknown>> {
  const common = { url: `${url}/gsb`, code: 'sandbox', password: 'sandbox', providerCode: '0000' }
  return {
    subscribers: { kind: 'shahkar-gsb', ...common },
    civil: { kind: 'civil-gsb', ...common },
    foreigners: { kind: 'foreigners-gsb', ...common },
    legalEntities: { kind: 'legal-entities-gsb', ...common },
    postCodes: { kind: 'post-code-gsb', ...common },
  }
}

/** The value of PANJEREH_SIGNING for the sample authority. */
export async function signingOf(url: string): Promise<Readonly<Record<string, unknown>>> {
  const anchors = await (await fetch(`${url}/trust.pem`)).text()
  const authorization = { kind: 'basic', user: 'sandbox', password: 'sandbox' }
  return {
    keys: { kind: 'software' },
    authority: { kind: 'est', url, authorization, revocationUrl: `${url}/revocations` },
    timestamps: { authorities: [{ url: `${url}/tsa` }] },
    anchors,
  }
}
