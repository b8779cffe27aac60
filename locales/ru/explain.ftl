## «hello explain»: путь запроса и почему он закончился именно так.

command-explain = explain АДРЕС
command-explain-about = рассказать, что и почему hello ответил бы на запрос, не отправляя его: какой сайт, все правила по порядку, какие файлы он пробует. Понимает и все параметры запуска
option-method = --method МЕТОД
option-method-about = спросить этим методом; иначе — методом GET
option-header = --header 'ИМЯ: ЗНАЧЕНИЕ'
option-header-about = спросить и с этим полем; можно повторять
option-from = --from ОТКУДА
option-from-about = кто спрашивает; иначе — 127.0.0.1. Годятся 203.0.113.9, 2001:db8::7 и unix
option-client-name = --client-name ИМЯ
option-client-name-about = у того, кто спрашивает, есть сертификат на это имя; иначе — никакого
option-at = --at АДРЕС
option-at-about = куда он приходит, как в `listen` файла hello.toml: 127.0.0.1:8081, unix:/run/hello.sock; иначе — по порту в адресе

page-explain-purpose = hello explain: рассказывает, что ответил бы hello на запрос и почему
page-explain-usage = Запуск: hello explain АДРЕС [ПУТЬ | ИМЯ=ПУТЬ]... [ПАРАМЕТРЫ]
page-explain-more = Напишите после адреса командную строку сервера. Сайты соберутся, как при запуске, и запрос пройдёт по ним весь путь: охрана, правила, файлы, поля. Ничего не отправляется, и сервер запускать не нужно. Строки файла настроек названы вместе с ним: hello.toml:12.
page-explain-example-1 = какой это файл и почему?
page-explain-example-2 = что получит клиент, который понимает gzip?
page-explain-url = АДРЕС
page-explain-url-about = что запрашивают: http://example.com/about; можно и без имени сайта, /about
page-explain-path = ПУТЬ
page-explain-path-about = что предстоит отдавать, как у самого «hello»
page-explain-method-about = спросить этим методом; иначе — методом GET
page-explain-header-about = спросить и с этим полем; можно повторять
page-explain-from-about = кто спрашивает: 203.0.113.9, 2001:db8::7, unix; иначе — 127.0.0.1
page-explain-client-name-about = у того, кто спрашивает, есть сертификат на это имя; иначе нет
page-explain-at-about = куда приходит запрос, как в `listen`; иначе — по порту в адресе
page-explain-json-about = рассказать одним объектом JSON. Годятся и все параметры запуска: «hello --help», «hello help files», «hello help tls»
page-explain-exit-0 = рассказано, каким бы ни был ответ
page-explain-exit-1 = не бывает
page-explain-exit-2 = рассказать не получилось; почему — сказано в потоке ошибок

explain-asked = { $method } { $url }, спрашивает { $from }
explain-from-unix = программа на этом компьютере, через сокет Unix

explain-site = Какой сайт
explain-refused = Никакой: запрос нарушает правила HTTP ({ $what }).
explain-in-clear = Никакой: здесь говорят по TLS, а запрос пришёл открытым. Его отправляют на ту же страницу по https.
explain-client = передал доверенный прокси, от имени { $address }
explain-site-unnamed = сайт без имени
explain-site-only = других нет
explain-site-exact = он так и называется: { $host }
explain-site-wildcard = он отвечает за { $hosts }
explain-site-default = сайта с таким именем нет, отвечает этот
explain-listener-said = приходит сюда, как вы и сказали
explain-listener-port = приходит сюда: таков его порт
explain-listener-server = его порт никто не слушает: как туда, где слушает сервер

explain-guards = Охрана на входе
explain-guards-passed = пропускают: { $guards }
explain-guard-name = имя соединения
explain-guard-canonical-host = основное имя
explain-guard-cors = CORS
explain-guard-maintenance = работы на сайте
explain-guard-rules = правила
explain-guard-method = метод
explain-open-to-address = на сайте идут работы, но этому адресу он открыт
explain-open-to-path = на сайте идут работы, но на этот путь отвечают и тогда
explain-not-open = на сайте идут работы
explain-answers = отвечает { $status }

explain-limits = Пределы для клиентов: проверены, но не засчитаны
explain-limit-not-meant = для других запросов
explain-limit-unknown = клиента не отличить от других: не считается
explain-limit-passes = пропускает
explain-limit-leaves = пропускает, и ещё { $left } подряд
explain-limit-waits = нужно подождать { $seconds } с
explain-limit-at-once = слишком много запросов сразу
explain-limit-too-long = несёт больше, чем можно
explain-limit-shadow = { $said } (только наблюдает: никому не отказывает)
explain-limit-by = считается по { $by }
explain-guard-limits = пределы для клиентов
explain-guard-body = длина содержимого

explain-rules = Правила: решает первое подходящее
explain-rule-decides = решает это
explain-rule-not-reached = до него не дошло
explain-unmet-path = другой путь
explain-unmet-method = другой метод
explain-unmet-from = другой клиент
explain-unmet-field = поле { $name } не такое
explain-unmet-query = { $name } в запросе не такое
explain-unmet-status = другой код ответа
explain-rules-more = … и ещё { $count } { $count ->
    [one] правило
    [few] правила
   *[many] правил
 }: { $outcome }

explain-content = Что там лежит
explain-in-folder = ищем в { $root }
explain-in-mount = это внутри { $mount }/, ищем в { $root }
explain-no-mount = ни в одном из путей, которые отдаются
explain-in-nobody = по этому имени здесь никого нет
explain-in-built-in = ищем на сайте, встроенном в hello
explain-in-certificate = ищем рядом с сертификатом для телефонов
explain-kept = уже в памяти, и с тех пор в файл никто не писал
explain-file-found = есть, { $size }
explain-file-folder = это папка
explain-file-missing = нет
explain-start-page = { $why }: вместо него ищем начальную страницу (--spa)
explain-not-found-page = { $why }: нет ли страницы 404.html, чтобы об этом сказать?
explain-listed = своей страницы у папки нет: показываем, что в ней лежит
explain-listed-here-only = своей страницы у папки нет, а её содержимое показывается только на этом компьютере, под именем localhost
explain-not-listed = своей страницы у папки нет, а показывать содержимое папок не просили
explain-sibling-used = можно отдать вместо файла
explain-sibling-missing = сжатых копий нет
explain-sibling-outdated = старше самого файла, поэтому не отдаётся
explain-sibling-not-smaller = не меньше самого файла, поэтому не отдаётся
explain-sibling-no-file = это не файл
explain-sibling-unreadable = нельзя прочитать
explain-form-plain = уходит как есть
explain-form-stored = уходит готовая копия, { $coding }
explain-form-made = уходит сжатым, { $coding }
explain-form-ordered = уходит как есть; следующий, кто спросит, получит сжатым, { $coding }
explain-no-accept-encoding = клиент не сказал, какое сжатие понимает
explain-probe = браузеры просят это у каждого сайта: ответ всё равно { $status } (--answer-probes)
explain-other-slash = под этим именем ничего нет; ищем в { $location }
explain-because-slash-missing = это папка, а её адрес кончается косой чертой
explain-because-other-name = у страницы другой адрес
explain-because-private-view = только для того, кто сидит за этим компьютером
explain-because-unknown-protocol = на этом протоколе здесь никто не говорит
explain-because-other-site = только для страниц этого сайта

explain-finish = На выходе
explain-error-page = вместо нашей страницы — { $path }
explain-error-page-missing = вместо нашей страницы была бы { $path }, но её нет
explain-followed = странице добавляют скрипт, который следит за файлами (--live)
explain-not-modified = у клиента это уже есть
explain-precondition = клиенту нужно без изменений, а изменения есть
explain-part = клиент просит только часть
explain-no-part = клиент просит часть, которой нет
explain-cors-allowed = странице, которая спрашивает, это можно прочесть
explain-cors-refused = страницам других сайтов этого не прочесть
explain-field-set = ставит { $name }
explain-field-added = добавляет { $name }
explain-field-removed = убирает { $name }
explain-field-kept = оставляет { $name } как есть

explain-answer = Ответ
explain-no-content = дальше ничего
explain-content-memory = дальше { $size }, из памяти
explain-content-file = дальше { $size }, из файла
explain-content-parts = дальше { $size }, несколькими частями
explain-content-stream = остальное готовится на ходу
explain-content-takeover = дальше разговор идёт на другом протоколе

error-missing-url = про какой запрос рассказать?
hint-missing-url = напишите адрес, например «hello explain http://localhost:7878/about ./dist», или только путь: «hello explain /about ./dist»
help-missing-url-title = explain: про какой запрос?
help-missing-url =
    «hello explain» рассказывает, что было бы в ответ на запрос; поэтому без запроса никак.

    Как исправить: напишите после него адрес, а за адресом — то, что отдаётся: «hello explain http://example.com/about ./dist --spa».
error-bad-url = «{ $value }» — это не адрес, по которому можно что-то запросить
hint-bad-url = напишите, например, http://example.com/about?x=1 или только путь: /about?x=1
help-bad-url-title = это не адрес страницы
help-bad-url =
    То, что дали «hello explain», не начинается ни с http://, ни с https:// и не похоже на путь, который начинается с косой черты. Имя сайта не латиницей пишут так, как оно передаётся: xn--e1afmkfd.example.

    Как исправить: скопируйте адрес из браузера или напишите только путь.
error-bad-header = «--header { $value }» — это не поле запроса
hint-bad-header = напишите имя, двоеточие и значение, всё в кавычках: --header 'Accept-Encoding: gzip'
help-bad-header-title = это не поле запроса
help-bad-header =
    У поля есть имя, двоеточие и значение. В имени нет пробелов, в значении — переводов строки.

    Как исправить: возьмите всё поле в кавычки, «--header 'Accept-Language: ru'».
error-bad-at = на «--at { $value }» никто не слушает
hint-bad-at = выберите из этих: { $addresses }
help-bad-at-title = на этом адресе никто не слушает
help-bad-at =
    «hello explain --at» говорит, куда приходит запрос: у сайтов в hello.toml могут быть свои адреса. Это один из адресов, названных в `listen` — вверху файла или у сайта, — и пишется он так же. Без «--at» решает порт в адресе запроса.

    Как исправить:
      hello explain /admin/ --at 127.0.0.1:8081
error-bad-from = «--from { $value }» — это не адрес клиента
hint-bad-from = напишите число, например 203.0.113.9 или 2001:db8::7, без порта; или unix
help-bad-from-title = это не адрес, с которого спрашивают
help-bad-from =
    Тот, кто спрашивает, записывается числом, потому что имена здесь не разыскиваются: 203.0.113.9 или 2001:db8::7. Программа на этом же компьютере, которая приходит через сокет Unix, — это «unix».

    Как исправить: уберите скобки и порт; а если убрать и «--from», спросит 127.0.0.1.
