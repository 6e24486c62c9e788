import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { median, turnOf } from '../../../adapters/face/liveness/geometry.ts'
import { flatnessResidual } from '../../../adapters/face/liveness/homography.ts'
import { drawnPlan, ordersOf } from '../../../adapters/face/liveness/plan.ts'
import { seededRandom } from '../../../src/cli/face-challenge.ts'
import { lookAt, type Pose } from '../../support/fake-engine.ts'

function landmarks(pose: Pose): Float32Array {
  const look = lookAt(pose, {})
  if (look.kind !== 'seen') throw new Error('nothing is seen')
  return look.faces[0]?.landmarks ?? new Float32Array()
}

const mapped = (points: Float32Array, map: (x: number, y: number) => readonly [number, number]) =>
  points.map((_, i) => {
    const [x, y] = map(points[i - (i % 2)] ?? 0, points[i - (i % 2) + 1] ?? 0)
    return i % 2 === 0 ? x : y
  })

const yaws = fc.double({ min: -0.9, max: 0.9, noNaN: true })
const small = fc.double({ min: -0.4, max: 0.4, noNaN: true })

describe('how far a head is turned', () => {
  it('does not change with place, size or a head that leans to the shoulder', () => {
    fc.assert(
      fc.property(yaws, small, fc.double({ min: 0.2, max: 3, noNaN: true }), (yaw, roll, scale) => {
        const points = landmarks({ yaw })
        const [cos, sin] = [Math.cos(roll), Math.sin(roll)]
        const moved = mapped(points, (x, y) => [
          scale * (x * cos - y * sin) + 17,
          scale * (x * sin + y * cos) - 40,
        ])
        expect(turnOf(moved)).toBeCloseTo(turnOf(points), 3)
      }),
    )
  })

  it('is the opposite in a mirror, and grows with the angle', () => {
    expect(turnOf(landmarks({ yaw: 0.5 }))).toBeGreaterThan(0.45)
    expect(turnOf(landmarks({ yaw: -0.5 }))).toBeLessThan(-0.45)
    expect(Math.abs(turnOf(landmarks({})))).toBeLessThan(0.05)
    fc.assert(
      fc.property(yaws, yaws, (one, other) => {
        fc.pre(one < other - 0.01)
        expect(turnOf(landmarks({ yaw: one }))).toBeLessThan(turnOf(landmarks({ yaw: other })))
      }),
    )
  })

  it('is no number without landmarks', () => {
    expect(turnOf(new Float32Array())).toBeNaN()
    expect(turnOf(new Float32Array(136))).toBeNaN()
  })
})

describe('what remains after the best homography', () => {
  it('is next to nothing for a flat picture, however it is held', () => {
    fc.assert(
      fc.property(small, small, small, small, (a, b, c, d) => {
        const points = landmarks({})
        const held = mapped(points, (x, y) => {
          const [u, v] = [x / 100 - 3.2, y / 100 - 2.4]
          const depth = 1 + a * u + b * v
          return [(u + c * v) / depth, (v + d * u) / depth]
        })
        expect(flatnessResidual(points, held)).toBeLessThan(0.01)
      }),
    )
  })

  it('grows with the turn of a head, to either side', () => {
    const front = landmarks({})
    const residuals = [0.3, 0.5, 0.8].map((yaw) => flatnessResidual(front, landmarks({ yaw })))
    expect(residuals[0]).toBeGreaterThan(0.1)
    expect(residuals).toEqual([...residuals].sort((one, other) => one - other))
    expect(flatnessResidual(front, landmarks({ yaw: -0.5 }))).toBeGreaterThan(0.1)
  })

  it.each([
    ['no points', new Float32Array()],
    ['one point', new Float32Array(136)],
    ['a line', Float32Array.from({ length: 136 }, (_, i) => Math.floor(i / 2))],
    ['no numbers', new Float32Array(136).fill(Number.NaN)],
    ['infinite numbers', new Float32Array(136).fill(Number.POSITIVE_INFINITY)],
  ])('is nothing for %s, so that it proves nothing', (_what, points) => {
    expect(flatnessResidual(points, landmarks({ yaw: 0.5 }))).toBe(0)
    expect(flatnessResidual(landmarks({}), points)).toBe(0)
  })
})

describe('what is drawn', () => {
  it('is each order about as often, with a nonce and pauses of its own', () => {
    const rules = { closer: true, pauseMs: [100, 700] as [number, number] }
    const random = seededRandom(7)
    const counts = new Map<string, number>()
    const nonces = new Set<string>()
    const draws = 2800
    for (let i = 0; i < draws; i += 1) {
      const { movements, nonce, pauses } = drawnPlan(random, rules)
      nonces.add(nonce)
      const order = movements.join(' ')
      counts.set(order, (counts.get(order) ?? 0) + 1)
      expect(pauses).toHaveLength(movements.length + 1)
      for (const pause of pauses) expect(pause >= 100 && pause <= 700).toBe(true)
    }
    expect(nonces.size).toBe(draws)
    const orders = ordersOf(rules)
    expect(counts.size).toBe(orders.length)
    // Fourteen orders, 200 each; six standard deviations are about 82.
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(82)
    for (const order of orders) {
      expect(order).toContain('left')
      expect(order).toContain('right')
    }
  })

  it('has a median', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(median([])).toBeNaN()
  })
})
