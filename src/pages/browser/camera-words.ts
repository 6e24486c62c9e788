/** What the page hands to its script, beside what stands on it. Written for browsers of 2018 on, as all camera
 *  scripts: no `?.`, no `??`, no fields of classes (a test looks). */
export interface Words {
  /** About the camera and the connection: what the script itself notices. */
  readonly camera: Readonly<Record<string, string>>
  /** What the server says. */
  readonly says: Readonly<Record<string, string>>
  /** Where to go, for some of these. */
  readonly arrows?: Readonly<Record<string, string>>
}

export type Tone = 'wait' | 'good' | 'bad'

/** The server's answer to one picture. */
export interface Reply {
  readonly say: string
  readonly tone: Tone
  readonly progress: number
  readonly done: boolean
  readonly corners?: readonly (readonly [number, number])[]
}

export function wordsOf(root: HTMLElement): Words {
  return JSON.parse(root.dataset['words'] || '{}') as Words
}

export function part<Kind extends Element>(
  root: ParentNode,
  selector: string,
  kind: new () => Kind,
): Kind {
  const found = root.querySelector(selector)
  if (!(found instanceof kind)) throw new TypeError(`no ${selector} on this page`)
  return found
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))
