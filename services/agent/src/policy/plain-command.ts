import { staysInside } from '@codelab/contracts/tools'
import { launches, nameOf } from './programs.ts'
import { type Danger, dangers, list } from './dangers.ts'
import { isPlainGit } from './plain-git.ts'
import { isPlainAwk, isPlainSed } from './plain-scripts.ts'

const general = list(
  '--exec --execute --eval --command --cmd --pre --pager --shell --rsh --ssh-command --to-command --compress-program --checkpoint-action --script-shell --upload-pack --receive-pack --editor --plugin',
)

/** `--compress-prog=x` is `--compress-program` to most programs. */
const isLong = (word: string, names: readonly string[]): boolean => {
  const name = word.split('=', 1)[0]!
  return names.some(
    (each) => each === name || (name.startsWith('--') && name.length > 3 && each.startsWith(name)),
  )
}

const isShort = (word: string, letters: string): boolean =>
  /^-[^-]/.test(word) && Array.from(word.slice(1)).some((letter) => letters.includes(letter))

const isDangerous = (danger: Danger, words: readonly string[]): boolean =>
  words.some(
    (word) => isLong(word, danger.long ?? []) || (!!danger.short && isShort(word, danger.short)),
  ) ||
  (danger.when?.(words) ?? false)

const outside =
  /^(?:~|\/(?:etc|home|root|proc|sys|var|usr|opt|dev(?!\/null$)|boot|run|mnt|media|tmp|srv|lib|lib64|bin|sbin|users|library|private|volumes|system)(?:\/|$))|^\/$|^[a-z]:[\\/]|^\\\\/i

/** An argument, or what follows a `=`, `:`, `@` or a letter of an option in it, is a path that leads out of the project. */
const leadsOut = (word: string): boolean =>
  [word, word.replace(/^-[A-Za-z]/, ''), ...word.split(/[=:@,]/)].some(
    (piece) =>
      outside.test(piece) || (/(?:^|[\\/])\.\.(?:[\\/]|$)/.test(piece) && !staysInside(piece)),
  )

/**
 * True when a command does no more than its program's name says: it starts no program that an argument names, evaluates no code
 * from its arguments, writes to no file that an option names, and names no place outside the project. Only such
 * commands are covered by a rule that allows a program; where it cannot be told, a person is asked.
 */
export function isPlainCommand(argv: readonly string[]): boolean {
  const [program = '', ...words] = argv
  const name = nameOf(program).replace(/(?<=^(?:python|pypy|perl|ruby|lua|php))[\d.]+$/, '')
  // What no program needs, and terminals or people misread.
  if (argv.some((word) => /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/u.test(word)))
    return false
  if (words.some(leadsOut)) return false
  if (name === 'git') return isPlainGit(words)
  if (name === 'sed') return isPlainSed(words)
  if (/^(?:[gmn]?awk)$/.test(name)) return isPlainAwk(words)
  const danger = Object.hasOwn(dangers, name) ? dangers[name]! : undefined
  if (danger) return !isDangerous(danger, words)
  if (launches(argv)) return words.length === 0
  return !words.some((word) => general.includes(word.split('=', 1)[0]!))
}
