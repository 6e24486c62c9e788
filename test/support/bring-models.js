// Before the first test: brings the models of the face engine when they are not there. Without a network the
// suites that need them are skipped, and the summary says so.
import { spawnSync } from 'node:child_process'
import { missingModels } from '../../adapters/face/models.ts'
import { readConfig } from '../../src/config.ts'

export default async function bringModels() {
  const { PANJEREH_MODELS_DIR } = process.env
  const missing = await missingModels(readConfig({ PANJEREH_MODELS_DIR }).modelsDirectory)
  if (missing.length === 0) return
  spawnSync(process.execPath, ['--no-warnings', 'src/cli.ts', 'face', 'fetch', '--quiet'], {
    stdio: 'inherit',
  })
}
