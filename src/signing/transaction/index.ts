/** Signatures over the text of a transaction, without any document: CAdES (ETSI EN 319 122-1) and JAdES
 *  (ETSI TS 119 182-1). */
export { cadesAttributes, cadesSignature, checkCades } from './cades.ts'
export { checkJades } from './check-jades.ts'
export { jadesSignature, prepareJades, prepareJadesOfDigest } from './jades.ts'
export { transactionBytes } from './text.ts'
