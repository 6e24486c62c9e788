import { createServer } from 'node:net'

/** The addresses of one sandbox: seven ports in a row, the window's first. */
export interface Addresses {
  readonly issuer: string
  readonly agencyUrl: string
  readonly inboxUrl: string
  readonly bankUrl: string
  readonly registriesUrl: string
  readonly pkiUrl: string
  readonly cardPressUrl: string
}

const OFFSETS = {
  issuer: 0,
  agencyUrl: 1,
  inboxUrl: 2,
  bankUrl: 3,
  registriesUrl: 4,
  pkiUrl: 5,
  cardPressUrl: 6,
} as const
const NAMES = {
  issuer: 'the window',
  agencyUrl: 'the sample agency',
  inboxUrl: 'the SMS inbox',
  bankUrl: 'the sample bank',
  registriesUrl: 'the sample registries',
  pkiUrl: 'the sample certification authority',
  cardPressUrl: 'the press of sample cards',
} as const

/** The bank is another host and so another sector: its `sub` differs, and so do its cookies. */
const HOSTS = {
  issuer: 'localhost',
  agencyUrl: 'localhost',
  inboxUrl: 'localhost',
  bankUrl: '127.0.0.1',
  registriesUrl: 'localhost',
  pkiUrl: 'localhost',
  cardPressUrl: 'localhost',
} as const

type Place = keyof typeof OFFSETS
const PLACES = Object.keys(OFFSETS) as Place[]

export function addressesFrom(portBase: number): Addresses {
  const url = (place: Place) => `http://${HOSTS[place]}:${portBase + OFFSETS[place]}`
  return Object.fromEntries(PLACES.map((place) => [place, url(place)])) as unknown as Addresses
}

export const portOf = (url: string): number => Number(new URL(url).port)

/** Which of the ports are taken, in words. */
export async function takenPorts(addresses: Addresses): Promise<readonly string[]> {
  const checked = await Promise.all(
    PLACES.map(async (place) => {
      const port = portOf(addresses[place])
      return (await isFree(port)) ? '' : `port ${port}, wanted for ${NAMES[place]}`
    }),
  )
  return checked.filter((line) => line !== '')
}

/** The first port of seven free ones in a row. */
export async function freePortBase(from = 43_000): Promise<number> {
  const tries = Array.from({ length: 200 }, () => from + Math.floor(Math.random() * 2_000) * 7)
  for (const base of tries) {
    if ((await takenPorts(addressesFrom(base))).length === 0) return base
  }
  throw new Error('no seven free ports in a row were found')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      probe.close(() => resolve(true)),
    )
  })
}
