import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { bringModels } from './models.ts'
import { PortsTaken, startWorld, type World } from './world.ts'

const HELP = `npm start -- [options]

Opens the window on this machine, together with a sample agency, a sample bank, sample
registries, a certification authority, a press of sample cards and an inbox that shows the
text messages.

  --port-base <n>   the first of seven ports in a row (default 3000)
  --data-dir <dir>  where keys and the embedded database are kept (default ./data)
  --quiet           do not show what the window writes
  --help            this text
`

/** Our own face engine, and cards that are printed as samples. */
const LEVEL_3 = {
  PANJEREH_FACE: '{"kind":"onnx"}',
  PANJEREH_CARD_READER: '{"allowSpecimens":true}',
}

process.exitCode = await main()

async function main(): Promise<number> {
  const options = readOptions()
  if (typeof options === 'number') return options
  const begun = performance.now()
  const stopped = signals()
  process.stdout.write('Opening the window. The first time takes a little longer …\n')
  try {
    const hasModels = await bringModels()
    const world = await startWorld({ ...options, env: hasModels ? LEVEL_3 : {} })
    process.stdout.write(welcome(world, hasModels, (performance.now() - begun) / 1000))
    return await untilOver(world, stopped)
  } catch (error) {
    process.stderr.write(excuse(error, options.portBase))
    return 1
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        'port-base': { type: 'string', default: '3000' },
        'data-dir': { type: 'string', default: process.env['PANJEREH_DATA_DIR'] ?? './data' },
        quiet: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      process.stdout.write(HELP)
      return 0
    }
    const portBase = Number(values['port-base'])
    if (!Number.isInteger(portBase) || portBase < 1 || portBase > 65_529) {
      throw new Error('--port-base is a whole number from 1 to 65529')
    }
    const log = (text: string) => {
      if (!values.quiet) process.stdout.write(text)
    }
    return { portBase, dataDir: resolve(values['data-dir']), log }
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${HELP}`)
    return 64
  }
}

/** Resolves at the first signal; a second one ends the process at once, as people expect of Ctrl+C twice. */
function signals(): Promise<string> {
  return new Promise((settle) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => settle(signal))
    }
  })
}

async function untilOver(world: World, stopped: Promise<string>): Promise<number> {
  const died = world.windowGone.then((reason) => ({ reason }))
  const over = await Promise.race([died, stopped])
  process.stdout.write('\nClosing …\n')
  await world.stop()
  if (typeof over === 'string') return 0
  process.stderr.write(`The window stopped by itself (${over.reason}). What it wrote is above.\n`)
  return 1
}

function welcome(
  { issuer, agencyUrl, bankUrl, inboxUrl, registriesUrl, pkiUrl, cardPressUrl }: World,
  hasLevel3: boolean,
  seconds: number,
): string {
  const lines = [
    `Panjereh is open (${seconds.toFixed(1)} s).`,
    '',
    `  the window          ${issuer}`,
    `  a sample agency     ${agencyUrl}   <- begin here`,
    `  a sample bank       ${bankUrl}   (asks for consent)`,
    `  text messages       ${inboxUrl}   (the codes arrive here)`,
    `  sample registries   ${registriesUrl}   (whom they know: for level 2)`,
    `  sample cards        ${cardPressUrl}   (print one with your face: for level 3)`,
    `  sample authority    ${pkiUrl}   (certificates and time stamps: for level 4)`,
    '',
    '1. Open the sample agency and choose level 1.',
    '2. Give any Iranian mobile number, for example 09120000001.',
    '3. Read the code in the inbox and type it in.',
    '4. Choose level 2: national ID 9990000018, born 1370/1/1.',
    hasLevel3
      ? '5. Choose level 3: print a card for that number, show it and yourself to the camera.'
      : '5. Levels 3 and 4 are closed: the face models are not here (panjereh face fetch).',
    ...(hasLevel3 ? ['6. Choose level 4: make a passkey for signing, and sign.'] : []),
    'Ctrl+C closes everything.',
  ]
  const width = Math.max(...lines.map((line) => line.length))
  const edge = '─'.repeat(width + 2)
  const rows = lines.map((line) => `│ ${line.padEnd(width)} │`)
  // Outside the box: terminals disagree on the width of right-to-left text.
  const persian = `پنجره باز است: نشانی ${agencyUrl} را باز کنید؛ رمزها در ${inboxUrl} می‌آیند.`
  return ['', `┌${edge}┐`, ...rows, `└${edge}┘`, persian, '', ''].join('\n')
}

function excuse(error: unknown, portBase: number): string {
  if (!(error instanceof PortsTaken)) return `The window could not be opened: ${messageOf(error)}\n`
  const taken = error.message.replaceAll('\n', '\n  ')
  const other = portBase + 1000 <= 65_529 ? portBase + 1000 : 3000
  return `Another program has taken:\n  ${taken}\nStop it, or choose other ports: npm start -- --port-base ${other}\n`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
