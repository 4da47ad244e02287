import type { Context } from 'koa'
import type { ModelTable } from '../routing/model-table.ts'
import { namedModels } from './models.ts'

/** `GET /v1/models` for any client of OpenAI's API: those that chat and those that embed. */
export const dialectModels = (table: ModelTable) =>
  function getModels(ctx: Context): void {
    ctx.body = {
      object: 'list',
      data: namedModels(table.candidates()).map(({ name, candidate }) => ({
        id: name,
        object: 'model',
        created: 0,
        owned_by: candidate.model.provider,
      })),
    }
  }
