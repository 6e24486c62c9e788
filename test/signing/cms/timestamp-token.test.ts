import { createHash } from 'node:crypto'
import { beforeAll, expect, it } from '@jest/globals'
import { authorities } from '../../../sandbox/pki/authority.ts'
import { nodes } from '../../../sandbox/pki/der.ts'
import { register } from '../../../sandbox/pki/register.ts'
import { stampAnswer } from '../../../sandbox/pki/tsa.ts'
import {
  readTimestampResponse,
  readTimestampToken,
  timestampRequest,
} from '../../../src/signing/cms/timestamp-token.ts'
import { nil, sequence, tlv } from '../../../src/signing/der/write.ts'
import { extension } from '../../support/made-certificates.ts'

const OCTET_STRING = 0x04
const CONSTRUCTED = 0x20
const EXTENSIONS = 0xa1

let token: Buffer
beforeAll(() => {
  const digest = {
    algorithm: 'SHA-256',
    value: createHash('sha256').update('stamped').digest(),
  } as const
  const world = authorities(register(undefined), 'P-256', 'http://localhost:1')
  const answer = readTimestampResponse(
    stampAnswer(Buffer.from(timestampRequest({ digest })), world, 'none'),
  )
  if (answer.kind !== 'granted') throw new Error('no token')
  token = answer.token
})

/** The token with more at the end of its TSTInfo; nobody looks at its signature here. */
function withMore(...more: readonly Buffer[]): Buffer {
  const info = infoOf()
  const rebuilt = (bytes: Buffer): Buffer =>
    Buffer.concat(
      nodes(bytes).map(({ tag, content, bytes: whole }) => {
        if (tag === OCTET_STRING && content.equals(info)) {
          const [inner] = nodes(info)
          return tlv(tag, sequence(inner!.content, ...more))
        }
        return (tag & CONSTRUCTED) === 0 ? whole : tlv(tag, rebuilt(content))
      }),
    )
  return rebuilt(token)
}

function infoOf(): Buffer {
  return Buffer.from(readTimestampToken(token).signed.content ?? [])
}

it('says the same with an extension that nobody needs to know', () => {
  const extended = withMore(tlv(EXTENSIONS, extension('1.2.3.4', nil())))
  expect(readTimestampToken(extended).info).toEqual(readTimestampToken(token).info)
})

it('is not read with a critical one that nobody knows (RFC 3161 section 2.4.2)', () => {
  const extended = withMore(tlv(EXTENSIONS, extension('1.2.3.4', nil(), true)))
  expect(() => readTimestampToken(extended)).toThrow('1.2.3.4 is critical and unknown')
})
