// Tests run the same stripped TypeScript as production: no second compiler with other semantics.
const { stripTypeScriptTypes } = require('node:module')
const { createHash } = require('node:crypto')
module.exports = {
  process: (source) => ({ code: stripTypeScriptTypes(source, { mode: 'strip' }) }),
  getCacheKey: (source, path) =>
    createHash('sha256').update(source).update(path).update(process.version).digest('hex'),
}
