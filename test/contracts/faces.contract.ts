import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { FaceMatcher } from '../../src/ports/face-matcher.ts'
import type { PresentationAttackDetector } from '../../src/ports/presentation-attack-detector.ts'

export interface FacesStage {
  readonly matcher: FaceMatcher
  readonly attacks: PresentationAttackDetector
  /** Two pictures of one person, and one of another. */
  readonly pictures: readonly [one: Uint8Array, again: Uint8Array, other: Uint8Array]
  close(): Promise<void> | void
}

const NONE = Uint8Array.of(1, 2, 3)

/** What every engine does that compares faces and looks for attacks. */
export function facesContract(opened: () => Promise<FacesStage> | FacesStage): void {
  let stage: FacesStage
  beforeEach(async () => {
    stage = await opened()
  })
  afterEach(() => stage.close())

  describe('the matcher', () => {
    it('names itself', () => {
      expect(stage.matcher.verifier).toMatch(/\S/)
    })

    it('knows the same picture again', async () => {
      const { matcher, pictures } = stage
      const result = await matcher.compare([pictures[0]], pictures[0])
      expect(result).toMatchObject({ kind: 'compared', decision: 'same' })
      expect(result.kind === 'compared' && Number.isFinite(result.score)).toBe(true)
    })

    it('says a decision of two pictures', async () => {
      const { matcher, pictures } = stage
      const result = await matcher.compare([pictures[1], pictures[1]], pictures[0])
      expect(result).toMatchObject({ kind: 'compared', decision: 'same' })
    })

    it('says which picture is of no use', async () => {
      const { matcher, pictures } = stage
      expect(await matcher.compare([pictures[0]], NONE)).toMatchObject({
        kind: 'unusable',
        which: 'reference',
      })
    })

    it('leaves the pictures as they were', async () => {
      const { matcher, attacks, pictures } = stage
      const before = pictures.map((picture) => Buffer.from(picture))
      await matcher.compare([pictures[0], pictures[1]], pictures[2])
      await attacks.judge([pictures[0]])
      expect(pictures.map((picture) => Buffer.from(picture))).toEqual(before)
    })
  })

  describe('the detector of attacks', () => {
    it('names itself', () => {
      expect(stage.attacks.verifier).toMatch(/\S/)
    })

    it('judges frames of somebody who is there, from 0 to 1', async () => {
      const result = await stage.attacks.judge(stage.pictures.slice(0, 2))
      expect(result).toMatchObject({ kind: 'judged', decision: 'bona_fide' })
      expect(result.kind === 'judged' && result.score >= 0 && result.score <= 1).toBe(true)
    })
  })
}

/** Besides, for engines that can see. */
export function seeingFacesContract(opened: () => Promise<FacesStage> | FacesStage): void {
  let stage: FacesStage
  beforeEach(async () => {
    stage = await opened()
  })
  afterEach(() => stage.close())

  describe('who can see', () => {
    it('takes nobody for somebody else', async () => {
      const { matcher, pictures } = stage
      const result = await matcher.compare([pictures[2]], pictures[0])
      expect(result).toMatchObject({ kind: 'compared', decision: 'different' })
    })

    it('judges nothing by pictures that are none', async () => {
      const { matcher, attacks, pictures } = stage
      expect(await attacks.judge([NONE])).toMatchObject({ kind: 'unusable' })
      expect(await attacks.judge([])).toMatchObject({ kind: 'unusable' })
      for (const probes of [[NONE], []]) {
        const result = await matcher.compare(probes, pictures[0])
        expect(result).toMatchObject({ kind: 'unusable', which: 'probe' })
      }
    })
  })
}
