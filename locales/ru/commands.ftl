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
