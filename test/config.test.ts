import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { readConfig, unknownVariables, VARIABLES } from '../src/config.ts'

const KEY = '0123456789abcdef'.repeat(4)
const PRODUCTION = {
  PANJEREH_ISSUER: 'https://window.example.ir',
  PANJEREH_TRUSTED_PROXIES: '1',
  PANJEREH_MASTER_KEY: KEY,
  PANJEREH_DATABASE_URL: 'postgres://panjereh@db/panjereh',
  PANJEREH_SMS_GATEWAYS: '[{"kind":"kavenegar","apiKey":"secret"}]',
}

function faults(env: NodeJS.ProcessEnv): string {
  try {
    readConfig(env)
  } catch (error) {
    expect(error).toMatchObject({ code: 'config_invalid' })
    return (error as Error).message
  }
  return ''
}

describe('the configuration', () => {
  it('needs nothing on one’s own machine', () => {
    const config = readConfig({})
    expect(config).toMatchObject({ issuer: 'http://localhost:3000', port: 3000, demo: true })
    expect(config.database.kind).toBe('embedded')
    expect(config.levelLifetimes).toEqual({ 1: 2_592_000, 2: 86_400, 3: 900, 4: 0 })
  })

  it('is frozen to its depth', () => {
    const config = readConfig({})
    expect(Object.isFrozen(config)).toBe(true)
    expect(Object.isFrozen(config.otp)).toBe(true)
    expect(Object.isFrozen(config.sms.gateways)).toBe(true)
  })

  it('reads a whole production environment', () => {
    const config = readConfig(PRODUCTION)
    expect(config).toMatchObject({ isProduction: true, demo: false, trustedProxies: 1 })
    expect(config.masterKey).toHaveLength(32)
    expect(config.sms.host).toBe('window.example.ir')
  })

  it('lists every fault at once, with the name and what is expected, and never the value', () => {
    const message = faults({
      PANJEREH_ISSUER: 'ftp://x',
      PANJEREH_PORT: '99999',
      PANJEREH_OTP_TRIES: '0',
      PANJEREH_MASTER_KEY: 'hunter2hunter2',
      PANJEREH_TLS_CERT_FILE: 'cert.pem',
      PANJEREH_SESSION_IDLE: '31d',
    })
    for (const name of [
      'PANJEREH_ISSUER',
      'PANJEREH_PORT',
      'PANJEREH_OTP_TRIES',
      'PANJEREH_MASTER_KEY',
      'PANJEREH_TLS_KEY_FILE',
      'PANJEREH_SESSION_IDLE',
    ]) {
      expect(message).toContain(`${name} must be `)
    }
    expect(message).toContain('a whole number from 0 to 65535')
    expect(message).not.toContain('hunter2')
  })

  it.each(Object.keys(PRODUCTION).filter((name) => name !== 'PANJEREH_ISSUER'))(
    'refuses production without %s',
    (name) => {
      expect(faults({ ...PRODUCTION, [name]: undefined })).toContain(name)
    },
  )

  it.each([
    ['PANJEREH_ISSUER', 'http://window.example.ir'],
    ['PANJEREH_DEMO', 'true'],
    ['PANJEREH_REGISTRATION_OPEN', 'true'],
  ])('refuses %s=%s in production', (name, value) => {
    expect(faults({ ...PRODUCTION, [name]: value })).toContain(name)
  })

  it('has a seal in the name of whoever is said to run it, where there are keys', () => {
    const signing =
      '{"keys":{"kind":"software"},"authority":{"kind":"development"},"timestamps":{"authorities":[]}}'
    const sealed = { PANJEREH_SIGNING: signing, PANJEREH_SEAL_IDENTIFIER: '۱۴۰۰۰۰۰۰۱۳۴' }
    expect(readConfig(sealed).seal).toEqual({
      name: 'پنجرهٔ ملی',
      identifier: 'NTRIR-14000000134',
    })
    expect(readConfig({ PANJEREH_SIGNING: signing }).seal).toBeUndefined()
    expect(faults({ PANJEREH_SEAL_IDENTIFIER: '14000000134' })).toContain('PANJEREH_SIGNING')
    expect(faults({ ...sealed, PANJEREH_SEAL_IDENTIFIER: '14000000135' })).toContain('11 digits')
    expect(faults({ ...sealed, PANJEREH_SEAL_NAME: 'پنجره Window' })).toContain('one direction')
  })

  it('does not take a host that only looks like this machine for it', () => {
    expect(faults({ PANJEREH_ISSUER: 'http://localhost.evil.example' })).toContain('https')
    expect(faults({ PANJEREH_ISSUER: 'http://127.0.0.1:7500' })).toBe('')
  })

  it('reads secrets from files, and not from both places', () => {
    const directory = mkdtempSync(join(tmpdir(), 'panjereh-config-'))
    const file = join(directory, 'key')
    writeFileSync(file, `${KEY}\n`)
    expect(readConfig({ PANJEREH_MASTER_KEY_FILE: file }).masterKeyFile).toBe(file)
    expect(readConfig({ PANJEREH_MASTER_KEY_FILE: file }).masterKey).toHaveLength(32)
    expect(faults({ PANJEREH_MASTER_KEY: KEY, PANJEREH_MASTER_KEY_FILE: file })).toContain('both')
    expect(faults({ PANJEREH_MASTER_KEY_FILE: join(directory, 'none') })).toContain('can be read')
    rmSync(directory, { recursive: true })
  })

  it.each([
    ['90', 90],
    ['15m', 900],
    ['12h', 43_200],
    ['30d', 2_592_000],
  ])('reads the duration %s', (text, seconds) => {
    expect(readConfig({ PANJEREH_TTL_ID_TOKEN: text }).ttl.idToken).toBe(seconds)
  })

  it.each([
    'redis://a',
    'rediss://u:p@a:1/2',
    'redis+sentinel://a:1,b:2/main',
    'rediss+cluster://:p@a:1,b:2,c',
  ])('takes the Redis %s', (url) => {
    expect(readConfig({ PANJEREH_REDIS_URL: url }).redisUrl).toBe(url)
  })

  it('has a default that passes its own schema, wherever it has one', () => {
    for (const variable of Object.values(VARIABLES)) {
      if ('fallback' in variable) {
        expect(variable.schema.safeParse(variable.fallback).success).toBe(true)
      }
    }
  })

  it('names variables that look like slips of the pen', () => {
    expect(unknownVariables({ PANJEREH_ISUER: 'x', PANJEREH_REDIS_URL_FILE: 'y' })).toEqual([
      'PANJEREH_ISUER',
    ])
  })
})
