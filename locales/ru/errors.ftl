## Почему hello не может сделать то, о чём его просят, и что делать теперь.
## У каждого error-КОД есть hint-КОД.

## Командная строка.

error-unknown-option = нет такого параметра: «{ $option }»
hint-unknown-option = все параметры покажет «hello --help»
error-unknown-option-or-path = нет такого параметра: «{ $option }»
hint-unknown-option-or-path = если это путь, напишите «./{ $option }»; все параметры покажет «hello --help»
error-unknown-option-similar = нет такого параметра: «{ $option }»
hint-unknown-option-similar = может быть, «{ $similar }»?
error-missing-value = у «{ $option }» не указано значение
hint-missing-value = напишите его после параметра, например «{ $option } { $example }»
error-unexpected-value = у «{ $option }» нет значений, а указано «{ $value }»
hint-unexpected-value = напишите просто «{ $option }»
error-option-twice = «{ $option }» указан больше одного раза
hint-option-twice = оставьте тот, который нужен
error-second-path = указан не один путь: «{ $value }» — лишний
hint-second-path = hello отдаёт одну папку или один файл; путь с пробелами нужно взять в кавычки
error-empty-path = путь пуст
hint-empty-path = укажите папку или файл («.» — текущая папка) или запустите hello без пути
error-unclear-arguments = параметры не удалось понять
hint-unclear-arguments = как их писать, покажет «hello --help»

## Значения параметров.

error-duration-without-unit = в «--{ $option } { $value }» не хватает единицы времени
hint-duration-without-unit = чтобы указать секунды, напишите «--{ $option } { $value }s»; есть ещё ms, m (минуты) и h (часы)
error-bad-duration = не удалось разобрать время в «--{ $option } { $value }»
hint-bad-duration = напишите целое число и единицу: 500ms, 10s, 2m или 1h
error-bad-size = не удалось разобрать размер в «--{ $option } { $value }»
hint-bad-size = напишите целое число байтов или число с единицей: 512, 64KiB, 64MiB или 1GiB
error-ambiguous-size = «--{ $option } { $value }» можно понять двояко: единицы по 1000 или по 1024
hint-ambiguous-size = если по 1024, напишите «--{ $option } { $meant }»; иначе укажите число байтов
error-bad-rate = не удалось разобрать скорость в «--{ $option } { $value }»
hint-bad-rate = напишите, сколько байтов в секунду: 500B/s, 1KiB/s или 1MiB/s
error-bad-count = «--{ $option } { $value }» — это не целое число
hint-bad-count = напишите одни цифры, например «--{ $option } { $example }»
error-too-small = «--{ $option } { $value }» — слишком мало
hint-too-small = выберите значение от { $least } до { $most }
error-too-large = «--{ $option } { $value }» — слишком много
hint-too-large = выберите значение от { $least } до { $most }
error-part-over-whole = «--{ $option } { $value }» не помещается в «--{ $whole }», то есть в { $whole_value }
hint-part-over-whole = уменьшите «--{ $option }» или добавьте «--{ $whole } { $value }»
error-bad-choice = «--{ $option }» не знает значения «{ $value }»
hint-bad-choice = выберите одно из: { $choices }

## Адреса.

error-bad-address = «--listen { $value }» — это не адрес
hint-bad-address = напишите адрес и порт, например 127.0.0.1:8080, [::1]:8080 или localhost:8080 (0.0.0.0:8080 — для всех сетей), или unix:/run/hello.sock
error-bad-port = «{ $port }» в «--listen { $value }» — это не порт
hint-bad-port = порт — это число от 1 до 65535; с 0 порт выберет система
error-missing-port = в «--listen { $value }» после двоеточия нет порта
hint-missing-port = напишите порт, например «--listen { $value }8080», или уберите двоеточие
error-ipv6-without-brackets = в «--listen { $value }» не отличить порт от адреса
hint-ipv6-without-brackets = возьмите адрес IPv6 в квадратные скобки: [::1]:8080
error-url-as-address = «--listen { $value }» — это ссылка, а не адрес
hint-url-as-address = напишите «--listen { $address }»
error-path-as-address = «--listen { $value }» — это путь, а не адрес
hint-path-as-address = если нужен сокет Unix, напишите «--listen unix:{ $value }»
error-socket-path-too-long = путь в «--listen { $value }» слишком длинный для сокета Unix: байтов в нём { $bytes }, а помещается { $most }
hint-socket-path-too-long = выберите путь короче или напишите его от текущей папки
error-listen-twice = «--listen { $value }» указан дважды или входит в другой «--listen»
hint-listen-twice = уберите один из них

## Запуск.

error-port-in-use = не удаётся принимать соединения на { $address }: порт занят другой программой
hint-port-in-use = остановите её (какая это программа, покажет «ss -ltnp») или выберите другой порт в «--listen»
error-port-not-permitted = не удаётся принимать соединения на { $address }: порт { $port } может открыть только администратор
hint-port-not-permitted = выберите порт от 1024, например 8080, или разрешите этот: sudo setcap cap_net_bind_service=+ep "$(command -v hello)"
error-address-not-available = не удаётся принимать соединения на { $address }: у этого компьютера нет такого адреса
hint-address-not-available = какие адреса есть, покажет «ip address»; 127.0.0.1 есть всегда, 0.0.0.0 — это все адреса сразу
error-name-not-resolved = не удаётся принимать соединения на { $name }: адрес с таким именем неизвестен
hint-name-not-resolved = проверьте, нет ли опечатки, или укажите сам адрес, например 127.0.0.1:8080
error-no-such-path = не удаётся отдавать «{ $path }»: такого файла или папки нет
hint-no-such-path = проверьте, нет ли опечатки; путь, который не начинается с /, отсчитывается от текущей папки
error-path-is-a-port = не удаётся отдавать «{ $path }»: такого файла или папки нет
hint-path-is-a-port = если это порт, напишите «--listen { $path }»
error-path-is-help = не удаётся отдавать «{ $path }»: такого файла или папки нет
hint-path-is-help = если нужна справка, напишите «hello --help»
error-path-unreadable = не удаётся отдавать «{ $path }»: этому пользователю нельзя его читать
hint-path-unreadable = кому можно, покажет «ls -ld»; разрешите чтение командой «chmod» или запустите hello от имени того, кому можно
error-path-not-servable = не удаётся отдавать «{ $path }»: это не папка и не обычный файл
hint-path-not-servable = укажите папку или обычный файл
error-socket-in-use = не удаётся принимать соединения на unix:{ $path }: этот сокет занят другой программой
hint-socket-in-use = остановите её или выберите другой путь
error-socket-path-exists = не удаётся принимать соединения на unix:{ $path }: там уже есть что-то другое, не сокет
hint-socket-path-exists = выберите другой путь или уберите то, что там лежит
error-socket-path-failed = не удаётся принимать соединения на unix:{ $path }: { $system }
hint-socket-path-failed = проверьте, что папка есть и что этому пользователю можно в неё писать
error-listen-failed = не удаётся принимать соединения на { $address }: { $system }
hint-listen-failed = попробуйте другой адрес или порт в «--listen»
error-runtime-failed = не удаётся запуститься: система не дала потоков или дескрипторов: { $system }
hint-runtime-failed = посмотрите пределы этого пользователя («ulimit -a»: процессы, открытые файлы) и свободную память

## Вид на весь экран.

error-no-terminal = `--tui` нужен терминал, а стандартный ввод или вывод — не терминал
hint-no-terminal = запустите в терминале, без `|`, `<` и `>`; без `--tui` hello печатает строки
