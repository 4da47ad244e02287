import type { Menu, MenuEntry } from '@codelab/contracts/engine-ui/shell'
import type { Language } from '../feeds/notification-texts.ts'

/** Usual keys of the entries; commands of the page have the same there. */
const usualKeys: Readonly<Record<string, string>> = {
  'conversation.new': 'Mod+Shift+N',
  'project.open': 'Mod+O',
  'editor.save': 'Mod+S',
  'editor.close': 'Mod+W',
  'place.settings': 'Mod+,',
  'window.quit': 'Mod+Q',
  'palette.open': 'Mod+Shift+P',
  'project.go_to_file': 'Mod+P',
  'project.show_find': 'Mod+Shift+F',
  'project.files': 'Mod+Shift+E',
  'place.project': 'Mod+1',
  'place.jobs': 'Mod+2',
  'window.zoom_in': 'Mod+=',
  'window.zoom_out': 'Mod+-',
  'window.zoom_reset': 'Mod+0',
  'window.full_screen': 'F11',
  'conversation.stop': 'Mod+.',
}

type Text = Readonly<Record<Language, string>>
type Shape = { readonly title: Text; readonly groups: readonly Readonly<Record<string, Text>>[] }

const shape: readonly Shape[] = [
  {
    title: { en: 'File', ru: 'Файл' },
    groups: [
      {
        'conversation.new': { en: 'New Conversation', ru: 'Новый разговор' },
        'project.open': { en: 'Open Project…', ru: 'Открыть проект…' },
      },
      {
        'editor.save': { en: 'Save', ru: 'Сохранить' },
        'editor.close': { en: 'Close File', ru: 'Закрыть файл' },
      },
      { 'place.settings': { en: 'Settings', ru: 'Настройки' } },
      { 'window.quit': { en: 'Quit', ru: 'Выйти' } },
    ],
  },
  {
    title: { en: 'Go', ru: 'Переход' },
    groups: [
      { 'palette.open': { en: 'Command Palette…', ru: 'Палитра команд…' } },
      {
        'project.go_to_file': { en: 'Go to File…', ru: 'Перейти к файлу…' },
        'project.show_find': { en: 'Find in Files', ru: 'Найти в файлах' },
        'project.files': { en: 'Project Files', ru: 'Файлы проекта' },
      },
    ],
  },
  {
    title: { en: 'View', ru: 'Вид' },
    groups: [
      {
        'place.project': { en: 'Project', ru: 'Проект' },
        'place.jobs': { en: 'Jobs', ru: 'Задания' },
      },
      {
        'window.zoom_in': { en: 'Zoom In', ru: 'Увеличить' },
        'window.zoom_out': { en: 'Zoom Out', ru: 'Уменьшить' },
        'window.zoom_reset': { en: 'Actual Size', ru: 'Обычный размер' },
      },
      { 'window.full_screen': { en: 'Full Screen', ru: 'Во весь экран' } },
    ],
  },
  {
    title: { en: 'Conversation', ru: 'Разговор' },
    groups: [{ 'conversation.stop': { en: 'Stop the Answer', ru: 'Остановить ответ' } }],
  },
]

/** The native menu in the person's language. What a person must decide with their eyes on it, an approval, is not in it. */
export function menusFor(language: Language, chosen: Readonly<Record<string, string>>): Menu[] {
  const entry = ([command, label]: [string, Text]): MenuEntry => {
    const keys = chosen[command] ?? usualKeys[command]
    return { command, label: label[language], ...(keys && { keys }) }
  }
  return shape.map(({ title, groups }) => ({
    title: title[language],
    groups: groups.map((group) => Object.entries(group).map(entry)),
  }))
}
