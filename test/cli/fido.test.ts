import { readdirSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { fidoMetadata } from '../../src/cli/doctor-fido.ts'
import { bringIn } from '../../src/cli/fido.ts'
import { authenticatorMaker, blobOf, entryOf, payloadOf, rootOf } from '../support/fido-metadata.ts'
import { run, temporaryDirectory } from './command.ts'

const SIGNING = {
  keys: { kind: 'software' },
  authority: { kind: 'development' },
  timestamps: { authorities: [{ url: 'http://localhost:1/tsa' }] },
} as const
const root = rootOf('Publisher')
const entries = [entryOf(authenticatorMaker()), { aaid: '1234#5678' }]

describe('the metadata of authenticators', () => {
  const directory = temporaryDirectory()
  const inside = (name: string) => join(directory.path, name)
  const options = { root: inside('root.pem'), signer: 'mds.example' }
  const file = inside('fido-metadata.json')
  const bring = (name: string) => bringIn(inside(name), options, file)
  const put = async (name: string, more: Readonly<object>) =>
    writeFile(inside(name), (await blobOf(payloadOf(entries, more), { root })).text)

  beforeAll(async () => {
    await writeFile(
      inside('root.pem'),
      root.certificate.der.toString('base64').replace(/^.*$/s, pem),
    )
    await put('newer.jwt', { no: 8 })
    await put('older.jwt', { no: 7, nextUpdate: '2020-01-01' })
  })
  afterAll(() => directory.remove())

  const look = (more: object = {}, now = Date.UTC(2026, 10, 26)) =>
    fidoMetadata(
      {
        fidoMetadataFile: file,
        signing: SIGNING as never,
        signingPasskeys: 'attested',
        ...more,
      },
      now,
    )

  it('are missing at first, and the doctor says so', async () => {
    const said = expect.stringContaining('panjereh fido import')
    expect(await look()).toEqual([['fail', said]])
    expect(await look({ signing: undefined })).toEqual([['warn', said]])
    expect(await look({ signingPasskeys: 'any' })).toEqual([])
  })

  it('are brought in, and never older ones after them', async () => {
    await bring('older.jwt')
    expect(await look()).toEqual([['warn', expect.stringContaining('(no 7) was to be renewed')]])
    expect(await bring('newer.jwt')).toMatchObject({ no: 8, entries: 2 })
    await expect(bring('older.jwt')).rejects.toThrow(
      '(no 7) is older than the one that is kept (no 8)',
    )
    expect(await look()).toEqual([['ok', expect.stringContaining('good until 2999-01-01')]])
    expect(readdirSync(directory.path).filter((name) => name.endsWith('.new'))).toEqual([])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['a BLOB that is not there', 'none.jwt', options, 'There is no file'],
    [
      'a root that is none',
      'newer.jwt',
      { ...options, root: inside('newer.jwt') },
      'no certificate',
    ],
    ['a signer that is another', 'newer.jwt', { ...options, signer: 'x.example' }, 'by --signer'],
  ])('are not brought in from %s', async (_what, name, by, said) => {
    const refused = bringIn(inside(name), by, file)
    await expect(refused).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(said),
    })
  })

  it('are asked for by the command line: no window opens without them', async () => {
    const [opened, brought] = await Promise.all([
      run(['migrate'], {
        PANJEREH_DATA_DIR: inside('elsewhere'),
        PANJEREH_SIGNING: JSON.stringify(SIGNING),
        PANJEREH_SIGNING_PASSKEYS: 'attested',
      }),
      run(
        ['fido', 'import', inside('older.jwt'), '--root', options.root, '--signer', 'mds.example'],
        { PANJEREH_FIDO_METADATA: inside('other.json') },
      ),
    ])
    expect(opened).toMatchObject({ code: 2, out: '' })
    expect(opened.err).toContain('Run `panjereh fido import FILE --root PEM` first')
    expect(brought).toMatchObject({
      code: 0,
      err: expect.stringContaining('Its next update is past'),
    })
    expect(brought.out).toContain('no 7, next update 2020-01-01')
    expect(brought.out).toContain('2 entries, 1 of them models of passkeys')
  })
})

const pem = (base64: string) =>
  `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
