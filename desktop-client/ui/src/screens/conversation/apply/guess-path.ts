const path = '(?:[\\w@.-]+/)*[\\w@.-]*\\.[\\w-]+'
/** `title="src/a.ts"`, `file=src/a.ts` after the language of a fence. */
const named = new RegExp(`(?:title|file|filename|path)=["']?(${path})`)
/** A fence whose language is followed by a path: `ts:src/a.ts`, `ts src/a.ts`. */
const bare = new RegExp(`^(?:[\\w+#-]+[:\\s])?(${path})$`)
/** A first line that is a comment and nothing but a path. */
const comment = new RegExp(
  `^(?://|#|--|;|/\\*|<!--)\\s*(?:(?:file|filename|path):\\s*)?(${path})\\s*(?:\\*/|-->)?$`,
  'i',
)

/** No fence that means a file says more; patterns over a longer one could take long. */
const longestRead = 500

/** The file that a block of code seems to be meant for: what its fence says, else its first line; undefined when neither does. */
export function guessPath(info: string, code: string): string | undefined {
  const [first = ''] = code.slice(0, longestRead).split('\n', 1)
  const said = info.slice(0, longestRead).trim()
  return named.exec(said)?.[1] ?? bare.exec(said)?.[1] ?? comment.exec(first.trim())?.[1]
}
