import { readSync } from 'node:fs'
import type { KeyObject } from 'node:crypto'
import { HEAD_BYTES } from './head.ts'
import { openPiece, PIECE_BYTES, SEALED_BYTES, sealedSize, unreadable } from './piece-cipher.ts'

/** An open file of the store and what opens it: plain data, the same in every thread. */
export interface SealedFile {
  readonly descriptor: number
  /** Of the document, in bytes. */
  readonly size: number
  readonly key: KeyObject
}

/** Opened pieces that are remembered: a reader of PDF files goes back and forth between a few places. */
const KEPT = 8

export const placeOf = (index: number): number => HEAD_BYTES + index * SEALED_BYTES
export const lengthOf = ({ size }: SealedFile, index: number): number =>
  sealedSize(Math.min(PIECE_BYTES, size - index * PIECE_BYTES))

/** Reads bytes of [start, end), fewer at the end. Throws `sealed_data_unreadable`. */
export function reader(file: SealedFile): (start: number, end: number) => Buffer {
  const kept = new Map<number, Buffer>()

  function pieceAt(index: number): Buffer {
    const known = kept.get(index)
    if (known !== undefined) return known
    const [oldest] = kept.keys()
    if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest)
    const piece = openPiece(file.key, index, sealedPiece(file, index))
    kept.set(index, piece)
    return piece
  }

  return (start, end) => {
    const [from, to] = within(start, end, file.size)
    if (from >= to) return Buffer.alloc(0)
    const [first, last] = [Math.floor(from / PIECE_BYTES), Math.floor((to - 1) / PIECE_BYTES)]
    if (first === last) return part(pieceAt(first), first, from, to)
    const whole = Buffer.allocUnsafe(to - from)
    for (let index = first; index <= last; index++) {
      const bytes = part(pieceAt(index), index, from, to)
      whole.set(bytes, Math.max(0, index * PIECE_BYTES - from))
    }
    return whole
  }
}

/** `into`: room for a sealed piece. */
export function sealedPiece(
  file: SealedFile,
  index: number,
  into: Buffer = Buffer.alloc(lengthOf(file, index)),
): Buffer {
  const sealed = into.subarray(0, lengthOf(file, index))
  const got = readSync(file.descriptor, sealed, 0, sealed.length, placeOf(index))
  if (got !== sealed.length) throw unreadable()
  return sealed
}

export function within(start: number, end: number, size: number): readonly [number, number] {
  return [Math.max(0, Math.min(start, size)), Math.max(0, Math.min(end, size))]
}

/** Of a piece what lies in [from, to) of the document. */
export function part(piece: Buffer, index: number, from: number, to: number): Buffer {
  const at = index * PIECE_BYTES
  return piece.subarray(Math.max(0, from - at), Math.min(piece.length, to - at))
}
