/** Does something as if so much time had passed: the clock of this process, and so of every window in it,
 *  goes on from there. What an outside program keeps the time of is not moved. */
export async function later<Result>(ms: number, act: () => Promise<Result>): Promise<Result> {
  const now = Date.now
  Date.now = () => now() + ms
  try {
    return await act()
  } finally {
    Date.now = now
  }
}
