import { LanguageDescription, type LanguageSupport } from '@codemirror/language'
import { languages } from '@codemirror/language-data'

/** The language of a file by its name, loaded when it is first needed; undefined for plain text. */
export async function languageOf(path: string): Promise<LanguageSupport | undefined> {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return LanguageDescription.matchFilename(languages, name)?.load()
}
