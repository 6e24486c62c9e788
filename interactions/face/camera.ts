import type { Message, Reply, Visit } from '../../src/assurance/level.ts'
import type { CardGlance } from '../../src/ports/card-reader.ts'
import type { LivenessFrame, LivenessPrompt } from '../../src/ports/liveness-provider.ts'
import { UpstreamUnavailable } from '../../src/errors.ts'
import type { FaceGuard } from './guard.ts'
import type { FaceNeeds } from './needs.ts'
import { trierOf } from './person.ts'
import type { FaceState } from './state.ts'

type Sent = Message<FaceState>
type Answer = Promise<Reply | 'too_many' | undefined>

/** What the page's script sends while the camera runs: pictures of the card until two in a row are good, and the
 *  frames of one challenge. Whatever the browser says of them counts for nothing. */
export function faceCamera(ports: FaceNeeds, guard: FaceGuard) {
  const { captures, cards, face } = ports

  async function receive(sent: Sent): Answer {
    try {
      if (!(await guard.maySend(trierOf(sent.visit)))) return 'too_many'
      if (sent.state.kind === 'card') return await card(sent)
      return sent.state.kind === 'liveness' ? await frame(sent, sent.state) : undefined
    } catch (error) {
      if (error instanceof UpstreamUnavailable) return BUSY
      throw error
    } finally {
      sent.body.fill(0)
    }
  }

  async function card({ visit: { uid }, body }: Sent): Promise<Reply> {
    const seen = await cards.glance(body)
    if (seen.kind === 'busy') return BUSY
    if (seen.problem === undefined) return held(uid, body, seen)
    captures.wipe(uid, 'glance')
    const { problem: say, corners } = seen
    return { say, tone: 'bad', progress: 0, done: false, corners }
  }

  /** The second good picture in a row is kept: one alone is often taken in the middle of a movement. */
  function held(uid: string, body: Uint8Array, { corners }: Seen): Reply {
    const isSecond = captures.get(uid, 'glance') !== undefined
    if (!captures.put(uid, isSecond ? 'card' : 'glance', body)) return BUSY
    if (!isSecond) return { say: 'hold_still', tone: 'good', progress: 0.5, done: false, corners }
    captures.wipe(uid, 'glance')
    return { say: 'card_held', tone: 'good', progress: 1, done: true, corners }
  }

  /** The first frame begins a challenge, which is what counts as a try: whoever does not like the movements that
   *  he is asked for cannot ask for others without end. */
  async function frame(
    { visit, sequence, body }: Sent,
    { gentle }: Extract<FaceState, { kind: 'liveness' }>,
  ): Answer {
    const { uid } = visit
    const frame = { sequence, image: body }
    if (sequence === 0) return first(visit, gentle, frame)
    const prompt = await face.liveness.see(uid, frame)
    return prompt && replyTo(prompt)
  }

  async function first(visit: Visit, gentle: boolean, frame: LivenessFrame): Answer {
    const { uid } = visit
    const isPrepared = captures.get(uid, 'portrait') !== undefined
    // The form finds out what is the matter, and says so.
    if (!isPrepared || !(await guard.admit(trierOf(visit)))) return OVER
    const begun = await unlessAway(async () => {
      await face.liveness.begin(uid, { gentle })
      return face.liveness.see(uid, frame)
    })
    if (begun !== undefined) return replyTo(begun)
    // No room for another stream: nothing has begun, and the script comes again with its first frame.
    await guard.acquit(trierOf(visit))
    return 'too_many'
  }

  return receive
}

async function unlessAway<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof UpstreamUnavailable) return undefined
    throw error
  }
}

type Seen = Extract<CardGlance, { kind: 'seen' }>

const BUSY: Reply = { say: 'busy', tone: 'wait', progress: 0, done: false }
const OVER: Reply = { say: 'done', tone: 'bad', progress: 0, done: true }

const GOOD: readonly string[] = ['hold_still', 'done']
const BAD: readonly string[] = [
  'no_face',
  'several_faces',
  'too_dark',
  'too_far',
  'too_near',
  'off_centre',
  'blurred',
]

function replyTo({ say, progress, isDone }: LivenessPrompt): Reply {
  const tone = GOOD.includes(say) ? 'good' : BAD.includes(say) ? 'bad' : 'wait'
  return { say, tone, progress, done: isDone }
}
