import { beforeEach, describe, expect, it } from '@jest/globals'
import { proofOfWork } from '../../../adapters/captcha/proof-of-work.ts'
import type { CaptchaState } from '../../../interactions/otp/state.ts'
import { fakeRandom } from '../../support/fakes.ts'
import { solve } from '../../support/puzzle.ts'
import { another, otpWorld, type Asked, type OtpWorld } from './otp-world.ts'

let w: OtpWorld
beforeEach(() => {
  w = otpWorld((clock) => proofOfWork({ clock, random: fakeRandom }, { bits: 4 }))
})

const numbered = (i: number) => `0912555${String(i).padStart(4, '0')}`

/** Half of what an address may send. */
async function makeRisky(): Promise<void> {
  for (let i = 0; i < 10; i += 1) await w.asked(numbered(i))
}

function puzzleOf(asked: Asked): CaptchaState['puzzle'] {
  if (asked.kind !== 'ask' || asked.state.kind !== 'captcha') throw new Error(JSON.stringify(asked))
  return asked.state.puzzle
}
const sumOf = ({ question }: CaptchaState['puzzle']) =>
  String(question.addends[0] + question.addends[1])

describe('the captcha of level 1', () => {
  it('is asked once an address has sent half of what it may, and sends nothing before', async () => {
    await makeRisky()
    const asked = await w.given()
    expect(asked).toMatchObject({ page: 'captcha', error: undefined })
    expect(w.sms.sent).toHaveLength(10)
    const sent = await w.turn(asked, { work: solve(puzzleOf(asked).work) })
    expect(sent).toMatchObject({ page: 'code', state: { mobile: '+989121234567' } })
    expect(w.sms.sent).toHaveLength(11)
  })

  it('is asked when a network, or all together, have used half of what they may', async () => {
    for (let i = 0; i < 25; i += 1) {
      await w.asked(numbered(i), another({ address: `a${i}`, subnet: `s${i}` }))
    }
    const elsewhere = another({ address: 'new', subnet: 'new' })
    expect(await w.given('09121234567', elsewhere)).toMatchObject({ page: 'captcha' })
  })

  it('is asked of nobody else', async () => {
    await makeRisky()
    const elsewhere = another({ address: 'b', subnet: 'b' })
    expect(await w.given('09121234567', elsewhere)).toMatchObject({ page: 'code' })
  })

  it('can be solved without a script by whoever waits', async () => {
    await makeRisky()
    const asked = await w.given()
    const early = await w.turn(asked, { sum: sumOf(puzzleOf(asked)) })
    expect(early).toMatchObject({ page: 'captcha', error: 'captcha_early' })
    w.clock.later(15_000)
    expect(await w.turn(early, { sum: sumOf(puzzleOf(early)) })).toMatchObject({ page: 'code' })
  })

  it('puts another question after a wrong answer', async () => {
    await makeRisky()
    const asked = await w.given()
    w.clock.later(15_000)
    const wrong = await w.turn(asked, { sum: '1' })
    expect(wrong).toMatchObject({ page: 'captcha', error: 'captcha_wrong' })
    expect(puzzleOf(wrong).id).not.toBe(puzzleOf(asked).id)
    // The first question is used up.
    expect(await w.turn(asked, { sum: sumOf(puzzleOf(asked)) })).toMatchObject({ page: 'captcha' })
    expect(w.sms.sent).toHaveLength(10)
  })

  it('pays for one message and not for many', async () => {
    await makeRisky()
    const asked = await w.given()
    const work = solve(puzzleOf(asked).work)
    await Promise.all(Array.from({ length: 10 }, () => w.turn(asked, { work })))
    expect(w.sms.sent).toHaveLength(11)
  })

  it('raises no limit', async () => {
    await makeRisky()
    for (let i = 10; i < 30; i += 1) {
      const visit = another()
      const asked = await w.given(numbered(i), visit)
      await w.turn(asked, { work: solve(puzzleOf(asked).work) }, visit)
    }
    expect(w.sms.sent).toHaveLength(20)
  })

  it('lets the number be changed, and the way', async () => {
    await makeRisky()
    const asked = await w.given()
    expect(await w.turn(asked, { action: 'change' })).toMatchObject({ page: 'number' })
    expect(await w.turn(asked, { action: 'passkey' })).toEqual({ kind: 'switch', to: 'passkey' })
  })
})
