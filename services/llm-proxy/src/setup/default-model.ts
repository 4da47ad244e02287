import type { ModelTable } from '../routing/model-table.ts'

/** The model for those who name none: the one of the settings, else the first that chats. */
export const defaultModelOf =
  (table: ModelTable, wished: string | undefined) => (): string | undefined =>
    wished && table.find(wished)
      ? wished
      : table.candidates().find(({ model }) => !model.embeds)?.model.id
