## Что говорит терминал.

greeting = Соединение установлено!

serving-built-in = hello отдаёт встроенный сайт
serving-path = hello отдаёт { $path }
serving-mounts = hello отдаёт { $paths ->
    [one] { $paths } путь
    [few] { $paths } пути
   *[other] { $paths } путей
 }
no-start-page = (index.html нет, на / будет 404; содержимое покажет «--list»)
no-start-page-shorter = (index.html нет; список — с «--list»)
no-start-page-in-short = (index.html нет)
how-to-stop = остановить: Ctrl-C
this-machine = этот компьютер
the-network = сеть
more-addresses = и ещё { $addresses }
shared-built-in = Открыто для сети: зайти может каждый, кто в ней; файлы этого компьютера не отдаются.
shared-files = Открыто для сети: каждый, кто в ней, может прочесть всё, что здесь отдаётся: { $files ->
    [0] файлов пока нет
    [one] { $files } файл
    [few] { $files } файла
   *[other] { $files } файлов
 }.
shared-files-and-more = Открыто для сети: каждый, кто в ней, может прочесть всё, что здесь отдаётся: больше { $files ->
    [one] { $files } файла
   *[other] { $files } файлов
 }.
shared-but-hidden = Не { $hidden ->
    [one] отдаётся { $hidden } имя, которое начинается
    [few] отдаются { $hidden } имени, которые начинаются
   *[other] отдаются { $hidden } имён, которые начинаются
 } с точки.
picture-for-nobody = QR-кода нет: эти адреса доступны только с этого компьютера. Для сети их откроет «--share».
picture-too-wide = QR-кода нет: ему нужно окно шириной в { $columns } столбцов.
listening-at = принимаем соединения по адресу { $address }

events-dropped = { $events ->
    [one] { $count } событие не показано
    [few] { $count } события не показаны
   *[many] { $count } событий не показано
 }: вывод не успевают читать
request-broken = оборвано, из { $size }
request-unanswered = без ответа

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
folded-ends = { $events ->
    [one] { $count } завершение
    [few] { $count } завершения
   *[many] { $count } завершений
 }

## Запросы, на которые ещё отвечают.

running-no-answer = ответа пока нет
running-share = { $percent } % из { $size }
running-so-far = отправлено { $size }
lasting = { $progress }, прошло { $time }
lasting-more = { $events ->
    [one] и ещё { $count } запрос ждёт ответа
    [few] и ещё { $count } запроса ждут ответа
   *[many] и ещё { $count } запросов ждут ответа
 }

## Последние строки.

advice-hints = Почти каждая загрузка страницы сразу спрашивала и это; с файлом для --hints оно придёт раньше:
advice-compress = { $files ->
    [one] { $count } файл отправлен
    [few] { $count } файла отправлены
   *[many] { $count } файлов отправлено
 } без готовых сжатых копий; с ними было бы примерно на { $saved } из { $sent } меньше ({ $percent } %). Их готовит:
advice-compress-file = { $target } ({ $size }, без .br), { $answers ->
    [one] { $count } запрос
    [few] { $count } запроса
   *[many] { $count } запросов
 }: примерно на { $saved } меньше
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
errors = { $events ->
    [one] { $count } ошибка
    [few] { $count } ошибки
   *[many] { $count } ошибок
 }
probes = { $events ->
    [one] { $count } проба
    [few] { $count } пробы
   *[many] { $count } проб
 }
summary-wrong = { $errors }: { $what }
summary-client-errors = { $count } × 4xx
summary-server-errors = { $count } × 5xx
summary-broken = оборвано { $count }
summary-refused = отказано { $count }
summary-probes = { $events ->
    [one] { $count } проба: такое спрашивают у каждого сервера, ошибкой она не считается
    [few] { $count } пробы: такое спрашивают у каждого сервера, ошибками они не считаются
   *[many] { $count } проб: такое спрашивают у каждого сервера, ошибками они не считаются
 }
summary-shut-out = { $events ->
    [one] { $count } соединение закрыто сразу: у его адреса их достаточно
    [few] { $count } соединения закрыты сразу: у их адресов их достаточно
   *[many] { $count } соединений закрыто сразу: у их адресов их достаточно
 }
summary-limited = { $events ->
    [one] Из-за ограничений отказано { $count } запросу
   *[other] Из-за ограничений отказано { $count } запросам
 }
summary-would-refuse = { $events ->
    [one] Ограничения, которые только сообщают, отказали бы { $count } запросу или соединению
   *[other] Ограничения, которые только сообщают, отказали бы { $count } запросам и соединениям
 }
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
unit-d = д

## Почему ответ — не тот файл, о котором спросили; рядом с путём.

remark-misdirected = для другого имени, чем соединение
remark-method-not-allowed = не тот метод
remark-bad-path = таких имён не бывает
remark-no-such-file = нет такого файла
remark-start-page = начальная страница (--spa)
remark-no-index = папка без index.html
remark-slash-missing = → { $target }
remark-hidden = скрытое имя
remark-leaves-root = ведёт за пределы папки
remark-special-file = это не файл
remark-forbidden = нельзя прочитать
remark-forbidden-at = нельзя прочитать: { $name }
remark-unreadable = не читается
remark-root-gone = папка пропала
remark-precondition-failed = уже изменилось
remark-range-unsatisfiable = дальше конца файла
remark-panicked = ошибка в самом hello
remark-overloaded = нет места
remark-rate-limited = слишком частые запросы
remark-too-many-at-once = слишком много сразу
remark-body-too-large = слишком большое тело
remark-would-refuse = был бы отказ: { $reason }
remark-unknown-host = сайта с таким именем нет
remark-by-rule = по правилу
remark-maintenance = идут работы

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
ending-too-many-of-address = сразу закрыто нами: у этого адреса уже столько соединений, сколько можно
ending-too-many-of-address-kind = слишком много с одного адреса
ending-overloaded = нет места: ответ 503
ending-drained = закрыто нами: останавливаемся
ending-closed-by-operator = закрыто нами по команде «hello close»
ending-cut-short = оборвано нами: останавливаемся
ending-file-changed = сброшено нами: файл изменился во время отправки
ending-failed = закрыто нами: система не справилась
ending-panicked = закрыто нами: ошибка в самом hello, сообщите о ней
ending-progress = , отправлено { $percent } % от { $target }

## Чем заканчиваются соединения, в итогах; что выше и так коротко, стоит там как есть.

ending-closed-by-client-kind = закрыто клиентом
ending-left-mid-request-kind = клиент ушёл посреди запроса
ending-refused-kind = отказано: нарушено правило
ending-first-byte-timeout-kind = закрыто нами: не пришло ни байта
ending-handshake-timeout-kind = закрыто нами: долгое рукопожатие
ending-handshake-failed-kind = без TLS: не договорились
ending-not-tls-kind = закрыто нами: не TLS и не HTTP
ending-plain-http-kind = пришёл по HTTP: дан адрес https
ending-broken-tls-kind = закрыто нами: ключи не подошли
ending-sent-away-kind = закрыто нами: не по правилам HTTP/2
ending-idle-timeout-kind = закрыто нами: долгий простой
ending-write-timeout-kind = закрыто нами: ничего не принимал
ending-unread-body-kind = закрыто нами: ненужное тело запроса
ending-closed-by-operator-kind = закрыто нами: по команде
ending-shed-kind = закрыто нами: понадобилось место
ending-file-changed-kind = сброшено нами: файл изменился
ending-panicked-kind = закрыто нами: ошибка в самом hello

## Что делает соединение — одним словом и подробнее: вид на весь экран и страница говорят одинаково.

state-accepted = принято
state-accepted-text = открыто, но не пришло ещё ни байта
state-handshaking = рукопожатие
state-handshaking-text = договариваемся о ключах (TLS)
state-waiting = ждём
state-waiting-text = открыто, ждём следующего запроса
state-reading = читаем
state-reading-text = читаем запрос
state-answering = готовим
state-answering-text = готовим ответ
state-sending = отправляем
state-sending-text = отправляем ответ
state-draining = закрываем
state-draining-text = всё сказано; ждём, пока клиент это увидит
state-ended = закрыто

## Что касается самого сервера.

notice-crowded = предел соединений достигнут: { $limit }; дольше всех простаивающие закрываются. Подробнее: «hello help too-many-connections»
notice-crowd-over = место снова есть; закрыто простаивавших: { $shed }, ответов 503: { $refused }
notice-accept-fails = система не даёт новых соединений ({ $system }); пробуем дальше. Подробнее: «hello help accept-fails»
notice-accept-works = соединения снова принимаются; неудач было: { $failures }
notice-metrics = метрики — по адресу { $address }
notice-not-ready = останавливаемся: /ready отвечает «нет», а двери закроются через { $delay }; ещё раз Ctrl-C — закрыть сразу
notice-close-asked = соединение #{ $connection } закрывается: об этом попросил пользователь { $user } («hello close»)
notice-no-control-socket = этот сервер ни о чём не спросить («hello status»): нет управляющего сокета ({ $system }). Подробнее: «hello help no-control-socket»
notice-reloaded = настройки прочитаны заново и действуют с этого места (чтение { $generation })
notice-needs-restart = настройка { $key } изменена, но подействует только после перезапуска, а пока остаётся прежней
notice-not-reloaded = настройки прочитаны заново, но не годятся; ничего не изменилось. Подробнее: «hello help reload»
notice-draining = { $busy ->
    [0] останавливаемся
    [one] останавливаемся: дописывается { $busy } ответ; ещё раз Ctrl-C — остановиться сразу
    [few] останавливаемся: дописываются { $busy } ответа; ещё раз Ctrl-C — остановиться сразу
   *[many] останавливаемся: дописываются { $busy } ответов; ещё раз Ctrl-C — остановиться сразу
 }
## Страницы, которые следят за своими файлами (--live).

notice-looks-for-changes = изменения ищем сами, дважды в секунду: система о них не сообщает, потому что { $why }
looks-no-inotify = в ней нет inotify или его скрывает песочница
looks-no-watches = наблюдения у неё кончились; добавить: `sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512`
looks-many-folders = папок больше 4096
looks-file-system = папка лежит в сети, в общей папке или в другой файловой системе, куда пишут и другие
looks-links = ссылки в ней могут вести куда угодно (`--links anywhere`)
changed = изменилось: { $what } → { $told }
changed-path = { $more ->
    [0] { $path }
   *[other] { $path } и ещё { $count }
 }
changed-path-and-much = { $path } и многое другое
changed-much = многое сразу
changed-styles = { $pages ->
    [0] открытых страниц нет
    [one] стили обновлены на { $count } странице
   *[other] стили обновлены на { $count } страницах
 }
changed-reloaded = { $pages ->
    [0] открытых страниц нет
    [one] перезагружена { $count } страница
    [few] перезагружены { $count } страницы
   *[many] перезагружено { $count } страниц
 }

## Почему клиенты делают то, что делают: что вероятно и по каким признакам.

why-spare-connection = вероятно, запасное соединение: { $held } с открыто без единого запроса, а работало #{ $sibling }
why-lost-race-two-families = вероятно, проиграло гонку IPv4 и IPv6 соединению #{ $sibling }: открыты с разницей { $apart } с, и это закрыто без единого байта, едва установились оба
why-lost-race-one-family = вероятно, проиграло гонку соединению #{ $sibling }: открыты с разницей { $apart } с, и это закрыто без единого байта, едва установились оба
why-repeated-request-broken-answer = вероятно, повтор запроса: { $after } с назад такой же ответ оборвался на #{ $earlier }
why-repeated-request-stale-keep-alive = вероятно, повтор запроса: { $after } с назад мы закрыли простаивавшее #{ $earlier }
why-client-went-away-answer = вероятно, ответа не дождались: клиент получил { $percent } % ответа
why-client-went-away-media = вероятно, проигрыватель перемотал или остановился: получено { $percent } % ответа
why-client-went-away-request = вероятно, клиент передумал или пропала связь: ушёл посреди запроса, прислав { $bytes ->
    [one] { $bytes } байт
    [few] { $bytes } байта
   *[many] { $bytes } байт
 }
why-tls-on-plain-port = вероятно, https:// вместо http://: пришло приветствие TLS в { $bytes ->
    [one] { $bytes } байт
    [few] { $bytes } байта
   *[many] { $bytes } байт
 }, а здесь обычный HTTP
why-port-knock = вероятно, проверка, открыт ли порт: закрыто через { $lasted } с без единого запроса, других соединений в работе не было
why-http2-preface = вероятно, сканер: начал со слов HTTP/2, а продолжил другими
why-health-check-path = вероятно, проверка, жив ли сервер: судя по пути
why-health-check-rhythm = вероятно, проверка, жив ли сервер: один и тот же запрос каждые { $period } с, { $times ->
    [one] { $times } раз
    [few] { $times } раза
   *[many] { $times } раз
 } подряд
why-health-check-knocks = вероятно, проверка порта: открыто и закрыто каждые { $period } с, { $times ->
    [one] { $times } раз
    [few] { $times } раза
   *[many] { $times } раз
 } подряд

## О чём спрашивают каждый сервер и зачем. По полпредложения: перед ними стоит путь.

probe-favicon = браузеру нужен значок
probe-touch-icon = телефону нужен значок
probe-robots = робот спрашивает, что можно
probe-sitemap = роботу нужен список страниц
probe-dev-tools = Chrome ищет папку проекта
probe-traffic-advice = можно ли загружать заранее
probe-source-map = инструменты разработчика ищут исходники
probe-health-check = проверка, жив ли сервер
probe-metrics = мониторинг берёт показатели
probe-service-worker = остался от прежнего сайта
probe-browser-config = Windows нужна плитка для меню «Пуск»
probe-security-contact = кто-то ищет, кому сообщить об уязвимости
probe-ads-list = рекламная сеть ищет своих продавцов
probe-asset-links = Android ищет приложения этого сайта
probe-apple-app-site = iOS ищет приложения этого сайта
probe-change-password = менеджер паролей ищет страницу смены пароля
probe-fediverse = сервер социальной сети ищет учётные записи
probe-open-id = программа ищет, как здесь войти
probe-acme = удостоверяющий центр проверяет, чьё это имя
probe-mail-setup = почта или календарь ищут свои настройки
probe-privacy-policy = кто-то ищет обещания о конфиденциальности
probe-humans = кто-то спрашивает, кто сделал сайт
probe-llms-summary = робот языковой модели ищет краткое описание
probe-feed = читалка лент ищет новости
probe-captive-portal = устройство проверяет, есть ли интернет
probe-plugin-policy = плагин былых времён просит разрешения
probe-dev-server = вкладка осталась от сервера разработки
probe-word-press = сканер ищет WordPress
probe-secrets = сканер ищет пароли и ключи
probe-admin-panel = сканер ищет вход для админа
probe-device = сканер ищет роутер, камеру
probe-framework = сканер ищет известную дыру
probe-script = сканер ищет скрипты, которые можно запустить
probe-open-proxy = сканер ищет открытый прокси

## Чего не хватает и что выбрано взамен.

notice-cannot-print = вывод не записывается ({ $system }); пробуем дальше и считаем непоказанное. Подробнее: «hello help cannot-print»
notice-nobody-reads = стандартный вывод больше никто не читает; сервер работает дальше, остановить: Ctrl-C
notice-too-many-open-files = новых соединений нет: слишком много открытых файлов ({ $system }); пробуем дальше. Подробнее: «hello help too-many-open-files»
notice-out-of-memory = новых соединений нет: не хватает памяти ({ $system }); пробуем дальше. Подробнее: «hello help memory-limit»
notice-disk-full = вывод не записывается: диск заполнен ({ $system }); пробуем дальше и считаем непоказанное. Подробнее: «hello help disk-full»
notice-next-port = порт { $taken } занят; вместо него — { $port }
notice-not-opened-as-administrator = браузер не открыт: он работал бы с правами администратора. Откройте адрес сами
notice-not-opened-no-display = браузер не открыт: здесь нет экрана. Откройте адрес там, где он есть
notice-not-opened-no-address = браузер не открыт: сокет Unix для него не адрес
notice-not-opened-no-program = браузер не открыт: здесь нет ни xdg-open, ни чего-то подобного. Откройте адрес сами
notice-not-opened-failed = браузер не открыт: { $program } не справился. Откройте адрес сами
notice-clients-forgotten = больше { $remembered } клиентов исчерпали то, что даёт --rate-limit; новых пропускаем, не запоминая. Подробнее: «hello help clients-forgotten»
notice-memory-limit = память ограничена: { $limit }, а одни только файлы могут занять { $files }. Подробнее: «hello help memory-limit»

## TLS: как проходят рукопожатия и чем заканчиваются.

handshake-for = {" "}для { $name }
handshake-resumed = , продолжение прежнего сеанса
ending-handshake-timeout = закрыто нами: за { $seconds } с рукопожатие TLS не состоялось
ending-handshake-failed = TLS не вышло: { $what }
ending-not-tls = закрыто нами: пришло что-то, не похожее ни на TLS, ни на HTTP
ending-plain-http = открытый HTTP там, где говорят по TLS; указан адрес https
ending-broken-tls = закрыто нами: запись не открыть ни одним ключом, она повреждена или подделана
handshake-distrusted = клиент не доверяет центру, который выдал наш сертификат
handshake-found-expired = клиент считает наш сертификат просроченным, или у него неверные часы
handshake-found-revoked = клиент считает наш сертификат отозванным
handshake-wrong-name = клиент ищет другое имя, не то, что в нашем сертификате
handshake-client = , клиент { $client }
handshake-client-unproven = у клиента нет сертификата, а без него не пускают
handshake-client-unknown = за сертификат клиента не ручается никто из тех, кому мы доверяем
handshake-client-expired = сертификат клиента просрочен
handshake-old-version = клиент предлагает только TLS 1.1 или старше
handshake-no-common-cipher = нет шифра, который знают оба
handshake-no-common-group = нет способа обмена ключами, который знают оба
handshake-no-common-signature = ни одной нашей подписи клиент не может проверить
handshake-no-common-protocol = клиенту нужен другой протокол, не HTTP/1.1
handshake-incompatible = клиент просит того, чего здесь нет
handshake-refused-by-client = клиент прервал рукопожатие
handshake-left = клиент ушёл посреди рукопожатия
handshake-too-long = клиент говорит больше, чем нужно для рукопожатия
handshake-malformed = сказанное клиентом нарушает правила TLS
notice-log-disk-full = диск полон: журнал запросов { $log } не пишется. Запросы идут дальше; потерянные строки считаются. Подробнее: «hello help disk-full»
notice-log-fails = журнал запросов { $log } не пишется: { $system }. Запросы идут дальше; потерянные строки считаются. Подробнее: «hello help log-unwritable»
notice-log-works = журнал запросов { $log } снова пишется{ $lost ->
    [0] , ни одна строка не потеряна
    [one] ; потеряна { $count } строка
    [few] ; потеряны { $count } строки
   *[other] ; потеряно { $count } строк
 }
notice-left-out = { $lines ->
    [one] пропущена { $count } такая строка
    [few] пропущены { $count } такие строки
   *[other] пропущено { $count } таких строк
 }
notice-log-missed = произошло больше, чем журналы запросов успели записать: { $lost ->
    [one] потеряна { $count } строка
    [few] потеряны { $count } строки
   *[other] потеряно { $count } строк
 }
summary-lost-lines = { $events ->
    [one] В журнале запросов потеряна { $count } строка.
    [few] В журнале запросов потеряны { $count } строки.
   *[other] В журнале запросов потеряно { $count } строк.
 }
notice-certificates-renewed = файлы сертификатов изменились; новые соединения получают { $certificates ->
    [one] новый сертификат
   *[other] новые сертификаты
 }
notice-certificate-kept = новый { $path } не годится ({ $what }); остаётся прежний. Подробнее: «hello help { $error }»

## HTTP/2: a rule was broken that concerns the whole connection.

ending-sent-away = закрыто нами: { $what } ({ $rfc })

## HTTP/2: one request was refused, and the connection goes on.

request-refused = в запросе отказано: { $what } ({ $rfc })
request-refused-with = в запросе отказано: { $what } ({ $rfc }), ответ { $status }

## Метрики: что сказано о каждой программам и тем, кто читает их таблицы.

metric-hello_build = какая версия работает
metric-hello_start_time = когда сервер запущен, секунды с 1970 года
metric-hello_ready = можно ли присылать сюда людей: 1 или 0
metric-hello_connections_accepted = принятые соединения
metric-hello_connections = соединения, которые есть сейчас, по тому, чем заняты
metric-hello_connections_ended = закончившиеся соединения, по тому, как закончились
metric-hello_exchanges = запросы, на которые ответили целиком или частично, по первой цифре статуса
metric-hello_exchange = сколько заняли обмены: от заголовка запроса целиком до последнего байта, отданного ядру
metric-hello_content = отправленные байты содержимого, без заголовков
metric-hello_exchanges_broken = из обменов те, где ответ не удалось закончить
metric-hello_requests_refused = запросы, которые отклонил сам протокол; соединения продолжились
metric-hello_limits_refused = запросы и соединения, которым отказали ограничения для клиентов
metric-hello_limits_would_refuse = те, которым отказало бы ограничение, которое только сообщает
metric-hello_reloads = сколько раз настройки читались заново, по тому, что из этого вышло
metric-hello_received = байты, прочитанные из сокетов, после расшифровки
metric-hello_sent = байты, отданные ядру, до шифрования
metric-hello_cache_hits = ответы файлами, которые хранились наготове, без обращения к диску
metric-hello_cache_misses = ответы, ради которых спросили диск: тот же ли файл, или за самим файлом
metric-hello_cache = байты файлов, которые хранятся в памяти
metric-hello_cache_files = файлы, которые хранятся в памяти
metric-hello_cache_open_files = файлы, которые держатся открытыми
metric-hello_journal_dropped = события журнала, которые никто не успел прочитать, по видам; здесь они всё равно посчитаны
metric-hello_log_lines_lost = строки, которые журналы запросов не смогли записать
