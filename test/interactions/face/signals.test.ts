import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { factsOf, suspicionOf, VIRTUAL_FROM } from '../../../interactions/face/signals.ts'

const said = (signals: object) => suspicionOf(JSON.stringify(signals))
const HONEST = {
  label: 'Front Camera',
  settings: { width: 1280, height: 720, frameRate: 30, facingMode: 'user' },
  webdriver: false,
  frames: { count: 90, mean: 33.4, deviation: 4.2 },
}

describe('signals of a camera', () => {
  it.each([
    'OBS Virtual Camera',
    'OBS-Camera',
    'ManyCam Virtual Webcam',
    'Snap Camera',
    'XSplit VCam',
    'v4l2loopback',
    'Dummy video device (0x0000)',
    'fake_device_0',
    'Iriun Webcam',
    'NDI Webcam Video 1',
  ])('know %s for a program', (label) => {
    expect(said({ ...HONEST, label }).score).toBeGreaterThanOrEqual(VIRTUAL_FROM)
  })

  it.each([
    'Front Camera',
    'FaceTime HD Camera (05ac:8514)',
    'Integrated Camera (5986:2113)',
    'HD Pro Webcam C920',
    'camera2 1, facing front',
    'Sara’s iPhone Camera',
    'دوربین جلو',
  ])('find nothing in %s', (label) => {
    expect(said({ ...HONEST, label })).toEqual({ score: 0, signs: [] })
  })

  it('find a browser that is led by a program, and times without a flaw', () => {
    expect(said({ ...HONEST, webdriver: true }).signs).toEqual(['webdriver'])
    const frames = { count: 90, mean: 33.333, deviation: 0 }
    expect(said({ ...HONEST, frames }).signs).toEqual(['too_regular'])
  })

  it('stay below the line for who says nothing: it may be an old browser', () => {
    for (const nothing of [undefined, '', 'null', '[]', '{', 'x'.repeat(5000), '{"label":7}']) {
      const { score, signs } = suspicionOf(nothing)
      expect(signs).toEqual(['nothing_said'])
      expect(score).toBeLessThan(VIRTUAL_FROM)
    }
  })

  it('keep no word of the label, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12, maxLength: 200 }), (label) => {
        const kept = factsOf(said({ ...HONEST, label }))
        expect(JSON.stringify(kept)).not.toContain(label)
        expect(Number(kept['signal_score'])).toBeGreaterThanOrEqual(0)
        expect(Number(kept['signal_score'])).toBeLessThanOrEqual(1)
      }),
    )
  })
})
