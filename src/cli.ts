import { Command } from 'commander'
import { clientCommands } from './cli/clients.ts'
import { doctorCommand } from './cli/doctor.ts'
import { eventsCommand } from './cli/events.ts'
import { keyCommands } from './cli/keys.ts'
import { serveCommand, migrateCommand } from './cli/serve.ts'
import { VARIABLES } from './config.ts'
import { PanjerehError } from './errors.ts'

/** Exit codes: 0 done, 1 failed, 2 the configuration or the command line is wrong. */
const program = new Command('panjereh')
  .description('The national sign-in window: an OpenID provider with assurance levels.')
  .addHelpText('after', `\nEnvironment:\n${variablesHelp()}`)
  .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong configuration or command line.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

for (const command of [
  serveCommand(),
  migrateCommand(),
  keyCommands(),
  clientCommands(),
  eventsCommand(),
  doctorCommand(),
]) {
  program.addCommand(command.copyInheritedSettings(program))
}

function variablesHelp(): string {
  return Object.entries(VARIABLES)
    .map(([name, variable]) => {
      const fallback = 'fallback' in variable ? ` [${variable.fallback}]` : ''
      const file = 'isSecret' in variable ? ' (or from a file: …_FILE)' : ''
      return `  ${name}${fallback}\n      ${variable.says}${file}`
    })
    .join('\n')
}

try {
  await program.parseAsync()
} catch (error) {
  const isOurs = error instanceof PanjerehError
  console.error(isOurs ? `${error.message} (${error.code})` : error)
  process.exitCode = isOurs && error.code === 'config_invalid' ? 2 : 1
}
