import { describe, expect, it } from '@jest/globals'
import { organizationIdentifier } from '../../src/identity/organization-identifier.ts'

describe('the identifier of an organisation', () => {
  it.each([
    ['14000000134', 'NTRIR-14000000134'],
    [' ۱۴۰۰۰۰۰۰۱۳۴ ', 'NTRIR-14000000134'],
    ['1400-0000-134', 'NTRIR-14000000134'],
    ['NTRIR-14000000134', 'NTRIR-14000000134'],
    ['VATIR-411111111111', 'VATIR-411111111111'],
    ['CB:IR-1234', 'CB:IR-1234'],
  ])('%s is %s', (typed, whole) => {
    expect(organizationIdentifier(typed)).toBe(whole)
  })

  it.each([
    '',
    '14000000135',
    'NTRIR-14000000135',
    'ntrir-14000000134',
    'VATIR-',
    'VATIR-a b',
    'IR-1',
  ])('%j is none', (typed) => {
    expect(organizationIdentifier(typed)).toBeUndefined()
  })
})
