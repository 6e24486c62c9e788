import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  LIVENESS_FAILURES,
  LIVENESS_SAYS,
  type LivenessPrompt,
  type LivenessProvider,
} from '../../src/ports/liveness-provider.ts'

export interface LivenessStage {
  readonly provider: LivenessProvider
  /** A frame of a person who does what is asked for; each a picture of its own. */
  obeying(say: LivenessPrompt['say']): Uint8Array
  /** Between two frames. */
  tick(): void
  close(): Promise<void> | void
}

const MOST_FRAMES = 300

/** What every provider of liveness does, whoever judges. */
export function livenessContract(opened: () => Promise<LivenessStage> | LivenessStage): void {
  let stage: LivenessStage
  beforeEach(async () => {
    stage = await opened()
  })
  afterEach(() => stage.close())

  const isPrompt = ({ say, progress, isDone }: LivenessPrompt) =>
    LIVENESS_SAYS.includes(say) && progress >= 0 && progress <= 1 && typeof isDone === 'boolean'

  /** Does what is asked for until it is over; what was sent. */
  async function obeyed(id: string, gentle = false): Promise<readonly Uint8Array[]> {
    const sent: Uint8Array[] = []
    let prompt = await stage.provider.begin(id, { gentle })
    while (!prompt.isDone && sent.length < MOST_FRAMES) {
      stage.tick()
      const image = stage.obeying(prompt.say)
      sent.push(Uint8Array.from(image))
      const next = await stage.provider.see(id, { sequence: sent.length - 1, image })
      if (next === undefined) throw new Error('the stream is gone')
      prompt = next
    }
    return sent
  }

  describe('liveness', () => {
    it('names who judges, and how long it takes at most', () => {
      expect(stage.provider.verifier).not.toBe('')
      expect(stage.provider.secondsAllowed).toBeGreaterThan(0)
    })

    it.each([false, true])(
      'is proved by who does what is asked for (gentle: %s)',
      async (gentle) => {
        const sent = await obeyed('a', gentle)
        const verdict = await stage.provider.conclude('a')
        expect(verdict).toMatchObject({ kind: 'live' })
        if (verdict?.kind !== 'live') return
        expect(verdict.frames.length).toBeGreaterThan(0)
        const known = new Set(sent.map((image) => Buffer.from(image).toString('hex')))
        for (const frame of verdict.frames) {
          expect(known.has(Buffer.from(frame).toString('hex'))).toBe(true)
        }
        for (const fact of Object.values(verdict.facts)) {
          expect(['string', 'number', 'boolean']).toContain(typeof fact)
        }
      },
    )

    it('tells prompts of the known words only, and how far it is', async () => {
      const first = await stage.provider.begin('a')
      expect(isPrompt(first) && !first.isDone).toBe(true)
      const next = await stage.provider.see('a', { sequence: 0, image: stage.obeying(first.say) })
      expect(next && isPrompt(next)).toBe(true)
    })

    it('knows nothing of a stream that was not opened, was discarded, or is over', async () => {
      const image = stage.obeying('look_straight')
      const nothing = async (id: string) => {
        expect(await stage.provider.see(id, { sequence: 0, image })).toBeUndefined()
        expect(await stage.provider.conclude(id)).toBeUndefined()
      }
      await nothing('never')
      await stage.provider.begin('a')
      stage.provider.discard('a')
      await nothing('a')
      await obeyed('b')
      expect(await stage.provider.conclude('b')).toMatchObject({ kind: 'live' })
      await nothing('b')
    })

    it('is not proved before its end', async () => {
      const { say } = await stage.provider.begin('a')
      await stage.provider.see('a', { sequence: 0, image: stage.obeying(say) })
      const verdict = await stage.provider.conclude('a')
      expect(verdict?.kind).toBe('failed')
      if (verdict?.kind === 'failed') expect(LIVENESS_FAILURES).toContain(verdict.reason)
    })

    it('ends with a frame whose number was there before', async () => {
      const { say } = await stage.provider.begin('a')
      await stage.provider.see('a', { sequence: 0, image: stage.obeying(say) })
      stage.tick()
      const over = await stage.provider.see('a', { sequence: 0, image: stage.obeying(say) })
      expect(over?.isDone).toBe(true)
      const verdict = await stage.provider.conclude('a')
      expect(verdict).toMatchObject({ kind: 'failed', reason: 'out_of_order' })
    })

    it('begins anew under the same id, and keeps streams apart', async () => {
      await stage.provider.begin('a')
      await stage.provider.see('a', { sequence: 0, image: stage.obeying('look_straight') })
      await stage.provider.begin('b')
      await obeyed('a')
      expect(await stage.provider.conclude('a')).toMatchObject({ kind: 'live' })
      expect(await stage.provider.conclude('b')).toMatchObject({ kind: 'failed' })
    })
  })
}
