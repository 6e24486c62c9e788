/** Lets so many in at once; others are refused by this error. A pool's own limit is none for us: piscina does not count
 *  tasks that have a deadline. */
export function atMost(most: number, refused: () => Error) {
  let inside = 0
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (inside >= most) throw refused()
    inside++
    try {
      return await work()
    } finally {
      inside--
    }
  }
}
