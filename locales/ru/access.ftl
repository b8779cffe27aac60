## Кого пускать: параметры, ошибки, страницы и сообщения.

option-users = --users ФАЙЛ
option-users-about = спрашивать у всех имя и пароль из этого файла; его строки делает «hello hash-password» или htpasswd -B
option-realm = --realm ТЕКСТ
option-realm-about = от чего пароль: некоторые браузеры это показывают
option-allow = --allow СЕТЬ
option-allow-about = пускать только отсюда: адрес (192.0.2.7), сеть (192.0.2.0/24) или unix — тех, кто приходит через сокет Unix. Можно повторять
option-deny = --deny СЕТЬ
option-deny-about = не пускать отсюда, что бы ни говорил --allow. Можно повторять
option-link-key = --link-key ФАЙЛ
option-link-key-about = пускать только по ссылке, подписанной ключом из этого файла: «hello sign». Можно повторять: подойдёт любой из ключей
option-trusted-proxy = --trusted-proxy СЕТЬ
option-trusted-proxy-about = верить этим прокси, когда они говорят, чей запрос передают. Можно повторять
option-client-field = --client-field x-forwarded-for|forwarded
option-client-field-about = поле, в котором они это говорят; если не указано — x-forwarded-for
option-proxy-protocol = --proxy-protocol
option-proxy-protocol-about = ждать в начале каждого соединения заголовок протокола PROXY (1 или 2) с адресом клиента

help-access = Кого пускать:
help-access-more = Тем, кому запрещено (--deny), входа нет; из остальных, если кому-то разрешено (--allow), входят только они. Если указаны сразу несколько из --allow, --link-key и --users, пропустить запрос должен каждый. Изменившиеся файлы перечитываются.

topics-access = Кого пускать

error-bad-network = «{ $given }» — это не адрес и не сеть
hint-bad-network = напишите адрес, например 192.0.2.7 или 2001:db8::7, сеть, например 192.0.2.0/24, или unix
error-network-of-an-address = «{ $given }» — это адрес с длиной сети
hint-network-of-an-address = напишите { $network }, если нужна сеть, или { $address }, если нужен один адрес
error-too-many-networks = «{ $given }» — уже лишнее: их может быть не больше { $most }
hint-too-many-networks = замените несколько из них одной сетью
error-too-many-client-names = «{ $given }» — уже лишнее: их может быть не больше { $most }
hint-too-many-client-names = пусть сертификаты им выдаёт свой центр: назовите его в «client-ca»
error-bad-client-name = «{ $given }» — не имя клиента
hint-bad-client-name = пишите каждое имя целиком, как в сертификате: anna@example.com
error-bad-realm = «{ $given }» не все браузеры покажут одинаково
hint-bad-realm = напишите не больше 128 латинских букв, цифр и знаков ASCII, например Staff

error-access-unreadable = не удалось прочитать { $path }: { $system }
hint-access-unreadable = проверьте путь и право этого пользователя на чтение: «ls -l { $path }»
error-users-unusable = строка { $line } в { $path } никому не даёт пароля
hint-users-unusable = напишите имя, двоеточие и то, что выводит «hello hash-password»
why-user-not-text = она не в UTF-8
why-user-no-name = она не начинается с имени и двоеточия
why-user-bad-name = имя в ней длиннее 255 байтов или содержит управляющие символы
why-user-name-twice = строка с таким именем уже была выше
why-user-weak-hash = хеш в ней — { $kind }: его подбирают слишком быстро, или он здесь неизвестен; сделайте новый, argon2id или bcrypt
why-user-no-hash = после имени стоит не хеш; если это сам пароль, сразу смените его
why-user-bad-hash = хеш в ней обрезан или испорчен
why-user-costly-hash = её хеш требует больше времени или памяти, чем сервер может отдать одному: для argon2id это самое большее 64 МиБ и 10 проходов, для bcrypt — стоимость 14
why-user-too-many = строк больше 10 000
error-link-key-too-short = то, что лежит в { $path }, слишком коротко для ключа
hint-link-key-too-short = сделайте ключ: «head -c 32 /dev/urandom | base64 > { $path }»
error-too-many-link-keys = { $path } — лишний ключ: их может быть не больше восьми
hint-too-many-link-keys = уберите те, чьи ссылки уже все истекли
error-no-randomness = система не даёт случайных чисел, а для { $path } они нужны
hint-no-randomness = посмотрите, есть ли /dev/urandom: его могла убрать песочница

help-bad-network-title = это не адрес и не сеть
help-bad-network =
    «--allow», «--deny» и «--trusted-proxy» принимают адрес IPv4 или IPv6, сеть с её длиной в битах или слово unix — для тех, кто приходит через сокет Unix и адреса не имеет. Имена не ищутся: что значит имя, могут изменить другие.

      hello --allow 192.0.2.7 --allow 2001:db8::/32 --allow unix
help-network-of-an-address-title = адрес с длиной сети
help-network-of-an-address =
    192.0.2.7/24 может значить адрес 192.0.2.7, а может — сеть 192.0.2.0/24, в которой он находится. Когда решается, кого пускать, это не одно и то же, и hello не гадает.
help-too-many-networks-title = слишком много сетей
help-too-many-networks =
    Каждый запрос сравнивается с сетями списка, и их может быть не больше 1024. Соседние сети часто можно записать одной; целые страны лучше не пускать брандмауэром.
help-too-many-client-names-title = слишком много имён клиентов
help-too-many-client-names =
    Имена того, кто пришёл, сравниваются с перечисленными в «client-name», а их может быть не больше 1024. Столько людей лучше отличать по тому, кто выдал им сертификаты: нужен центр только для них, названный в «client-ca» сайта, и «client-cert = true».
help-bad-client-name-title = это не имя клиента
help-bad-client-name =
    В «client-name» перечисляются имена, на которые выданы сертификаты клиентов: общее имя, узел, почтовый адрес или URI. Каждое сравнивается целиком, и звёздочка ничего не заменяет.

    На что выдан сертификат:
      openssl x509 -noout -subject -ext subjectAltName -in ФАЙЛ
help-bad-realm-title = не название для того, от чего пароль
help-bad-realm =
    Это название браузер получает в поле ответа. Буквы не из ASCII одни браузеры там понимают, а другие нет, поэтому hello их не принимает.
help-access-unreadable-title = файл, который говорит, кого пускать, не читается
help-access-unreadable =
    В «--users ФАЙЛ» — имена и хеши тех, у кого есть пароль, в «--link-key ФАЙЛ» — ключ, которым подписаны ссылки. Оба читаются при запуске и снова, когда изменятся. В файле пользователей может быть до 4 МиБ, в файле с ключом — до 4 КиБ. В сообщении стоят слова самой системы.

    Как исправить:
    - Проверьте путь: он отсчитывается от папки, в которой запущен hello.
    - Разрешите читать файл тому, от чьего имени работает hello, и больше никому: «chmod 600 ФАЙЛ».

    Если файл перестал читаться, пока hello работает, ничего не меняется: действует то, что было в нём раньше, и об этом сообщается.
help-users-unusable-title = строка в файле пользователей никому не даёт пароля
help-users-unusable =
    Каждая строка файла «--users» — это имя, двоеточие и хеш. Пустые строки и те, что начинаются с #, ничего не значат, как и всё, что стоит после второго двоеточия.

      hello hash-password anna >> users.htpasswd
      htpasswd -B users.htpasswd anna

    Хеши бывают argon2id — их делает «hello hash-password» — и bcrypt (htpasswd -B). MD5, SHA-1, SHA-2 и crypt не принимаются: тот, кому попал в руки такой файл, скоро узнает и пароли. Переделать их нельзя: каждому нужна новая строка, сделанная из пароля.

    Сама строка не показывается: в ней может стоять пароль.
help-link-key-too-short-title = ключ для ссылок слишком короткий
help-link-key-too-short =
    Кто угадает ключ из «--link-key», сможет подписывать ссылки сам. В ключе должно быть не меньше 16 байтов, не считая пробелов и концов строк по краям; лучше — 32 случайных:

      head -c 32 /dev/urandom | base64 > links.key
      chmod 600 links.key
help-too-many-link-keys-title = слишком много ключей для ссылок
help-too-many-link-keys =
    Несколько ключей нужны, чтобы старые ссылки работали и дальше, когда новые подписываются уже другим ключом. Каждая ссылка сравнивается с каждым из них, поэтому их может быть не больше восьми.
help-no-randomness-title = система не даёт случайных чисел
help-no-randomness =
    Пароли, которые подошли, запоминаются под ключом, который при каждом запуске делается заново, а система его не дала. Так бывает в песочницах, где нет ни системного вызова getrandom, ни /dev/urandom.

status-401 = Назовите имя и пароль
reason-address-denied-title = Отсюда нельзя
reason-address-denied = Этот сервер вашему адресу не отвечает. Если вы думаете, что должен, спросите того, кто им управляет.
reason-address-not-allowed-title = Отсюда нельзя
reason-address-not-allowed = Этот сервер отвечает только некоторым адресам, и вашего среди них нет. Если вы думаете, что он должен там быть, спросите того, кто управляет сервером.
reason-client-cert-missing-title = Только с сертификатом
reason-client-cert-missing = Сюда можно тем, у кого есть особый сертификат, а ваш браузер его не предъявил. Если он у вас есть, проверьте, что он установлен, и откройте страницу заново.
reason-client-not-allowed-title = Это для других
reason-client-not-allowed = Ваш сертификат в порядке, но сюда можно не всем, у кого он есть. Если вы думаете, что вам сюда можно, спросите того, кто управляет сервером.
reason-link-unsigned-title = Только по ссылке
reason-link-unsigned = Сюда можно только тем, кому дали ссылку. Откройте её целиком, со всем, что стоит после вопросительного знака.
reason-link-wrong-title = С этой ссылкой что-то не так
reason-link-wrong = Что-то в этой ссылке изменилось или потерялось по дороге. Откройте её ещё раз так, как вам её дали, или попросите новую.
reason-link-expired-title = Срок этой ссылки истёк
reason-link-expired = Ссылка действовала некоторое время, и оно прошло. Попросите новую у того, кто её вам дал.
reason-password-missing = Сюда можно тем, у кого есть здесь имя и пароль. Загрузите страницу ещё раз, и браузер их спросит.
reason-password-wrong-title = Не подошло
reason-password-wrong = Имя или пароль другие. Загрузите страницу ещё раз, и браузер спросит их снова.
reason-too-many-guesses-title = Слишком много попыток
reason-too-many-guesses = С вашего адреса перепробовали слишком много паролей. Подождите минуту и попробуйте снова.
reason-passwords-queue = Сейчас входит слишком много людей сразу. Попробуйте через несколько секунд.
status-401-text = Сюда можно тем, у кого есть здесь имя и пароль.

request-of = { $path } ← { $client }
remark-address-denied = этому адресу запрещено
remark-address-not-allowed = этому адресу не разрешено
remark-client-cert-missing = без сертификата
remark-client-not-allowed = сертификат на другое имя
remark-link-unsigned = без подписанной ссылки
remark-link-wrong = ссылка изменена
remark-link-expired = срок ссылки истёк
remark-password-missing = спрошен пароль
remark-password-wrong = не то имя или не тот пароль
remark-too-many-guesses = слишком много попыток
remark-passwords-queue = слишком много паролей сразу

notice-access-renewed = файл { $path } изменился и теперь действует
notice-access-kept = новый { $path } не годится ({ $what }); остаётся прежний. Подробнее: «hello help { $error }»
notice-access-kept-line = строка { $line } нового { $path } не годится ({ $what }); остаётся прежний файл. Подробнее: «hello help { $error }»

doctor-on-access = доступ
doctor-access = { $files ->
    [one] { $files } файл, который говорит, кого пускать, годится
    [few] { $files } файла, которые говорят, кого пускать, годятся
   *[other] { $files } файлов, которые говорят, кого пускать, годятся
 }

command-hash-password = hash-password [ИМЯ]
command-hash-password-about = сделать строку для файла --users; пароль набирают вслепую или подают на стандартный ввод
command-sign = sign АДРЕС
command-sign-about = подписать ссылку на время, для --link-key: «hello sign АДРЕС --for 1h --link-key ФАЙЛ»
option-for = --for ВРЕМЯ
option-for-about = на сколько времени, например 30s, 10m или 7d

page-hash-password-purpose = hello hash-password: делает строку для файла --users
page-hash-password-usage = Запуск: hello hash-password [ИМЯ]
page-hash-password-more = Пароль набирают в терминале, дважды и вслепую, или это первая строка стандартного ввода. Параметром он не бывает: параметры видны всем на этой машине. Выводится его хеш, argon2id с 19 МиБ памяти, а перед ним имя и двоеточие.
page-hash-password-example-1 = спросит пароль и допишет строку в файл
page-hash-password-example-2 = возьмёт его из менеджера паролей
page-hash-password-path = ИМЯ
page-hash-password-path-about = чей это пароль; без имени выводится один хеш
page-hash-password-exit-0 = строка выведена
page-hash-password-exit-2 = не выведена; почему — сказано в потоке ошибок
password-ask = Пароль:{" "}
password-again = Он же ещё раз:{" "}
password-differs = Это были два разных пароля; ещё раз с начала.

page-sign-purpose = hello sign: подписывает ссылку, которая действует некоторое время
page-sign-usage = Запуск: hello sign АДРЕС [--for ВРЕМЯ] --link-key ФАЙЛ
page-sign-more = Выводится тот же адрес с двумя параметрами: когда кончится его время и подпись под всем остальным. Кому дали ссылку, того пустят, а изменить в ней ничего нельзя. Схема и узел не подписаны: ключ — для одного сайта.
page-sign-example-1 = действует неделю
page-sign-example-2 = действует час
page-sign-path = АДРЕС
page-sign-path-about = адрес или только путь; в кавычках, иначе оболочка поймёт & и ? по-своему
page-sign-for-about = сколько она действует, например 30m или 7d; если не указано — 1h
page-sign-link-key-about = файл с ключом, тот же, что у сервера
page-sign-exit-0 = ссылка выведена
page-sign-exit-2 = не выведена; почему — сказано в потоке ошибок

error-missing-link = какую ссылку подписать?
hint-missing-link = напишите «hello sign https://example.com/a.pdf --for 1h --link-key links.key»
error-missing-link-key = каким ключом подписать?
hint-missing-link-key = добавьте «--link-key ФАЙЛ», тот же файл, что у сервера
error-bad-link = «{ $value }» — это не адрес, который можно подписать
hint-bad-link = напишите его целиком, например https://example.com/a.pdf, или только путь, например /a.pdf
error-bad-user-name = «{ $value }» не может быть именем в файле пользователей
hint-bad-user-name = выберите имя не длиннее 255 байтов, без двоеточия и без # в начале
error-bad-password = пароля нет
hint-bad-password = наберите его, дважды один и тот же, или подайте на стандартный ввод: не больше 512 байтов UTF-8, без табуляций и других управляющих символов

help-missing-link-title = sign: какую ссылку?
help-missing-link =
    «hello sign» выводит адрес, который действует некоторое время; нужно сказать, какой.

      hello sign https://example.com/a.pdf --for 7d --link-key links.key
help-missing-link-key-title = sign: каким ключом?
help-missing-link-key =
    Ссылка годится, если она подписана ключом, который есть у сервера: тем, что лежит в файле его «--link-key». Сам ключ параметром не бывает: параметры видны всем на этой машине.

      head -c 32 /dev/urandom | base64 > links.key
      hello sign /a.pdf --for 1h --link-key links.key
help-bad-link-title = это не адрес, который можно подписать
help-bad-link =
    Подписываются путь и запрос адреса. Поэтому он начинается с http:// или https:// и узла либо с косой черты пути.
help-bad-user-name-title = не имя для файла пользователей
help-bad-user-name =
    В файле пользователей имя кончается двоеточием, а строка, которая начинается с #, ничего не значит. Имя — не длиннее 255 байтов и без управляющих символов; буквы годятся любого языка.
help-bad-password-title = пароля нет
help-bad-password =
    Пароль — это то, что набрано в терминале, или первая строка стандартного ввода. Он не бывает пустым и длиннее 512 байтов UTF-8; управляющие символы, например табуляцию, браузер отправить не сможет.

ending-proxy-failed = закрыто нами: { $what }
ending-proxy-failed-kind = закрыто нами: нет заголовка PROXY
proxy-no-header = заголовок протокола PROXY не пришёл, а без него нельзя (--proxy-protocol)
proxy-too-long = заголовок протокола PROXY слишком длинный
proxy-unknown-version = у заголовка протокола PROXY неизвестная здесь версия
proxy-unknown-command = в заголовке протокола PROXY неизвестная здесь команда
proxy-unknown-family = в заголовке протокола PROXY такой вид адреса, какого нет
proxy-malformed = заголовок протокола PROXY испорчен
proxy-left = прокси ушёл посреди своего заголовка
proxy-timeout = заголовок протокола PROXY не пришёл вовремя
proxy-untrusted = этому адресу здесь не верят, когда он говорит за других (--trusted-proxy)

explain-guard-address = адрес
explain-guard-certificate = сертификат клиента
explain-guard-signature = подписанная ссылка
explain-guard-password = пароль
explain-guard-detour = доступ туда, куда ведут правила
