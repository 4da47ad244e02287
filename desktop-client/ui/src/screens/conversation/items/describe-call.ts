/** Characters for one line; the whole is in the call's arguments. */
const mostSaid = 500

/** The one argument that says most about a call: its path, its words, or what it looks for. */
export function describeCall(given: Readonly<Record<string, unknown>>): string {
  const said = mostTelling(given)
  return said.length > mostSaid ? `${said.slice(0, mostSaid)}…` : said
}

function mostTelling(given: Readonly<Record<string, unknown>>): string {
  const { argv, path, to, pattern, query, glob } = given
  if (Array.isArray(argv)) return argv.map((word) => quoted(String(word))).join(' ')
  if (typeof path === 'string') return typeof to === 'string' ? `${path} → ${to}` : path
  const said = [pattern, query, glob].find((value) => typeof value === 'string')
  return typeof said === 'string' ? said : ''
}

/** Words that would be read as several, or as none, stand in quotes. */
const quoted = (word: string): string => (/^[^\s"'\\]+$/.test(word) ? word : JSON.stringify(word))
