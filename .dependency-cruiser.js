/**
 * The folders in the order of the way of the data (docs/architecture.md). A folder may import only from those in
 * the rows before its own; `app/`, `app.ts`, `cli/` and `main.ts` alone know all parts.
 */
const LAYERS = [
  ['src/base'],
  ['src/store', 'src/diagnosis'],
  ['src/gateways'],
  ['src/config'],
  ['src/sensors'],
  ['src/supervisors'],
  ['src/healing'],
  ['src/incidents'],
  ['src/text'],
  ['src/chat'],
  ['src/channels'],
  ['src/notify'],
  ['commands'],
  ['src/monitor'],
  ['src/doctor', 'src/metrics'],
  ['src/service', 'src/setup'],
  ['src/fleet'],
  ['src/app'],
  ['src/app.ts'],
  ['src/cli'],
  ['src/main.ts'],
];

/** The sandbox plays the outside world: it may know nothing of the bot's parts but the base. */
const SANDBOX = 'sandbox';

const inside = (paths) =>
  `^(${paths.map((path) => (path.endsWith('.ts') ? path.replace('.', '\\.') : `${path}/`)).join('|')})`;

const direction = LAYERS.flatMap((layer, row) =>
  layer.map((folder) => ({
    name: `way-of-the-data-${folder.replaceAll('/', '-')}`,
    comment: 'Imports follow the way of the data: see LAYERS in .dependency-cruiser.js.',
    severity: 'error',
    from: { path: inside([folder]) },
    to: {
      path: inside([
        ...layer.filter((other) => other !== folder),
        ...LAYERS.slice(row + 1).flat(),
        ...(folder === 'src/cli' ? [] : [SANDBOX]),
      ]),
    },
  })),
);

export default {
  forbidden: [
    ...direction,
    {
      name: 'sandbox-apart',
      comment: 'The sandbox plays the outside world and may import only src/base.',
      severity: 'error',
      from: { path: inside([SANDBOX]) },
      to: { path: '^(src|sandbox|commands)/', pathNot: inside([SANDBOX, 'src/base']) },
    },
    {
      name: 'no-cycle',
      comment: 'Two files that need each other are one, or need a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphan',
      comment: 'Nothing uses it: delete it.',
      severity: 'error',
      from: { orphan: true, pathNot: ['^src/main\\.ts$', '^sandbox/page/static/'] },
      to: {},
    },
    {
      name: 'declared',
      comment: 'A package must stand in package.json.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'unknown', 'undetermined', 'npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    // Packages that have only `exports`.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.d.ts', '.d.mts', '.json'],
    },
    tsConfig: { fileName: 'tsconfig.json' },
    detectProcessBuiltinModuleCalls: true,
    exclude: { path: '^sandbox/page/static/' },
  },
};
