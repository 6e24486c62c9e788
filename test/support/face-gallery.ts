import { facePages } from '../../interactions/face/page.ts'
import { FACE_STOPS, type FaceState } from '../../interactions/face/state.ts'
import type { Locale } from '../../src/identity/locale.ts'
import type { PageProps } from '../../src/pages/layout.ts'
import { handOverEndPage, handOverPage, type HandOverEnd } from '../../src/pages/hand-over.ts'
import { frame } from '../../src/pages/interaction-frame.ts'
import { texts } from '../../src/pages/text/index.ts'

type Draw = (locale: Locale) => { toString(): string }
type Props = (locale: Locale) => PageProps

const NOW = 1_700_000_000_000
const LIVENESS = { kind: 'liveness', gentle: false, secondsAllowed: 25 } as const
const HAND_OVER = {
  kind: 'handover',
  address: 'https://panjereh.example.ir/hand-over/q7Jm2x0KfW8vPz3nRt5yUa1bCd4eFg6hIj9kLm0nOpQ',
  number: '4271',
  expiresAt: NOW + 171_000,
  phase: 'waiting',
} as const
const AGAIN = { kind: 'again', triesLeft: 2, stage: 'liveness', gentle: false } as const

interface Shown {
  readonly error?: string
  readonly isHandedOver?: boolean
}

/** The pages of level 3, with something in all of their places. */
export function faceGallery(props: Props): Readonly<Record<string, Draw>> {
  const page =
    (state: FaceState, { error, isHandedOver }: Shown = {}): Draw =>
    (locale) =>
      frame({
        ...props(locale),
        levelText: texts(locale).level(3),
        body: facePages[state.kind]({
          state,
          locale,
          error,
          isHandedOver,
          now: NOW,
          alternatives: [],
          mayFallBack: true,
        }),
        error,
        action: '/face',
        csrf: 'c',
        place: `face/${state.kind}`,
      })
  const end =
    (how: HandOverEnd): Draw =>
    (locale) =>
      handOverEndPage({ ...props(locale), end: how })
  const drawn = {
    'face-consent': page({ kind: 'consent' }),
    'face-consent-phone': page({ kind: 'consent' }, { isHandedOver: true }),
    'face-card': page({ kind: 'card' }),
    'face-card-error': page({ kind: 'card' }, { error: 'card_missing' }),
    'face-card-phone': page({ kind: 'card' }, { isHandedOver: true }),
    'face-liveness': page(LIVENESS),
    'face-liveness-gentle': page({ ...LIVENESS, gentle: true }),
    'face-again': page({ ...AGAIN, reasons: ['not_turned', 'too_dark'] }),
    'face-again-card': page({ ...AGAIN, stage: 'card', reasons: ['number_unread', 'glare'] }),
    'hand-over-waiting': page(HAND_OVER),
    'hand-over-taken': page({ ...HAND_OVER, phase: 'taken' }),
    'hand-over-expired': page({ ...HAND_OVER, phase: 'expired' }),
    'hand-over-phone': (locale: Locale) =>
      handOverPage({ ...props(locale), action: '/face', csrf: 'c', number: HAND_OVER.number }),
    'hand-over-done': end('done'),
    'hand-over-stopped': end('stopped'),
    'hand-over-gone': end('gone'),
  }
  const stopped = FACE_STOPS.map((why) => {
    const tryAt = why === 'too_many' ? NOW + 20 * 3_600_000 : undefined
    return [`face-stopped-${why}`, page({ kind: 'stopped', why, tryAt })] as const
  })
  return { ...drawn, ...Object.fromEntries(stopped) }
}
