## Что командная строка рассказывает о себе.

label-hint = совет
label-more = подробнее: «hello help { $key }»

## hello --help

help-purpose = hello: веб-сервер, который рассказывает, что он делает и почему
help-usage = Запуск: hello [ПУТЬ | ИМЯ=ПУТЬ]... [ПАРАМЕТРЫ]
help-examples = Примеры:
help-example-built-in = небольшой встроенный сайт для знакомства
help-example-folder = папка ./dist, только для этого компьютера
help-example-mounts = несколько: на /docs/ и /app/
help-example-network = она же, для всех в сети, с QR-кодом для телефона
help-example-doctor = получится ли это здесь? Порт, права, папка, пределы
help-options = Параметры:
help-commands = Команды (чтобы отдавать папку с таким именем, пишите ./help):
help-tls = TLS (https):
help-tls-more = Срок здесь один, --handshake-timeout: «hello help limits». Сертификат для имени в интернете можно получить бесплатно, например программой certbot.
help-files = Как отдаётся папка:
help-files-more = Что и как долго хранится из файлов: «hello help limits». Если в папке есть страница 404.html, ею и отвечают там, где ничего не нашлось. Если добавить к адресу файла ?download, браузер предложит его сохранить.
help-logs = Журналы и метрики:
help-logs-more =
    Имена в формате: { $fields }. Чего нет, то — дефис, а сама скобка пишется дважды. Всё, что присылают клиенты, экранируется: ни строку, ни поле, ни кавычку им не закончить.

    Файл откладывается по размеру и возрасту, и хранится их столько-то: «hello help limits». Кто делает это сам (logrotate), посылает потом SIGUSR1. Если диск полон, запросы идут дальше; потерянные строки считаются, и об этом говорится.
help-limits = Пределы и сроки, со значениями по умолчанию:
help-units = Время пишут с ms, s, m, h или d (миллисекунды, секунды, минуты, часы, дни), размер — с KiB, MiB или GiB.

option-path = ПУТЬ
option-path-about = папка или файл, которые нужно отдавать; без него — небольшой встроенный сайт. Если их несколько, дайте им имена: docs=./docs будет на /docs/, а путь без имени — на /. Папку, в чьём имени есть =, пишут так: ./a=b
option-config = --config ФАЙЛ
option-config-about = взять настройки из этого файла; иначе — из hello.toml в текущей папке, если он там есть, а путь не указан
option-set = --set СТРОКА
option-set-about = кусочек hello.toml, как он стоял бы там: --set 'canonical-host = "example.com"', --set 'rule = {"{"} path = "/old", redirect = "/new" {"}"}'. Можно повторять; важнее файла. Что так можно указать, перечисляет «hello help keys»
option-watch = --watch
option-watch-about = следить за этим файлом, за теми, что он включает, и за названными в нём сертификатами и файлами пользователей: изменится один — настройки перечитаются
option-listen = --listen АДРЕС
option-listen-about = где принимать соединения; если не указано — на 127.0.0.1:7878. Можно повторять. 8080 — то же, что 127.0.0.1:8080; localhost — это 127.0.0.1 и [::1]; 0.0.0.0:8080 — все сети. Годятся также [::1]:8080, example.lan:8080 и unix:/run/hello.sock
option-share = --share
option-share-about = открыть для всех в той же сети: принимать соединения во всех сетях на порту 7878 («--share --listen 8080» — на порту 8080) и сказать, что это значит и по каким адресам заходить
option-next-port = --next-port
option-next-port-about = если порт занят, взять следующий свободный и сказать об этом
option-list = --list
option-list-about = показывать содержимое папок, в которых нет index.html, всем. Так же с --share. Иначе его видят только на этом компьютере, и то если больше никому сервер не доступен (127.0.0.1, [::1], Unix-сокет)
option-no-list = --no-list
option-no-list-about = не показывать содержимое папок
option-qr = --qr
option-qr-about = нарисовать лучший из адресов QR-кодом, чтобы навести на него телефон
option-open = --open
option-open-about = открыть главную страницу в вашем браузере
option-answer-probes = --answer-probes
option-answer-probes-about = отвечать на то, что браузеры спрашивают у каждого сайта, если такого файла нет: значок на /favicon.ico и /apple-touch-icon*, 204 на то, что ищут инструменты разработчика и предзагрузка
option-live = --live
option-live-about = открытые страницы следят за своими файлами: когда файл меняется, перезагружаются сами, а изменившиеся стили подхватывают без перезагрузки
option-spa = --spa
option-spa-about = одностраничное приложение: пути без расширения, которые никуда не ведут, получают начальную страницу; отсутствующие файлы остаются 404
option-clean-urls = --clean-urls
option-clean-urls-about = /about — это about.html; с /about.html и /docs/index.html туда ведёт перенаправление, так что у каждой страницы один адрес
option-index = --index ИМЯ
option-index-about = файл, который отдаётся вместо папки; если не указан — index.html. Можно повторять: берётся первый из имеющихся
option-immutable = --immutable
option-immutable-about = файлы с контрольной суммой в имени (app-BkR1x2aL.js, style.3f2a9c1b.css) браузеры хранят год, не спрашивая; об остальных спрашивают каждый раз, как обычно
option-cors = --cors
option-cors-about = страницы любых других сайтов могут читать то, что здесь отдаётся (Access-Control-Allow-Origin: *)
option-hidden = --hidden
option-hidden-about = отдавать и файлы, имена которых начинаются с точки. Это и .git, и .env: тогда их прочтёт каждый, кто достучится до сервера
option-links = --links none|inside|anywhere
option-links-about = символические ссылки: не переходить по ним, переходить внутри папки (как обычно) или куда бы они ни вели
option-type = --type РАСШ=ТИП
option-type-about = тип файлов с таким расширением, например md=text/markdown. Можно повторять
option-hints = --hints ФАЙЛ
option-hints-about = на что ссылаются страницы, по строке: «/index.html </style.css>; rel=preload; as=style». Это стоит в их ответах, а если приходится ждать диска, уходит впереди ответа (103). Можно повторять
option-cert = --cert ФАЙЛ
option-cert-about = говорить по TLS (https) с этим сертификатом (PEM; за ним — сертификаты издателей). Можно повторять, каждый раз со своим --key: клиент получит сертификат того имени, к которому обращается
option-key = --key ФАЙЛ
option-key-about = закрытый ключ сертификата (PEM). Изменившиеся файлы перечитываются
option-redirect-http = --redirect-http АДРЕС
option-redirect-http-about = слушать ещё и здесь, без шифрования, но только чтобы отправлять всех на адрес https. Можно повторять
option-rate-limit = --rate-limit ЧАСТОТА
option-rate-limit-about = как часто может спрашивать один адрес: 10/s, 600/min, 1000/h или 5000/d (в секунду, минуту, час, сутки). Столько же можно сразу, или иначе: 10/s,burst=20. Не по адресу, а по полю или пользователю: 100/h,by=field:x-api-key. Сверх того — 429 и Retry-After. Можно повторять: действуют все
option-shadow-limits = --shadow-limits
option-shadow-limits-about = никому не отказывать из-за ограничений для клиентов, а только сообщать, кому отказали бы
option-hsts = --hsts ВРЕМЯ
option-hsts-about = велеть браузерам столько времени приходить только по https (Strict-Transport-Security), например 180d; раньше их не переубедить. 0s отменяет
option-tls-min = --tls-min 1.2|1.3
option-tls-min-about = самая старая версия TLS, на которой говорить; если не указано — 1.2
option-client-ca = --client-ca ФАЙЛ
option-client-ca-about = пускать только клиентов с сертификатом от одного из этих удостоверяющих центров (PEM). Можно повторять
option-client-cert = --client-cert required|optional
option-client-cert-about = что делать с клиентом без сертификата: не пускать (required) или пустить как любого другого (optional)
option-control = --control ПУТЬ|off
option-control-about = сокет, у которого «hello status» и подобные команды спрашивают этот сервер; обычно он в $XDG_RUNTIME_DIR/hello или в /run/hello и доступен только этому пользователю
option-quiet = -q, --quiet
option-quiet-about = не сообщать ни о соединениях, ни о запросах, ни об адресах (кроме порта, который выбрала система)
option-tui = --tui
option-tui-about = показывать соединения вживую на весь экран вместо строк; нужен терминал, там ? — справка
option-log = --log text|json
option-log-about = строки для людей (text) или по объекту в строке для программ (json)
option-access-log = --access-log КУДА
option-access-log-about = писать по строке на каждый запрос: в файл, в стандартный вывод (-; больше там тогда ничего не печатается) или системе (syslog, journald). Можно повторять
option-access-log-format = --access-log-format ФОРМАТ
option-access-log-format-about = что в строке: combined (как обычно), json или свой текст с именами в фигурных скобках, например «{"{"}client{"}"} {"{"}request{"}"} {"{"}status{"}"} {"{"}took_ms{"}"}»
option-access-log-mask = --access-log-mask
option-access-log-mask-about = писать сети вместо адресов: 192.0.2.0 вместо 192.0.2.77, а от IPv6 — первые 48 бит
option-access-log-status = --access-log-status СПИСОК
option-access-log-status-about = только запросы с таким ответом: 5xx, 404 или несколько через запятую
option-access-log-path = --access-log-path ПУТЬ
option-access-log-path-about = только запросы по этому пути или ко всему, что под ним: /api/*
option-access-log-slow = --access-log-slow ВРЕМЯ
option-access-log-slow-about = только запросы, которые заняли не меньше, например 1s; а вместе с --access-log-status — ещё и запросы с таким ответом
option-access-log-compression = --access-log-compression gzip|zstd|none
option-access-log-compression-about = чем сжимать отложенный файл; если не указано — gzip
option-request-id = --request-id
option-request-id-about = давать каждому запросу имя: то, что стоит в его X-Request-Id, или новое. Его называют и ответ, и журналы
option-metrics = --metrics АДРЕС
option-metrics-about = отдавать здесь метрики для Prometheus (/metrics) и отвечать, жив ли сервер (/live) и готов ли он (/ready). 9180 значит 127.0.0.1:9180: больше никто их не увидит. Можно повторять
option-trace = --trace ЧТО
option-trace-about = рассказывать об этих запросах, откуда взялся ответ: путь (/api/*, *.css) или кто спрашивает (10.0.0.7, 10.0.0.0/8, unix). Каждый шаг — под строкой запроса и в журнале. Можно повторять
option-server-timing = --server-timing СЕТЬ
option-server-timing-about = сообщать этим клиентам в каждом ответе, сколько он занял у нас (Server-Timing); браузеры это показывают. Можно повторять
option-lang = --lang en|ru
option-lang-about = язык сообщений; если не указан — язык системы
option-color = --color auto|always|never
option-color-about = цвета: в терминале (auto), всегда (always) или никогда (never); NO_COLOR тоже учитывается
option-help = -h, --help
option-help-about = показать эту справку
option-version = -V, --version
option-version-about = показать версию

## Пределы и сроки: что ограничено, почему и что происходит на пределе.

limit-max-connections = сколько соединений открыто сразу; по умолчанию — сколько позволяют предел открытых файлов и половина памяти
limit-max-connections-reason = каждое занимает дескриптор и память
limit-max-connections-consequence = закрывается то, что дольше всех простаивает; если таких нет — ответ 503 с Retry-After
limit-drain-delay = сколько времени при остановке работать как обычно, отвечая на /ready, что сервер уже не готов
limit-drain-delay-reason = балансировщик спрашивает раз в несколько секунд и, пока не узнает, присылает людей сюда
limit-drain-delay-consequence = двери закрываются, и начинается --drain-timeout
limit-drain-timeout = сколько времени даётся на незаконченные ответы при остановке
limit-drain-timeout-reason = обычная загрузка успеет закончиться, а перезапуск не затянется
limit-drain-timeout-consequence = всё незаконченное обрывается
limit-first-byte-timeout = сколько ждать первого байта в соединении
limit-first-byte-timeout-reason = браузеры соединяются заранее; за полминуты их соединения пригодятся, а мёртвые закроются
limit-first-byte-timeout-consequence = соединение закрывается без ответа
limit-handshake-timeout = время на рукопожатие TLS
limit-handshake-timeout-reason = четыре пути через медленную сеть, один из них повторно; кто молчит дольше, тот уже не ответит
limit-handshake-timeout-consequence = закрывается без ответа
limit-head-timeout = за сколько должен прийти весь заголовок запроса, считая от первого байта
limit-head-timeout-reason = самому медленному честному телефону хватает пары секунд, а злоумышленник шлёт по байту в минуту
limit-head-timeout-consequence = ответ 408, соединение закрывается
limit-body-timeout = сколько ждать тела запроса, прежде чем считать его скорость
limit-body-timeout-reason = примерно столько молчит телефон, который меняет сеть
limit-body-timeout-consequence = ответ 408, соединение закрывается
limit-body-rate-min = самая низкая средняя скорость тела запроса
limit-body-rate-min-reason = тело, которое приходит по капле, занимало бы соединение сутками
limit-body-rate-min-consequence = ответ 408, соединение закрывается
limit-write-timeout = сколько времени клиент (или его система за него) может не принимать ничего из ответа
limit-write-timeout-reason = клиента, который медлит, не отличить от того, который пропал
limit-write-timeout-consequence = соединение сбрасывается, ответ остаётся незаконченным
limit-idle-timeout = сколько ждать следующего запроса в соединении
limit-idle-timeout-reason = страницу читают около минуты, прежде чем щёлкнуть дальше
limit-idle-timeout-consequence = соединение закрывается без ответа (RFC 9112 §9.5)
limit-tunnel-timeout = сколько могут молчать обе стороны, перейдя на другой протокол (Upgrade)
limit-tunnel-timeout-reason = кто намерен остаться, время от времени что-нибудь говорит; кто пропал без слова, занимает место
limit-tunnel-timeout-consequence = соединение закрывается; в HTTP/2 сбрасывается поток, а соединение живёт дальше
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
limit-connections-per-address = сколько соединений одновременно у одного адреса; по умолчанию — сколько их вообще бывает
limit-connections-per-address-reason = кто займёт все соединения, не оставит другим ни одного; браузер открывает шесть, а за одним адресом может жить целый дом
limit-connections-per-address-consequence = закрывается сразу, `too-many-of-address`; с --shadow-limits принимается, и об этом сообщается
limit-requests-per-address = сколько запросов одного адреса выполняется одновременно; по умолчанию — сколько несут его соединения
limit-requests-per-address-reason = много соединений, или много потоков в одном, могут занять то, чего ждут остальные
limit-requests-per-address-consequence = 429 и Retry-After
limit-bandwidth = с какой скоростью содержимое уходит по одному соединению; по умолчанию — с какой выйдет
limit-bandwidth-reason = несколько больших загрузок могут занять весь канал
limit-bandwidth-consequence = остальное ждёт своего времени
limit-body-bytes-max = сколько содержимого может быть у запроса; по умолчанию — сколько угодно, но читается не больше --unread-body-bytes-max
limit-body-bytes-max-reason = лишнему отказывают до того, как его отправят
limit-body-bytes-max-consequence = 413
limit-ipv6-prefix = по скольким битам адреса IPv6 ограничения отличают одного клиента от другого
limit-ipv6-prefix-reason = у абонента сеть в 64 бита и больше, и адресов в ней не сосчитать
limit-ipv6-prefix-consequence = у кого эти биты общие, у тех и ограничение общее
limit-remembered-clients-max = скольких клиентов помнит каждый --rate-limit
limit-remembered-clients-max-reason = по 16 байтов на каждого, один раз: наплыв адресов больше не займёт
limit-remembered-clients-max-consequence = первым забывают того, у кого запас почти полон; если запас исчерпали все, новых пропускают
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
limit-access-log-size-max = размер, с которого файл журнала запросов откладывается
limit-access-log-size-max-reason = редактор его ещё откроет; а сколько займут все вместе, известно заранее
limit-access-log-size-max-consequence = он становится ФАЙЛ.1 и сжимается, начинается новый
limit-access-log-age-max = время, через которое файл журнала запросов откладывается, считая от полуночи UTC
limit-access-log-age-max-reason = файл за день легко найти по дате
limit-access-log-age-max-consequence = как и по размеру; пустой остаётся
limit-access-log-keep = сколько файлов журнала запросов хранить кроме того, что пишется
limit-access-log-keep-reason = неделя, если происходит не слишком много
limit-access-log-keep-consequence = самый старый удаляется

## Команды.

command-doctor = doctor [ПУТЬ]
command-doctor-about = проверить заранее, получится ли запуск; понимает те же параметры
command-check = check [ФАЙЛ]
command-check-about = проверить файл с настройками и всё, что в нём названо: пути, сертификаты, адреса
command-config = config [ПУТЬ]
command-config-about = показать все настройки и откуда взята каждая; понимает те же параметры
command-help = help [КЛЮЧ]
command-help-about = что значит ошибка и как её исправить; «hello help» перечислит все ошибки, «hello help limits» — пределы и сроки, «hello help files» — всё о том, как отдаётся папка, «hello help tls» — всё об https, «hello help access» — о том, кого пускать
command-completions = completions ОБОЛОЧКА
command-completions-about = дополнения для bash, zsh или fish
command-man = man
command-man-about = страница справки: hello man | man -l -

## hello man

man-name = ИМЯ
man-synopsis = ЗАПУСК
man-usage =
    hello [ПУТЬ | ИМЯ=ПУТЬ]... [ПАРАМЕТРЫ]
    hello doctor [ПУТЬ | ИМЯ=ПУТЬ]... [ПАРАМЕТРЫ]
    hello status [--json]
    hello connections [--follow] [--json]
    hello trace ЧТО... [--for ВРЕМЯ] [--json]
    hello close НОМЕР [--now]
    hello reload
    hello top
    hello check [ФАЙЛ]
    hello config [ПУТЬ | ИМЯ=ПУТЬ]... [ПАРАМЕТРЫ] [--json]
    hello compress ПАПКА [--dry-run]
    hello trust [--remove | --phone]
    hello hash-password [ИМЯ]
    hello sign АДРЕС [--for ВРЕМЯ] --link-key ФАЙЛ
    hello help [КЛЮЧ]
    hello completions ОБОЛОЧКА
    hello man
man-description = ОПИСАНИЕ
man-about =
    hello отдаёт по HTTP/1.1 и HTTP/2, открыто или по https, папку, один файл или небольшой встроенный сайт и рассказывает, что он делает и почему: здоровается с каждым соединением, под приветствием показывает его запросы, а о том, чем оно кончилось, говорит словами.

    Соединения принимаются только с этого компьютера, если не указано другое. Слово, которое совпадает с командой, — всегда команда: папку с таким именем отдаёт «hello ./help».
man-options = ПАРАМЕТРЫ
man-commands = КОМАНДЫ
man-limits = ПРЕДЕЛЫ И СРОКИ
man-examples = ПРИМЕРЫ
man-exit-codes = КОДЫ ЗАВЕРШЕНИЯ
man-errors = ОШИБКИ

exit-code-0 = hello остановили, или он ответил на вопрос
exit-code-1 = «hello doctor» нашёл то, что нужно исправить, «hello trust» или «hello compress» сделали не всё, или не нашлось работающего сервера, которого можно спросить
exit-code-2 = сделать то, о чём просят, нельзя; почему — сказано в потоке ошибок

## hello doctor

doctor-title = получится ли здесь «{ $command }»?
doctor-pass = хорошо
doctor-warning = внимание
doctor-fix = исправить
doctor-all-well = всё в порядке
doctor-warned = получится, но { $warnings ->
    [one] есть { $warnings } замечание
    [few] есть { $warnings } замечания
   *[many] есть { $warnings } замечаний
 }
doctor-to-fix = не получится: { $fixes ->
    [one] { $fixes } помеха
    [few] { $fixes } помехи
   *[many] { $fixes } помех
 }{ $warnings ->
    [0] { "" }
    [one] , { $warnings } замечание
    [few] , { $warnings } замечания
   *[many] , { $warnings } замечаний
 }

doctor-on-served = что
doctor-served-built-in = встроенный сайт
doctor-served-file = файл { $path } читается
doctor-served-folder = папка { $path } читается, { $entries ->
    [0] но она пуста
    [one] в ней { $entries } имя
    [few] в ней { $entries } имени
   *[many] в ней { $entries } имён
 }
doctor-served-partly = папка { $path } читается, но не всё в ней: закрыто { $unreadable } из { $entries }, например { $first }: этого никто не получит
doctor-served-no-start-page = в ней нет index.html: на { $start } будет ответ 404, а файлы открываются по своим адресам; с --list будет видно её содержимое
doctor-on-listen = адрес
doctor-listen = свободно: { $address }
doctor-listen-next = порт { $taken } занят; вместо него будет { $address }
doctor-on-certificates = сертификаты
doctor-certificates = { $certificates ->
    [one] { $certificates } сертификат со своим ключом, сегодня действует
    [few] { $certificates } сертификата со своими ключами, сегодня действуют
   *[many] { $certificates } сертификатов со своими ключами, сегодня действуют
 }
doctor-on-logs = журналы
doctor-logs = { $logs ->
    [one] { $logs } журнал запросов: писать можно
    [few] { $logs } журнала запросов: писать можно
   *[many] { $logs } журналов запросов: писать можно
 }
doctor-on-user = пользователь
doctor-user = запуск от имени { $user }
doctor-user-root = запуск от имени { $user }, то есть администратора: ошибка может задеть что угодно; с отдельным пользователем спокойнее
doctor-on-open-files = открытые файлы
doctor-open-files = не больше { $limit }; соединений сразу — до { $room }
doctor-open-files-low = не больше { $limit }; соединений сразу — только до { $room }; больше даст «ulimit -n 65536» или «LimitNOFILE=65536» в службе
doctor-open-files-few = не больше { $limit }; соединений сразу — до { $room }, а указано { $wanted }; больше даст «ulimit -n» или «LimitNOFILE=» в службе
doctor-on-memory = память
doctor-memory-unlimited = без предела; файлы займут не больше { $files }
doctor-memory = не больше { $limit }; файлы займут не больше { $files }
doctor-memory-tight = не больше { $limit }, а одни только файлы могут занять { $files }: уменьшите это с «--memory-bytes-max { $half }» (hello help memory-limit)
doctor-on-kernel = ядро
doctor-kernel = умеет { $all }
doctor-kernel-lacks = не умеет { $missing }: hello обойдётся, но будет чуть медленнее; причина — песочница или старое ядро
doctor-on-clock = часы
doctor-clock = { $now }
doctor-clock-wrong = { $now } — так быть не может: браузеры будут хранить файлы слишком долго или совсем не будут; часы переведёт «timedatectl»
doctor-on-output = вывод
doctor-output-terminal = терминал
doctor-output-pipe = другая программа
doctor-output-file = файл, место на диске есть
doctor-output-disk-low = файл на диске, где свободно всего { $free } МиБ: когда место кончится, строки пропадут (hello help disk-full)
doctor-output-device = никуда или на устройство
doctor-on-locale = локаль
doctor-locale = { $locale }
doctor-locale-none = не задана: всё по-английски, кроме приветствия
doctor-locale-other = на языке локали { $locale } hello пока не говорит: будет по-английски
doctor-locale-not-utf8 = { $locale } — не UTF-8, а тексты в UTF-8: выберите локаль на .UTF-8
