import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { UnsecuredJWT } from 'jose'
import { authenticatorModels, keptText, readBlob, type Blob } from '../../../adapters/fido/index.ts'
import { trustedBy } from '../../../src/signing/certificate-path.ts'
import { temporaryDirectory } from '../../cli/command.ts'
import {
  authenticatorMaker,
  blobOf,
  entryOf,
  payloadOf,
  PUBLISHER,
  rootOf,
} from '../../support/fido-metadata.ts'
import { DAY, made } from '../../support/made-certificates.ts'

const maker = authenticatorMaker()
const root = rootOf('Publisher')
const payload = payloadOf([entryOf(maker), { aaid: '1234#5678' }])

/** With one part of the JWS made another. */
function changed({ text, ...blob }: Blob, part: 0 | 1 | 2, by: (json: string) => string): Blob {
  const parts = text.split('.')
  const was = Buffer.from(parts[part] ?? '', 'base64url').toString('latin1')
  parts[part] = Buffer.from(by(was), 'latin1').toString('base64url')
  return { ...blob, text: parts.join('.') }
}

describe('a metadata BLOB', () => {
  it('is read when its publisher has signed it', async () => {
    const found = await readBlob(await blobOf(payload, { root }), trustedBy)
    expect(found).toMatchObject({ no: 7, nextUpdate: '2999-01-01', entries: 2 })
    expect([...found.models]).toEqual([
      [
        maker.aaguid,
        {
          attestationRoots: [maker.root.der],
          statusReports: [{ status: 'FIDO_CERTIFIED_L1', effectiveDate: '2026-01-01' }],
        },
      ],
    ])
  })

  const of = (name: string, from: number, until: number) =>
    made({ name, issuer: root, from: Date.now() + from * DAY, until: Date.now() + until * DAY })
  it.each<[string, RegExp, () => Promise<Blob>]>([
    [
      'was changed',
      /it was changed/,
      async () => changed(await blobOf(payload), 1, (json) => json.replace('"no":7', '"no":8')),
    ],
    [
      'says that it needs no signature',
      /no metadata BLOB/,
      async () => changed(await blobOf(payload), 0, (json) => json.replace('ES256', 'none')),
    ],
    [
      'names another algorithm than its key is for',
      /it was changed/,
      async () => changed(await blobOf(payload), 0, (json) => json.replace('ES256', 'RS256')),
    ],
    [
      'comes from another root',
      /does not lead to this root/,
      async () => ({ ...(await blobOf(payload)), root: root.der }),
    ],
    [
      'is signed with a certificate that is over',
      /is not valid now/,
      () => blobOf(payload, { root, signer: of(PUBLISHER, -9, -1) }),
    ],
    [
      'is signed with a certificate that is not good yet',
      /is not valid now/,
      () => blobOf(payload, { root, signer: of(PUBLISHER, 1, 9) }),
    ],
    [
      'is signed by another under the same root',
      /another than mds\.example/,
      () => blobOf(payload, { root, signer: of('shop.example', -1, 1) }),
    ],
    [
      'is signed by another than the certificate’s key',
      /it was changed/,
      async () => {
        const signer = of(PUBLISHER, -1, 1)
        const { privateKey } = of(PUBLISHER, -1, 1)
        return blobOf(payload, { root, signer: { ...signer, privateKey } })
      },
    ],
    [
      'has no certificates',
      /no metadata BLOB/,
      async () => ({ ...(await blobOf(payload)), text: new UnsecuredJWT({}).encode() }),
    ],
    ['is something else', /no metadata BLOB/, async () => ({ ...(await blobOf({})), text: '{}' })],
    ['holds something else', /no metadata of MDS version 3/, () => blobOf({ entries: [] }, {})],
  ])('is not believed that %s', async (_why, said, blob) => {
    await expect(readBlob(await blob(), trustedBy)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(said),
    })
  })

  it('leaves out a model that it describes wrongly', async () => {
    const wrong = { ...entryOf(authenticatorMaker()), statusReports: 'none' }
    const { models } = await readBlob(await blobOf(payloadOf([wrong, entryOf(maker)])), trustedBy)
    expect([...models.keys()]).toEqual([maker.aaguid])
  })

  it('tells everything of a model that it names twice, with line breaks in it or not', async () => {
    const lines = ['-----BEGIN CERTIFICATE-----\n', maker.root.der.toString('base64'), '\n ']
    const other = {
      ...entryOf(maker, 'REVOKED'),
      aaguid: maker.aaguid.toUpperCase(),
      metadataStatement: { attestationRootCertificates: [lines.join('')] },
    }
    const { models } = await readBlob(await blobOf(payloadOf([other, entryOf(maker)])), trustedBy)
    const { der } = maker.root
    const [model] = models.values()
    expect(model?.attestationRoots).toEqual([der, der])
    expect(model?.statusReports.map(({ status }) => status)).toEqual([
      'REVOKED',
      'FIDO_CERTIFIED_L1',
    ])
  })
})

describe('the metadata that is kept', () => {
  const directory = temporaryDirectory()
  const file = join(directory.path, 'metadata.json')
  const write = async (blob: Blob) => writeFile(file, keptText(blob))
  afterAll(() => directory.remove())

  it('must be there when a window opens', async () => {
    const opened = authenticatorModels(join(directory.path, 'none.json'), trustedBy)
    await expect(opened).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('panjereh fido import FILE --root PEM'),
    })
  })

  it('is good after its certificates are over, and gives way to a newer one', async () => {
    const signer = made({
      name: PUBLISHER,
      issuer: root,
      from: Date.now() - 9 * DAY,
      until: Date.now() - DAY,
    })
    await write({ ...(await blobOf(payload, { root, signer })), at: Date.now() - 2 * DAY })
    const models = await authenticatorModels(file, trustedBy)
    expect(await models.find(maker.aaguid)).toBeDefined()
    const newer = authenticatorMaker()
    await write(await blobOf(payloadOf([entryOf(newer)])))
    expect(await models.find(maker.aaguid)).toBeUndefined()
    expect(await models.find(newer.aaguid)).toBeDefined()
  })

  it('vouches for nothing once it is damaged or gone', async () => {
    const blob = await blobOf(payload)
    await write(blob)
    const models = await authenticatorModels(file, trustedBy)
    await write(changed(blob, 1, (json) => json.replace('"no":7', '"no":88')))
    await expect(models.find(maker.aaguid)).rejects.toThrow('is damaged')
    await rm(file)
    await expect(models.find(maker.aaguid)).rejects.toThrow('panjereh fido import')
  })
})
