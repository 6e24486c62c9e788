import { expect, it } from '@jest/globals'
import { lateFaults } from '../../src/http/app.ts'

const logged: unknown[] = []
const tell = lateFaults({ logFault: (error) => void logged.push(error) })

it('logs what goes wrong while an answer is on its way, and nobody who goes away', () => {
  for (const code of ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE']) {
    tell(Object.assign(new Error('gone'), { code }))
  }
  tell(Object.assign(new Error('asked for what is not there'), { expose: true }))
  expect(logged).toEqual([])
  const fault = new Error('the disk is broken')
  tell(fault)
  expect(logged).toEqual([fault])
})
