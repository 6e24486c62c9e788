import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { partOf } from '../../src/http/byte-range.ts'

const of = (range: string, size = 100, ifRange = '') =>
  partOf({ range, ifRange, etag: '"a"', size })

describe('a byte range', () => {
  it.each([
    ['bytes=0-', { start: 0, end: 100 }],
    ['bytes=0-0', { start: 0, end: 1 }],
    ['Bytes=10-19', { start: 10, end: 20 }],
    ['bytes=90-1000', { start: 90, end: 100 }],
    ['bytes=-30', { start: 70, end: 100 }],
    ['bytes=-300', { start: 0, end: 100 }],
    ['bytes=100-', 'beyond'],
    ['bytes=-0', 'beyond'],
  ])('%s is a part', (range, part) => {
    expect(of(range)).toEqual(part)
  })

  it.each(['', 'bytes=', 'bytes=-', 'bytes=5-4', 'bytes=0-1,3-4', 'lines=0-1', 'bytes=0x1-2'])(
    '“%s” is answered with the whole',
    (range) => {
      expect(of(range)).toBeUndefined()
    },
  )

  it('is of the file that the asker has begun to read, or the whole is sent', () => {
    expect(of('bytes=0-1', 100, '"a"')).toEqual({ start: 0, end: 2 })
    expect(of('bytes=0-1', 100, '"b"')).toBeUndefined()
    expect(of('bytes=0-1', 100, 'Thu, 01 Jan 2026 00:00:00 GMT')).toBeUndefined()
  })

  it('of an empty file is beyond it', () => {
    expect(of('bytes=0-', 0)).toBe('beyond')
    expect(of('bytes=-5', 0)).toBe('beyond')
  })

  it('never leaves the file', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (first, last, size) => {
        for (const range of [`bytes=${first}-${last}`, `bytes=${first}-`, `bytes=-${last}`]) {
          const part = of(range, size)
          if (part === undefined || part === 'beyond') continue
          expect(part.start).toBeGreaterThanOrEqual(0)
          expect(part.start).toBeLessThan(part.end)
          expect(part.end).toBeLessThanOrEqual(size)
        }
      }),
    )
  })
})
