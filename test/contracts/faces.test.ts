import { afterAll, beforeAll, describe } from '@jest/globals'
import { httpFaceEngine } from '../../adapters/face/http/index.ts'
import { onnxAttackDetector } from '../../adapters/face/onnx/attacks.ts'
import { faceEngine, type FaceEngine } from '../../adapters/face/onnx/engine.ts'
import { onnxMatcher } from '../../adapters/face/onnx/matcher.ts'
import { OPERATING_POINTS } from '../../adapters/face/onnx/operating-points.ts'
import { ENGINE, faceEngine as sandboxEngine, TOKEN } from '../../sandbox/face-engine/main.ts'
import { fakeFace, fakePicture } from '../support/fake-face.ts'
import { fakeRandom } from '../support/fakes.ts'
import { head, modelsDirectory } from '../support/sample-faces.ts'
import { requires } from '../support/skips.ts'
import { facesContract, seeingFacesContract, type FacesStage } from './faces.contract.ts'

requires('face-models')('the engine of our own', () => {
  let engine: FaceEngine
  beforeAll(async () => {
    engine = await faceEngine({ directory: modelsDirectory(), workers: 1 })
  })
  afterAll(() => engine.close())

  const stage = async (): Promise<FacesStage> => ({
    matcher: onnxMatcher(engine, { points: OPERATING_POINTS }),
    attacks: onnxAttackDetector(engine, { points: OPERATING_POINTS }),
    pictures: [await head('ann'), await head('annAgain'), await head('bea')],
    close: () => undefined,
  })
  facesContract(stage)
  seeingFacesContract(stage)
})

describe('an engine over HTTP, which is blind', () => {
  facesContract(async () => {
    const { url, close } = await sandboxEngine({ port: 0 })
    const settings = { url, token: TOKEN, engine: ENGINE }
    const picture = (last: number) => Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, last)
    return {
      ...httpFaceEngine({ random: fakeRandom }, settings),
      pictures: [picture(1), picture(2), picture(3)],
      close,
    }
  })
})

describe('the fake', () => {
  const stage = (): FacesStage => ({
    ...fakeFace().face,
    pictures: [
      fakePicture({ face: 'a', at: 1 }),
      fakePicture({ face: 'a', at: 2 }),
      fakePicture({ face: 'b', at: 3 }),
    ],
    close: () => undefined,
  })
  facesContract(stage)
})
