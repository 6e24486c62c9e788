/** What became of a message. Only what was delivered is seen by anybody. */
export type Fate = 'delivered' | 'failed' | 'pending'

export interface Message {
  readonly id: number
  readonly at: string
  readonly gateway: string
  /** As the gateway was given it. */
  readonly to: string
  readonly text: string
  readonly code?: string
  readonly fate: Fate
}

const MOST = 1000

/** The newest messages; old ones make room. Found by number, however it is written. */
export function messageBox() {
  /** The newest that bears a code: whoever signs in looks for nothing else. */
  const byNumber = new Map<string, Message>()
  const all: Message[] = []
  let last = 1000
  return {
    add(message: Omit<Message, 'id' | 'at'>): Message {
      last += 1
      const kept = { id: last, at: new Date().toISOString(), ...message }
      all.push(kept)
      if (kept.fate === 'delivered' && kept.code) byNumber.set(bare(message.to), kept)
      if (all.length > MOST) forget(all.shift())
      return kept
    },
    list: (to?: string): readonly Message[] =>
      to === undefined
        ? all.filter(({ fate }) => fate === 'delivered').toReversed()
        : [byNumber.get(bare(to))].filter((one) => one !== undefined),
    /** Without a code, newest first. */
    notices: (to: string): readonly Message[] =>
      all
        .filter((one) => one.fate === 'delivered' && !one.code && bare(one.to) === bare(to))
        .toReversed(),
    find: (id: number): Message | undefined => all.find((one) => one.id === id),
  }

  function forget(message: Message | undefined): void {
    if (message && byNumber.get(bare(message.to)) === message) byNumber.delete(bare(message.to))
  }
}

export type MessageBox = ReturnType<typeof messageBox>

/** The last ten digits: 0912…, +98912… and 98912… are one number. */
export function bare(to: string): string {
  return to.replace(/\D/g, '').slice(-10)
}
