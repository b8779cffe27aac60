## Что командная строка рассказывает о себе.

label-hint = совет

## hello --help

help-purpose = hello: веб-сервер, который рассказывает, что он делает и почему
help-usage = Запуск: hello [ПУТЬ] [ПАРАМЕТРЫ]
help-examples = Примеры:
help-example-built-in = небольшой встроенный сайт для знакомства
help-example-folder = папка ./dist, только для этого компьютера
help-example-network = она же, для всех в сети
help-options = Параметры:
help-limits = Пределы и сроки, со значениями по умолчанию:
help-units = Время пишут с ms, s, m или h (миллисекунды, секунды, минуты, часы), размер — с KiB, MiB или GiB.

option-path = ПУТЬ
option-path-about = папка или файл, которые нужно отдавать; без него — небольшой встроенный сайт
option-listen = --listen АДРЕС
option-listen-about = где принимать соединения; если не указано — на 127.0.0.1:7878. Можно повторять. 8080 — то же, что 127.0.0.1:8080; localhost — это 127.0.0.1 и [::1]; 0.0.0.0:8080 — все сети. Годятся также [::1]:8080, example.lan:8080 и unix:/run/hello.sock
option-quiet = -q, --quiet
option-quiet-about = не сообщать ни о соединениях, ни о запросах, ни об адресах
option-tui = --tui
option-tui-about = показывать соединения вживую на весь экран вместо строк; нужен терминал, там ? — справка
option-log = --log text|json
option-log-about = строки для людей (text) или по объекту в строке для программ (json)
option-lang = --lang en|ru
option-lang-about = язык сообщений; если не указан — язык системы
option-help = -h, --help
option-help-about = показать эту справку
option-version = -V, --version
option-version-about = показать версию

## Пределы и сроки: что ограничено, почему и что происходит на пределе.

limit-max-connections = сколько соединений открыто сразу; по умолчанию — сколько позволяет предел открытых файлов
limit-max-connections-reason = каждое занимает дескриптор и память
limit-max-connections-consequence = закрывается то, что дольше всех простаивает; если таких нет — ответ 503 с Retry-After
limit-drain-timeout = сколько времени даётся на незаконченные ответы при остановке
limit-drain-timeout-reason = обычная загрузка успеет закончиться, а перезапуск не затянется
limit-drain-timeout-consequence = всё незаконченное обрывается
limit-first-byte-timeout = сколько ждать первого байта в соединении
limit-first-byte-timeout-reason = браузеры соединяются заранее; за полминуты их соединения пригодятся, а мёртвые закроются
limit-first-byte-timeout-consequence = соединение закрывается без ответа
limit-head-timeout = за сколько должен прийти весь заголовок запроса, считая от первого байта
limit-head-timeout-reason = самому медленному честному телефону хватает пары секунд, а злоумышленник шлёт по байту в минуту
limit-head-timeout-consequence = ответ 408, соединение закрывается
limit-body-timeout = сколько ждать тела запроса, прежде чем считать его скорость
limit-body-timeout-reason = примерно столько молчит телефон, который меняет сеть
limit-body-timeout-consequence = ответ 408, соединение закрывается
limit-body-rate-min = самая низкая средняя скорость тела запроса
limit-body-rate-min-reason = тело, которое приходит по капле, занимало бы соединение сутками
limit-body-rate-min-consequence = ответ 408, соединение закрывается
limit-write-timeout = сколько времени клиент может не принимать ничего из ответа
limit-write-timeout-reason = клиента, который медлит, не отличить от того, который пропал
limit-write-timeout-consequence = соединение сбрасывается, ответ остаётся незаконченным
limit-idle-timeout = сколько ждать следующего запроса в соединении
limit-idle-timeout-reason = страницу читают около минуты, прежде чем щёлкнуть дальше
limit-idle-timeout-consequence = соединение закрывается без ответа (RFC 9112 §9.5)
limit-linger-timeout = сколько ещё читать перед закрытием, чтобы клиент увидел последний ответ
limit-linger-timeout-reason = хватает на один потерянный пакет ответа и его повтор
limit-linger-timeout-consequence = соединение всё равно закрывается
limit-head-bytes-max = заголовок запроса: первая строка и все поля
limit-head-bytes-max-reason = большие cookie помещаются; заголовок остаётся в памяти, пока на него не ответили
limit-head-bytes-max-consequence = ответ 431, соединение закрывается
limit-target-bytes-max = адрес в первой строке запроса
limit-target-bytes-max-reason = RFC 9112 §3 рекомендует не меньше 8000 байт
limit-target-bytes-max-consequence = ответ 414, соединение закрывается
limit-fields-max = сколько полей в заголовке запроса и сколько после тела; можно только уменьшить
limit-fields-max-reason = браузеры шлют около пятнадцати; в разборе есть место для ста
limit-fields-max-consequence = ответ 431, соединение закрывается
limit-chunk-line-bytes-max = строка с размером одного куска (chunk) и его расширениями
limit-chunk-line-bytes-max-reason = в размере не больше шестнадцати цифр; остальное — расширения, которых почти никто не шлёт
limit-chunk-line-bytes-max-consequence = ответ 400, соединение закрывается
limit-chunk-extension-bytes-max = все расширения кусков (chunks) в теле одного запроса
limit-chunk-extension-bytes-max-reason = много мелких требуют столько же работы, сколько одно большое (RFC 9112 §7.1.1)
limit-chunk-extension-bytes-max-consequence = ответ 400, соединение закрывается
limit-trailer-bytes-max = поля после тела запроса, переданного кусками (chunked)
limit-trailer-bytes-max-reason = в них передают контрольные суммы и подписи; половины заголовка хватает с запасом
limit-trailer-bytes-max-consequence = ответ 431, соединение закрывается
limit-unread-body-bytes-max = сколько ненужного тела запроса прочитать и выбросить, чтобы сохранить соединение
limit-unread-body-bytes-max-reason = дочитать немного дешевле нового соединения, дочитать много — нет
limit-unread-body-bytes-max-consequence = соединение закрывается после ответа
limit-memory-file-bytes-max = самый большой файл, который хранится в памяти
limit-memory-file-bytes-max-reason = меньшие файлы дешевле скопировать, чем сделать два лишних системных вызова
limit-memory-file-bytes-max-consequence = файл отправляет ядро из открытого дескриптора
limit-memory-bytes-max = все файлы, которые хранятся в памяти
limit-memory-bytes-max-reason = популярные файлы сайта помещаются, а небольшому компьютеру хватает памяти на остальное
limit-memory-bytes-max-consequence = самые ненужные забываются и читаются снова, когда их спросят
limit-open-files-max = сколько дескрипторов держать открытыми для больших файлов
limit-open-files-max-reason = каждый отнимает один дескриптор у соединений
limit-open-files-max-consequence = самые ненужные закрываются и открываются снова, когда их спросят
limit-look-again-after = сколько времени верить последнему взгляду на файл
limit-look-again-after-reason = настолько может устареть изменённый файл; под нагрузкой взгляд не стоит ничего
limit-look-again-after-consequence = следующий запрос смотрит на файл заново
