## Что говорит терминал.

greeting = Соединение установлено!

serving-built-in = hello отдаёт встроенный сайт
serving-path = hello отдаёт { $path }
listening-at = по адресу { $address }
how-to-stop = Остановить: Ctrl-C

events-dropped = { $events ->
    [one] { $events } событие не показано
    [few] { $events } события не показаны
   *[many] { $events } событий не показано
 }: терминал не успевает читать
request-broken = из { $size }: оборвано
summary = { $connections ->
    [one] { $connections } соединение
    [few] { $connections } соединения
   *[many] { $connections } соединений
 } и { $requests ->
    [one] { $requests } запрос
    [few] { $requests } запроса
   *[many] { $requests } запросов
 } за { $seconds } с. До встречи!

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

notice-crowded = предел соединений достигнут: { $limit }; дольше всех простаивающие закрываются. Подробнее: «hello help too-many-connections»
notice-crowd-over = место снова есть; закрыто простаивавших: { $shed }, ответов 503: { $refused }
notice-accept-fails = система не даёт новых соединений ({ $system }); пробуем дальше. Подробнее: «hello help accept-fails»
notice-accept-works = соединения снова принимаются; неудач было: { $failures }
notice-draining = { $busy ->
    [0] останавливаемся
    [one] останавливаемся: дописывается { $busy } ответ; ещё раз Ctrl-C — стоп сразу
    [few] останавливаемся: дописываются { $busy } ответа; ещё раз Ctrl-C — стоп сразу
   *[many] останавливаемся: дописываются { $busy } ответов; ещё раз Ctrl-C — стоп сразу
 }
notice-cannot-print = вывод не записывается ({ $system }); пробуем дальше и считаем непоказанное. Подробнее: «hello help cannot-print»

## Чего не хватает и что выбрано взамен.

notice-too-many-open-files = новых соединений нет: слишком много открытых файлов ({ $system }); пробуем дальше. Подробнее: «hello help too-many-open-files»
notice-out-of-memory = новых соединений нет: не хватает памяти ({ $system }); пробуем дальше. Подробнее: «hello help memory-limit»
notice-disk-full = вывод не записывается: диск заполнен ({ $system }); пробуем дальше и считаем непоказанное. Подробнее: «hello help disk-full»
notice-next-port = порт { $taken } занят; вместо него — { $port }
notice-memory-limit = память ограничена: { $limit }, а одни только файлы могут занять { $files }. Подробнее: «hello help memory-limit»
