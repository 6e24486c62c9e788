import { afterAll, beforeAll, describe, it } from '@jest/globals'
import { openWindow, type TestWindow } from '../support/window.ts'
import { BASIC_MODULES, CLIENTS } from './basic-modules.ts'

describe('the plan oidcc-basic', () => {
  let window: TestWindow
  beforeAll(async () => {
    window = await openWindow({ clients: CLIENTS })
  })
  afterAll(() => window.close())

  for (const [name, module] of Object.entries(BASIC_MODULES)) {
    it(name, () => module({ window, mode: 'query' }))
  }
})
