import { strictSpellings } from './path-spelling.ts'

/** Why a file is on the list: who obeys it, or what it holds. */
export type GuardedKind =
  | 'git'
  | 'editor'
  | 'ci'
  | 'assistant'
  | 'packages'
  | 'shell'
  | 'secrets'
  | 'own'
  | 'short_name'
  | 'too_long'

export type Guarded = { readonly path: string; readonly kind: GuardedKind }

const set = (names: string) => new Set(names.split(/\s+/).filter(Boolean))

/** A part of a path with one of these names guards everything below it. Lower case; file names are folded before they are compared. */
const names: readonly (readonly [GuardedKind, ReadonlySet<string>])[] = [
  [
    'git',
    set(
      '.git git~1 .githooks .husky .gitmodules .gitattributes .gitconfig .pre-commit-config.yaml .pre-commit-hooks.yaml lefthook.yml lefthook.yaml .lefthook.yml .lefthook.yaml .lefthook',
    ),
  ],
  [
    'editor',
    set(
      '.vscode .idea .zed .fleet .devcontainer devcontainer.json .vs .exrc .vimrc .gvimrc .nvimrc .nvim.lua .emacs .emacs.d .dir-locals.el',
    ),
  ],
  [
    'ci',
    set(
      '.github .gitlab .gitea .forgejo .circleci .buildkite .woodpecker .gitlab-ci.yml .gitlab-ci.yaml .travis.yml .drone.yml .woodpecker.yml azure-pipelines.yml azure-pipelines.yaml bitbucket-pipelines.yml appveyor.yml .appveyor.yml jenkinsfile cloudbuild.yaml cloudbuild.yml',
    ),
  ],
  [
    'assistant',
    set(
      '.cursor .claude .codex .gemini .windsurf .roo .roomodes .continue .kiro .opencode .clinerules .cursorrules .windsurfrules .aider.conf.yml .mcp.json mcp.json mcp_config.json claude_desktop_config.json .claude.json agents.md claude.md gemini.md',
    ),
  ],
  [
    'packages',
    set(
      '.npmrc .yarnrc .yarnrc.yml .yarn .pnpmfile.cjs .pnp.cjs .pnp.loader.mjs bunfig.toml pip.conf .cargo .bazelrc .mvn .bundle .gemrc',
    ),
  ],
  [
    'shell',
    set(
      '.bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv .zprofile .zlogin .zlogout .kshrc .cshrc .tcshrc .login .inputrc .xinitrc .xprofile .xsessionrc .gdbinit .lldbinit .tmux.conf .screenrc .curlrc .wgetrc',
    ),
  ],
  [
    'secrets',
    set(
      '.envrc .netrc _netrc .git-credentials .pypirc .pgpass .ssh .gnupg .aws .azure .kube .docker .password-store',
    ),
  ],
]

/** Folders of a person's settings, for those who open their home as a project. */
const settingsFolders =
  /(?:^|\/)(?:\.config\/(?:git|fish|autostart|systemd|environment\.d|codelab|gh|gcloud)|\.local\/(?:bin|share\/(?:keyrings|systemd|applications))|library\/(?:launchagents|keychains))(?:\/|$)/

/** `PROGRA~1`: what Windows also calls a file; only the disk knows which. */
const shortName = /^[^~]{1,6}~\d{1,2}(?:\.[^.~]{0,3})?$/
/** Templates show which variables there are, not what they hold. */
const template = /^\.env[._-](?:example|sample|template|dist|defaults?)$/

function kindOfPart(part: string): GuardedKind | undefined {
  for (const [kind, known] of names) if (known.has(part)) return kind
  if (part.startsWith('.codelab')) return 'own'
  if (part.startsWith('.env')) return 'secrets'
  return part.endsWith('.code-workspace') ? 'editor' : undefined
}

/** The kind of a path in any spelling that some file system takes for a guarded one. */
export function guardedKind(path: string): GuardedKind | undefined {
  for (const spelling of strictSpellings(path.normalize('NFKC'))) {
    for (const part of spelling.split('/')) {
      const kind = kindOfPart(part)
      if (kind) return kind
    }
    if (settingsFolders.test(spelling)) return 'shell'
  }
  return undefined
}

const hasShortName = (path: string) => path.split(/[\\/]/).some((part) => shortName.test(part))

const isTemplate = (path: string) => template.test(path.split(/[\\/]/).at(-1)?.toLowerCase() ?? '')

const changing = new Set([
  'write_file',
  'edit_file',
  'create_directory',
  'move_file',
  'delete_file',
])
const reading = new Set(['read_file', 'search', 'git.diff'])
/** What must not reach a model, and with it a vendor, unasked. */
const keptBack = new Set<GuardedKind>(['secrets', 'own', 'git'])

/** A command of more words than anybody reads; a hostile one must not cost minutes either. */
const mostPieces = 20_000

/** Every piece of an argument that may name a file: alone, after `=`, or as a word of a script. */
const piecesOf = (argument: string): string[] => [
  argument,
  ...argument.split(/[\s=:@,;|&<>(){}'"`$]+/).filter(Boolean),
]

function inCommand(args: Readonly<Record<string, unknown>>): Guarded | undefined {
  const argv = Array.isArray(args.argv) ? args.argv : []
  const words = [args.cwd, ...argv].filter((word) => typeof word === 'string')
  const pieces = new Set<string>()
  for (const word of words) {
    for (const piece of piecesOf(word)) pieces.add(piece)
    if (pieces.size > mostPieces) return { path: words[0] ?? '', kind: 'too_long' }
  }
  for (const path of pieces) {
    const kind = guardedKind(path)
    if (kind && !isTemplate(path)) return { path, kind }
  }
  return undefined
}

/**
 * The file for which a call needs a person's approval each time, whatever rule, remembered approval or "approve all" would
 * let it pass: git's own files, settings of editors, CI, package managers, shells and assistants, secrets, our own settings.
 * Of tools that read, only what is secret; of a command, any such file that its words name.
 */
export function alwaysAsks(
  tool: string,
  args: Readonly<Record<string, unknown>>,
): Guarded | undefined {
  if (tool === 'execute_command') return inCommand(args)
  const paths = [args.path, args.to].filter((path) => typeof path === 'string')
  for (const path of paths) {
    const kind = guardedKind(path)
    if (changing.has(tool)) {
      if (kind) return { path, kind }
      if (hasShortName(path)) return { path, kind: 'short_name' }
    }
    if (kind && reading.has(tool) && keptBack.has(kind) && !isTemplate(path)) return { path, kind }
  }
  return undefined
}

const reasons: Readonly<Record<GuardedKind, string>> = {
  git: 'git reads it and may start programs that it names',
  editor: 'an editor reads it and may start programs that it names',
  ci: 'it decides what the build servers run',
  assistant: 'assistants obey it',
  packages: 'package managers read it and may run what it names',
  shell: 'it acts whenever a shell or another program of yours starts',
  secrets: 'it may hold passwords or keys',
  own: 'it belongs to CodeLab itself',
  too_long: 'its command is too long to be looked through',
  short_name: 'Windows may take this for a short name of another file',
}

/** For the person and the model. */
export const wordingOfGuarded = ({ path, kind }: Guarded): string =>
  `${path.slice(0, 200)} always needs a person's approval: ${reasons[kind]}.`
