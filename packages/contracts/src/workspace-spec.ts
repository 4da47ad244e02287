import { z } from 'zod'
import { ApprovalRule } from './tools.ts'
import { ModelName, Models, served } from './workspace-models.ts'
import { checkedBy, component, ObjectName } from './workspace-parts.ts'
import { Postgres, Redis } from './workspace-stores.ts'

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const hostName = `(${label}\\.)*[a-z]([-a-z0-9]*[a-z0-9])?`

const PublicUrl = z
  .string()
  .max(260)
  .regex(new RegExp(`^https?://(${hostName}|[0-9]{1,3}(\\.[0-9]{1,3}){3})(:[1-9][0-9]{0,4})?$`))
  .meta(
    checkedBy(
      'The public address, when it is not https://<host>: an origin without a path. It is the endpoint and the issuer of tokens; changing it ends all sign-ins.',
      [
        { rule: 'isURL(self)', message: 'url must be an http or https address without a path' },
        {
          rule: "!(self.startsWith('https:') && self.endsWith(':443')) && !(self.startsWith('http:') && self.endsWith(':80'))",
          message: 'url must leave out the usual port of its scheme',
        },
        {
          rule: "!isURL(self) || url(self).getPort() == '' || int(url(self).getPort()) <= 65535",
          message: 'url has a port above 65535',
        },
      ],
    ),
  )

export const Access = z
  .object({
    host: z
      .string()
      .max(253)
      .regex(new RegExp(`^${hostName}$`))
      .optional()
      .describe('Host name of the Ingress. Without it there is no Ingress.'),
    url: PublicUrl.optional(),
    ingressClassName: ObjectName.optional().describe(
      'Class of the Ingress; without it the cluster’s default.',
    ),
    tls: z
      .object({
        secretName: ObjectName.describe(
          'Secret with the certificate of the host (tls.crt, tls.key).',
        ),
      })
      .optional()
      .describe('TLS at the Ingress.'),
    annotations: z
      .record(z.string(), z.string().max(4096))
      .optional()
      .describe('Annotations of the Ingress, as its controller reads them.'),
  })
  .meta(
    checkedBy('How people reach the workspace from outside the cluster.', [
      {
        rule: 'has(self.host) || has(self.url)',
        message: 'give host, for an Ingress, or url, for a front door of your own',
      },
      {
        rule: '!has(self.host) || !has(self.url) || !isURL(self.url) || url(self.url).getHostname() == self.host',
        message: 'url and host must name the same host',
        fieldPath: '.url',
      },
      {
        rule: 'has(self.host) || !(has(self.tls) || has(self.ingressClassName) || has(self.annotations))',
        message: 'tls, ingressClassName and annotations belong to an Ingress, which needs host',
      },
    ]),
  )

const Agent = z
  .object({
    ...component('').shape,
    contextTokens: z
      .int()
      .min(256)
      .max(2_000_000)
      .default(8_000)
      .describe('Tokens of a conversation that are sent to the model at most.'),
    jobs: z
      .object({
        concurrency: z
          .int()
          .min(1)
          .max(1_000)
          .default(4)
          .describe(
            'Jobs that run at once in the workspace; those that wait for people or machines do not count.',
          ),
      })
      .prefault({})
      .describe('Long work in the background.'),
    embeddingModel: ModelName.optional().describe(
      'The model that makes a project searchable by meaning. Without it: the first embedding model that the providers list.',
    ),
    approvals: z
      .object({
        rules: z
          .array(
            ApprovalRule.extend({
              action: ApprovalRule.shape.action.describe('What happens to a call that matches.'),
            }).describe('One rule.'),
          )
          .max(50)
          .default([])
          .describe('Among the rules that match a tool call the strictest wins: deny, ask, allow.'),
      })
      .optional()
      .describe('What tools may do without asking, and what they may never do.'),
    compaction: z
      .object({
        enabled: z
          .boolean()
          .default(true)
          .describe('false: what no longer fits the context is left out.'),
        model: ModelName.optional().describe(
          'The model that writes summaries. Without it: the one of the conversation.',
        ),
      })
      .optional()
      .describe('Older messages become a summary before they would no longer fit the context.'),
  })
  .meta({ ...component('The part that answers calls and streams of conversations.').meta() })

/** Seconds, minutes, hours or days as a whole number with its unit. */
const Duration = z
  .string()
  .max(9)
  .regex(/^[1-9][0-9]{0,7}[smhd]$/)

const Auth = z
  .object({
    ...component('').shape,
    accessTokenTTL: Duration.default('15m').describe('Life of an access token: 15m.'),
    refreshTokenTTL: Duration.default('720h').describe('Life of a sign-in without a new password.'),
    passwordGrant: z
      .boolean()
      .default(true)
      .describe(
        'Whether our own client may send a user’s password; false leaves the browser only.',
      ),
  })
  .meta({ ...component('Sign-in and users.').meta() })

/** What a person asks for. One provider of models is a complete workspace; everything else has a default. */
export const WorkspaceSpec = z
  .object({
    version: z
      .string()
      .max(128)
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/)
      .optional()
      .describe('Version to run, the tag of the image. Without it: the operator’s own.'),
    suspended: z.boolean().default(false).describe('true stops every pod and keeps all data.'),
    access: Access.optional(),
    models: Models,
    agent: Agent.prefault({}),
    auth: Auth.prefault({}),
    gateway: component('The public front door.').prefault({}),
    worker: component('The part that runs the steps of conversations.').prefault({}),
    llmProxy: component('The part that talks to models.').prefault({}),
    postgres: Postgres.prefault({ managed: {} }),
    redis: Redis.prefault({ managed: {} }),
    deletionPolicy: z
      .enum(['Retain', 'Delete'])
      .default('Retain')
      .describe(
        'What becomes of volumes and generated Secrets with the workspace: kept, or deleted too.',
      ),
  })
  .meta(
    checkedBy('What the workspace is to be.', [
      {
        rule: `!has(self.agent) || !has(self.agent.compaction) || !has(self.agent.compaction.model) || ${served('self.agent.compaction.model', 'self.models')}`,
        message: 'agent.compaction.model must be a model that one of the providers lists',
        fieldPath: '.agent.compaction.model',
      },
      {
        rule: `!has(self.agent) || !has(self.agent.embeddingModel) || ${served('self.agent.embeddingModel', 'self.models')}`,
        message: 'agent.embeddingModel must be a model that one of the providers lists',
        fieldPath: '.agent.embeddingModel',
      },
    ]),
  )
export type WorkspaceSpec = z.infer<typeof WorkspaceSpec>
