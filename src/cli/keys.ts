import { join } from 'node:path'
import { Argument, Command } from 'commander'
import { KEY_KINDS, openKeyRing, type KeyKind, type OpenedKeys } from '../../adapters/keys/file.ts'
import { localMasterKey } from '../../adapters/keys/master-key.ts'
import { clock } from '../../adapters/system/clock.ts'
import { random } from '../../adapters/system/random.ts'
import { openWorld } from '../compose.ts'
import { readConfig, type Config } from '../config.ts'
import type { EventSink } from '../ports/event-sink.ts'

export function keyCommands(): Command {
  const keys = new Command('keys').description('signing, encryption, cookie and data keys')
  keys
    .command('list')
    .description('ids, states and ages; never a key')
    .option('--json', 'one JSON object a line')
    .action(async ({ json }: { json?: boolean }) => {
      const opened = await openKeys(readConfig(process.env), { create: false })
      for (const key of opened.list()) console.log(json ? JSON.stringify(key) : line(key))
    })
  keys
    .command('create')
    .description('make the key file, when there is none yet')
    .action(async () => {
      const opened = await openKeys(readConfig(process.env), { create: true })
      console.log(`The key file holds ${opened.list().length} keys.`)
    })
  keys
    .command('rotate')
    .description('the next key becomes current; restart every window after it')
    .addArgument(new Argument('<kind>', 'what to rotate').choices(KEY_KINDS))
    .action((kind: KeyKind) => rotate(kind))
  return keys
}

async function rotate(kind: KeyKind): Promise<void> {
  const config = readConfig(process.env)
  const world = await openWorld(config)
  try {
    const opened = await openKeys(config, { create: false, events: world.ports.events })
    await opened.rotate(kind)
  } finally {
    await world.close()
  }
  console.log(`The ${kind} keys are rotated. Restart every window to use them.`)
}

interface Opening {
  readonly create: boolean
  readonly events?: EventSink
}

export async function openKeys(config: Config, opening: Opening): Promise<OpenedKeys> {
  return openKeyRing({
    file: join(config.dataDir, 'keys.json'),
    masterKey: config.masterKey ?? (await localMasterKey(masterKeyFile(config), random)),
    overlapSeconds: config.keyOverlapSeconds,
    clock,
    random,
    ...opening,
  })
}

export function masterKeyFile(config: Config): string {
  return config.masterKeyFile ?? join(config.dataDir, 'master.key')
}

function line(key: ReturnType<OpenedKeys['list']>[number]): string {
  const day = new Date(key.createdAt).toISOString().slice(0, 10)
  return [key.kind.padEnd(10), key.state.padEnd(8), day, key.id].join('  ')
}
