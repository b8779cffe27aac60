## Страницы отдельных команд: «hello КОМАНДА --help», «hello help КОМАНДА».

option-dry-run = --dry-run
option-remove = --remove
option-phone = --phone

page-exit-codes = Коды завершения:
page-help-about = показать эту страницу

page-doctor-purpose = hello doctor: заранее проверяет, получится ли запуск
page-doctor-usage = Запуск: hello doctor [ПУТЬ | ИМЯ=ПУТЬ]... [ПАРАМЕТРЫ]
page-doctor-more = Напишите командную строку сервера, а перед ней — «doctor». Будет проверено всё, что понадобится при запуске: откроется папка, на миг займутся адреса, сертификаты и пределы тоже не останутся без внимания. Если что-то не так, будет сказано, что с этим делать. Ничего не отдаётся, и следов не остаётся.
page-doctor-example-1 = читается ли папка, свободен ли порт, хватит ли всего?
page-doctor-example-2 = то же по https и для всех в сети
page-doctor-path = ПУТЬ
page-doctor-path-about = что предстоит отдавать, как у самого «hello»
page-doctor-listen-about = где предстоит принимать соединения. Годятся и все остальные параметры запуска: «hello --help», «hello help files», «hello help tls», «hello help limits»
page-doctor-exit-0 = запуск получится, хотя, может быть, с предупреждениями
page-doctor-exit-1 = запуск не получится: нужно кое-что исправить
page-doctor-exit-2 = командную строку не удалось понять; почему — сказано в потоке ошибок

page-compress-purpose = hello compress: кладёт рядом с файлами папки их сжатые копии
page-compress-usage = Запуск: hello compress ПАПКА [ПАРАМЕТРЫ]
page-compress-more = Рядом с app.js появятся app.js.br, app.js.zst и app.js.gz, сжатые как можно сильнее; клиент, который понимает одну из них, получит её вместо самого файла. Файлы, которые не станут меньше, пропускаются, неустаревшие копии заново не делаются, а по ссылкам hello не ходит.
page-compress-example-1 = сколько удалось бы сэкономить? Ничего не пишется
page-compress-example-2 = для скрипта: без полосы
page-compress-path = ПАПКА
page-compress-path-about = папка или один файл
page-compress-dry-run-about = ничего не записывать, только сказать, сколько удалось бы сэкономить
page-compress-quiet-about = не рисовать полосу во время работы
page-compress-exit-0 = всё сделано
page-compress-exit-1 = с некоторыми файлами не вышло; с какими и почему — сказано в строках
page-compress-exit-2 = ничего не сделано; почему — сказано в потоке ошибок

page-trust-purpose = hello trust: учит этот компьютер принимать сертификаты --https
page-trust-usage = Запуск: hello trust [--remove | --phone] [ПАРАМЕТРЫ]
page-trust-more = В первый раз на этом компьютере создаётся удостоверяющий центр; его ключ отсюда не уходит. О нём узнают система, Chromium, Chrome и Firefox — те из них, что здесь есть. Где у hello нет прав, он покажет команду, которая всё сделает. Подробнее: «hello help not-trusted».
page-trust-example-1 = для браузеров этого компьютера
page-trust-example-2 = для телефона в той же сети
page-trust-remove-about = отменить везде и удалить удостоверяющий центр
page-trust-phone-about = передать сертификат телефонам: с QR-кодом, который туда ведёт, и с указаниями, что делать дальше
page-trust-listen-about = вместе с --phone: по какому адресу; иначе — по адресу этого компьютера в сети, порт 7879 или следующий свободный
page-trust-exit-0 = всё сделано
page-trust-exit-1 = осталось кое-что сделать: что — сказано в строках
page-trust-exit-2 = ничего не сделано; почему — сказано в потоке ошибок

## Что говорит система: то, с чем встречаются многие.

system-not-found = нет такого файла или папки
system-permission-denied = нет прав
system-not-a-folder = это не папка
system-is-a-folder = это папка
system-address-in-use = адрес уже занят
system-address-not-available = на этом компьютере нет такого адреса
system-read-only = файловая система доступна только для чтения
system-storage-full = на диске не осталось места
system-quota-exceeded = исчерпана квота на диске
system-out-of-memory = система отказала в памяти
system-broken-pipe = читать больше некому
system-name-not-known = сервер имён его не знает
system-resolver-silent = сервер имён сейчас не отвечает
system-name-without-address = у этого имени нет адреса

page-check-purpose = hello check: проверяет файл с настройками и всё, что в нём названо
page-check-usage =
    Использование: hello check [ФАЙЛ] [ПАРАМЕТРЫ]
                   hello check --against-traffic [ПАРАМЕТРЫ]
page-check-more = Файл читается так же, как при запуске, вместе с теми, что он включает; затем проверяется каждый путь, сертификат и адрес в нём. Обо всём, что не так, говорится сразу, с номером строки. Ничего не отдаётся, и ничего не остаётся после. Занятый адрес лишь упоминается: возможно, его занял уже работающий hello. С --against-traffic работающий сервер скажет, как его файл в нынешнем виде ответил бы на последние запросы: названы все, ответ на которые изменится, и строки, которые это решают.
page-check-example-1 = файл в текущей папке
page-check-example-2 = какие ответы изменятся, если настройки вступят в силу
page-check-path = ФАЙЛ
page-check-path-about = файл; иначе тот, что назван в --config, иначе hello.toml
page-check-against-traffic-about = спросить работающий сервер, что изменит его файл на диске: последние запросы пройдут по тем и другим настройкам. Ничего не вступает в силу
page-check-last-about = не больше стольких запросов (обычно 1000, самое большее 4096)
page-check-json-about = с --against-traffic: одним объектом, для программ
page-check-exit-0 = всё годится; с --against-traffic: ничего не изменится
page-check-exit-1 = в самом файле всё верно, но что-то из названного в нём не годится; с --against-traffic: какой-то ответ изменится или судить о нём нельзя
page-check-exit-2 = в файле ошибка, его не прочитать или некого спросить

page-config-purpose = hello config: показывает все настройки и откуда взята каждая
page-config-usage = Использование: hello config [ПУТЬ | ИМЯ=ПУТЬ]... [ПАРАМЕТРЫ] [--json]
page-config-more = Напишите команду запуска, поставив перед её параметрами `config`. Показано то, что действует, в виде файла, который можно прочитать снова: важнее всего то, что набрано, затем переменные HELLO_* (--head-timeout — это HELLO_HEAD_TIMEOUT, путь — HELLO_SERVE), затем файл, затем обычные значения. Ключи объясняет `hello help keys`.
page-config-example-1 = что действует в этой папке?
page-config-example-2 = то же для программы, с параметрами
page-config-path = ПУТЬ
page-config-path-about = что отдавать, как у `hello`; все остальные его параметры тоже годятся
page-config-json-about = по объекту на каждый ключ, для программ
page-config-exit-0 = показано
page-config-exit-1 = не бывает
page-config-exit-2 = ошибка в командной строке или в файле; в стандартном выводе ошибок сказано, какая
