import type { Texts } from './en.ts'
import { counter } from './plural.ts'
import { problemsRu } from './problems-ru.ts'

const count = counter('ru')

/** Everything that the page says, in Russian. */
export const ru: Texts = {
  language: 'ru',
  application: 'CodeLab',
  common: {
    cancel: 'Отмена',
    close: 'Закрыть',
    copy: 'Скопировать',
    copied: 'Скопировано',
    retry: 'Повторить',
    more: 'Ещё',
    loading: 'Загрузка…',
    search: 'Поиск',
  },
  engine: {
    lost: 'Служба приложения не отвечает. Пробуем ещё раз…',
    ended: 'Служба приложения завершилась. Запустите CodeLab снова.',
  },
  problems: problemsRu,
  palette: {
    open: 'Показать все команды',
    placeholder: 'Что вы хотите сделать?',
    nothing: 'Команды с таким названием нет.',
  },
  account: { signOut: 'Выйти' },
  signIn: {
    title: 'Вход в CodeLab',
    at: (server) => `Рабочее пространство: ${server}`,
    otherServer: 'Другое пространство',
    serverLabel: 'Адрес рабочего пространства',
    serverHint: 'Например, https://codelab.example.com',
    useServer: 'Использовать этот адрес',
    browser: 'Войти через браузер',
    device: 'Войти по коду на другом устройстве',
    password: 'Войти по паролю',
    username: 'Имя пользователя',
    passwordLabel: 'Пароль',
    signingIn: 'Выполняется вход…',
    askAgain: 'Спросить ещё раз',
    confirmInBrowser: 'Завершите вход в открывшемся окне браузера.',
    confirmCode: 'Откройте этот адрес на любом устройстве и введите код:',
    openBrowser: 'Открыть в браузере',
  },
  count: {
    files: (number) => count(number, { one: 'файл', few: 'файла', many: 'файлов', other: 'файла' }),
    tokens: (number) =>
      count(number, { one: 'токен', few: 'токена', many: 'токенов', other: 'токена' }),
  },
}
