/** One figure of a measurement and what it should be. */
export interface Goal {
  readonly figure: string
  readonly should: 'at least' | 'at most'
  readonly be: number
}

const least = (figure: string, be: number): Goal => ({ figure, should: 'at least', be })
const most = (figure: string, be: number): Goal => ({ figure, should: 'at most', be })

/** Of the fastest complete peer, in the same run. */
const THRICE = least('times_libpdf', 3)

/** Measurement → its goals. */
export const GOALS: Readonly<Record<string, readonly Goal[]>> = {
  face_frame: [most('cpu_ms_each', 50)],
  liveness_session: [
    most('cpu_s_each', 0.8),
    least('sessions_per_s', 2),
    most('loop_p99_ms', 30),
    most('rss_mb', 600),
  ],
  pades_bb_1mb: [least('per_cpu_s', 150), THRICE],
  pades_bt_1mb: [least('per_cpu_s', 60), THRICE],
  pades_blt_1mb: [least('per_cpu_s', 40), THRICE],
  // Reading and hashing are part of it.
  pades_bb_50mb: [most('cpu_ms', 100), most('rss_mb', 200), THRICE],
  pdf_verify_1mb: [least('verified_per_s', 50)],
  // One document of ten thousand pages, against the same work in the thread that serves everybody.
  signing_threads: [
    most('loop_p99_ms', 15),
    most('long_loop_p99_ms', 15),
    least('long_times_calmer', 10),
  ],
}

export function isMet({ should, be }: Goal, value: number): boolean {
  return should === 'at least' ? value >= be : value <= be
}
