// Who may import whom (docs: CONTRIBUTING.md). Arrows point at src/ports; each comment speaks to
// the one who broke the rule.

/** A room: whoever stands in `path` may import of ours only what `may` names. */
function room(name, path, may, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path },
    to: { path: '^(src|interactions|adapters|migrations|sandbox|bench|test)/', pathNot: may },
  }
}

const PORTS = '^src/ports/'
const IDENTITY = '^src/identity/'
const ERRORS = '^src/errors\\.ts$'
const LEVELS = '^src/assurance/'
const DELIVERY = '^src/delivery/'
const SEALING = '^src/sealing/'
const PAGES = '^src/pages/'
const SIGNING = '^src/signing/'
/** Pure readers and writers of what certificates, signatures and time stamps look like in bytes. */
const PKI_FORMATS = '^src/signing/(der|x509|cms)/'
/** How adapters speak to services that they ask again and again. */
const KEPT_CALL = '^adapters/http/kept-call\\.ts$'

module.exports = {
  forbidden: [
    room(
      'ports-know-nobody',
      PORTS,
      [PORTS],
      'A port says what we need from the world. It may name other ports and nothing else of ours.',
    ),
    room(
      'identity-is-pure',
      IDENTITY,
      [IDENTITY],
      'Rules of numbers and names are pure: they depend on nothing of ours.',
    ),
    room('errors-know-nobody', ERRORS, [], 'Everybody imports the errors, so they import nobody.'),
    room(
      'sealing-is-pure',
      SEALING,
      [SEALING, PORTS],
      'What a store keeps instead of a secret: pure, for every store to use.',
    ),
    room(
      'delivery-only-repeats',
      DELIVERY,
      [DELIVERY, PORTS],
      'When something is done again is one affair, what is done another: take it as a function.',
    ),
    room(
      'assurance-is-the-law',
      LEVELS,
      [LEVELS, PORTS, IDENTITY, ERRORS],
      'The ladder knows no vendor, no page, no HTTP and no single level: take a port instead.',
    ),
    room(
      'signing-is-an-engine',
      SIGNING,
      [SIGNING, PORTS, ERRORS],
      'The signing engine turns bytes into bytes: keys, time stamps and revocation come through ports.',
    ),
    room(
      'pages-only-draw',
      PAGES,
      [PAGES, IDENTITY],
      'A page is a function of what it is given. Let the caller fetch, and pass it in.',
    ),
    room(
      'oidc-room',
      '^src/oidc/',
      ['^src/oidc/', LEVELS, DELIVERY, PORTS, ERRORS],
      'The OpenID room talks to ports and to the ladder. What needs an adapter belongs to compose.ts.',
    ),
    room(
      'http-room',
      '^src/http/',
      ['^src/http/', LEVELS, '^src/oidc/', PAGES, PORTS, IDENTITY, ERRORS],
      'HTTP drives the ladder through the step-up driver: it imports no level and no adapter.',
    ),
    {
      ...room(
        'levels-are-strangers',
        '^interactions/([^/]+)/',
        ['^interactions/$1/', LEVELS, PORTS, IDENTITY, SIGNING, PAGES, ERRORS],
        'A level asks and checks through ports. It knows no adapter, no HTTP and no other level.',
      ),
    },
    room(
      'ladder-names-levels',
      '^interactions/index\\.ts$',
      ['^interactions/', LEVELS, PORTS],
      'The ladder is one line a level. Anything more belongs into the level or into compose.ts.',
    ),
    room(
      'adapters-are-strangers',
      '^adapters/([^/]+)/',
      ['^adapters/$1/', PORTS, IDENTITY, ERRORS, SEALING, PKI_FORMATS, KEPT_CALL, '^migrations/'],
      'An adapter fulfils a port with its vendor. Adapters do not know each other: compose.ts does.',
    ),
    room(
      'extensions-are-strangers',
      '^src/extensions/([^/]+)/',
      [
        '^src/extensions/$1/',
        DELIVERY,
        PORTS,
        IDENTITY,
        SIGNING,
        PAGES,
        ERRORS,
        '^src/http/([^/]*guard|send-page)\\.ts$',
      ],
      'An extension lives beside the window: ports, pages and formats. Whoever mounts it gives it the rest.',
    ),
    room(
      'migrations-stand-alone',
      '^migrations/',
      ['^migrations/'],
      'A migration must mean the same in ten years: it imports nothing that will change.',
    ),
    room(
      'sandbox-is-another-program',
      '^sandbox/',
      ['^sandbox/'],
      'The sandbox plays the world outside: it speaks to the window over the network alone.',
    ),
    {
      name: 'only-sql-adapter-migrates',
      comment: 'The SQL adapter alone runs migrations: reach them through Database.migrate().',
      severity: 'error',
      from: { path: '^adapters/', pathNot: '^adapters/sql/' },
      to: { path: '^migrations/' },
    },
    {
      name: 'nobody-imports-the-composers',
      comment: 'Who composes knows everybody, so only the command line may know them.',
      severity: 'error',
      from: {
        path: '^(src|interactions|adapters)/',
        pathNot: '^src/(cli|main\\.ts|compose\\.ts|own-services\\.ts)',
      },
      to: {
        path: '^src/(compose|compose-signing|own-services|certificate-keeper|seal-keeper|main|cli|seed-demo)\\.ts$|^src/cli/',
      },
    },
    {
      name: 'seals-know-no-people',
      comment: 'What seals by itself must not come near the keys that only their owner releases.',
      severity: 'error',
      from: { path: '^src/signing/seals/' },
      to: {
        path: '^src/(signing/(sam|sad|enrolment|assertion)|ports/(signing-credential|activation|authenticator)-store)\\.ts$',
      },
    },
    {
      name: 'people-know-no-seals',
      comment: 'Keys of people are used by the SAM alone, and the SAM uses no others.',
      severity: 'error',
      from: { path: '^src/signing/(sam|sad|enrolment|assertion)\\.ts$' },
      to: { path: '^src/(signing/seals/|ports/seal-store\\.ts$)' },
    },
    {
      name: 'config-is-read-at-the-door',
      comment:
        'Take the one value that you need as a parameter: the configuration stays at the door.',
      severity: 'error',
      from: { path: '^(src|interactions|adapters)/', pathNot: '^src/[^/]+\\.ts$|^src/cli/' },
      to: { path: '^src/config' },
    },
    {
      name: 'oidc-provider-in-its-room',
      comment:
        'oidc-provider is imported in src/oidc alone, so that it can be replaced or upgraded.',
      severity: 'error',
      from: { path: '^(src|interactions|adapters)/', pathNot: '^src/oidc/' },
      to: { path: 'node_modules/oidc-provider/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'stores-in-adapters',
      comment: 'Databases are reached through ports: import the port, and let compose.ts choose.',
      severity: 'error',
      from: { path: '^(src|interactions)/' },
      to: {
        path: 'node_modules/(knex|pg|ioredis|@electric-sql/pglite|rate-limiter-flexible|smpp)/',
      },
    },
    {
      name: 'nobody-imports-tests',
      comment: 'Product code does not know its tests, its benchmarks or its sandbox.',
      severity: 'error',
      from: { path: '^(src|interactions|adapters|migrations)/' },
      to: { path: '^(test|bench|sandbox)/' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one, or need a third that both may know.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports this file and it imports nobody: wire it up or take it out.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: ['\\.d\\.ts$', '^src/pages/(browser|assets)/', '^(sandbox|bench)/', '^scripts/'],
      },
      to: {},
    },
    {
      name: 'only-declared-packages',
      comment: 'The package is not in package.json, or only among the tools of development.',
      severity: 'error',
      from: { path: '^(src|interactions|adapters|migrations)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
        pathNot: '^node_modules/@types/',
      },
    },
    {
      name: 'nothing-unresolved',
      comment: 'This import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
    },
  },
}
