import type { Workspace } from '@codelab/contracts/workspace'
import { childName } from './names.ts'
import { processes } from './processes.ts'

/** The workspace's one public address, which is also the issuer of its tokens. Without `access`: the gateway's Service. */
export function endpointOf(workspace: Workspace): string {
  const { access } = workspace.spec
  if (access?.url) return access.url
  if (access?.host) return `https://${access.host}`
  const { namespace } = workspace.metadata
  return `http://${childName(workspace, 'gateway')}.${namespace}.svc:${processes.gateway.port}`
}
