import fc from 'fast-check'
import { describe, expect, it } from '@jest/globals'
import { LOCALES, pickLocale } from '../../src/identity/locale.ts'

const other = fc.constantFrom('de', 'ar', 'fr-CA', 'fas', 'eng', 'farsi', 'x', '*')
const ours = fc.constantFrom('fa', 'fa-IR', 'FA', 'en', 'en-GB', 'EN-us')

describe('the language', () => {
  it('is the first of those asked for that we speak', () => {
    fc.assert(
      fc.property(fc.array(other), ours, fc.array(fc.oneof(other, ours)), (before, one, after) => {
        const picked = pickLocale([...before, one, ...after].join(' '))
        expect(picked).toBe(one.slice(0, 2).toLowerCase())
      }),
    )
  })

  it('is nobody’s guess when we speak none of them', () => {
    fc.assert(
      fc.property(fc.array(other), (tags) => {
        expect(pickLocale(tags.join(' '))).toBeUndefined()
      }),
    )
    expect(pickLocale(undefined)).toBeUndefined()
  })

  it('is one of ours or none, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect([undefined, ...LOCALES]).toContain(pickLocale(text))
      }),
    )
  })
})
