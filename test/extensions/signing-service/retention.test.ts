import { describe, expect, it } from '@jest/globals'
import {
  requestSweep,
  sweepRequests,
  type RetentionNeeds,
} from '../../../src/extensions/signing-service/retention.ts'
import type { SignatureRequest } from '../../../src/ports/signature-request-store.ts'
import { fakeClock } from '../../support/fakes.ts'

const request = (id: string): SignatureRequest => ({
  ...{ id, clientId: 'agency', state: 'signed', signers: [{}], profile: 'B-B', purpose: '' },
  documents: [{ id: `file ${id}`, name: id, size: 1, sha256: '', uploadedSha256: '' }],
  ...{ createdAt: 0, expiresAt: 0, version: 1 },
})

/** `stuck`: files that cannot be removed. */
function world(ids: readonly string[], stuck: Set<string>) {
  let kept = ids.map(request)
  let looks = 0
  const needs: RetentionNeeds = {
    clock: fakeClock(),
    documents: {
      async remove(id) {
        if (stuck.has(id)) throw new Error('the store is away')
      },
    },
    signatureRequests: {
      async outlived(_before, most) {
        looks += 1
        return kept.slice(0, most)
      },
      async remove(id) {
        kept = kept.filter((one) => one.id !== id)
        return true
      },
    },
  }
  return { needs, stuck, looks: () => looks, kept: () => kept.map(({ id }) => id) }
}

describe('the sweep of old requests', () => {
  it('leaves what cannot be removed, and takes the others', async () => {
    const { needs, kept } = world(['a', 'b', 'c'], new Set(['file a']))
    expect(await sweepRequests(needs, 30)).toBe(2)
    expect(kept()).toEqual(['a'])
  })

  it('ends where nothing of a full page can be removed', async () => {
    const ids = Array.from({ length: 150 }, (_, n) => String(n))
    const { needs, kept, looks } = world(ids, new Set(ids.map((id) => `file ${id}`)))
    expect(await sweepRequests(needs, 30)).toBe(0)
    expect(looks()).toBe(1)
    expect(kept()).toHaveLength(150)
  })

  it('begins at once, and comes again by itself', async () => {
    const { needs, kept, stuck } = world(['a'], new Set(['file a']))
    const sweep = requestSweep(needs, 30, 10)
    sweep.start()
    await new Promise((go) => setTimeout(go, 30))
    expect(kept()).toEqual(['a'])
    stuck.clear()
    for (let look = 0; look < 100 && kept().length > 0; look += 1)
      await new Promise((go) => setTimeout(go, 10))
    await sweep.stop()
    expect(kept()).toEqual([])
  })
})
