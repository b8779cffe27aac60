## Почему hello не может сделать то, о чём его просят, и что делать теперь.
## У каждого error-КЛЮЧ есть hint-КЛЮЧ или по одному на случай (hint-КЛЮЧ-СЛУЧАЙ); подробно о каждом — в help.ftl.

## Командная строка.

error-unknown-option = нет такого параметра: «{ $option }»
hint-unknown-option = все параметры покажет «hello --help»
hint-unknown-option-command = какие он понимает, покажет «hello { $command } --help»
hint-unknown-option-or-path = если это путь, напишите «./{ $option }»; все параметры покажет «hello --help»
hint-unknown-option-similar = может быть, «{ $similar }»?
error-missing-value = у «{ $option }» не указано значение
hint-missing-value = напишите его после параметра, например «{ $option } { $example }»
error-unexpected-value = у «{ $option }» нет значений, а указано «{ $value }»
hint-unexpected-value = напишите просто «{ $option }»
error-option-twice = «{ $option }» указан больше одного раза
hint-option-twice = оставьте тот, который нужен
error-second-path = второй путь без имени: «{ $value }»
hint-second-path = на / отдаётся один путь; остальным дайте имена: «docs={ $value }» будет на /docs/. Путь с пробелами нужно взять в кавычки
error-no-such-command = команды «{ $word }» нет: напишите «hello { $rest }»
hint-no-such-command = чтобы отдавать, никакого слова не нужно; а если «{ $word }» — папка, которую тоже нужно отдать, напишите «{ $word }=./{ $word }»
error-empty-path = путь пуст
hint-empty-path = укажите папку или файл («.» — текущая папка) или запустите hello без пути
error-unpaired-certificate = сертификат и ключ идут парой: не хватает «--{ $missing }»
hint-unpaired-certificate = укажите к каждому «--cert ФАЙЛ» его «--key ФАЙЛ», в том же порядке
error-option-alone = «--{ $option }» ничего не значит без { $needs ->
    [https] «--https» или «--cert»
    [folder] папки
   *[other] «--{ $needs }»
 }
hint-option-alone = добавьте «--{ $needs }» или уберите «--{ $option }»; подробнее: «hello help { $page }»
hint-option-alone-access-log = скажите, куда писать журнал, например «--access-log access.log»; подробнее: «hello help logs»
hint-option-alone-against-traffic = добавьте его: «hello check --against-traffic» — или уберите «--{ $option }»
hint-option-alone-config = назовите файл в «--config», запустите hello там, где лежит hello.toml, или уберите «--{ $option }»
hint-option-alone-folder = назовите папку, например «hello ./dist { $typed }»; текущая — это «.»
error-options-exclude = «--{ $option }» и «--{ $other }» вместе не действуют
hint-options-exclude = QR-код стоит среди строк для людей: уберите «--{ $option }» или «--{ $other }»
hint-options-exclude-share = «--share» принимает соединения во всех сетях: уберите адрес и оставьте один порт, например «--share --listen 8080»; или уберите «--share»
hint-options-exclude-access-log = в стандартном выводе место для одного: пишите журнал запросов в файл или уберите «--{ $other }»
hint-options-exclude-list = оставьте тот, который нужен
hint-options-exclude-set = у работающего сервера своя командная строка: уберите «--set»
error-extra-word = для «hello { $command }» слово «{ $value }» — лишнее
hint-extra-word = уберите его; как писать, покажет «hello { $command } --help»
error-missing-shell = для какой оболочки?
hint-missing-shell = напишите «hello completions bash», «zsh» или «fish»
error-unknown-shell = для «{ $shell }» дополнений нет
hint-unknown-shell = выберите одно из: bash, zsh, fish
error-unknown-topic = о «{ $topic }» справки нет
hint-unknown-topic = все ошибки покажет «hello help», все параметры — «hello --help»
hint-unknown-topic-similar = может быть, «hello help { $similar }»?
hint-unknown-topic-several = может быть, что-то из этого: { $similar }?
error-unclear-arguments = параметры не удалось понять
hint-unclear-arguments = как их писать, покажет «hello --help»

## Значения параметров.

error-duration-without-unit = в «{ $given }» не хватает единицы времени
hint-duration-without-unit = чтобы указать секунды, напишите «{ $value }s»; есть ещё ms, m (минуты), h (часы) и d (дни)
error-bad-duration = не удалось разобрать время в «{ $given }»
hint-bad-duration = напишите целое число и единицу: 500ms, 10s, 2m, 1h или 30d
error-bad-size = не удалось разобрать размер в «{ $given }»
hint-bad-size = напишите целое число байтов или число с единицей: 512, 64KiB, 64MiB или 1GiB
error-ambiguous-size = «{ $given }» можно понять двояко: единицы по 1000 или по 1024
hint-ambiguous-size = если по 1024, напишите «{ $meant }»; иначе укажите число байтов
error-bad-rate = не удалось разобрать скорость в «{ $given }»
hint-bad-rate = напишите, сколько байтов в секунду: 500B/s, 1KiB/s или 1MiB/s
error-bad-request-rate = не удалось разобрать частоту в «{ $given }»
hint-bad-request-rate = напишите число запросов и время: 10/s, 600/min, 1000/h или 5000/d
error-bad-rate-part = непонятно, что значит «{ $part }» в «{ $given }»
hint-bad-rate-part = после частоты burst=20 говорит, сколько можно сразу, а by=user или by=field:x-api-key — чьи запросы считать вместе
error-too-many-rates = «{ $value }» — лишняя частота: их может быть не больше { $most }
hint-too-many-rates = уберите те, что уже содержатся в других
error-bad-limit = { $case ->
    [burst] «burst» ничего не значит без «rate»
    [name] «{ $given }» — не имя для ограничения
    [name-twice] двух ограничений с одним именем быть не может
   *[nothing] это ограничение ничего не ограничивает
 }
hint-bad-limit = { $case ->
    [burst] добавьте частоту, например «rate = "10/s"»
    [name] годятся латинские буквы, цифры и «-», «_», «.», «/», не больше 64: имя видят клиенты
    [name-twice] назовите одно из них иначе: сосчитанное хранится под именем
   *[nothing] напишите «rate», «concurrent», «bandwidth» или «body-bytes-max»
 }
error-bad-count = «{ $given }» — это не целое число
hint-bad-count = напишите одни цифры, например «{ $example }»
error-too-small = «{ $given }» — слишком мало
hint-too-small = выберите значение от { $least } до { $most }
error-too-large = «{ $given }» — слишком много
hint-too-large = выберите значение от { $least } до { $most }
error-part-over-whole = «{ $given }» не помещается в «{ $whole }», то есть в { $whole_value }
hint-part-over-whole = уменьшите «{ $name }» или увеличьте «{ $whole }»
error-bad-file-name = «{ $given }» — это не имя файла
hint-bad-file-name = напишите имя без косой черты, например home.html; его ищут в каждой папке
error-bad-type = «{ $given }» — это не расширение с типом
hint-bad-type = напишите расширение, знак равенства и тип, например md=text/markdown или log=text/plain;charset=utf-8
error-bad-mount-name = «{ $value }»: с того, что стоит перед «=», адрес начинаться не может
hint-bad-mount-name = напишите имя, например «docs=./docs» или «a/b=./b»; а если «=» есть в имени самой папки, «./{ $value }»
error-mount-without-path = «{ $value }»: после «=» нет пути
hint-mount-without-path = напишите за ним папку или файл, например «{ $value }./docs»
error-mount-twice = по адресу { $at } просят отдавать два пути: «{ $value }» — второй
hint-mount-twice = дайте ему другое имя
error-too-many-mounts = «{ $value }» — лишний путь: их может быть не больше { $most }
hint-too-many-mounts = отдавайте папку, в которой лежат несколько из них
error-bad-choice = «{ $name }» не знает значения «{ $value }»
hint-bad-choice = выберите одно из: { $choices }

## Адреса.

error-bad-address = «{ $given }» — это не адрес
hint-bad-address = напишите адрес и порт, например 127.0.0.1:8080, [::1]:8080 или localhost:8080 (0.0.0.0:8080 — для всех сетей), или unix:/run/hello.sock
error-bad-port = «{ $port }» в «{ $given }» — это не порт
hint-bad-port = порт — это число от 1 до 65535; с 0 порт выберет система
error-missing-port = в «{ $given }» после двоеточия нет порта
hint-missing-port = напишите порт, например «{ $value }8080», или уберите двоеточие
error-ipv6-without-brackets = в «{ $given }» не отличить порт от адреса
hint-ipv6-without-brackets = возьмите адрес IPv6 в квадратные скобки: [::1]:8080
error-url-as-address = «{ $given }» — это ссылка, а не адрес
hint-url-as-address = напишите «{ $address }»
error-path-as-address = «{ $given }» — это путь, а не адрес
hint-path-as-address = если нужен сокет Unix, напишите «unix:{ $value }»
error-socket-path-too-long = путь в «{ $given }» слишком длинный для сокета Unix: байтов в нём { $bytes }, а помещается { $most }
hint-socket-path-too-long = выберите путь короче или напишите его от текущей папки
error-listen-twice = «{ $given }» указан дважды или входит в другой «{ $name }»
hint-listen-twice = уберите один из них

## Запуск: где принимать соединения.

error-port-in-use = не удаётся принимать соединения на { $address }: порт занят
hint-port-in-use = остановите этот процесс («{ $stop }») или добавьте «--next-port», чтобы взять следующий свободный порт
hint-port-in-use-hidden = какой это процесс, покажет «sudo ss -ltnp 'sport = :{ $port }'»; «--next-port» возьмёт следующий свободный порт
error-no-free-port = не удаётся принимать соединения на { $address }: все порты с { $port } по { $last } заняты
hint-no-free-port = выберите в «--listen» порт подальше или предоставьте выбор системе: порт 0
error-port-not-permitted = не удаётся принимать соединения на { $address }: пользователю { $user } нельзя открыть порт { $port }
hint-port-not-permitted-capability = разрешите это программе: «sudo setcap cap_net_bind_service=+ep { $program }»; или выберите порт от { $first }
hint-port-not-permitted-system = разрешите это всем: «sudo sysctl net.ipv4.ip_unprivileged_port_start={ $port }»; или выберите порт от { $first }
hint-port-not-permitted-service = разрешите это службе: «sudo systemctl edit { $unit }», а там «[Service]» и «AmbientCapabilities=CAP_NET_BIND_SERVICE»
hint-port-not-permitted-container = запустите контейнер с «--sysctl net.ipv4.ip_unprivileged_port_start=0» или займите в нём порт 8080 и откройте наружу его: «-p { $port }:8080»
hint-port-not-permitted-policy = загляните в журнал системы («sudo journalctl -b -g denied») или выберите другой порт в «--listen»
error-address-not-available = не удаётся принимать соединения на { $address }: у этого компьютера нет такого адреса
hint-address-not-available = выберите один из них; 127.0.0.1 — только для этого компьютера, 0.0.0.0 — для всех сетей
error-name-not-resolved = не удаётся принимать соединения на { $name }: адрес с таким именем неизвестен ({ $system })
hint-name-not-resolved = проверьте, нет ли опечатки, или укажите сам адрес, например 127.0.0.1:{ $port }
hint-name-not-resolved-similar = может быть, «{ $similar }:{ $port }»?
error-listen-failed = не удаётся принимать соединения на { $address }: { $system }
hint-listen-failed = попробуйте другой адрес или порт в «--listen»
error-socket-in-use = не удаётся принимать соединения на { $address }: сокет занят
hint-socket-in-use = остановите этот процесс («{ $stop }») или выберите другой путь
hint-socket-in-use-hidden = какой это процесс, покажет «sudo ss -lxp src { $path }»; или выберите другой путь
error-socket-path-exists = не удаётся принимать соединения на { $address }: там уже есть что-то другое, не сокет
hint-socket-path-exists = выберите другой путь или уберите то, что там лежит
error-socket-path-failed = не удаётся принимать соединения на { $address }: { $system }
hint-socket-path-failed = проверьте, что папка есть и что этому пользователю можно в неё писать

why-held-process = его занимает { $name }, процесс { $pid } пользователя { $user }: { $command }
why-held-unit = его занимает { $name }, процесс { $pid } пользователя { $user }, служба { $unit }: { $command }
why-held-container = его занимает { $name }, процесс { $pid } пользователя { $user }, в контейнере { $unit }: { $command }
why-held-hello = его занимает другой hello, процесс { $pid } пользователя { $user }; он отдаёт { $serves }
why-held-hello-built-in = его занимает другой hello, процесс { $pid } пользователя { $user }; он отдаёт встроенный сайт
why-held-hidden = его занимает процесс пользователя { $user }; какой именно, этому пользователю не видно
why-held-unknown = кем — система не говорит
why-sibling-free = { $free } свободен: «--listen { $free }» займёт только его
why-low-port = порты до { $first } отведены администратору
why-policy = дело не в номере: это запрещает что-то другое, например SELinux, AppArmor, seccomp или Landlock
why-addresses = у него есть { $addresses }

## Запуск: что отдавать.

error-no-such-path = не удаётся отдавать «{ $path }»: такого файла или папки нет
hint-no-such-path = проверьте, нет ли опечатки; путь, который не начинается с /, отсчитывается от текущей папки
hint-no-such-path-similar = может быть, «{ $similar }»?
hint-no-such-path-sandbox = отдавайте папку вне песочницы или покажите ей эту: «BindReadOnlyPaths=» в службе
hint-no-such-path-address = если принимать соединения нужно там, напишите «--listen { $meant }»
hint-no-such-path-mount = чтобы отдавать папку по отдельному адресу, напишите «{ $meant }», без косой черты перед именем
hint-no-such-path-elsewhere = и команды «{ $path }» нет: отдаёт сам «hello», а папку — «hello ./dist»
hint-no-such-path-command = может быть, «hello { $command }»?
hint-no-such-path-similar-or-command = может быть, «{ $similar }»? Или «hello { $command }»?
error-path-unreadable = не удаётся отдавать «{ $path }»: этому пользователю нельзя его читать
hint-path-unreadable = откройте доступ («{ $fix }») или запустите hello от имени того, кому можно читать
hint-path-unreadable-sandbox = отдавайте папку вне песочницы или разрешите эту: «ProtectHome=read-only» или «BindReadOnlyPaths=» в службе
hint-path-unreadable-fuse = подключите её с «-o allow_other» или запустите hello от имени того, кто её подключил
hint-path-unreadable-network = разрешите чтение на той машине, откуда она взята: там здешний администратор — никто
hint-path-unreadable-unseen = загляните в журнал системы («sudo journalctl -b -g denied») или отдавайте копию из другой папки
hint-path-unreadable-unknown = попробуйте прочитать от имени этого пользователя: «ls -l { $path }»
error-path-not-servable = не удаётся отдавать «{ $path }»: это не папка и не обычный файл
hint-path-not-servable = укажите папку или обычный файл

why-missing = в { $folder } нет { $missing }
why-in-a-file = { $folder } — это файл, внутри него ничего нет
why-private-tmp = у этой службы свой /tmp (systemd: PrivateTmp=)
why-sandbox = путь скрыт песочницей этой службы (systemd: ProtectHome=, InaccessiblePaths=)
why-closed = пользователя { $user } не пускает { $part }: { $mode }, владелец { $owner }, группа { $group }
why-fuse = это файловая система того пользователя, который её подключил ({ $kind })
why-network = это папка с другой машины ({ $kind })
why-profile = права доступа чтение разрешают, но hello ограничен профилем: { $label }
why-unseen = права доступа чтение разрешают: это запрещает что-то другое, например SELinux, Landlock, список доступа или контейнер

## Запуск: чего не хватило.

error-too-many-open-files = не удаётся запуститься: слишком много открытых файлов ({ $system })
hint-too-many-open-files = разрешите больше: «ulimit -n 65536» или «LimitNOFILE=65536» в службе
why-open-files = этому процессу можно держать открытыми сразу { $limit }
error-memory-limit = не удаётся запуститься: не хватает памяти ({ $system })
hint-memory-limit = разрешите больше или займите меньше: «--memory-bytes-max 8MiB --max-connections 1000»
why-memory-limit = этому процессу можно занять { $limit }
error-disk-full = не удаётся запуститься: диск заполнен ({ $system })
hint-disk-full = освободите место; какой это диск, покажет «df -h»
error-no-terminal = «--tui» нужен терминал, а стандартный ввод или вывод — не терминал
hint-no-terminal = запустите в терминале, без «|», «<» и «>»; без «--tui» hello печатает строки
error-runtime-failed = не удаётся запуститься: система не дала потоков ({ $system })
hint-runtime-failed = посмотрите пределы этого пользователя («ulimit -a»: процессы) и свободную память

## Запуск: сертификаты.

error-certificate-unreadable = не удаётся прочитать сертификат { $certificate }: { $system }
hint-certificate-unreadable = проверьте путь и можно ли этому пользователю читать файл: «ls -l { $certificate }»
error-key-unreadable = не удаётся прочитать ключ { $file }: { $system }
hint-key-unreadable = проверьте путь и можно ли этому пользователю читать файл: «ls -l { $file }»
error-no-certificate = в { $certificate } нет сертификата
hint-no-certificate = укажите файл PEM, в нём есть строка «BEGIN CERTIFICATE»; из двоичного его сделает «openssl x509 -inform der -in ФАЙЛ»
hint-no-certificate-swapped = в нём ключ: поменяйте местами файлы в «--cert» и «--key»
error-no-key = в { $file } нет закрытого ключа
hint-no-key = укажите файл PEM, в нём есть строка «BEGIN PRIVATE KEY» (или «BEGIN EC PRIVATE KEY», «BEGIN RSA PRIVATE KEY»)
hint-no-key-swapped = в нём сертификат: поменяйте местами файлы в «--cert» и «--key»
hint-no-key-locked = снимите пароль: «openssl pkey -in { $file } -out key.pem», и пусть результат читает только этот пользователь
error-bad-certificate = сертификат { $certificate } не удалось разобрать
hint-bad-certificate = посмотрите, что скажет openssl: «openssl x509 -in { $certificate } -noout -text»; если его копировали вручную, скопируйте сам файл
error-bad-key = ключ { $file } не годится
hint-bad-key = нужен ключ ECDSA (P-256, P-384, P-521), Ed25519 или RSA от 2048 бит; какой этот, покажет «openssl pkey -in { $file } -noout -text»
error-key-mismatch = ключ { $file } не от сертификата { $certificate }
hint-key-mismatch = найдите ключ, с которым сертификат выпущен, или выпустите его заново для этого; сертификат сервера должен стоять в файле первым
error-certificate-expired = срок сертификата { $certificate } истёк { $date }
hint-certificate-expired = обновите его; если обновляли сегодня, проверьте, тот ли это файл и верны ли часы: «date»
error-certificate-not-yet-valid = сертификат { $certificate } начнёт действовать { $date }
hint-certificate-not-yet-valid = дождитесь этого времени или проверьте, верны ли часы: «date»
error-issuer-missing = к сертификату { $certificate } нужен сертификат его издателя, { $issuer }, а в файле его нет
hint-issuer-missing = допишите его в тот же файл после своего; certbot называет такой файл fullchain.pem
hint-issuer-missing-known = допишите его в тот же файл после своего: «curl -s { $url } | openssl x509 -inform der >> { $certificate }»; certbot называет такой файл fullchain.pem
error-certificate-not-for-host = сертификат { $certificate } выдан не на { $host }
hint-certificate-not-for-host = закажите сертификат на { $host } или на все соседние имена сразу; с этим клиенты, которым нужен { $host }, соединяться не станут

error-log-unwritable = не удалось открыть журнал запросов { $path }: { $system }
hint-log-unwritable = проверьте, что его папка есть и что этот пользователь может в неё писать: «ls -ld { $path }»
error-unknown-log-field = --{ $option }: о запросе нельзя сказать «{ $field }»
hint-unknown-log-field = выберите из имён, которые перечисляет «hello help logs», например «{"{"}client{"}"} {"{"}request{"}"} {"{"}status{"}"}»
error-misspelt-log-field = --{ $option }: о запросе нельзя сказать «{ $field }»
hint-misspelt-log-field = может быть, «{ $similar }»?
error-lone-brace = --{ $option }: в «{ $value }» у скобки нет пары
hint-lone-brace = имена стоят между двумя: «{"{"}status{"}"}»; скобка, которая и значит скобку, пишется дважды
error-bad-log-format = --{ $option }: «{ $value }» — не формат
hint-bad-log-format = { $similar ->
    [none] напишите combined, json или текст с именами в фигурных скобках: «{"{"}client{"}"} {"{"}request{"}"} {"{"}status{"}"}»
   *[other] может быть, «{ $similar }»? Или напишите текст с именами в фигурных скобках: «{"{"}client{"}"} {"{"}request{"}"} {"{"}status{"}"}»
 }
error-bad-statuses = --{ $option }: «{ $value }» — не список статусов
hint-bad-statuses = напишите статусы целиком или их классы, через запятую: 404,5xx
error-bad-path-pattern = --{ $option }: «{ $value }» — не путь
hint-bad-path-pattern = напишите путь, начиная с косой черты, например /api; всё, что под ним, — /api/*
error-hints-unreadable = не удалось прочитать ранние подсказки из { $path }: { $system }
hint-hints-unreadable = проверьте путь и право этого пользователя на чтение: «ls -l { $path }»
error-hints-unusable = строка { $line } в { $path } — не ранняя подсказка
hint-hints-unusable = напишите путь и ссылку, например: /index.html </style.css>; rel=preload; as=style
why-hint-no-path = она не начинается с пути на сайте, такого как /index.html
why-hint-no-link = за путём нет ссылки: она начинается с < и адреса
why-hint-no-relation = ссылка не говорит, зачем она: rel=preload, rel=modulepreload или rel=preconnect
why-hint-too-many = у страницы их больше шестнадцати; то, что не нужно сразу, лучше убрать
error-client-ca-unreadable = не удалось прочитать { $certificate } — удостоверяющий центр для клиентов: { $system }
hint-client-ca-unreadable = проверьте путь и право этого пользователя на чтение: «ls -l { $certificate }»
error-client-ca-unusable = из { $certificate } не получается удостоверяющий центр для клиентов
hint-client-ca-unusable = укажите файл PEM с сертификатами тех, кто выдаёт сертификаты клиентам, и больше ни с чем; что в файле, скажет «openssl x509 -in { $certificate } -noout -text»
why-key-locked = ключ в нём открывается только паролем, а hello никого не спрашивает
why-key-mismatch = открытый ключ сертификата: { $sum }…, закрытому соответствует { $other }… (SHA-256)
why-other-names = он выдан на: { $names }
