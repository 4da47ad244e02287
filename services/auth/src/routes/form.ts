import { parse } from 'node:querystring'
import { errors } from 'oidc-provider'
import type { Context } from 'koa'
import { readBody } from '@codelab/runtime/body'

/** No form of ours comes near. */
export const maxFormBytes = 16_384

/** The fields of an urlencoded form; throws `invalid_request` for another type or a field given twice, `payload_too_large` past the limit. */
export async function readForm(ctx: Context): Promise<Record<string, string>> {
  if (!ctx.is('application/x-www-form-urlencoded')) {
    throw new errors.InvalidRequest('only application/x-www-form-urlencoded bodies are supported')
  }
  const fields = parse((await readBody(ctx.req, maxFormBytes)).toString('utf8'))
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (typeof value !== 'string')
        throw new errors.InvalidRequest(`'${name}' parameter must not be provided twice`)
      return [name, value]
    }),
  )
}
