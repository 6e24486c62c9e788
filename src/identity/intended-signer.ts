/** For `SecretBox.fingerprint`: a person whom an agency has named as the signer, by national ID. The number itself is
 *  kept nowhere; who signs is asked for the same fingerprint. */
export const INTENDED_SIGNER = 'intended_signer'
