import { constants, verify } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  credentialCalls,
  InfoRequest,
} from '../../../src/extensions/signing-service/csc/credentials.ts'
import { infoOf } from '../../../src/extensions/signing-service/csc/info.ts'
import { signHashCall } from '../../../src/extensions/signing-service/csc/sign-hash.ts'
import { SignHashRequest } from '../../../src/extensions/signing-service/csc/sign-requests.ts'
import {
  DATA,
  digestOf,
  ECDSA,
  error,
  hashing,
  openCsc,
  publicKeyOf,
  SHA256,
  type Csc,
} from './csc-site.ts'
import { signDocCases } from './sign-doc.cases.ts'

let csc: Csc
beforeAll(async () => {
  csc = await openCsc()
})
afterAll(() => csc.close())

describe('CSC API v2', () => {
  it('is described, every way into it', async () => {
    expect(csc.description.operations).toEqual(csc.routes)
    const answer = await fetch(`${csc.url}/csc/v2/openapi.json`)
    expect(await answer.json()).toMatchObject({ openapi: '3.1.0' })
  })

  it('says what it can, to everybody', async () => {
    const { status, body } = await csc.call('info', {})
    expect(status).toBe(200)
    expect(body).toMatchObject({
      specs: '2.0.0.2',
      authType: ['oauth2code', 'oauth2client'],
      oauth2: 'https://window.example/oauth2',
      methods: expect.arrayContaining([
        'signatures/signHash',
        'signatures/signDoc',
        'signatures/timestamp',
      ]) as unknown,
      validationInfo: true,
    })
  })

  it('lists a person’s own credentials and nobody else’s', async () => {
    const other = await csc.world.person()
    const { body } = await csc.call(
      'credentials/list',
      { credentialInfo: true },
      csc.looking(csc.sara),
    )
    expect(body['credentialIDs']).toEqual([csc.sara.credential.id])
    const info = { credentialID: csc.sara.credential.id, certificates: 'chain', certInfo: true }
    const own = await csc.call('credentials/info', info, csc.looking(csc.sara))
    const chain = csc.sara.credential.certificateChain.map((der) =>
      Buffer.from(der).toString('base64'),
    )
    expect(own.body).toMatchObject({
      key: { status: 'enabled', algo: [ECDSA], len: 256, curve: '1.2.840.10045.3.1.7' },
      cert: {
        status: 'valid',
        certificates: chain,
        validTo: expect.stringMatching(/^\d{14}Z$/) as unknown,
      },
      description: 'Key in software; signHash and signDoc',
      auth: { mode: 'oauth2code' },
      SCAL: '2',
    })
    expect(await csc.call('credentials/info', info, csc.looking(other))).toEqual({
      status: 400,
      body: error('invalid_request', /^Invalid parameter credentialID$/),
    })
    expect(
      await csc.call('credentials/list', { userID: 'x' }, csc.looking(csc.sara)),
    ).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
  })

  it('turns away who has no token for it', async () => {
    const tokens = [
      ['none', 401, 'invalid_token'],
      [csc.bearing({ scopes: ['service'] }), 403, 'insufficient_scope'],
      [
        csc.bearing({ subjectId: csc.sara.subjectId, scopes: ['openid'] }),
        403,
        'insufficient_scope',
      ],
    ] as const
    for (const [token, status, code] of tokens) {
      const answer = await csc.call('credentials/list', {}, token)
      expect(answer).toMatchObject({ status, body: { error: code } })
    }
    expect(
      await csc.call('signatures/signHash', hashing(csc.sara, DATA), csc.looking(csc.sara)),
    ).toMatchObject({
      ...{ status: 403, body: { error: 'insufficient_scope' } },
    })
  })

  it('gives the token back as the signature activation data', async () => {
    const token = await csc.activated(csc.sara, DATA)
    const asked = { numSignatures: 1, ...hashing(csc.sara, DATA) }
    const { body } = await csc.call('credentials/authorize', asked, token)
    expect(body).toEqual({ SAD: token, expiresIn: expect.any(Number) as unknown })
    expect(await csc.call('credentials/authorize', { ...asked, numSignatures: 2 }, token)).toEqual({
      status: 400,
      body: error('invalid_request', /too high/),
    })
    expect(await csc.call('credentials/authorize', asked, csc.looking(csc.sara))).toEqual({
      status: 400,
      body: error('access_denied', /oauth2code/),
    })
  })

  it.each(['sara', 'reza'] as const)('signs hashes that were agreed to, once: %s', async (who) => {
    const person = csc[who]
    const token = await csc.activated(person, DATA)
    const asked = { ...hashing(person, DATA), SAD: token }
    const { status, body } = await csc.call('signatures/signHash', asked, token)
    expect(status).toBe(200)
    const [signature] = body['signatures'] as string[]
    const bytes = Buffer.from(signature ?? '', 'base64')
    expect(verify('sha256', DATA, publicKeyOf(person), bytes)).toBe(true)
    expect(await csc.call('signatures/signHash', asked, token)).toEqual({
      status: 400,
      body: error('invalid_request', /signed already/),
    })
  })

  it('says when keys sign no finished hashes, and spends nothing', async () => {
    const { sam } = csc.world
    const ports = { ...csc.service.ports, ...csc.world.ports }
    const without = { ...sam, signsDigests: () => false }
    const about = { name: 'Panjereh', logo: 'https://window.example/icon.svg', region: 'IR' }
    const told = infoOf({ about, issuer: 'https://window.example', sam: without })
    expect(told.methods).not.toContain('signatures/signHash')
    const { credential, subjectId, asker } = csc.sara
    const person = { clientId: asker.clientId, subjectId, scopes: [] }
    const asked = InfoRequest.parse({ credentialID: credential.id })
    expect(await credentialCalls({ ports, sam: without }).info(person, asked)).toMatchObject({
      description: 'Key in software; signDoc alone',
    })
    const activationId = await csc.world.activatedDigests(csc.sara, DATA)
    const key = { credentialId: credential.id, activationId, credential }
    const hashes = SignHashRequest.parse(hashing(csc.sara, DATA))
    const answer = await signHashCall({ ports, sam: without })(person, hashes, key)
    expect(answer).toEqual(error('invalid_request', /no finished hashes/))
    expect(await sam.objects(activationId, [digestOf(DATA)], asker)).toBeUndefined()
  })

  it('signs nothing else, for nobody else', async () => {
    const token = await csc.activated(csc.reza, DATA)
    const other = await csc.world.person()
    const detail = csc.service.bearers.get(token)?.details ?? []
    const stolen = csc.bearing({ subjectId: other.subjectId, scopes: [], details: detail })
    const elsewhere = csc.bearing({
      ...{ clientId: 'other', subjectId: csc.reza.subjectId, scopes: [], details: detail },
    })
    const asked = hashing(csc.reza, DATA)
    const cases = [
      [
        token,
        hashing(csc.reza, Buffer.from('other')),
        'invalid_request',
        /not authorized by the SAD/,
      ],
      [token, { ...asked, SAD: 'guessed' }, 'invalid_request', /SAD/],
      [token, { ...asked, credentialID: other.credential.id }, 'invalid_request', /credentialID/],
      [token, { ...asked, signAlgo: ECDSA }, 'invalid_request', /signAlgo/],
      [
        token,
        { ...asked, hashAlgorithmOID: '1.3.14.3.2.26' },
        'invalid_request',
        /hashAlgorithmOID/,
      ],
      [token, { ...asked, hashes: ['%%'] }, 'invalid_request', /Base64/],
      [token, { ...asked, hashes: ['AAAA'] }, 'invalid_request', /digest value length/],
      [token, { ...asked, hashes: [] }, 'invalid_request', /^Empty hashes array$/],
      [
        token,
        { ...asked, hashes: undefined },
        'invalid_request',
        /^Missing \(or invalid type\) array parameter hashes$/,
      ],
      [
        token,
        { ...asked, hashAlgorithmOID: undefined },
        'invalid_request',
        /string parameter hashAlgorithmOID/,
      ],
      [token, { ...asked, signAlgoParams: 'MAA=' }, 'invalid_request', /signAlgoParams/],
      [token, { ...asked, response_uri: 'https://a.example/' }, 'invalid_request', /response_uri/],
      [stolen, asked, 'invalid_request', /credentialID/],
      [elsewhere, asked, 'access_denied', /somebody else/],
    ] as const
    for (const [bearer, body, code, description] of cases) {
      expect(await csc.call('signatures/signHash', body, bearer)).toEqual({
        status: 400,
        body: error(code, description),
      })
    }
    expect((await csc.call('signatures/signHash', asked, token)).status).toBe(200)
  })

  signDocCases(() => csc)

  it('wants the parameters of RSASSA-PSS, and its own', async () => {
    const mina = await csc.world.person('PS256')
    const token = await csc.activated(mina, DATA)
    const PSS = '1.2.840.113549.1.1.10'
    const asked = { ...hashing(mina, DATA), signAlgo: PSS }
    expect(await csc.call('signatures/signHash', asked, token)).toEqual({
      status: 400,
      body: error('invalid_request', /string parameter signAlgoParams/),
    })
    // RFC 4055 section 3.1: SHA-256, MGF1 with SHA-256, 32 octets of salt.
    const hex =
      '3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120'
    const signAlgoParams = Buffer.from(hex, 'hex').toString('base64')
    const { body } = await csc.call('signatures/signHash', { ...asked, signAlgoParams }, token)
    const [signature] = body['signatures'] as string[]
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    const key = { key: publicKeyOf(mina), ...padding }
    expect(verify('sha256', DATA, key, Buffer.from(signature ?? '', 'base64'))).toBe(true)
  })

  it('works while nobody waits, and keeps the result for who asked', async () => {
    const token = await csc.activated(csc.reza, DATA)
    const asked = { ...hashing(csc.reza, DATA), operationMode: 'A' }
    const { body } = await csc.call('signatures/signHash', asked, token)
    const requestID = String(body['responseID'])
    const other = await csc.world.person()
    expect(
      await csc.call('signatures/signPolling', { requestID }, csc.looking(other)),
    ).toMatchObject({
      ...{ status: 400, body: { error: 'invalid_request' } },
    })
    let result = await csc.call('signatures/signPolling', { requestID }, token)
    for (let left = 100; result.status !== 200 && left > 0; left--) {
      expect(result).toMatchObject({ status: 202, body: { error: 'accepted_request' } })
      await new Promise((go) => setTimeout(go, 20))
      result = await csc.call('signatures/signPolling', { requestID }, token)
    }
    const [signature] = result.body['signatures'] as string[]
    const bytes = Buffer.from(signature ?? '', 'base64')
    expect(verify('sha256', DATA, publicKeyOf(csc.reza), bytes)).toBe(true)
  })

  it('gives time stamps, and says when the authority is away', async () => {
    const asked = { hash: digestOf(DATA).toString('base64'), hashAlgo: SHA256 }
    csc.stamps.length = 0
    expect(await csc.call('signatures/timestamp', asked, csc.looking(csc.sara))).toEqual({
      status: 200,
      body: { timestamp: 'MAIFAA==' },
    })
    expect(csc.stamps[0]).toEqual({ algorithm: 'SHA-256', value: digestOf(DATA) })
    await csc.call('signatures/timestamp', { ...asked, nonce: 'C0FFE' }, csc.looking(csc.sara))
    expect(csc.stamps[1]?.nonce).toEqual(Buffer.from('0c0ffe', 'hex'))
    for (const [more, description] of [
      [{ nonce: 'not a number' }, /^Invalid parameter nonce$/],
      [{ hashAlgo: '1.3.14.3.2.26' }, /^Invalid parameter hashAlgo$/],
      [{ hash: '' }, /^Empty hash parameter$/],
      [{ hash: '%%' }, /^Invalid Base64 hash string parameter$/],
      [{ hashAlgo: '2.16.840.1.101.3.4.2.3' }, /^Invalid digest value length$/],
    ] as const) {
      expect(
        await csc.call('signatures/timestamp', { ...asked, ...more }, csc.looking(csc.sara)),
      ).toEqual({
        status: 400,
        body: error('invalid_request', description),
      })
    }
    csc.stampsAreAway(true)
    expect(await csc.call('signatures/timestamp', asked, csc.looking(csc.sara))).toMatchObject({
      ...{ status: 503, body: { error: 'temporarily_unavailable' } },
    })
    csc.stampsAreAway(false)
  })

  it('signs nothing with a revoked credential or after the end of the authorization', async () => {
    const person = await csc.world.person()
    const [first, second] = [await csc.activated(person, DATA), await csc.activated(person, DATA)]
    const asked = hashing(person, DATA)
    const { id } = person.credential
    const revoked = { at: csc.world.clock.now(), reason: 'key_compromise' } as const
    await csc.world.ports.signingCredentials.revoke(id, revoked, [])
    expect(await csc.call('signatures/signHash', asked, first)).toEqual({
      status: 400,
      body: error('access_denied', /revoked/),
    })
    csc.world.clock.later(3600_000)
    expect(await csc.call('signatures/signHash', asked, second)).toEqual({
      status: 400,
      body: error('invalid_request', /^SAD expired$/),
    })
  })
})
