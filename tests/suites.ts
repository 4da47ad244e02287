/** What a suite needs before it can run; the runner provides it or says why it cannot. */
export type Need =
  | 'stores'
  | 'git'
  | 'script'
  | 'bwrap'
  | 'chromium'
  | 'control-plane'
  | 'cluster'
  | 'page'
  | 'window'

export type Suite = {
  readonly name: string
  /** Below tests/, as jest takes them. */
  readonly paths: readonly string[]
  readonly needs: readonly Need[]
  /** Processes of jest; suites that start the whole product run one file after the other. */
  readonly workers: number
}

/** Every suite, in the order of `npm test`; each also runs alone: `npm run e2e -- <name>`. */
export const suites: readonly Suite[] = [
  { name: 'unit', paths: ['layout.test.ts', 'unit'], needs: [], workers: 2 },
  { name: 'contract', paths: ['contract'], needs: [], workers: 2 },
  {
    name: 'integration',
    paths: ['integration'],
    needs: ['stores', 'git', 'script', 'bwrap'],
    workers: 2,
  },
  { name: 'scenarios', paths: ['e2e'], needs: ['stores', 'git', 'script'], workers: 1 },
  { name: 'fault', paths: ['fault'], needs: ['stores'], workers: 1 },
  { name: 'image', paths: ['image'], needs: ['stores'], workers: 1 },
  { name: 'operator', paths: ['operator'], needs: ['control-plane'], workers: 1 },
  { name: 'charts', paths: ['charts', 'tiltfile'], needs: ['control-plane'], workers: 1 },
  { name: 'cluster', paths: ['cluster'], needs: ['cluster'], workers: 1 },
  { name: 'ui', paths: ['ui'], needs: ['chromium', 'page'], workers: 1 },
  { name: 'window', paths: ['window'], needs: ['page', 'window'], workers: 1 },
  { name: 'browser', paths: ['browser'], needs: ['chromium'], workers: 1 },
]
