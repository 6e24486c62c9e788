import { createHash } from 'node:crypto'
import { Command, InvalidArgumentError } from 'commander'
import { challengeLiveness } from '../../adapters/face/liveness/index.ts'
import { faceEngine } from '../../adapters/face/onnx/engine.ts'
import { random as systemRandom } from '../../adapters/system/random.ts'
import { readConfig } from '../config.ts'
import type { LivenessVerdict } from '../ports/liveness-provider.ts'
import type { Random } from '../ports/random.ts'
import { played, virtualClock } from './stream-player.ts'
import { videoFrames } from './video-frames.ts'

interface Options {
  readonly json?: true
  readonly seed?: number
  readonly gentle?: true
  readonly fps: number
  readonly sends: number
}

export function challengeCommand(): Command {
  return new Command('challenge')
    .description(
      'judges a recorded video as level 3 would judge a camera; ends with 0 if it is live',
    )
    .argument('<video>', 'motion JPEG file, or a directory of JPEG, PNG or WebP images')
    .option('--json', 'one JSON object instead of lines')
    .option('--seed <n>', 'draw the movements by this number and not by chance', whole)
    .option('--gentle', 'as for somebody who cannot turn the head')
    .option('--fps <n>', 'pictures of the video in a second', rate, 12)
    .option('--sends <n>', 'frames that the page sends in a second', rate, 12)
    .addHelpText('after', '\nThe video is played in a loop, in virtual time, until the verdict.')
    .action(challenge)
}

async function challenge(path: string, options: Options): Promise<void> {
  const { json, seed, gentle, fps, sends } = options
  const frames = await videoFrames(path)
  const engine = await faceEngine({
    directory: readConfig(process.env).modelsDirectory,
    workers: 1,
  })
  try {
    const clock = virtualClock()
    const random = seed === undefined ? systemRandom : seededRandom(seed)
    const provider = challengeLiveness({ engine, clock, random })
    const prompts: { seconds: number; say: string }[] = []
    const verdict = await played({
      provider,
      frames,
      clock,
      fps,
      sends,
      gentle,
      onPrompt({ say }, seconds) {
        prompts.push({ seconds, say })
        if (!json) console.log(`${seconds.toFixed(2).padStart(7)} s  ${say}`)
      },
    })
    if (json)
      console.log(JSON.stringify({ ...shown(verdict), prompts, verifier: provider.verifier }))
    else console.log(sentence(verdict))
    process.exitCode = verdict.kind === 'live' ? 0 : 1
  } finally {
    await engine.close()
  }
}

/** Without the frames. */
const shown = (verdict: LivenessVerdict) =>
  verdict.kind === 'live'
    ? { verdict: 'live', frames: verdict.frames.length, facts: verdict.facts }
    : { verdict: 'failed', reason: verdict.reason, facts: verdict.facts }

function sentence(verdict: LivenessVerdict): string {
  const facts = Object.entries(verdict.facts).map(([name, value]) => `  ${name}=${value}`)
  const result = verdict.kind === 'live' ? 'live' : `not proved: ${verdict.reason}`
  return [result, ...facts].join('\n')
}

/** The same bytes for the same number: for repeating a run, never for the service. */
export function seededRandom(seed: number): Random {
  let count = 0
  const bytes = (length: number): Uint8Array => {
    const blocks = Array.from({ length: Math.ceil(length / 32) }, () =>
      createHash('sha256')
        .update(`${seed}/${(count += 1)}`)
        .digest(),
    )
    return new Uint8Array(Buffer.concat(blocks).subarray(0, length))
  }
  const hex = (length: number) => Buffer.from(bytes(length)).toString('hex')
  return {
    bytes,
    uuid: () => hex(16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    digits: (length) => Array.from(bytes(length), (byte) => String(byte % 10)).join(''),
  }
}

function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('a whole number from 0 on')
}

function rate(text: string): number {
  const value = Number(text)
  if (value > 0 && value <= 60) return value
  throw new InvalidArgumentError('a number up to 60')
}
