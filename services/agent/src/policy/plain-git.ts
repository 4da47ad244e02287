/** Subcommands of git that are its own; any other word may be an alias, which may be a program. */
const own = new Set(
  (
    'add apply blame branch cat-file check-attr check-ignore checkout cherry cherry-pick clean commit count-objects describe diff diff-index ' +
    'diff-tree fetch for-each-ref grep log ls-files ls-remote ls-tree merge merge-base mv name-rev pull push range-diff reflog remote reset restore ' +
    'rev-list rev-parse revert rm shortlog show show-ref stash status switch symbolic-ref tag version whatchanged worktree'
  ).split(' '),
)

/** Options, in every abbreviation, that start a program, write a file or lead to another repository. */
const dangerous = [
  '--exec',
  '--upload-pack',
  '--receive-pack',
  '--ext-diff',
  '--textconv',
  '--open-files-in-pager',
  '--output',
  '--output-directory',
  '--show-signature',
  '--gpg-sign',
  '--template',
  '--config',
  '--config-env',
  '--git-dir',
  '--work-tree',
  '--exec-path',
  '--paginate',
  '--separate-git-dir',
  '--directory',
  '--unsafe-paths',
  '--interactive',
  '--edit',
  '--patch',
  '--recurse-submodules',
  '--contents',
  '--filters',
  '--no-index',
  '--server-option',
  '--strategy',
  '--verify-signatures',
  '--sign',
  '--edit-description',
]

const isDangerous = (word: string): boolean => {
  if (!word.startsWith('--') || word === '--') return false
  const name = word.split('=', 1)[0]!
  return dangerous.some((each) => each === name || (name.length > 3 && each.startsWith(name)))
}

/** Transports other than the usual ones run a program that the address names. */
const strangeAddress = /::|^(?:file|fd|ext|git-remote-)/i

/** Letters that mean such an option after one subcommand. */
const letters: Readonly<Record<string, RegExp>> = {
  grep: /^-[a-zA-Z]*O/,
  rebase: /^-[a-zA-Z]*x/,
  commit: /^-[a-zA-Z]*[Sept]/,
  tag: /^-[a-zA-Z]*[sue]/,
  add: /^-[a-zA-Z]*[eip]/,
  diff: /^-[a-zA-Z]*O/,
}

const changesRemote = /^(?:add|set-url|set-head|rename|set-branches|update)$/

/** True when git only does what its subcommand says, with the repository at hand. */
export function isPlainGit(words: readonly string[]): boolean {
  const [first = '', ...rest] = words[0] === '--no-pager' ? words.slice(1) : words
  if (first === '--version') return rest.length === 0
  if (!own.has(first) || rest.some(isDangerous)) return false
  const pattern = Object.hasOwn(letters, first) ? letters[first] : undefined
  const end = rest.indexOf('--')
  const options = end < 0 ? rest : rest.slice(0, end)
  if (pattern && options.some((word) => pattern.test(word))) return false
  if (/^(?:fetch|pull|push|ls-remote|remote)$/.test(first)) {
    if (rest.some((word) => strangeAddress.test(word) || /^-[a-zA-Z]*u/.test(word))) return false
    if (rest.some((word) => /^ssh:\/\/-|^-o|:\/\/-/i.test(word))) return false
  }
  if (first === 'remote') return !rest.some((word) => changesRemote.test(word))
  return first !== 'worktree' || rest[0] === 'list'
}
