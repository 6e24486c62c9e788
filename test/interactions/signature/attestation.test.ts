import { describe, expect, it } from '@jest/globals'
import { attestationFault } from '../../../interactions/signature/attestation.ts'
import type { AuthenticatorModel } from '../../../src/ports/authenticator-models.ts'
import { authenticatorMaker } from '../../support/fido-metadata.ts'
import { authority, CA_USES, DAY, made, usage } from '../../support/made-certificates.ts'

const NOW = Date.now()
const day = (from: number) => new Date(NOW + from * DAY).toISOString().slice(0, 10)
const { root, certificate } = authenticatorMaker()
const stranger = authenticatorMaker()

const model = (more: Partial<AuthenticatorModel> = {}): AuthenticatorModel => ({
  attestationRoots: [stranger.root.der, root.der],
  statusReports: [{ status: 'FIDO_CERTIFIED_L1', effectiveDate: day(-100) }],
  ...more,
})
const reports = (...told: readonly (readonly [status: string, from?: number])[]) =>
  model({
    statusReports: told.map(([status, from]) =>
      from === undefined ? { status } : { status, effectiveDate: day(from) },
    ),
  })
const fault = (chain: readonly Uint8Array[], of: AuthenticatorModel | undefined = model()) =>
  attestationFault(chain, of, NOW)
const own = [certificate.der]

describe('who vouches for an authenticator', () => {
  it('is its maker, by a path to a root of its model', () => {
    expect(fault(own)).toBeUndefined()
    expect(fault([...own, root.der])).toBeUndefined()
    const between = made({
      name: 'Batch 3',
      issuer: root,
      extensions: [authority(), usage(...CA_USES)],
    })
    const { der } = made({ name: 'Key', issuer: between })
    expect(fault([der, between.der])).toBeUndefined()
    expect(fault([der])).toBe('not_of_this_model')
  })

  it('is a certificate that its model names itself', () => {
    expect(fault(own, model({ attestationRoots: [certificate.der] }))).toBeUndefined()
  })

  it('is nobody without a certificate, or with too many', () => {
    expect(fault([])).toBe('no_certificate')
    expect(fault(Array.from({ length: 9 }, () => certificate.der))).toBe('no_certificate')
  })

  it('is nobody for a model of which nothing is known', () => {
    expect(attestationFault(own, undefined, NOW)).toBe('model_unknown')
  })

  it.each<[string, readonly Uint8Array[], AuthenticatorModel]>([
    ['another maker', own, model({ attestationRoots: [stranger.root.der] })],
    ['a model without roots', own, model({ attestationRoots: [] })],
    ['a root that is none', own, model({ attestationRoots: [Buffer.from('root')] })],
    ['what is no certificate', [Buffer.from('certificate')], model()],
    [
      'a certificate that is over',
      [made({ name: 'Key', issuer: root, from: NOW - 9 * DAY, until: NOW - DAY }).der],
      model(),
    ],
    [
      'a certificate that another key has signed',
      [made({ name: 'Key', issuer: root, signedBy: stranger.root }).der],
      // Both makers have one name.
      model({ attestationRoots: [root.der] }),
    ],
    [
      'a certificate under one that may issue none',
      [made({ name: 'Key', issuer: certificate }).der, certificate.der],
      model(),
    ],
  ])('is not %s', (_who, chain, of) => {
    expect(fault(chain, of)).toBe('not_of_this_model')
  })

  it.each([
    'USER_VERIFICATION_BYPASS',
    'ATTESTATION_KEY_COMPROMISE',
    'USER_KEY_REMOTE_COMPROMISE',
    'USER_KEY_PHYSICAL_COMPROMISE',
    'REVOKED',
  ])('is believed no more of a model that is %s', (status) => {
    expect(fault(own, reports(['FIDO_CERTIFIED_L1', -100], [status, -1]))).toBe('model_compromised')
  })

  it.each([
    [
      'whatever their order',
      [
        ['REVOKED', -1],
        ['FIDO_CERTIFIED', -9],
      ],
      'model_compromised',
    ],
    [
      'of one day all',
      [
        ['REVOKED', -1],
        ['FIDO_CERTIFIED', -1],
      ],
      'model_compromised',
    ],
    ['and those without a day', [['REVOKED'], ['FIDO_CERTIFIED', -1]], 'model_compromised'],
    [
      'and not those to come',
      [
        ['REVOKED', -1],
        ['FIDO_CERTIFIED', 9],
      ],
      'model_compromised',
    ],
    [
      'and not what is mended',
      [
        ['USER_VERIFICATION_BYPASS', -9],
        ['UPDATE_AVAILABLE', -1],
      ],
      undefined,
    ],
    ['also none', [], undefined],
  ] as const)('goes by the newest reports, %s', (_which, told, expected) => {
    expect(fault(own, reports(...told))).toBe(expected)
  })
})
