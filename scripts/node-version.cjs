// Runs on any Node, however old: plain CommonJS, nothing newer than what Node 8 knows.
const major = Number(process.versions.node.split('.')[0])

if (major < 24) {
  console.error(
    'Panjereh needs Node 24 or newer; this is ' +
      process.version +
      '.\n' +
      '`npm ci` brings Node 24 along on Linux (x64, arm64), Windows (x64) and macOS (x64): run it,\n' +
      'then use the npm scripts (`npm start`) or `npx node`. If that did not help (`--omit=optional`,\n' +
      'another platform), install Node 24 from https://nodejs.org.',
  )
  process.exit(1)
}
