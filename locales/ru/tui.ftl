## Вид на весь экран: hello --tui.

tui-title = hello отдаёт { $what } по адресу { $address }
tui-built-in = встроенный сайт
tui-too-small = Окно слишком мало: нужно хотя бы { $columns } столбцов и { $lines } строк. q — выход.
tui-failed = вид на весь экран отказал (ошибка в самом hello, сообщите о ней). Сервер работает дальше; остановить его: Ctrl-C


## Числа вверху.

tui-open = сейчас открыто { $number }
tui-connections = { $n ->
    [one] { $number } соединение
    [few] { $number } соединения
   *[many] { $number } соединений
 } ({ $rate }/с)
tui-requests = { $n ->
    [one] { $number } запрос
    [few] { $number } запроса
   *[many] { $number } запросов
 } ({ $rate }/с)
tui-bytes = отправлено { $size } ({ $rate }/с)
tui-errors = { $n ->
    [one] { $number } ошибка
    [few] { $number } ошибки
   *[many] { $number } ошибок
 }
tui-probes = { $n ->
    [one] { $number } проба
    [few] { $number } пробы
   *[many] { $number } проб
 }

## Таблица.

tui-column-number = №
tui-column-peer = клиент
tui-column-state = состояние
tui-column-age = возраст
tui-column-requests = запр
tui-column-received = пришло
tui-column-sent = ушло
tui-column-last = последний запрос
tui-column-why = что вероятно или чем закончилось

tui-state-accepted = принято
tui-state-handshaking = рукопожатие
tui-state-waiting = ждём
tui-state-reading = читаем
tui-state-answering = готовим
tui-state-sending = отправляем
tui-state-draining = закрываем
tui-state-ended = закрыто

tui-nobody-yet = Пока никто не подключался.
tui-nobody-like-that = Таких соединений нет. Esc покажет все.
tui-filter = фильтр
tui-sorted = порядок
tui-ended-hidden = закрытые скрыты
tui-rows = { $from }–{ $to } из { $of }
tui-not-shown = ещё открыто: { $number }

## Что делают клавиши, одним словом.

tui-key-quit = выход
tui-key-help = справка
tui-key-open = открыть
tui-key-filter = фильтр
tui-key-sort = порядок
tui-key-turn = наоборот
tui-key-ended = закрытые
tui-key-totals = итоги
tui-key-move = выбор
tui-key-scroll = прокрутка
tui-key-back = назад
tui-key-keep = оставить
tui-key-drop = убрать фильтр

## Одно соединение, от начала до конца.

tui-accepted = принято
tui-now = сейчас
tui-story-requests = { $n ->
    [one] { $n } запрос
    [few] { $n } запроса
   *[many] { $n } запросов
 }
tui-story-received = пришло { $text }
tui-story-sent = ушло { $text }
tui-story-forgotten = { $n ->
    [one] … { $n } прежний запрос не сохранён
    [few] … { $n } прежних запроса не сохранены
   *[many] … { $n } прежних запросов не сохранены
 }
tui-story-pause = … тишина { $time }
tui-story-broken = из { $size }: оборвано

## Итоги.

tui-endings = Чем заканчивались соединения
tui-notices = Что было с самим сервером
tui-slowest = Самые медленные ответы с начала работы
tui-largest = Самые большие ответы с начала работы
tui-missed = { $n ->
    [one] { $number } событие пришло
    [few] { $number } события пришли
   *[many] { $number } событий пришли
 } быстрее, чем их можно рассмотреть; в итогах учтено всё

tui-ending-closed-by-client = закрыто клиентом
tui-ending-reset-by-client = сброшено клиентом
tui-ending-left-mid-request = клиент ушёл посреди запроса
tui-ending-closed-as-asked = закрыто нами по просьбе
tui-ending-refused = отказано: нарушено правило
tui-ending-first-byte-timeout = не пришло ни байта
tui-ending-handshake-timeout = слишком медленное рукопожатие
tui-ending-handshake-failed = не договорились о ключах
tui-ending-not-tls = говорил не на TLS
tui-ending-plain-http = пришёл по http: отправлен на https
tui-ending-broken-tls = прислал то, что ключами не открыть
tui-ending-sent-away = нарушил правила HTTP/2 или прислал слишком много
tui-ending-idle-timeout = слишком долгий простой
tui-ending-write-timeout = клиент ничего не принимал
tui-ending-unread-body = тело запроса, нужное никому
tui-ending-shed = закрыто, чтобы дать место
tui-ending-overloaded = нет места: ответ 503
tui-ending-drained = сервер останавливается
tui-ending-cut-short = оборвано: сервер останавливается
tui-ending-file-changed = файл тем временем изменился
tui-ending-failed = система не справилась
tui-ending-panicked = ошибка в самом hello

## Справка.

tui-help-keys = Клавиши
tui-help-move = другое соединение; также Page Up и Down, Home и End
tui-help-open = открыть соединение: весь его путь от начала до конца
tui-help-back = шаг назад; в таблице: убрать фильтр, вернуться наверх
tui-help-filter = фильтр по мере ввода: клиент, состояние, путь, код ответа, конец, пояснение
tui-help-sort = порядок по следующему столбцу, по предыдущему
tui-help-digits = порядок по этому столбцу; ещё раз — наоборот
tui-help-turn = обратный порядок
tui-help-ended = скрыть или показать закрытые соединения
tui-help-totals = чем заканчивались соединения, самые медленные и большие ответы
tui-help-redraw = нарисовать всё заново
tui-help-help = эта справка; ещё раз — обратно
tui-help-quit = остановить сервер, как Ctrl-C: ответы будут дописаны; ещё раз — стоп сразу
tui-help-states = Состояния соединения
tui-help-accepted = соединение принято, но не пришло ещё ни байта
tui-help-waiting = ждём следующего запроса
tui-help-reading = читаем запрос
tui-help-answering = готовим ответ
tui-help-sending = отправляем ответ
tui-help-draining = всё сказано; ждём, пока клиент это увидит
tui-help-errors = Ошибки — это ответы с кодом от 400. Пробы — то, что браузеры и сканеры спрашивают у каждого сервера (/favicon.ico и подобное): они считаются отдельно и ошибками не являются.
