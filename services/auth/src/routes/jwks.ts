import { createHash } from 'node:crypto'
import type { Context } from 'koa'
import type { JWK } from 'jose'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Ring } from '../keys/ring.ts'

const publicPart = ({ kty, use, kid, alg, e, n }: JWK): JWK => ({ kty, use, kid, alg, e, n })

const answerFor = (ring: Ring) => {
  const body = Buffer.from(JSON.stringify({ keys: ring.keys.map(({ jwk }) => publicPart(jwk)) }))
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
  return { ring, body, etag }
}

/** The public halves of all listed keys, written once for each arrangement of them. Verifiers ask often: 304 when nothing has changed. */
export function createJwks(keys: Pick<KeyRing, 'current'>) {
  let answer: ReturnType<typeof answerFor> | undefined
  return async (ctx: Context): Promise<void> => {
    const ring = keys.current()
    if (answer?.ring !== ring) answer = answerFor(ring)
    // a page of anybody's may read what is public
    ctx.vary('Origin')
    ctx.set('Access-Control-Allow-Origin', ctx.get('Origin') || '*')
    ctx.set('ETag', answer.etag)
    ctx.status = 200
    if (ctx.fresh) ctx.status = 304
    else {
      ctx.type = 'application/jwk-set+json; charset=utf-8'
      ctx.body = answer.body
    }
  }
}
