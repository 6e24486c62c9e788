import { describe } from '@jest/globals'
import { httpFaceEngine } from '../../adapters/face/http/index.ts'
import { ENGINE, faceEngine, TOKEN } from '../../sandbox/face-engine/main.ts'
import { pretended } from '../support/fake-engine.ts'
import { fakeFace, fakePicture, type Movement } from '../support/fake-face.ts'
import { fakeRandom } from '../support/fakes.ts'
import { judgeStage, obedient } from '../support/liveness-actor.ts'
import { livenessContract } from './liveness.contract.ts'

describe('the challenge of our own', () => {
  livenessContract(() => {
    const { provider, clock } = judgeStage()
    const act = obedient()
    return {
      provider,
      obeying: (say) => pretended(act(say)),
      tick: () => clock.later(125),
      close: () => undefined,
    }
  })
})

describe('an engine over HTTP', () => {
  livenessContract(async () => {
    const { url, close } = await faceEngine({ port: 0 })
    const settings = { url, token: TOKEN, engine: ENGINE }
    let grain = 0
    return {
      provider: httpFaceEngine({ random: fakeRandom }, settings).liveness,
      obeying: () => Uint8Array.of(0xff, 0xd8, 0xff, (grain += 1) & 255, grain >> 8),
      tick: () => undefined,
      close,
    }
  })
})

describe('the fake', () => {
  livenessContract(() => {
    let at = 0
    return {
      provider: fakeFace().face.liveness,
      obeying(say) {
        at += 1
        // The first of each stream is from the front.
        const isTurn = say.startsWith('turn') && at % 4 !== 1
        return fakePicture({ face: 'a', move: isTurn ? (say as Movement) : 'straight', at })
      },
      tick: () => undefined,
      close: () => undefined,
    }
  })
})
