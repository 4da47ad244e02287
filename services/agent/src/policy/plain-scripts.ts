/** Commands of sed that print, delete, quit or replace, with addresses of numbers, `$` or a pattern. */
const address = String.raw`(?:\d+|\$|\/(?:[^\/\\\n]|\\.)*\/I?)`
const addresses = String.raw`(?:${address}(?:,(?:${address}|[+~]\d+))?\s*!?\s*)?`
const substitution = String.raw`s([\/|#,:!])(?:(?!\1)[^\\\n]|\\.)*\1(?:(?!\1)[^\\\n]|\\.)*\1[gipI0-9]*`
const plainSed = new RegExp(String.raw`^\s*${addresses}(?:[pdqP=DGHghnNlx]|${substitution})\s*$`)

/** True when sed only prints: scripts of the commands above, no `e`, `w`, `r`, no option that writes or reads a script. */
export function isPlainSed(words: readonly string[]): boolean {
  let script: string | undefined
  for (const word of words) {
    if (/^-[nErsuz]+$/.test(word) || /^--(?:quiet|silent|regexp-extended|debug)$/.test(word))
      continue
    if (word.startsWith('-')) return false
    script ??= word
  }
  // A separator within a pattern makes this stricter, never laxer.
  return script !== undefined && script.split(/[;\n]/).every((part) => plainSed.test(part))
}

/** Words of awk that start programs or write files; a `|` or `>` may do either. */
const awkActs = /system|getline|printf?[^}]*[|>]|[|]|>>|close|fflush|@|\b(?:include|load)\b|-i\b/

/** True when awk only prints: one program in the first argument, without pipes, redirections and loaded code. */
export function isPlainAwk(words: readonly string[]): boolean {
  let program: string | undefined
  for (const [index, word] of words.entries()) {
    if (/^-F.*$/.test(word) || words[index - 1] === '-F') continue
    if (word.startsWith('-')) return false
    program ??= word
  }
  // Assignments after the program may set what it runs; they name no program by themselves.
  return program !== undefined && !awkActs.test(program)
}
