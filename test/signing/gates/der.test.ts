import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { X509Certificate } from 'node:crypto'
import type { PadesProfile } from '../../../src/signing/pades/options.ts'
import { bytesOf, signPdf } from '../../../src/signing/pades/sign.ts'
import { catalogOf, readPdf } from '../../../src/signing/pdf/file.ts'
import { signaturesOf } from '../../../src/signing/pdf/signatures.ts'
import { is } from '../../../src/signing/pdf/values.ts'
import { requires } from '../../support/skips.ts'
import { minimalPdf } from '../support/minimal-pdf.ts'
import { sandboxSigning, type KeyKind, type SandboxSigning } from '../support/sandbox-signing.ts'
import { folder, run } from '../support/tools.ts'

/** DER as X.690 section 10 and 11 have it, read by a reader of its own: the product's reader is not asked. */
interface Node {
  readonly tag: number
  readonly whole: Buffer
  readonly content: Buffer
  readonly children: readonly Node[]
}

function nodeAt(bytes: Buffer, at: number): Node {
  const [tag = 0, first = 0] = [bytes[at], bytes[at + 1]]
  const count = first < 0x80 ? 0 : first & 0x7f
  const length = count === 0 ? first : bytes.readUIntBE(at + 2, count)
  // Definite, and in as few octets as it takes.
  expect(first).not.toBe(0x80)
  if (count > 0) expect(length).toBeGreaterThanOrEqual(count === 1 ? 0x80 : 2 ** (8 * (count - 1)))
  const start = at + 2 + count
  const content = bytes.subarray(start, start + length)
  expect(content.length).toBe(length)
  const children = (tag & 0x20) === 0 ? [] : nodesIn(content)
  return { tag, whole: bytes.subarray(at, start + length), content, children }
}

function nodesIn(bytes: Buffer): readonly Node[] {
  const nodes: Node[] = []
  for (let at = 0; at < bytes.length; at += nodes.at(-1)!.whole.length)
    nodes.push(nodeAt(bytes, at))
  return nodes
}

const SET = 0x31
const GENERALIZED = 0x18
const UTC = 0x17

function expectDer(node: Node): void {
  const { tag, content, children } = node
  const text = content.toString('latin1')
  if (tag === GENERALIZED) expect(text).toMatch(/^\d{14}Z$/)
  if (tag === UTC) expect(text).toMatch(/^\d{12}Z$/)
  if (tag === SET) {
    const wholes = children.map(({ whole }) => whole)
    expect(wholes.toSorted(Buffer.compare)).toEqual(wholes)
  }
  // BOOLEAN true has all bits; INTEGER no octet too many.
  if (tag === 0x01) expect([0, 0xff]).toContain(content[0])
  if (tag === 0x02 && content.length > 1)
    expect([0, 0xff].includes(content[0]!) && content[0]! >> 7 === content[1]! >> 7).toBe(false)
  children.forEach(expectDer)
}

const OIDS = {
  contentType: '2a864886f70d010903',
  messageDigest: '2a864886f70d010904',
  signingTime: '2a864886f70d010905',
  signingCertificateV2: '2a864886f70d010910022f',
}

describe.each<KeyKind>(['P-256', 'RSA-3072'])(
  'what is written with a key of the kind %s',
  (kind) => {
    let sandbox: SandboxSigning
    const files = folder()
    beforeAll(async () => {
      sandbox = await sandboxSigning()
    })
    afterAll(async () => {
      await sandbox?.close()
      files.remove()
    })

    async function signed(profile: PadesProfile) {
      const signer = await sandbox.signer(kind)
      const bytes = bytesOf(await signPdf({ ...sandbox.ports, signer }, minimalPdf(), { profile }))
      const { view } = readPdf(bytes)
      const structures = signaturesOf(view).map(({ contents }) =>
        nodeAt(Buffer.from(contents!.bytes), 0),
      )
      const store = view.getDict(catalogOf(view).dict, 'DSS')
      const stored = ['OCSPs', 'CRLs', 'Certs'].flatMap((key) =>
        (view.getArray(store, key)?.items ?? []).map((item) => {
          const stream = view.resolve(item)
          return is(stream, 'stream') ? nodeAt(Buffer.from(view.data(stream)), 0) : undefined
        }),
      )
      return { signer, structures, stored: stored.filter((one) => one !== undefined) }
    }

    it.each(['B-B', 'B-T', 'B-LT', 'B-LTA'] as const)(
      '%s is DER, in all of its parts',
      async (profile) => {
        const { structures, stored } = await signed(profile)
        expect(structures.length).toBe(profile === 'B-LTA' ? 2 : 1)
        expect(stored.length > 0).toBe(profile === 'B-LT' || profile === 'B-LTA')
        for (const one of [...structures, ...stored]) expectDer(one)
      },
    )

    it.each(['B-B', 'B-LTA'] as const)(
      '%s signs content type, digest and certificate, and no time',
      async (profile) => {
        const { structures } = await signed(profile)
        const signedData = structures[0]!.children[1]!.children[0]!
        const signerInfo = signedData.children.at(-1)!.children[0]!
        const attributes = signerInfo.children.find(({ tag }) => tag === 0xa0)!
        const types = attributes.children.map(({ children }) =>
          children[0]!.content.toString('hex'),
        )
        expect(types.toSorted()).toEqual(
          [OIDS.contentType, OIDS.messageDigest, OIDS.signingCertificateV2].toSorted(),
        )
        expect(types).not.toContain(OIDS.signingTime)
        // Signed as a SET OF, and stored under its own tag: sorted all the same.
        const wholes = attributes.children.map(({ whole }) => whole)
        expect(wholes.toSorted(Buffer.compare)).toEqual(wholes)
      },
    )

    requires('openssl')('beside OpenSSL', () => {
      it('the chain holds with every certificate’s revocation list asked', async () => {
        const { signer } = await signed('B-B')
        const pem = (der: Uint8Array) => new X509Certificate(der).toString()
        const list = async (name: string) => {
          const der = Buffer.from(await (await fetch(`${sandbox.url}/${name}.crl`)).arrayBuffer())
          const lines = der.toString('base64').match(/.{1,64}/g) ?? []
          return `-----BEGIN X509 CRL-----\n${lines.join('\n')}\n-----END X509 CRL-----\n`
        }
        const lists = (await list('root')) + (await list('issuing'))
        const { out } = run(
          'openssl',
          'verify',
          '-crl_check_all',
          '-x509_strict',
          '-CAfile',
          files.put('root.pem', Buffer.from(pem(sandbox.root))),
          '-untrusted',
          files.put('issuing.pem', Buffer.from(pem(sandbox.issuing))),
          '-CRLfile',
          files.put('lists.pem', Buffer.from(lists)),
          files.put('signer.pem', Buffer.from(pem(signer.certificateChain[0]!))),
        )
        expect(out).toMatch(/: OK\s*$/)
      })
    })
  },
)
