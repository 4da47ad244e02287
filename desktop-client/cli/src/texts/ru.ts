import type { Texts } from './en.ts'

const forms = new Intl.PluralRules('ru')
const count = (number: number, one: string, few: string, many: string) => {
  const form = forms.select(number)
  return `${number} ${form === 'one' ? one : form === 'few' ? few : many}`
}

/** Всё, что говорит терминальный клиент, по-русски. */
export const ru: Texts = {
  help: {
    program: 'ИИ-помощник программиста: работает в папке вашего проекта и спрашивает разрешения.',
    project: 'папка проекта (по умолчанию текущая)',
    server: 'адрес сервера CodeLab',
    login: 'войти на сервер CodeLab',
    loginBrowser: 'в браузере (по умолчанию)',
    loginDevice: 'по коду, который вы подтвердите на любом устройстве',
    loginUser: 'по имени пользователя и паролю',
    loginPasswordStdin: 'прочитать пароль из стандартного ввода, одной строкой',
    logout: 'выйти, в том числе на сервере',
    chat: 'беседа в терминале',
    run: 'один вопрос или одно задание',
    runJson: 'выводить каждое сообщение протокола строкой JSON и больше ничего',
    runApprove: 'что делать, когда помощнику нужно ваше разрешение',
    runTimeout: 'прекратить через столько секунд',
    session: 'продолжить этот сеанс',
    here: 'впредь выполнять инструменты этого сеанса в этой папке проекта',
    model: 'какую модель использовать',
    sessions: 'ваши сеансы',
    sessionsList: 'список, последние сначала',
    sessionsAll: 'вместе с архивными',
    sessionsRename: 'переименовать сеанс',
    sessionsArchive: 'убрать сеанс в архив (--undo: вернуть)',
    sessionsDelete: 'удалить сеанс и его сообщения навсегда',
    approvals: 'вызовы инструментов, ждущие вашего решения',
    approvalsList: 'список, старые сначала',
    approvalsApprove: 'разрешить',
    approvalsReject: 'отклонить',
    approvalsReason: 'объяснить помощнику причину',
    approvalsEdit: 'исправить аргументы в редакторе и разрешить',
    whoami: 'кто вошёл и где',
    json: 'вывести JSON',
    examples: `
Примеры:
  codelab login --server https://codelab.example.com
  codelab chat
  codelab run "Что делает src/main.ts?"
  codelab run --approve=never --json "Перечисли комментарии TODO" | jq .

Коды выхода: 0 готово · 1 не удалось · 2 неверный вызов · 3 нет входа · 4 нет связи
             5 нужно разрешение или оно не дано · 6 отменено · 7 время вышло`,
  },
  login: {
    opening: (address) =>
      `Открываю браузер. Если ничего не произошло, откройте адрес:\n\n  ${address}\n`,
    openThis: (address) => `Откройте этот адрес в браузере на этой машине:\n\n  ${address}\n`,
    waiting: 'Жду, пока вы войдёте (Ctrl-C — отказаться) …',
    device: (address, code) =>
      `Откройте этот адрес на любом устройстве:\n\n  ${address}\n\nи введите код:  ${code}\n`,
    doneTitle: 'Вы вошли',
    doneText: 'Это окно можно закрыть и вернуться в терминал.',
    refusedTitle: 'Войти не удалось',
    refusedText: 'Вернитесь в терминал и начните снова. Это окно можно закрыть.',
    done: (who, server) => `Вход выполнен: ${who}, ${server}.`,
    passwordNeedsStdin: 'Пароль читается только из стандартного ввода: добавьте --password-stdin.',
    passwordMissing: 'В стандартном вводе нет пароля.',
    oneWay: 'Выберите что-то одно: --browser, --device или --user.',
  },
  logout: {
    done: (server) => `Вы вышли с ${server}.`,
    notTold: (server) =>
      `На этой машине вход удалён. Сообщить об этом ${server} не удалось: токен истечёт сам.`,
  },
  whoami: { line: (who, server) => `${who}, ${server}`, roles: 'роли' },
  sessions: {
    none: 'Сеансов пока нет. Начните: codelab chat',
    untitled: '(без названия)',
    waiting: (number) =>
      count(number, 'вызов ждёт решения', 'вызова ждут решения', 'вызовов ждут решения'),
    archived: 'в архиве',
    renamed: 'Переименовано.',
    putAway: 'Убрано в архив.',
    takenOut: 'Возвращено из архива.',
    deleted: 'Удалено.',
    reallyDelete: (title) => `Удалить «${title}» и сообщения навсегда? [y/N] `,
    deleteNeedsYes: 'Ничего не удалено. Подтвердите ключом --yes.',
    kept: 'Ничего не удалено.',
    yes: 'не спрашивать',
  },
  approvals: {
    none: 'Ничто не ждёт вашего решения.',
    unknown: (id) => `Вызов ${id} решения не ждёт. Список: codelab approvals`,
    approved: (session) =>
      `Разрешено. Выполнится там, где открыт тот сеанс; если нигде: codelab chat --session ${session}`,
    rejected: 'Отклонено.',
    late: 'Кто-то уже решил это раньше, или вызов завершён.',
    unchanged: 'Ничего не изменено, поэтому ничего не решено.',
  },
  chat: {
    welcome: (server, folder) => `CodeLab: ${server}, папка ${folder}`,
    sessionIs: (id) => `Сеанс ${id}`,
    hint: 'Спрашивайте. Ctrl-C останавливает ответ, Ctrl-D завершает, /help — подсказка.',
    help: '/model ИМЯ  другая модель    /models  список    /new  новый сеанс    /quit  выйти',
    viewer:
      'Этот сеанс работает в другой папке: здесь можно говорить и решать, инструменты выполняются там. (--here перенесёт его сюда.)',
    modelIs: (model) => `Теперь модель: ${model}`,
    models: 'Модели',
    unknownCommand: (command) => `Нет команды ${command}. Подсказка: /help`,
    again: 'Нажмите Ctrl-C ещё раз, чтобы выйти.',
    bye: (id) => `Продолжить: codelab chat --session ${id}`,
    expired: 'Тот сеанс слишком долго простаивал и закончился; вот новый.',
    needsTerminal: 'chat работает в терминале. Для сценариев: codelab run "…"',
    you: 'вы',
  },
  turn: {
    thinking: 'думает',
    running: (tool) => `выполняется ${tool}`,
    waitingElsewhere: 'ждёт инструмента на другой машине',
    waitingApproval: 'ждёт разрешения',
    connecting: 'соединение',
    reconnecting: (seconds, reason) => `${reason}; новая попытка через ${seconds} с`,
    cancelling: 'Останавливаю. Ctrl-C ещё раз — выйти сразу.',
    cancelled: 'Остановлено.',
    discarded: 'Ответ оборвался; вот новая попытка.',
    stepLimit: 'Помощник остановился: исчерпаны шаги одного ответа. Скажите «продолжай».',
    length: 'Ответ достиг наибольшей длины, которую допускает модель.',
    failed: 'Не удалось.',
    timedOut: (seconds) => `За ${seconds} с не завершилось: остановлено.`,
    reset: 'Часть промежуточных событий уже не хранится; сообщения полны.',
    outcome: {
      executed: 'готово',
      failed: 'ошибка',
      rejected: 'отклонено',
      cancelled: 'отменено',
      expired: 'время вышло',
      unknown: 'неизвестно, произошло ли',
    },
  },
  approve: {
    title: 'Помощник просит разрешения',
    command: 'запустить программу',
    inFolder: (folder) => `в папке ${folder}`,
    remove: 'удалить',
    create: 'создать папку',
    move: (from, to) => `переместить ${from} в ${to}`,
    write: 'записать',
    edit: 'изменить',
    other: 'выполнить',
    newFile: 'новый файл',
    noChange: 'ничего не изменится',
    replaces: (what) => `заменяет ${what}, который нельзя показать`,
    existing: (what) => `здесь уже есть: ${what}`,
    commandAt: (folder, seconds) => `в ${folder}, не дольше ${seconds} с`,
    thing: {
      absent: 'ничего',
      file: (size) => `файл: ${count(size, 'байт', 'байта', 'байт')}`,
      folder: (entries) => `папка: ${count(entries, 'запись', 'записи', 'записей')}`,
      link: (target) => `ссылка на ${target}`,
      special: 'не файл и не папка',
    },
    warnings: {
      control_characters: 'Есть управляющие знаки.',
      hidden_characters: 'Есть невидимые или меняющие направление знаки.',
      inside_git: 'Затрагивает собственные файлы git.',
      runs_later: 'Этот файл читают и исполняют другие программы, часто без спроса.',
      through_link: 'Путь идёт через ссылку.',
      outside_risk: 'Называет места вне папки проекта.',
    },
    hidden: 'Осторожно: есть невидимые или меняющие направление знаки, они показаны как \\u{…}.',
    reason: (reason) => `Правило: ${reason}`,
    expires: (when) => `Ждёт до ${when}`,
    previewFailed: (message) => `Показать изменения нельзя: ${message}`,
    keys: '[a] разрешить   [e] править   [r] отклонить   [s] разрешить на этот сеанс ? ',
    keysEdited: '[a] разрешить исправленное   [e] править ещё   [r] отклонить ? ',
    chosen: {
      approve: 'разрешить',
      edit: 'править',
      reject: 'отклонить',
      session: 'разрешить на этот сеанс',
    },
    why: 'Почему? (для помощника; Enter — без причины) ',
    elsewhere: 'Решено в другом месте или уже завершено.',
    late: 'Кто-то решил это раньше.',
    invalid: (message) => `Такие аргументы неверны: ${message}`,
    refused: (message) => `Сервер не принял: ${message}`,
    unchanged: 'Ничего не изменено.',
    noEditor: (editor) => `Редактор «${editor}» не запустился. Укажите другой в EDITOR.`,
    needed: (tool, id) =>
      `${tool} требует разрешения, а спросить здесь некого. Вызов ждёт: codelab approvals approve ${id} (или --approve=all | never)`,
    never: 'Не разрешено: запуск с --approve=never.',
    refusedNote: (tool) => `${tool}: отказано (--approve=never).`,
  },
  failure: {
    prefix: 'codelab',
    unexpected: (message) => `Неожиданная ошибка: ${message}. Подробнее с CODELAB_DEBUG=1.`,
    noFolder: (folder) => `Нет папки ${folder}. Укажите другую: --project.`,
    cancelled: 'Отменено.',
  },
}
