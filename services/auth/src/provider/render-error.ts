import type { KoaContextWithOIDC } from 'oidc-provider'
import { showErrorPage } from '../sign-in/page.ts'

const forPeople = new Set([
  'authorization',
  'resume',
  'code_verification',
  'device_resume',
  'end_session_confirm',
])

/** A page where a person looks, RFC 6749's JSON where a program does, whatever it says that it accepts. */
export function renderError(
  ctx: KoaContextWithOIDC,
  out: { error: string; error_description?: string },
): void {
  if (forPeople.has(ctx.oidc.route)) return showErrorPage(ctx, out.error, ctx.status)
  ctx.type = 'json'
  ctx.body = out
}
