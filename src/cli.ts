import { Command } from 'commander'
import { clientCommands } from './cli/clients.ts'
import { doctorCommand } from './cli/doctor.ts'
import { eventsCommand } from './cli/events.ts'
import { faceCommands } from './cli/face.ts'
import { fidoCommands } from './cli/fido.ts'
import { keyCommands } from './cli/keys.ts'
import { pdfCommands } from './cli/pdf.ts'
import { sealCommands } from './cli/seal-commands.ts'
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
  faceCommands(),
  fidoCommands(),
  pdfCommands(),
  sealCommands(),
  doctorCommand(),
]) {
  program.addCommand(inheriting(program, command))
}

/** Commands were made before their parents knew anything: down to the last of them. */
function inheriting(parent: Command, command: Command): Command {
  command.copyInheritedSettings(parent)
  for (const child of command.commands) inheriting(command, child)
  return command
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

// `panjereh events | head`: who has read enough ends us, and that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

try {
  await program.parseAsync()
} catch (error) {
  console.error(excuse(error))
  const isConfig = error instanceof PanjerehError && error.code === 'config_invalid'
  process.exitCode = isConfig ? 2 : 1
}

/** A stack is for bugs: what the system or we ourselves refuse is said in a sentence. */
function excuse(error: unknown): string {
  if (error instanceof PanjerehError) return `${error.message} (${error.code})${causeOf(error)}`
  const { syscall, message, code } = error as NodeJS.ErrnoException
  if (syscall === 'listen' && code === 'EADDRINUSE')
    return `Another program listens there: ${message}`
  // Not the error itself: what hangs on it may be a key or a person.
  return syscall === undefined ? ((error as Error).stack ?? String(error)) : message
}

/** Why a database or a Redis could not be reached, without its address or what was sent there. */
function causeOf({ cause }: PanjerehError): string {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  return code === undefined ? '' : `: ${code}`
}
