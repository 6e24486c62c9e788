import { expect, it } from '@jest/globals'
import { openFreshDatabase } from '../support/fresh-database.ts'
import { startExpirySweep } from '../../adapters/sql/expiry-sweep.ts'
import { sqlTransientStores } from '../../adapters/sql/index.ts'
import { fakeClock, testSecrets } from '../support/fakes.ts'

it('drops what has expired and nothing else', async () => {
  const database = await openFreshDatabase()
  await database.migrate()
  const { knex } = database
  const clock = fakeClock()
  const { artifacts, steps, limiter } = sqlTransientStores({ knex, secrets: testSecrets(), clock })
  await artifacts.put('AccessToken', 'short', { kind: 'AccessToken' }, 10)
  await artifacts.put('AccessToken', 'long', { kind: 'AccessToken' }, 1000)
  await artifacts.put('InitialAccessToken', 'ever', { kind: 'InitialAccessToken' }, undefined)
  await steps.save('u', {}, undefined, 10)
  await limiter.take({ name: 'l', points: 1, seconds: 10 }, 'k')
  clock.later(11_000)
  const sweep = startExpirySweep({ knex, clock })
  expect(await sweep.sweep()).toBe(3)
  expect(await artifacts.get('AccessToken', 'long')).toBeDefined()
  expect(await artifacts.get('InitialAccessToken', 'ever')).toBeDefined()
  await sweep.stop()
  await database.close()
})
