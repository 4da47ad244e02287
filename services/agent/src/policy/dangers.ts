/** What makes a program run another one, evaluate code, or write a file that its options name. */
export type Danger = {
  /** Long options, also in every abbreviation; and those with one dash that are words. */
  readonly long?: readonly string[]
  /** Letters of short options, alone or in a cluster. */
  readonly short?: string
  /** Anything else about the arguments. */
  readonly when?: (words: readonly string[]) => boolean
}

/** Words of a text. */
export const list = (names: string) => names.split(/\s+/)
const positional = (words: readonly string[]) => words.filter((word) => !word.startsWith('-'))

const shells: Danger = { short: 'csiO', long: list('--rcfile --init-file --command') }
const python: Danger = { short: 'ciW' }
const javascript: Danger = {
  short: 'erpi',
  long: list(
    '--eval --print --require --import --loader --experimental-loader --env-file --env-file-if-exists --inspect --inspect-brk --openssl-config --run --build-snapshot --experimental-config-file',
  ),
}
const packages: Danger = {
  short: 'Cg',
  long: list(
    '--script-shell --node-options --prefix --userconfig --globalconfig --global --git --editor --shell --call --dir --cwd --registry',
  ),
  when: (words) =>
    /^(?:exec|x|dlx|init|create|explore|edit|config|c|set|set-script|pkg|publish|login|adduser|token|link|plugin|policies|start-server|env|root)$/.test(
      positional(words)[0] ?? '',
    ),
}
const editors: Danger = { when: () => true }
const pagers: Danger = {
  short: 'koO',
  long: list('--lesskey --lesskey-file --lesskey-src --lesskey-content --log-file --LOG-FILE'),
  when: (words) => words.some((word) => word.startsWith('+')),
}

/** Programs by name; the unknown ones have only the general list of plain-command.ts. */
export const dangers: Readonly<Record<string, Danger>> = {
  ...Object.fromEntries(list('sh bash dash zsh ksh mksh fish ash rbash').map((n) => [n, shells])),
  ...Object.fromEntries(list('python python2 python3 pypy pypy3').map((n) => [n, python])),
  ...Object.fromEntries(list('node bun').map((n) => [n, javascript])),
  ...Object.fromEntries(list('npm pnpm yarn').map((n) => [n, packages])),
  ...Object.fromEntries(
    list('vi vim nvim view vimdiff ex ed nano emacs emacsclient code').map((n) => [n, editors]),
  ),
  ...Object.fromEntries(list('less more most').map((n) => [n, pagers])),
  deno: { when: (words) => /^(?:eval|repl|x|install)$/.test(positional(words)[0] ?? '') },
  perl: { short: 'eEpnMmiIx' },
  ruby: { short: 'erIpni', long: ['--require'] },
  php: { short: 'rBRFEd', long: list('--run --process-code --define') },
  lua: { short: 'el' },
  luajit: { short: 'elj' },
  find: { long: list('-exec -execdir -ok -okdir -delete -fprint -fprint0 -fprintf -fls') },
  fd: { short: 'xX', long: list('--exec --exec-batch') },
  fdfind: { short: 'xX', long: list('--exec --exec-batch') },
  rg: { short: 'z', long: list('--pre --pre-glob --hostname-bin --search-zip') },
  ag: { long: list('--pager') },
  ack: { long: list('--pager --ackrc --output') },
  sort: {
    short: 'oT',
    long: list('--output --compress-program --files0-from --temporary-directory'),
  },
  uniq: { when: (words) => positional(words).length > 1 },
  tree: { short: 'oR', long: list('--output') },
  diff: { long: list('--to-file --from-file --paginate'), short: 'l' },
  file: { short: 'mCzZ', long: list('--magic-file --compile --uncompress') },
  // Unpacking writes wherever the archive says; listing does not.
  tar: {
    short: 'IFcxruAdK',
    long: list(
      '--to-command --checkpoint-action --use-compress-program --rmt-command --rsh-command --info-script --new-volume-script --create --extract --get --append --update --delete --concatenate --diff --compare --index-file --one-top-level',
    ),
    when: (words) => !words[0]?.startsWith('-') && /[IFcxruAdK]/.test(words[0] ?? ''),
  },
  unzip: { when: (words) => !words.some((word) => /^-[a-zA-Z]*[lvtZ]/.test(word)) },
  zip: { short: 'T', long: list('--unzip-command --test') },
  man: {
    short: 'PHClRMr',
    long: list('--pager --html --config-file --local-file --preprocessor --manpath --prompt'),
  },
  make: {
    short: 'fCEI',
    long: list('--file --makefile --directory --eval --include-dir'),
    when: (words) => words.some((word) => /^[^-][^=]*=/.test(word)),
  },
  curl: {
    short: 'oOKTFdxcDJEQw',
    long: list(
      '--output --output-dir --remote-name --remote-name-all --remote-header-name --config --upload-file --form --form-string --data --data-binary --data-raw --data-urlencode --data-ascii --json --url-query --proxy --preproxy --unix-socket --abstract-unix-socket --cookie-jar --dump-header --trace --trace-ascii --stderr --engine --libcurl --hsts --alt-svc --write-out --netrc --netrc-file --quote',
    ),
    when: (words) =>
      words.some((word) => /^(?:file|scp|sftp|ldap|gopher|dict|telnet):/i.test(word)),
  },
  wget: {
    short: 'OoaeiPKxBrm',
    long: list(
      '--output-document --output-file --append-output --execute --input-file --directory-prefix --use-askpass --post-file --post-data --body-file --body-data --config --save-cookies --hsts-file --warc-file --rejected-log --recursive --mirror',
    ),
  },
  go: {
    long: list(
      '-exec -toolexec -overlay -C -o -modfile -ldflags -gcflags -asmflags -vettool -outputdir',
    ),
    when: (words) => /^(?:run|generate|tool|env|install|get|bug)$/.test(positional(words)[0] ?? ''),
  },
  cargo: {
    short: 'C',
    long: list('--config --manifest-path --target-dir'),
    when: (words) => /^(?:install|publish|login|\+)/.test(positional(words)[0] ?? ''),
  },
  xxd: { short: 'r', when: (words) => positional(words).length > 1 },
  openssl: { when: () => true },
  gdb: { when: () => true },
  date: { short: 's', long: ['--set'] },
  hostname: { when: (words) => positional(words).length > 0 },
  dmesg: { short: 'CcDE' },
  tcpdump: { short: 'zw' },
  psql: { short: 'coLf' },
  sqlite3: { when: () => true },
  ps: { short: 'e', when: (words) => words.some((word) => /^[a-z]*e[a-z]*$/.test(word)) },
}
