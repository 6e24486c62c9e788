import opencv from '@techstark/opencv-js'

/** Constants that the package's types leave open. */
type Flag =
  | 'BORDER_REPLICATE'
  | 'CHAIN_APPROX_SIMPLE'
  | 'COLOR_RGB2GRAY'
  | 'CV_8U'
  | 'INTER_AREA'
  | 'INTER_LINEAR'
  | 'RETR_LIST'
  | 'THRESH_BINARY'
  | 'THRESH_OTSU'
export type Cv = Omit<typeof opencv, Flag> & Readonly<Record<Flag, number>>

/** Compiling takes some 400 ms of CPU and 60 MB: once a worker. In a box, since the module itself has a `then`
 *  that never ends, and so may not be what a promise brings. */
export async function openCv(): Promise<{ readonly cv: Cv }> {
  if (!isReady()) {
    await new Promise<void>((resolve) => {
      opencv.onRuntimeInitialized = resolve
      if (isReady()) resolve()
    })
  }
  return { cv: opencv }
}

const isReady = () => typeof (opencv as Partial<Cv>).Mat === 'function'

type Keep = <Owned extends { delete(): void }>(owned: Owned) => Owned

/** OpenCV's memory is not the garbage collector's: what is kept here is freed at the end, whatever happens. */
export function scoped<Result>(use: (keep: Keep) => Result): Result {
  const kept: { delete(): void }[] = []
  try {
    return use((owned) => {
      kept.push(owned)
      return owned
    })
  } finally {
    for (const owned of kept.reverse()) owned.delete()
  }
}
