import { isAbsolute, resolve } from 'node:path'
import { alwaysAsks, wordingOfGuarded } from '@codelab/contracts/always-ask'
import { namesBelow } from '../place/locate.ts'
import { namesIn, isInsideGit } from '../place/path-parts.ts'
import { controlIn, hiddenIn, type Warning } from './warnings.ts'

/** A path that stands alone or after `=`, `:` or `@`, as in `--output=/etc/x` or `@/etc/x`. */
const pathsIn = (argument: string): string[] =>
  argument
    .split(/[=:@,]/)
    .filter(
      (piece) => isAbsolute(piece) || piece.startsWith('~') || /(?:^|\/)\.\.(?:\/|$)/.test(piece),
    )

const leadsOut = (root: string, path: string): boolean =>
  path.startsWith('~') || namesBelow(root, resolve(root, path)) === undefined

/** What is worth a second look in a command. A hint for a person, not a fence: a program may do anything that its user may. */
export function warningsOfCommand(root: string, argv: readonly string[]): Warning[] {
  const outside = argv
    .slice(1)
    .flatMap(pathsIn)
    .filter((path) => leadsOut(root, path))
  const git = argv.some((argument) => isInsideGit(namesIn(argument)))
  const guarded = git ? undefined : alwaysAsks('execute_command', { argv })
  return [
    ...controlIn(...argv),
    ...hiddenIn(...argv),
    ...(git ? [{ code: 'inside_git' as const, message: "It names git's own files." }] : []),
    ...(guarded ? [{ code: 'always_asks' as const, message: wordingOfGuarded(guarded) }] : []),
    ...(outside.length > 0
      ? [
          {
            code: 'outside_risk' as const,
            message: `It names paths outside the project: ${outside.slice(0, 5).join(', ')}`,
          },
        ]
      : []),
  ]
}
