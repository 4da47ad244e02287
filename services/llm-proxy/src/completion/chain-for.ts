import { Failure } from '@codelab/runtime/failure'
import { imagesOfContent } from '../providers/text-of-content.ts'
import type { ModelRequest } from '../providers/provider.ts'
import type { Candidate, ModelTable } from '../routing/model-table.ts'

/** Says why a model cannot serve a request; undefined when it can. */
export type Objection = (candidate: Candidate) => { reason: string; field: string } | undefined

const chatsNot = { reason: 'makes embeddings, it does not chat', field: 'model' }

/** The stand-in says what it is and must never answer in a real model's place. */
const neverFallback = 'codelab-demo'

const sameModel = (one: Candidate, other: Candidate): boolean =>
  one.model.id === other.model.id && one.provider.name === other.provider.name

/** The model asked for; 404 when nobody serves it. */
export const modelFor = async (table: ModelTable, name: string): Promise<Candidate> => {
  const found = await table.resolve(name)
  if (found) return found
  throw new Failure('not_found', {
    message: `There is no model "${name.slice(0, 100)}" in this workspace; the model list names those there are.`,
    field: 'model',
  })
}

/** What a request needs of a model beyond text. */
const needsOf = ({
  tools,
  messages,
}: Pick<ModelRequest, 'tools' | 'messages'>): ((candidate: Candidate) => boolean) => {
  const usesTools = (tools?.length ?? 0) > 0
  const showsImages = messages.some(({ content }) => imagesOfContent(content).length > 0)
  return ({ model }) => (!usesTools || model.tools) && (!showsImages || model.vision)
}

/**
 * The model asked for and then the fallbacks that can serve the request, in the order of the settings. A model asked for by name is not
 * judged by what we think it can do: its vendor knows better.
 */
export const chainFor = async (
  { table, fallbacks }: { table: ModelTable; fallbacks: readonly string[] },
  wanted: Pick<ModelRequest, 'tools' | 'messages'> & { readonly name: string },
  objection: Objection,
): Promise<Candidate[]> => {
  const chosen = await modelFor(table, wanted.name)
  const refused = chosen.model.embeds ? chatsNot : objection(chosen)
  if (refused) {
    throw new Failure('invalid_request', {
      message: `The model "${chosen.model.id}" ${refused.reason}.`,
      field: refused.field,
    })
  }
  const serves = needsOf(wanted)
  const chain = [chosen]
  for (const fallback of fallbacks) {
    const next = table.find(fallback)
    if (!next || next.model.embeds || next.model.id === neverFallback) continue
    if (chain.some((earlier) => sameModel(earlier, next))) continue
    if (serves(next) && !objection(next)) chain.push(next)
  }
  return chain
}
