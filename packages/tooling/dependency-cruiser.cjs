// Who may import whom. Each rule says why; `check-boundaries.mjs` runs them and fails when too little was looked at.
const src = '^services/control-plane/src/';
const test = '\\.(test|bench|e2e)\\.ts$';
const web = '^web/src/';

module.exports = {
  forbidden: [
    {
      name: 'core-knows-no-module',
      comment: 'core is what every module stands on',
      severity: 'error',
      from: { path: `${src}core/` },
      to: { path: `${src}modules/` },
    },
    {
      name: 'modules-meet-at-the-door',
      comment: 'a module is reached through its index.ts only',
      severity: 'error',
      from: { path: `${src}modules/([^/]+)/`, pathNot: test },
      to: { path: `${src}modules/`, pathNot: [`${src}modules/$1/`, `${src}modules/[^/]+/index\\.ts$`] },
    },
    {
      name: 'no-own-door',
      comment: 'importing the own index.ts is how barrels make cycles',
      severity: 'error',
      from: { path: `${src}modules/([^/]+)/`, pathNot: test },
      to: { path: `${src}modules/$1/index\\.ts$` },
    },
    {
      name: 'pure-rules',
      comment: 'what decides about states is pure: contracts, itself, and the state arithmetic of runs',
      severity: 'error',
      from: { path: `${src}modules/runs/states/`, pathNot: test },
      to: { pathNot: [`${src}modules/runs/states/`, '^packages/contracts/'] },
    },
    {
      name: 'sql-in-queries',
      comment: 'statements can be found: they are in queries, filters and sql files, and in core',
      severity: 'error',
      from: { path: `${src}modules/`, pathNot: ['\\.(queries|filters|sql|test)\\.ts$'] },
      to: { path: '^node_modules/(kysely|pg)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'prisma-in-tenancy',
      comment: 'Prisma is the client of tenancy alone',
      severity: 'error',
      from: { path: src, pathNot: `${src}modules/tenancy/` },
      to: { path: '^(prisma/|node_modules/@prisma/)', pathNot: '^prisma/(src|dist)/migrate' },
    },
    {
      name: 'thin-doors',
      comment: 'doors translate; they ask services, not the database',
      severity: 'error',
      from: { path: `${src}modules/.*\\.(rest|graphql)\\.ts$` },
      to: { path: '\\.(queries|sql)\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'doors-are-wired-by-modules',
      comment: 'nobody but the module (and its index, for object types) imports a door',
      severity: 'error',
      from: { path: `${src}modules/`, pathNot: ['\\.module\\.ts$', '/index\\.ts$', '\\.(rest|graphql)\\.ts$', test] },
      to: { path: `${src}modules/.*\\.(rest|graphql)\\.ts$` },
    },
    {
      name: 'ui-knows-nothing',
      comment: 'looks are looks of anything: they know neither our things nor where they stand',
      severity: 'error',
      from: { path: `${web}ui/` },
      to: { path: `${web}(features|app|generated)/` },
    },
    {
      name: 'lib-stands-below',
      comment: 'session, live data and addresses are what looks and features stand on',
      severity: 'error',
      from: { path: `${web}lib/` },
      to: { path: `${web}(ui|features|app)/` },
    },
    {
      name: 'features-meet-at-their-page',
      comment: 'a page puts features together; nothing but its address knows a page of another feature',
      severity: 'error',
      from: { path: `${web}features/([^/]+)/` },
      to: { path: `${web}(app/|features/.*-page\\.tsx$)`, pathNot: `${web}features/$1/` },
    },
    {
      name: 'no-folder-cycles',
      comment: 'folders of the web app know each other in one direction',
      severity: 'error',
      scope: 'folder',
      from: { path: web },
      to: { circular: true },
    },
    { name: 'no-cycles', comment: 'none at all', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'tests-stay-outside',
      comment: 'only tests import tests and the testkit',
      severity: 'error',
      from: { pathNot: [test, '/test/', '^packages/testkit/', '^web/e2e/', 'vitest'] },
      to: { path: [test, '^packages/testkit/'] },
    },
    {
      name: 'packages-by-name',
      comment: 'no relative import leaves a package',
      severity: 'error',
      from: { path: '^(packages/[^/]+|services/[^/]+|sdk|worker-agent|web|prisma)/', pathNot: test },
      to: { path: '^(packages|services|sdk|worker-agent|web|prisma)/', pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'sdk-stands-on-contracts',
      comment: 'contracts ← sdk ← agent; none of them knows the control plane',
      severity: 'error',
      from: { path: '^(packages/contracts|sdk|worker-agent)/', pathNot: [test, '/test/'] },
      to: { path: '^services/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'dist'] },
    exclude: { path: ['(^|/)dist/', '(^|/)generated/', '\\.next/', '(^|/)out/'] },
    tsPreCompilationDeps: true,
    // Where `@/` leads; a relative name would be looked for beside the folder that it starts from.
    tsConfig: { fileName: require('node:path').join(__dirname, 'tsconfig.cruise.json') },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
