import { createHash } from 'node:crypto'

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes)

export const hexHash = (bytes: Uint8Array | string): string => sha256(bytes).digest('hex')
export const urlHash = (bytes: Uint8Array | string): string => sha256(bytes).digest('base64url')
