## Работающий сервер: hello status, connections, trace, close, reload, top.

command-status = status
command-status-about = как дела у работающего сервера: что и где он отдаёт, чем кончались соединения, какие открыты сейчас
command-connections = connections [--follow]
command-connections-about = открытые соединения работающего сервера или всё, что на них происходит
command-trace = trace ЧТО... [--for ВРЕМЯ]
command-trace-about = как работающий сервер отвечает на некоторые запросы: каждый шаг, с этой минуты
command-close = close НОМЕР [--now]
command-close-about = закрыть одно соединение работающего сервера
command-reload = reload
command-reload-about = велеть работающему серверу перечитать настройки
command-top = top
command-top-about = работающий сервер на весь экран, как с --tui

option-json = --json
option-json-about = в виде объектов, для программ
option-against-traffic = --against-traffic
option-against-traffic-about = что изменил бы файл на диске в ответах работающего сервера на последние запросы
option-last = --last ЧИСЛО
option-last-about = для --against-traffic: не больше стольких запросов
option-follow = --follow
option-follow-about = всё, что на них происходит, пока не нажмёте Ctrl-C
option-now = --now
option-now-about = сразу, оборвав ответ
option-what = ЧТО...
option-what-about = какие запросы: шаблоны путей или адреса клиентов
option-connection = НОМЕР
option-connection-about = номер соединения

## Страницы этих команд.

page-control = --control PID|ПУТЬ
page-control-about = который из серверов, если их несколько: номер процесса или путь к сокету
page-of-file-about = сервер этого файла: тот, чей сокет в нём назван (`control`); иначе — сервер hello.toml из текущей папки, если сокет назван там

page-status-purpose = hello status: как дела у работающего сервера
page-status-usage = Запуск: hello status [ПАРАМЕТРЫ]
page-status-more = Показывает, что и где отдаёт сервер и давно ли, сколько было соединений и запросов, чем соединения кончались и какие открыты сейчас. Сервер находится по управляющему сокету, который принадлежит его пользователю; root может спросить любой сервер.
page-status-example-1 = сервер, который работает здесь
page-status-example-2 = то же одним объектом, со всеми соединениями
page-status-json-about = один объект, для программ
page-status-exit-0 = сервер ответил
page-status-exit-1 = здесь нет работающего сервера, или их несколько, или он не отвечает
page-status-exit-2 = командную строку нельзя понять; почему — сказано в потоке ошибок

page-connections-purpose = hello connections: открытые соединения работающего сервера
page-connections-usage = Запуск: hello connections [--follow] [ПАРАМЕТРЫ]
page-connections-more = По строке на соединение: номер, кто на другом конце, что с ним происходит, сколько оно открыто, сколько спросило и получило и что ему сейчас отвечают. С --follow — всё, что происходит на всех, так, как показал бы терминал самого сервера.
page-connections-example-1 = те, что открыты сейчас, новые первыми
page-connections-example-2 = что на них происходит, пока не нажмёте Ctrl-C
page-connections-follow-about = что происходит с этой минуты, до Ctrl-C или конца сервера
page-connections-json-about = по объекту в строке; с --follow — те же, что с --log json
page-connections-exit-0 = сервер ответил
page-connections-exit-1 = здесь нет работающего сервера, или их несколько, или он не отвечает
page-connections-exit-2 = командную строку нельзя понять; почему — сказано в потоке ошибок

page-trace-purpose = hello trace: как работающий сервер отвечает на некоторые запросы, шаг за шагом
page-trace-usage = Запуск: hello trace ЧТО... [--for ВРЕМЯ] [ПАРАМЕТРЫ]
page-trace-more = Каждый подходящий запрос, который придёт с этой минуты, а под ним — откуда взялся ответ: сайт, проверенные правила и строки, где они записаны, файлы, пределы, поля и время каждой части — так же, как у «hello explain». Ничего не меняется, и больше этого никто не видит; всё кончается вместе с командой. Один сервер одновременно могут так расспрашивать четверо. Чтобы следить постоянно, напишите «trace» в hello.toml.
page-trace-example-1 = запросы к этим путям, пока не нажмёте Ctrl-C
page-trace-example-2 = запросы одного клиента в течение минуты
page-trace-what-about = шаблоны путей в кавычках; адреса, сети, unix; не больше восьми
page-trace-for-about = сколько времени, например 30s или 10m; иначе — до Ctrl-C или конца сервера
page-trace-json-about = объекты --log json, каждый с полем «walk»
page-trace-exit-0 = вы увидели достаточно, время вышло или сервер остановился
page-trace-exit-1 = здесь нет работающего сервера, или их несколько, или он не отвечает
page-trace-exit-2 = командную строку нельзя понять; почему — сказано в потоке ошибок

page-close-purpose = hello close: закрывает одно соединение работающего сервера
page-close-usage = Запуск: hello close НОМЕР [--now] [ПАРАМЕТРЫ]
page-close-more = Простаивающее соединение закрывается сразу; остальные сначала дослушивают ответ, если у него есть конец (у живого вида его нет). Журнал скажет, какой пользователь об этом попросил, а соединение кончится как «closed-by-operator». Клиент может подключиться снова.
page-close-example-1 = соединение 12, когда ответ будет отправлен
page-close-example-2 = соединение 12 сразу, оборвав ответ
page-close-connection-about = его номер: он есть в «hello connections» и в строках сервера
page-close-now-about = оборвать ответ
page-close-exit-0 = оно закрыто или вот-вот закроется
page-close-exit-1 = такого соединения нет, или некого спросить
page-close-exit-2 = командную строку нельзя понять; почему — сказано в потоке ошибок

page-reload-purpose = hello reload: велит работающему серверу перечитать настройки
page-reload-usage = Запуск: hello reload [ПАРАМЕТРЫ]
page-reload-more = Настройки с ошибкой ничего не меняют, а ошибку объяснят здесь. Верные действуют со следующего запроса; ни одно соединение из-за них не закроется.
page-reload-example-1 = сервер, который работает здесь
page-reload-example-2 = тот, что работает процессом 4242
page-reload-exit-0 = действуют новые настройки
page-reload-exit-1 = остались прежние, или некого спросить; почему — сказано в потоке ошибок
page-reload-exit-2 = командную строку нельзя понять; почему — сказано в потоке ошибок

page-top-purpose = hello top: работающий сервер на весь экран
page-top-usage = Запуск: hello top [ПАРАМЕТРЫ]
page-top-more = То же, что «hello --tui», но для сервера, который работает в другом месте: службой, в контейнере, в соседнем терминале. Сначала видны открытые соединения; то, что было раньше, — в итогах. Клавиша q закрывает вид, сервер работает дальше.
page-top-example-1 = сервер, который работает здесь
page-top-example-2 = тот, что работает процессом 4242
page-top-exit-0 = вид закрыт, или сервер остановился
page-top-exit-1 = здесь нет работающего сервера, или их несколько, или он не отвечает
page-top-exit-2 = нет терминала, или командную строку нельзя понять

## Что говорит о себе сервер.

service-serving = работает; открытых соединений: { $open }, запросов всего: { $requests }
service-stopping = останавливается; открытых соединений: { $open }, запросов всего: { $requests }
status-serving = hello { $version }, процесс { $pid }, работает { $time }
status-draining = hello { $version }, процесс { $pid }, останавливается, проработав { $time }
status-generation = настройки: поколение { $generation }
status-older-answers = поколение { $generation }: по нему ещё отправляются ответы: { $count }
status-older-connections = поколение { $generation }: его пределы и TLS действуют, пока не закончатся соединения: { $count }
status-and-older = , по поколению { $generation }
status-open = { $n ->
    [0] открытых соединений нет
    [one] открыто { $open } соединение, с запросом — { $busy }
    [few] открыто { $open } соединения, с запросом — { $busy }
   *[many] открыто { $open } соединений, с запросом — { $busy }
 }
status-totals = всего: { $connections } и { $requests }, отправлено { $sent }
status-ended = Чем кончались соединения:
status-more = { $n ->
    [one] и ещё { $number }: его покажет «hello connections»
   *[other] и ещё { $number }: все покажет «hello connections»
 }
status-and-more = , и ещё { $number }
status-nobody = открытых соединений нет
status-choice = отдаёт { $what }, адрес { $address }
close-done = соединение { $connection } закрыто
close-told = соединение { $connection } закрывается: клиент об этом знает
close-begun = соединение { $connection } закроется, как только будет отправлен ответ; с «--now» этого не ждут
reload-done = действуют новые настройки: поколение { $generation }
trace-begun = hello: слежу за { $what }, процесс { $pid }; хватит — Ctrl-C
trace-begun-for-a-while = hello: какое-то время слежу за { $what }, процесс { $pid }; хватит раньше — Ctrl-C
trial-request = 1 запрос: { $method } { $url }
trial-requests = запросов — { $count }: { $method } { $url }
trial-old = сейчас:
trial-new = станет:
trial-content = изменится содержимое
trial-field = изменится поле { $field }
trial-hangs-field = судить нельзя: всё зависит от поля { $name }, а журнал его не хранит
trial-hangs-query = судить нельзя: всё зависит от значения { $name } в адресе; это секрет, и журнал его не хранит
trial-hangs-password = судить нельзя: всё зависит от пароля, а журнал его не хранит
trial-hangs-certificate = судить нельзя: всё зависит от сертификата клиента, а журнал его не хранит
trial-hangs-signature = судить нельзя: всё зависит от подписи ссылки, а журнал её не хранит
trial-hangs-client = судить нельзя: всё зависит от того, кто спросил, а доверять будут другим посредникам
trial-hangs-length = судить нельзя: всё зависит от длины содержимого, а журнал её не хранит
trial-hangs-limits = судить нельзя: всё зависит от того, сколько насчитал предел { $name }
trial-hangs-target = судить нельзя: журнал сохранил только часть того, что запросили
trial-untold = Ещё столько видов таких запросов не перечислено: { $count }.
trial-none = Сервер ещё не ответил ни на один запрос, на котором можно было бы проверить { $file }.
trial-same = { $n ->
    [one] Проверен { $requests } запрос
    [few] Проверено { $requests } запроса
   *[many] Проверено { $requests } запросов
 }. С нынешним { $file } на диске ответ на каждый был бы тем же, что и в поколении { $generation }.
trial-sum = { $n ->
    [one] Проверен { $requests } запрос
    [few] Проверено { $requests } запроса
   *[many] Проверено { $requests } запросов
 }. Если { $file } с диска придёт на смену поколению { $generation }, по-прежнему будет отвечено на { $same }, иначе — на { $differ }; нельзя судить о { $unjudged }.
server-ended = hello: сервер остановился

## Что может помешать. Ошибки.

error-no-server-running = здесь нет работающего hello, который мог бы спросить этот пользователь; искали в { $folders }
hint-no-server-running = запустите его, например «hello ./dist»; если он запущен с «--control ПУТЬ», укажите то же: «hello { $command } --control ПУТЬ»
asking-nobody-at = на сокете { $path } никто не отвечает
hint-no-server-running-at = «hello { $command }» без «--control» найдёт серверы этого пользователя
hint-no-server-running-of-file = этот сокет назван в { $file }: запустите hello с этим файлом; другой сервер — «hello { $command } --control PID»
asking-without-file = { $file } не годится, и узнать из него, где отвечает его сервер, нельзя: что в нём не так, скажет «hello check»
error-several-servers = работает несколько серверов; который из них?
hint-several-servers = наберите одну из этих строк
error-not-permitted = сервер с сокетом { $path } принадлежит другому пользователю
hint-not-permitted = спросите от имени того пользователя или от root: «sudo hello { $command }»
error-no-answer = сервер с сокетом { $path } не отвечает ({ $system })
hint-no-answer = посмотрите, жив ли он; как — расскажет «hello help no-answer»
error-no-such-connection = соединения { $connection } нет; возможно, оно уже закончилось
hint-no-such-connection = открытые соединения покажет «hello connections»
error-nothing-to-reload = этот сервер запущен без файла настроек: перечитывать нечего
hint-nothing-to-reload = остановите его и запустите с другими параметрами; за файлами, которые он отдаёт, он следит и так
error-not-reloaded = новые настройки не годятся, сервер работает с прежними
hint-not-reloaded = исправьте их и повторите; заранее их проверит «hello doctor»
error-not-tried = настройки на диске не годятся: проверять нечего
hint-not-tried = исправьте их и повторите; сам файл проверит «hello check»
error-bad-last = «{ $value }» — не число запросов
hint-bad-last = укажите число от 1: «hello check --against-traffic --last 500»
error-server-busy = сервер занят другими, кто его спрашивает
hint-server-busy = повторите чуть позже; подробнее — «hello help server-busy»
error-too-many-tracers = за ответами этого сервера уже следят четверо
hint-too-many-tracers = завершите одну из команд «hello trace» или подождите; как их найти — «hello help too-many-tracers»
error-other-control-version = сервер не понимает вопроса: это другая версия hello
hint-other-control-version = спросите той же программой, из которой он запущен, или перезапустите сервер
error-missing-traced = за какими запросами следить?
hint-missing-traced = укажите шаблон пути или адрес клиента: «hello trace '/api/*'»; все запросы — «hello trace '/*'»
error-bad-traced = «{ $value }» — не путь и не адрес
hint-bad-traced = путь начинается с «/» или содержит «*», например '/api/*' или '*.css'; адрес — это 192.0.2.7, сеть — 192.0.2.0/24, а ещё unix
error-missing-connection = какое соединение закрыть?
hint-missing-connection = укажите номер: «hello close 12»; номера покажет «hello connections»
error-bad-connection = «{ $value }» — не номер соединения
hint-bad-connection = укажите число, например 12: номера покажет «hello connections»
asking-no-terminal = «hello top» нужен терминал, а стандартный ввод или вывод — не терминал
hint-no-terminal-top = запустите в терминале, без «|», «<» и «>»; строки печатает «hello connections --follow»

error-handed-socket-unusable = системный менеджер передал сокет { $number } ({ $name }), к которому нельзя подключиться
hint-handed-socket-unusable = hello берёт сокеты TCP и Unix, которые ждут соединений: в файле сокета это «ListenStream=» и «Accept=no»

## То же подробно.

topics-asking = Вопросы работающему серверу:
help-handed-socket-unusable-title = передан сокет, который не ждёт соединений
help-handed-socket-unusable =
    При активации через сокет systemd открывает сокеты сам и передаёт их. Один из них — не сокет TCP или Unix, ждущий соединений: возможно, он для датаграмм или это уже готовое соединение.

    Что написано в файле:
      systemctl cat hello.socket

    Как исправить: в разделе «[Socket]» напишите «ListenStream=» для каждого адреса и уберите «ListenDatagram=» и «Accept=yes». С «FileDescriptorName=redirect-http» сокет будет только указывать дорогу на https.
help-no-server-running-title = нет работающего сервера, который можно спросить
help-no-server-running =
    «hello status», «connections», «trace», «close», «reload» и «top» обращаются к работающему серверу. У каждого сервера для этого есть сокет, названный по номеру процесса, в первой из папок, которая ему доступна: в той, что systemd даёт службе, в $XDG_RUNTIME_DIR/hello, в /run/hello, а если нет ни одной — в /tmp/hello-UID. Живого сервера там не нашлось.

    Какие hello здесь работают и от чьего имени:
      pgrep -a hello

    Как исправить:
    - Он работает от имени другого пользователя: спросите от его имени или от root.
    - Он в контейнере: спросите оттуда, например «docker exec ИМЯ hello status»
    - Он запущен с «--control ПУТЬ»: укажите тот же путь.
    - Он запущен с «--control off»: тогда его не спросить.
help-several-servers-title = работает несколько серверов, и ни один не назван
help-several-servers =
    У каждого работающего сервера свой сокет. Назовите нужный по номеру процесса или по пути к сокету:
      hello status --control 4242
      hello status --control /run/hello/web.sock
    Серверу, который спрашивают скрипты, лучше сразу дать свой путь: «hello ./dist --control /run/hello/web.sock»
help-not-permitted-title = сервер принадлежит другому пользователю
help-not-permitted =
    Кто может спросить сервер, тот видит, кто подключён и что спрашивает, и может закрывать соединения. Поэтому можно это только пользователю самого сервера и root: для остальных сокет закрыт, а кто пришёл, сервер узнаёт у ядра.

    Как исправить: спросите от имени того пользователя или от root:
      sudo hello status
help-no-answer-title = сервер не отвечает
help-no-answer =
    Сервер принял вопрос и десять секунд молчал или сказал то, что не похоже на ответ.

    Жив ли он и чем занят:
      pgrep -a hello
      top -H -p PID

    Как исправить:
    - Остановленный процесс (T) пойдёт дальше после «kill -CONT PID».
    - Если не хватает памяти или процессора, ответ приходит поздно. Повторите.
    - Если дело не в этом, возможно, это ошибка в самом hello: сообщите о ней.
help-no-such-connection-title = открытого соединения с таким номером нет
help-no-such-connection =
    Соединения считаются с 1 от запуска сервера, и номера не повторяются. То, которое вы назвали, уже закончилось или ещё не приходило.

    Открытые сейчас:
      hello connections
help-nothing-to-reload-title = у сервера нет файла настроек
help-nothing-to-reload =
    «hello reload» велит серверу перечитать файл настроек. Этот запущен без него, а то, что сказано в командной строке, остаётся как есть. Файлам, которые он отдаёт, и сертификатам это не нужно: за ними он следит сам.

    Как исправить: остановите сервер и запустите как надо.
help-not-reloaded-title = новые настройки не годятся
help-not-reloaded =
    Сервер перечитал настройки и нашёл в них ошибку; что именно — показано под сообщением. Ничего не изменилось: он работает как раньше, ни одно соединение не закрыто.

    Как исправить: исправьте показанное и повторите:
      hello reload
help-not-tried-title = настройки, которые надо было проверить, не годятся
help-not-tried =
    «hello check --against-traffic» велит работающему серверу прочитать настройки, не применяя их, и провести по ним последние запросы. В настройках ошибка; какая — показано под сообщением. Ничего не изменилось.

    Как исправить: исправьте показанное и повторите:
      hello check --against-traffic
help-bad-last-title = это не число запросов
help-bad-last =
    После «--last» стоит, на скольких последних запросах проверить настройки: число от 1, цифрами. Журнал помнит несколько тысяч.

    Как исправить: укажите число или уберите параметр.
      hello check --against-traffic --last 500
help-server-busy-title = спрашивают слишком многие сразу
help-server-busy =
    Один сервер одновременно могут спрашивать шестнадцать человек и программ, считая «hello top», «hello trace» и «hello connections --follow»; а «hello reload» он выполняет по одному.

    Кто спрашивает сейчас:
      pgrep -a hello

    Как исправить: закройте лишние или повторите чуть позже.
help-too-many-tracers-title = за ответами сервера следят слишком многие
help-too-many-tracers =
    «hello trace» велит серверу записывать, откуда берутся ответы на некоторые запросы, пока команда работает. Каждая такая команда — это взгляд на каждый запрос, поэтому одновременно их может быть четыре.

    Кто следит сейчас:
      pgrep -af 'hello trace'

    Как исправить: завершите одну из них (Ctrl-C) или дождитесь её конца. За чем следить постоянно, пишут в hello.toml:
      trace = ["/api/*"]
help-other-control-version-title = сервер и тот, кто спрашивает, — разных версий
help-other-control-version =
    Работающий сервер старше или новее программы, которая его спрашивает: так бывает после обновления без перезапуска.

    Из какой программы запущен сервер:
      ls -l /proc/PID/exe

    Как исправить: перезапустите сервер.
help-no-control-socket-title = сервер ни о чём не спросить
help-no-control-socket =
    Сервер создаёт сокет, через который его спрашивают «hello status», «connections», «trace», «close», «reload» и «top». Ни одна из папок для него не подошла — причина указана в сообщении: там должна получиться папка, в которую больше никто не может писать. Отдавать файлы это серверу не мешает.

    Как исправить:
    - Укажите место: «hello ./dist --control /run/hello/web.sock»
    - В службе systemd добавьте ниже «[Service]»:
      RuntimeDirectory=hello
    - Если спрашивать никто не будет: «--control off»
help-missing-traced-title = trace: какие запросы?
help-missing-traced =
    «hello trace» показывает, как работающий сервер отвечает на некоторые запросы. На какие — говорят шаблоны путей или адреса клиентов; запросу достаточно подойти к одному из них.

      hello trace '/api/*'
      hello trace '*.css' 203.0.113.9 2001:db8::/64
      hello trace '/*'

    Последнее — все запросы. Шаблон пишут в кавычках, чтобы его не тронула оболочка.
help-bad-traced-title = trace: не путь и не адрес
help-bad-traced =
    После «hello trace» стоят шаблоны путей, как в правилах hello.toml, и адреса клиентов:

      hello trace '/api/*' '*.css' '/users/{"{"}name{"}"}'
      hello trace 192.0.2.7 192.0.2.0/24 2001:db8::/64 unix

    Путь начинается с «/» или содержит «*». Адрес пишут без порта; сеть начинается со своего первого адреса. «unix» — это все, кто приходит через сокет Unix. Назвать можно не больше восьми.
help-missing-connection-title = close: какое соединение?
help-missing-connection =
    «hello close» велит работающему серверу закрыть одно соединение; его называют по номеру:
      hello close 12

    Номера стоят в начале каждой строки, которую печатает сервер, и здесь:
      hello connections
help-bad-connection-title = это не номер соединения
help-bad-connection =
    Соединения считаются с 1 от запуска сервера и называются по номеру: «hello close 12» или «hello close '#12'», как в строках сервера.

    Открытые сейчас:
      hello connections
