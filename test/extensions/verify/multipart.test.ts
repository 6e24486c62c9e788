import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { filePart } from '../../../src/extensions/verify/multipart.ts'

/** A form as Node writes it: a peer that is not ours. */
async function written(parts: readonly (readonly [string, Uint8Array, string?])[]) {
  const form = new FormData()
  for (const [name, bytes, file] of parts) {
    const blob = Buffer.from(bytes)
    if (file === undefined) form.append(name, blob.toString('latin1'))
    else form.append(name, new File([blob], file))
  }
  const request = new Request('http://localhost/', { method: 'POST', body: form })
  return {
    type: request.headers.get('content-type') ?? '',
    body: Buffer.from(await request.arrayBuffer()),
  }
}

const bytes = fc.uint8Array({ maxLength: 400 })

describe('a file in a form', () => {
  it('comes out as it went in', async () => {
    const fileName = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
    await fc.assert(
      fc.asyncProperty(bytes, fileName, bytes, async (file, name, other) => {
        const { type, body } = await written([
          ['other', other],
          ['document', file, name],
        ])
        const part = filePart(body, type, 'document')
        expect(part && Buffer.from(part.bytes).equals(Buffer.from(file))).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('keeps its name in any script', async () => {
    const { type, body } = await written([['document', Buffer.from('x'), 'قرارداد «۱».pdf']])
    expect(filePart(body, type, 'document')?.fileName).toBe('قرارداد «۱».pdf')
  })

  it('may hold what looks like the end of a form', async () => {
    const tricky = Buffer.from('\r\n--x\r\n\r\n------formdata--\r\n')
    const { type, body } = await written([['document', tricky, 'a.pdf']])
    expect(filePart(body, type, 'document')?.bytes.equals(tricky)).toBe(true)
  })

  it.each([
    ['none', [['other', Buffer.from('x'), 'a.pdf']]],
    [
      'two',
      [
        ['document', Buffer.from('x'), 'a'],
        ['document', Buffer.from('y'), 'b'],
      ],
    ],
    ['a field instead', [['document', Buffer.from('x')]]],
    ['too many parts', Array.from({ length: 9 }, () => ['f', Buffer.from('x')] as const)],
  ] as const)('%s is none', async (_, parts) => {
    const { type, body } = await written(parts)
    expect(filePart(body, type, 'document')).toBeUndefined()
  })

  it('hostile forms come to an end, and hold nothing that was not sent', () => {
    const piece = fc.oneof(
      fc.constantFrom('--x', '\r\n', '--x--', '\r\n--x\r\n', '\r\n\r\n', '--'),
      fc.constant('Content-Disposition: form-data; name="document"; filename="a"'),
      fc.string({ maxLength: 12 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const body = Buffer.from(pieces.join(''), 'latin1')
        const part = filePart(body, 'multipart/form-data; boundary=x', 'document')
        expect(part === undefined || body.includes(part.bytes)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    `multipart/form-data; boundary=${'a'.repeat(71)}`,
    'text/plain; boundary=x',
  ])('is not read by %s', (type) => {
    expect(filePart(Buffer.from('--x--'), type, 'document')).toBeUndefined()
  })
})
