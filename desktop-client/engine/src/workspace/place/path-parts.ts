import { RelativePath } from '@codelab/contracts/tools'
import { ToolFailure } from '../tool-failure.ts'

const separators = process.platform === 'win32' ? /[\\/]/ : /\//

/** The names in a path, without empty ones and `.`. */
export const namesIn = (path: string): string[] =>
  path.split(separators).filter((name) => name !== '' && name !== '.')

/** The names of a path below the project folder, `..` worked out by name; empty for the folder itself. */
export function partsOf(path: string): string[] {
  if (!RelativePath.safeParse(path).success) {
    throw new ToolFailure(
      'path_outside_workspace',
      `${path.replaceAll('\0', '\\0').slice(0, 200)} is not a path inside the project folder.`,
    )
  }
  if (!path.isWellFormed()) {
    throw new ToolFailure('invalid_arguments', 'The path holds broken Unicode.')
  }
  const parts: string[] = []
  for (const name of namesIn(path)) {
    if (name === '..') parts.pop()
    else parts.push(name)
  }
  return parts
}

/** Characters that some file systems leave out when they compare names. */
const overlooked = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g

const meansGit = (name: string): boolean => {
  const plain = name
    .normalize('NFKC')
    .replace(overlooked, '')
    .replace(/(?:::?\$.*|[. ]+)$/, '')
    .toLowerCase()
  return plain === '.git' || plain === 'git~1'
}

/** True for git's own files in every spelling that some file system takes for `.git`. */
export const isInsideGit = (parts: readonly string[]): boolean => parts.some(meansGit)
