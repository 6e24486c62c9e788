import { challengeLiveness, type LivenessSettings } from '../../adapters/face/liveness/index.ts'
import type { LivenessPrompt } from '../../src/ports/liveness-provider.ts'
import { seededRandom } from '../../src/cli/face-challenge.ts'
import { fakeEngine, pretended, type Pose } from './fake-engine.ts'
import { fakeClock } from './fakes.ts'

const YAWS: Readonly<Partial<Record<LivenessPrompt['say'], number>>> = {
  turn_left: 0.6,
  turn_right: -0.6,
}
/** The most that a head turns between two frames. */
const STEP = 0.3

/** Somebody who does what is asked for, and turns no quicker than people do. */
export function obedient() {
  let [yaw, size, grain, wanted] = [0, 0.4, 0, 0]
  return (say: LivenessPrompt['say']): Pose => {
    // Who is told to wait goes on with what was asked before.
    wanted = say === 'busy' ? wanted : (YAWS[say] ?? 0)
    yaw += Math.max(-STEP, Math.min(STEP, wanted - yaw))
    size = say === 'come_closer' ? 0.6 : 0.4
    grain += 1
    return { yaw, size, grain }
  }
}

/** A judge with the pretended engine, in virtual time. */
export function judgeStage(settings: LivenessSettings = {}, seed = 1) {
  const clock = fakeClock()
  const { engine, asked } = fakeEngine()
  const provider = challengeLiveness({ engine, clock, random: seededRandom(seed) }, settings)
  return { provider, clock, asked }
}

export type Acting = (say: LivenessPrompt['say'], frame: number) => Pose

/** Sends what the actor shows until it is over: eight frames a second. */
export async function performed(
  { provider, clock }: Pick<ReturnType<typeof judgeStage>, 'provider' | 'clock'>,
  act: Acting,
  { gentle = false, frames = 400 } = {},
) {
  const says: LivenessPrompt['say'][] = []
  let prompt = await provider.begin('a', { gentle })
  for (let sequence = 0; sequence < frames && !prompt.isDone; sequence += 1) {
    says.push(prompt.say)
    clock.later(125)
    const image = pretended(act(prompt.say, sequence))
    prompt = (await provider.see('a', { sequence, image })) ?? prompt
  }
  return { says, verdict: await provider.conclude('a') }
}
