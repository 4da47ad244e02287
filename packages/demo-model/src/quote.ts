const maxCharacters = 2000

/** The beginning of a text as a fenced block: so many lines, at most 2,000 characters, with a mark where it was cut. */
export function quote(text: string, maxLines = 8, language = ''): string {
  const lines = text.trimEnd().split('\n')
  const shown = lines.slice(0, maxLines).join('\n').slice(0, maxCharacters)
  const isCut = shown.length < lines.join('\n').length
  const fence = '`'.repeat(
    Math.max(3, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length + 1)),
  )
  return `${fence}${language}\n${shown}${isCut ? '\n…' : ''}\n${fence}`
}
