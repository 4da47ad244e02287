import type Router from '@koa/router'
import type { z } from 'zod'
import type { ProtectedResource } from '@codelab/contracts/client-gateway'
import { openApiDocument } from '../openapi/document.ts'

/** RFC 9728: where tokens for this workspace come from. */
export const protectedResource = (issuer: string): z.infer<typeof ProtectedResource> => ({
  resource: issuer,
  authorization_servers: [issuer],
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  scopes_supported: ['workspace'],
  bearer_methods_supported: ['header'],
})

/** What the gateway says of itself, open to all. */
export function mountDiscovery(router: Router, { issuer }: { issuer: string }): void {
  const resource = protectedResource(issuer)
  const document = JSON.stringify(openApiDocument(issuer))
  router.get('/.well-known/oauth-protected-resource', (ctx) => {
    ctx.body = resource
  })
  router.get('/openapi.json', (ctx) => {
    ctx.type = 'application/json'
    ctx.body = document
  })
}
