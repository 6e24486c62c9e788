import { describe, expect, it } from '@jest/globals'
import { honest, verdict } from './support/attacked.ts'

/** Not at random, but all of them: what a single change can do to a signed document. (`archive-fuzz` and `fuzz` look
 *  for what several can.) */

const { byteRange = [] } = verdict(honest).signatures[0]!
const [, from = 0, to = 0] = byteRange
const passes = (bytes: Buffer) => verdict(bytes).indication === 'TOTAL-PASSED'

const OTHER: Readonly<Record<string, (byte: number) => number>> = {
  'its lowest bit': (byte) => byte ^ 1,
  'its case': (byte) => byte ^ 0x20,
  'a space': () => 0x20,
}

/** All places outside of the hole. */
const places = [...honest.keys()].filter((at) => at < from || at >= to)

const withByte = (bytes: Buffer, at: number, byte: number) => {
  const copy = Buffer.from(bytes)
  copy[at] = byte
  return copy
}

describe('one change anywhere outside of the hole', () => {
  it.each(Object.keys(OTHER))('another byte: %s', (which) => {
    const passed = places
      .map((at) => withByte(honest, at, OTHER[which]!(honest[at]!)))
      .filter((bytes) => !bytes.equals(honest) && passes(bytes))
    expect(passed).toEqual([])
  })

  it.each(['\n', '%'])('one byte more: %j', (more) => {
    // White space at the very end is no part of any revision.
    const end = honest.length - 1
    const passed = places.filter(
      (at) =>
        !(at >= end && more.trim() === '') &&
        passes(Buffer.concat([honest.subarray(0, at), Buffer.from(more), honest.subarray(at)])),
    )
    expect(passed).toEqual([])
  })

  it('one byte less', () => {
    const passed = places
      .filter((at) => at < honest.length - 1)
      .filter((at) => passes(Buffer.concat([honest.subarray(0, at), honest.subarray(at + 1)])))
    expect(passed).toEqual([])
  })

  const lines = honest.toString('latin1').split(/(?<=\n)/)
  const joined = (parts: readonly string[]) => Buffer.from(parts.join(''), 'latin1')

  it('a line less, a line twice, a line later', () => {
    const changed = lines.flatMap((line, at) => [
      joined(lines.toSpliced(at, 1)),
      joined(lines.toSpliced(at, 0, line)),
      joined([...lines.slice(0, at), ...lines.slice(at + 1, at + 2), line, ...lines.slice(at + 2)]),
    ])
    const passed = changed.filter((bytes) => !bytes.equals(honest) && passes(bytes))
    expect(passed).toEqual([])
  })
})

describe('one change inside of the hole', () => {
  const der = Buffer.from(honest.toString('latin1', from + 1, to - 1), 'hex')
  const length = der.readUInt16BE(2) + 4
  const withContents = (contents: Buffer) => {
    const bytes = Buffer.from(honest)
    bytes.write(contents.toString('hex'), from + 1, 'latin1')
    return bytes
  }
  /** RFC 5652 section 5.1: which of 1 to 5 it is says nothing that is relied upon. */
  const VERSION = 25
  /** Names of authorities are compared without case (RFC 5280 section 7.1). The certificate itself is named by its
   *  hash, so that no other can be meant. */
  const issuer = der.lastIndexOf('Hand')

  it.each([1, 0x20, 0xff])('bits %d of each byte', (bits) => {
    const passed = Array.from({ length }, (_, at) => at)
      .filter((at) => at !== VERSION && !(bits === 0x20 && at >= issuer && at < issuer + 4))
      .filter((at) => passes(withContents(withByte(der, at, der[at]! ^ bits))))
    expect(passed).toEqual([])
  })

  it('anything but zeros behind the structure', () => {
    const passed = Array.from({ length: der.length - length }, (_, at) => length + at)
      .filter((at) => at % 50 === 0 || at < length + 20 || at > der.length - 20)
      .filter((at) => passes(withContents(withByte(der, at, 1))))
    expect(passed).toEqual([])
  })
})
