import type { EncodedImage } from './encoded-image.ts'

/** What the person in front of the camera is told next; the pages have the words. */
export const LIVENESS_SAYS = [
  'look_straight',
  'turn_left',
  'turn_right',
  'come_closer',
  'go_back',
  'hold_still',
  'no_face',
  'several_faces',
  'too_dark',
  'too_far',
  'too_near',
  'off_centre',
  'blurred',
  'busy',
  'done',
] as const
export type LivenessSay = (typeof LIVENESS_SAYS)[number]

export interface LivenessPrompt {
  readonly say: LivenessSay
  /** From 0 to 1. */
  readonly progress: number
  /** Nothing more is to be seen, for good or ill: `conclude` tells which. */
  readonly isDone: boolean
}

/** Why a stream proves nothing; each has a page text of its own. */
export const LIVENESS_FAILURES = [
  'too_slow',
  'no_face',
  'several_faces',
  'too_dark',
  'blurred',
  'frozen',
  'out_of_order',
  'not_turned',
  'flat',
  'changed_person',
  'presentation_attack',
] as const
export type LivenessFailure = (typeof LIVENESS_FAILURES)[number]

export type LivenessVerdict =
  | {
      readonly kind: 'live'
      /** Near-frontal frames of this very stream, best first: the only ones that may be matched. They are the
       *  caller's from here on, who wipes them. */
      readonly frames: readonly EncodedImage[]
      readonly facts: LivenessFacts
    }
  | {
      readonly kind: 'failed'
      readonly reason: LivenessFailure
      readonly facts: LivenessFacts
    }

/** For the evidence: numbers and codes, nothing of which a face could be made. */
export type LivenessFacts = Readonly<Record<string, string | number | boolean>>

export interface LivenessFrame {
  /** Counted by the page from 0, each once. */
  readonly sequence: number
  /** The caller's: a provider copies what it needs longer than it sees. */
  readonly image: EncodedImage
}

/** Active liveness (challenge and response) over one stream of frames. Frames live in memory only, are judged
 *  by us and not by the browser, and are wiped by `conclude` and `discard` and after a time by themselves. */
export interface LivenessProvider {
  readonly verifier: string
  /** Seconds from `begin` until a stream is `too_slow`. */
  readonly secondsAllowed: number
  /** Opens a stream under this id, with a nonce and an order of movements of its own; one that was open under
   *  it is wiped. `gentle`: for who cannot turn the head (the camera may be moved instead). */
  begin(id: string, options?: { readonly gentle?: boolean }): Promise<LivenessPrompt>
  /** Undefined: no stream is open under this id (here). */
  see(id: string, frame: LivenessFrame): Promise<LivenessPrompt | undefined>
  /** Undefined: likewise. The stream is over afterwards, whatever the verdict. */
  conclude(id: string): Promise<LivenessVerdict | undefined>
  discard(id: string): void
}
