/** Every sentence of the pages, in both languages. */
const texts = {
  en: {
    title: 'Sign in to CodeLab',
    forClient: 'to continue to {client}',
    name: 'User name',
    password: 'Password',
    signIn: 'Sign in',
    cancel: 'Cancel',
    wrong: 'The user name or the password is wrong.',
    throttled: 'Too many failed attempts. Wait {minutes} min and try again.',
    busy: 'The service is busy. Try again in a few seconds.',
    continueAs: 'You are signed in as {name}.',
    continue: 'Continue',
    other: 'Use another account',
    allows: '{client} will act in this workspace on your behalf.',
    deviceTitle: 'Connect a device',
    deviceEnter: 'Enter the code that the device shows.',
    deviceCode: 'Code',
    deviceWrong: 'This code is wrong, was used already or has expired.',
    deviceFailed: 'That did not work. Enter the code again.',
    deviceStopped: 'The device was not connected.',
    deviceConfirm: 'Does your device show this code?',
    deviceWarning: 'If you did not start this yourself, or the code differs, choose “Cancel”.',
    deviceAllow: 'Yes, connect {client}',
    deviceDone: 'The device is connected. You can close this page.',
    errorTitle: 'This did not work',
    errorExpired:
      'The sign-in has expired or was opened in another browser. Start again from CodeLab.',
    errorRequest: 'The request is not valid. Start again from CodeLab.',
    errorServer: 'Something went wrong here. Try again in a moment.',
  },
  ru: {
    title: 'Вход в CodeLab',
    forClient: 'чтобы продолжить в {client}',
    name: 'Имя пользователя',
    password: 'Пароль',
    signIn: 'Войти',
    cancel: 'Отмена',
    wrong: 'Неверное имя пользователя или пароль.',
    throttled: 'Слишком много неудачных попыток. Подождите {minutes} мин и попробуйте снова.',
    busy: 'Сервис занят. Попробуйте через несколько секунд.',
    continueAs: 'Вы вошли как {name}.',
    continue: 'Продолжить',
    other: 'Войти под другим именем',
    allows: '{client} будет действовать в этом рабочем пространстве от вашего имени.',
    deviceTitle: 'Подключение устройства',
    deviceEnter: 'Введите код, который показывает устройство.',
    deviceCode: 'Код',
    deviceWrong: 'Код неверен, уже использован или истёк.',
    deviceFailed: 'Не получилось. Введите код ещё раз.',
    deviceStopped: 'Устройство не подключено.',
    deviceConfirm: 'Ваше устройство показывает этот код?',
    deviceWarning: 'Если вы не начинали подключение сами или код другой, нажмите «Отмена».',
    deviceAllow: 'Да, подключить {client}',
    deviceDone: 'Устройство подключено. Страницу можно закрыть.',
    errorTitle: 'Не получилось',
    errorExpired: 'Вход устарел или открыт в другом браузере. Начните заново из CodeLab.',
    errorRequest: 'Запрос неверен. Начните заново из CodeLab.',
    errorServer: 'У нас что-то сломалось. Попробуйте ещё раз чуть позже.',
  },
} as const

export type Language = keyof typeof texts
export type TextName = keyof (typeof texts)['en']

/** The texts of one language; `{word}` is filled in from `values`. */
export const textsOf =
  (language: Language) =>
  (name: TextName, values: Record<string, string> = {}): string =>
    texts[language][name].replaceAll(/\{(\w+)\}/g, (_, word: string) => values[word] ?? '')
