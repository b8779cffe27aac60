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

## Таблица.

tui-column-number = №
tui-column-peer = клиент
tui-column-state = состояние
tui-column-age = возраст
tui-column-requests = запросы
tui-column-requests-short = запр
tui-column-received = пришло
tui-column-sent = ушло
tui-column-last = последний запрос
tui-column-why = что вероятно или чем закончилось

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

## Запрос, на который ещё отвечают.

tui-rate = { $size }/с
tui-running-endless = { $progress }, без конца

## За чем не уследили.

tui-missed-short = не рассмотрено { $number }

## Итоги.

tui-endings = Чем заканчивались соединения
tui-notices = Что ещё произошло
tui-slowest = Самые медленные ответы с начала работы
tui-largest = Самые большие ответы с начала работы
tui-missed = { $n ->
    [one] { $number } событие пришло
    [few] { $number } события пришли
   *[many] { $number } событий пришли
 } быстрее, чем их можно рассмотреть; в итогах учтено всё

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
tui-help-quit = остановить сервер, как Ctrl-C: ответы будут дописаны; ещё раз — остановиться сразу
tui-help-states = Состояния соединения
tui-help-errors = Ошибки — это ответы с кодом от 400, оборванные ответы и отказы. Пробы — то, что браузеры и сканеры спрашивают у каждого сервера (/favicon.ico и подобное): они считаются отдельно и ошибками не являются.
