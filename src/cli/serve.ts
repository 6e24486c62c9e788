import { Command } from 'commander'
import { openWorld } from '../compose.ts'
import { readConfig, unknownVariables } from '../config.ts'

export function serveCommand(): Command {
  return new Command('serve')
    .description('open the window; SIGTERM or SIGINT closes it when its requests are done')
    .action(async () => {
      warnOfUnknown()
      const config = readConfig(process.env)
      // Loaded for this command alone: the others start in half the time without it.
      const { serve } = await import('../main.ts')
      const running = await serve(config)
      console.error(`The window is open at ${running.url}`)
      await ended()
      await running.close()
    })
}

/** A second signal ends at once. */
function ended(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1))
        done()
      })
    }
  })
}

function warnOfUnknown(): void {
  for (const name of unknownVariables(process.env)) {
    console.error(`${name} is not a variable of this program: see panjereh --help`)
  }
}

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the database to this version; harmless when it is there already')
    .action(async () => {
      const world = await openWorld(readConfig(process.env))
      await world.close()
      console.log('The database is up to date.')
    })
}
