/**
 * Who may import whom (docs/ARCHITECTURE.md, "The house"). A package may import itself, the workspace packages listed
 * here and the third-party libraries of its own package.json. Tests may import anything.
 */
const allowed = {
  'packages/runtime': [],
  'packages/protocol': ['packages/runtime'],
  'packages/storage': ['packages/protocol', 'packages/runtime'],
  'packages/replication': ['packages/protocol', 'packages/runtime'],
  'packages/coordinator': ['packages/protocol', 'packages/runtime', 'packages/replication'],
  'packages/client': ['packages/protocol', 'packages/runtime'],
  'packages/cli': ['packages/client', 'packages/protocol', 'packages/runtime', 'packages/storage'],
  'apps/controller': ['packages/protocol', 'packages/replication', 'packages/runtime'],
  'apps/broker': [
    'packages/protocol',
    'packages/storage',
    'packages/replication',
    'packages/coordinator',
    'packages/runtime',
    'packages/client',
  ],
  'packages/embedded': ['apps/broker', 'apps/controller', 'packages/client', 'packages/runtime'],
}

const houses = Object.keys(allowed)

const importTable = houses.map((house) => ({
  name: `${house} imports only what the table allows`,
  severity: 'error',
  from: { path: `^${house}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^(packages|apps|tools)/', pathNot: [house, ...allowed[house]].map((path) => `^${path}/`) },
}))

/** Pure code and code that runs in a browser: no Node built-ins. */
const withoutNode = {
  name: 'no node: import in what runs in a browser or must be pure',
  severity: 'error',
  from: {
    path: '^packages/(protocol|replication|coordinator|client|storage)/src|^packages/runtime/src/(?!node/)',
    pathNot: '\\.test\\.ts$',
  },
  to: { dependencyTypes: ['core'] },
}

const realWorldOnlyAtTheDoor = {
  name: 'the real adapters are chosen at the outermost shell only',
  severity: 'error',
  from: {
    path: '^(packages|apps)/',
    pathNot: [
      '^packages/runtime/',
      '^packages/cli/',
      '^packages/embedded/',
      '/bin/',
      '/src/main\\.ts$',
      '\\.test\\.ts$',
    ],
  },
  to: { path: '^packages/runtime/src/node/' },
}

export default {
  forbidden: [
    ...importTable,
    withoutNode,
    realWorldOnlyAtTheDoor,
    {
      name: 'no cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: { pathNot: '/gen/' }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What is built is made of what is checked.
    exclude: { path: '^(packages|apps)/[^/]+/dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'default'],
      extensions: ['.ts', '.js', '.mjs'],
    },
  },
}
