import { cleanEnvironment } from '@codelab/engine/workspace/program/environment'

test('passes on what programs need and nothing else', () => {
  expect(
    cleanEnvironment({
      PATH: '/bin:relative:.::/usr/bin',
      HOME: '/h',
      LC_ALL: 'C',
      TERM: 'xterm',
      AWS_SECRET_ACCESS_KEY: 's',
      GITHUB_TOKEN: 's',
      OPENAI_API_KEY: 's',
      CODELAB_HOME: '/x',
      NODE_OPTIONS: '-r x',
      LD_LIBRARY_PATH: '.',
      PYTHONPATH: '.',
      HTTP_PROXY: 'http://user:pass@x',
      LANG: undefined,
    }),
  ).toEqual({ PATH: '/bin:/usr/bin', HOME: '/h', LC_ALL: 'C', TERM: 'xterm' })
})

test('folders of the project are not on the PATH', () => {
  const PATH = '/p/node_modules/.bin:/bin:/p:/p/../p/x:/project/bin'
  expect(cleanEnvironment({ PATH }, '/p').PATH).toBe('/bin:/project/bin')
})

test('a terminal is never assumed', () => {
  expect(cleanEnvironment({})).toEqual({ TERM: 'dumb' })
})
