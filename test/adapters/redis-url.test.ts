import { describe, expect, it } from '@jest/globals'
import { redisAddress } from '../../adapters/redis/redis-url.ts'

describe('the address of a Redis', () => {
  it.each([
    [
      'redis://localhost',
      { kind: 'single', tls: false, nodes: [{ host: 'localhost', port: 6379 }] },
    ],
    ['rediss://u:p%40ss@r.example:7000/3', { tls: true, username: 'u', password: 'p@ss', db: 3 }],
    ['redis://:secret@[::1]:7000', { password: 'secret', nodes: [{ host: '::1', port: 7000 }] }],
    [
      'redis+sentinel://u:p@a:1,b:2/main?db=4&sentinel_password=s',
      { kind: 'sentinel', name: 'main', db: 4, sentinelPassword: 's', username: 'u' },
    ],
    [
      'rediss+cluster://:p@a:1,b,c:3',
      {
        kind: 'cluster',
        tls: true,
        nodes: [1, 6379, 3].map((port, i) => ({ host: 'abc'[i], port })),
      },
    ],
  ])('%s', (url, parts) => {
    expect(redisAddress(url)).toMatchObject(parts)
  })

  it.each([
    '',
    'http://a',
    'redis://',
    'redis://a:99999',
    'redis://a/x',
    'redis+other://a',
    'redis://u:%@a',
  ])('is not %p, and is not repeated', (url) => {
    const attempt = () => redisAddress(url)
    expect(attempt).toThrow('no address of a Redis')
  })
})
