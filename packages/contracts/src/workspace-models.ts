import { z } from 'zod'
import { Currency } from './currency.ts'
import { checkedBy, type Rule, secretRef } from './workspace-parts.ts'

export const ModelName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\s,]+$/)

/** Any port, any path; the name of a Service when it ends in `.svc` or `.svc.cluster.local`. */
const clusterAddress = String.raw`^https?://[^/]+\\.svc(\\.cluster\\.local)?(:[0-9]+)?(/.*)?$`

const BaseUrl = z
  .string()
  .max(512)
  .regex(/^https?:\/\/[^\s@?#]+$/)
  .meta(
    checkedBy(
      'Address of the API, when it is not the vendor’s own. A Service of the cluster is written http://<service>.<namespace>.svc:<port>; ' +
        'its port must be the one its pods listen on, since network policies see that one.',
      [
        { rule: 'isURL(self)', message: 'baseURL must be an http or https address' },
        {
          rule: "!self.matches('^https?://(169[.]254[.]|[[]?fe80:)')",
          message: 'baseURL must not be a link-local address',
        },
      ],
    ),
  )

const providerRules: readonly Rule[] = [
  {
    rule: "self.type != 'ollama' || has(self.baseURL)",
    message: 'an ollama provider needs baseURL, the address of its server',
    fieldPath: '.baseURL',
  },
  {
    rule: `self.type == 'ollama' || has(self.apiKeySecretRef) || (has(self.baseURL) && self.baseURL.matches('${clusterAddress}'))`,
    message: 'apiKeySecretRef is needed unless baseURL is a Service of the cluster',
    fieldPath: '.apiKeySecretRef',
  },
]

export const Provider = z
  .object({
    name: z
      .string()
      .min(1)
      .max(63)
      .regex(/^[a-z0-9][a-z0-9._-]*$/)
      .describe('Names the provider; models are also known as <name>/<model>.'),
    type: z
      .enum(['openai', 'anthropic', 'ollama'])
      .describe('The dialect of its API; openai also for every server that is compatible.'),
    baseURL: BaseUrl.optional(),
    models: z
      .array(ModelName)
      .min(1)
      .max(50)
      .optional()
      .describe(
        'The models to offer. Without it: the usual ones of a vendor, or what the server at baseURL lists.',
      ),
    apiKeySecretRef: secretRef(
      'apiKey',
      'Where the API key is. Only llm-proxy reads it, as a file.',
    ).optional(),
  })
  .meta(checkedBy('A vendor or server of models.', providerRules))
export type Provider = z.infer<typeof Provider>

const perMillion = z.number().min(0).max(1_000_000)

/** What a model costs, in the one currency of the workspace. */
export const ModelPrice = z.object({
  model: ModelName.describe('The model as it is asked for: by its name, or as <provider>/<model>.'),
  inputPerMillion: perMillion.describe('Money for a million tokens that the model reads: 2.5'),
  outputPerMillion: perMillion.describe('Money for a million tokens that the model writes: 10'),
})
export type ModelPrice = z.infer<typeof ModelPrice>

/**
 * In CEL: true for a model that some provider lists; a provider without a list may serve anything. It asks whether a name is `in` a list:
 * comparing the names one by one costs more, for 50 prices, than the API server lets a rule cost.
 */
export const served = (model: string, models = 'self') =>
  `${models}.providers.exists(p, !has(p.models) || ${model} in p.models || ` +
  `(${model}.startsWith(p.name + '/') && ${model}.substring(size(p.name) + 1) in p.models))`

export const Models = z
  .object({
    default: ModelName.optional().describe(
      'The model for those who name none. Without it: the first model listed.',
    ),
    fallbacks: z
      .array(ModelName)
      .max(5)
      .default([])
      .describe('Models tried in this order when the asked one fails.'),
    providers: z
      .array(Provider)
      .min(1)
      .max(20)
      .meta({
        description: 'Where models come from; at least one.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      }),
    prices: z
      .array(ModelPrice)
      .max(50)
      .optional()
      .meta({
        description:
          'What models cost. People see what a conversation has cost so far where each model that answered in it has a price.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['model'],
      }),
    currency: Currency.default('USD').describe('The currency of prices, as ISO 4217 has it.'),
  })
  .meta(
    checkedBy('The models of the workspace.', [
      {
        rule: `!has(self.default) || ${served('self.default')}`,
        message: 'default must be a model that one of the providers lists',
        fieldPath: '.default',
      },
      {
        rule: `self.fallbacks.all(f, ${served('f')})`,
        message: 'each of fallbacks must be a model that one of the providers lists',
        fieldPath: '.fallbacks',
      },
      {
        rule: `!has(self.prices) || self.prices.all(price, ${served('price.model')})`,
        message: 'each model of prices must be one that one of the providers lists',
        fieldPath: '.prices',
      },
    ]),
  )
