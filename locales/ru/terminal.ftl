## Что говорит терминал.

greeting = Соединение установлено!

serving-built-in = hello отдаёт встроенный сайт
serving-path = hello отдаёт { $path }
how-to-stop = остановить: Ctrl-C
this-machine = этот компьютер
the-network = сеть
more-addresses = и ещё { $addresses }
listening-at = принимаем соединения по адресу { $address }

events-dropped = { $events ->
    [one] { $count } событие не показано
    [few] { $count } события не показаны
   *[many] { $count } событий не показано
 }: вывод не успевают читать
request-broken = оборвано, из { $size }

## Что приходит быстрее, чем успевает прочитать человек: одна строка за секунду.

folded = +{ $what } за эту секунду
folded-connections = { $events ->
    [one] { $count } соединение
    [few] { $count } соединения
   *[many] { $count } соединений
 }
folded-requests = { $events ->
    [one] { $count } запрос
    [few] { $count } запроса
   *[many] { $count } запросов
 }
folded-errors = { $events ->
    [one] { $count } ошибка
    [few] { $count } ошибки
   *[many] { $count } ошибок
 }
folded-ends = { $events ->
    [one] { $count } завершение
    [few] { $count } завершения
   *[many] { $count } завершений
 }

## Последние строки.

summary = { $connections } и { $requests } за { $time }, отправлено { $sent }
connections = { $events ->
    [one] { $count } соединение
    [few] { $count } соединения
   *[many] { $count } соединений
 }
requests = { $events ->
    [one] { $count } запрос
    [few] { $count } запроса
   *[many] { $count } запросов
 }
summary-wrong = ошибки: { $what }
summary-client-errors = { $count } × 4xx
summary-server-errors = { $count } × 5xx
summary-broken = оборвано { $count }
summary-refused = отказано { $count }
goodbye = До встречи!

## Единицы в том, что говорит hello.

decimal-mark = ,
unit-b = Б
unit-kib = КиБ
unit-mib = МиБ
unit-gib = ГиБ
unit-tib = ТиБ
unit-ms = мс
unit-s = с
unit-min = мин
unit-h = ч

## Почему ответ — не тот файл, о котором спросили; рядом с путём.

remark-method-not-allowed = не тот метод
remark-bad-path = таких имён не бывает
remark-no-such-file = нет такого файла
remark-no-index = папка без index.html
remark-hidden = скрытое имя
remark-leaves-root = ведёт за пределы папки
remark-special-file = это не файл
remark-forbidden = нельзя прочитать
remark-unreadable = не читается
remark-root-gone = папка пропала
remark-precondition-failed = уже изменилось
remark-range-unsatisfiable = дальше конца файла
remark-panicked = ошибка в самом hello
remark-overloaded = нет места

## Как заканчиваются соединения.

ending-closed-by-client = закрыто клиентом { $requests ->
    [0] без единого запроса
    [one] после { $requests } запроса
   *[other] после { $requests } запросов
 }
ending-reset-by-client = сброшено клиентом
ending-left-mid-request = клиент ушёл посреди запроса
ending-closed-as-asked = закрыто нами, как просил клиент
ending-refused = отказано: { $what } ({ $rfc }), ответ { $status }
ending-refused-late = отказано: { $what } ({ $rfc }), уже после ответа
ending-first-byte-timeout = закрыто нами: ни одного байта за { $seconds } с
ending-idle-timeout = закрыто нами: простой { $seconds } с, { $requests ->
    [one] после { $requests } запроса
   *[other] после { $requests } запросов
 }
ending-write-timeout = закрыто нами: клиент ничего не принимал { $seconds } с
ending-unread-body = закрыто нами: тело запроса, которое никто не читает
ending-shed = закрыто нами: простаивало дольше всех, понадобилось место
ending-overloaded = нет места: ответ 503
ending-drained = закрыто нами: сервер останавливается
ending-cut-short = оборвано нами: сервер останавливается
ending-file-changed = сброшено нами: файл изменился во время отправки
ending-failed = закрыто нами: система не справилась
ending-panicked = закрыто нами: ошибка в самом hello, сообщите о ней
ending-progress = , отправлено { $percent } % от { $target }

## Что касается самого сервера.

notice-crowded = предел соединений достигнут: { $limit }; дольше всех простаивающие закрываются. Больше: `ulimit -n` или --max-connections
notice-crowd-over = место снова есть; закрыто простаивавших: { $shed }, ответов 503: { $refused }
notice-accept-fails = система не даёт новых соединений ({ $system }); пробуем дальше. Больше: `ulimit -n` или --max-connections
notice-accept-works = соединения снова принимаются; неудач было: { $failures }
notice-draining = { $busy ->
    [0] останавливаемся
    [one] останавливаемся: дописывается { $busy } ответ; ещё раз Ctrl-C — стоп сразу
    [few] останавливаемся: дописываются { $busy } ответа; ещё раз Ctrl-C — стоп сразу
   *[many] останавливаемся: дописываются { $busy } ответов; ещё раз Ctrl-C — стоп сразу
 }
notice-cannot-print = вывод не записывается ({ $system }); пробуем дальше и считаем непоказанное
