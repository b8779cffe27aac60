## Сжатые файлы: как их отдавать и как готовить — --no-compression, «hello compress».

option-no-compression = --no-compression
option-no-compression-about = отдавать файлы как есть: не брать готовые сжатые копии (.br, .zst, .gz) и не сжимать на ходу
option-dry-run-about = ничего не записывать, только сказать, сколько удалось бы сэкономить
command-compress = compress ПАПКА
command-compress-about = положить рядом с файлами папки их сжатые копии (.br, .zst, .gz), чтобы отдавать их вместо самих файлов; «--dry-run» только скажет, сколько удалось бы сэкономить

compress-progress = сжимаю
compress-nothing = { $path }: сжимать здесь нечего
compress-done = { $path }: { $compressed ->
    [one] сжат
   *[other] сжато
 } { $compressed } { $compressed ->
    [one] файл
    [few] файла
   *[many] файлов
 } из { $files }, { $made ->
    [one] создана
    [few] созданы
   *[many] создано
 } { $made } { $made ->
    [one] копия
    [few] копии
   *[many] копий
 }
compress-would = { $path }: { $compressed ->
    [one] был бы сжат
   *[other] было бы сжато
 } { $compressed } { $compressed ->
    [one] файл
    [few] файла
   *[many] файлов
 } из { $files }, { $made ->
    [one] была бы создана
    [few] были бы созданы
   *[many] было бы создано
 } { $made } { $made ->
    [one] копия
    [few] копии
   *[many] копий
 }
compress-all-fresh = { $path }: делать нечего
compress-no-such-path = не удаётся сжать «{ $path }»: такого файла или папки нет
compress-path-unreadable = не удаётся сжать «{ $path }»: этому пользователю нельзя его читать
compress-path-not-servable = не удаётся сжать «{ $path }»: это не папка и не обычный файл
compress-saved = { $coding } { $plain } → { $coded }: экономия { $percent } %
compress-fresh = { $count ->
    [one] { $count } копия уже была и ещё не устарела
    [few] { $count } копии уже были и ещё не устарели
   *[many] { $count } копий уже было и ещё не устарело
 }
compress-left = { $count ->
    [one] { $count } файл остаётся как есть: он не станет
    [few] { $count } файла остаются как есть: они не станут
   *[many] { $count } файлов остаются как есть: они не станут
 } заметно меньше
compress-too-large = { $count ->
    [one] { $count } файл больше 64 МиБ и остаётся как есть
    [few] { $count } файла больше 64 МиБ и остаются как есть
   *[many] { $count } файлов больше 64 МиБ и остаются как есть
 }
compress-removed = { $count ->
    [one] удалена { $count } устаревшая копия, которую
    [few] удалены { $count } устаревшие копии, которые
   *[many] удалено { $count } устаревших копий, которые
 } не стоит делать заново
compress-would-remove = { $count ->
    [one] была бы удалена { $count } устаревшая копия, которую
    [few] были бы удалены { $count } устаревшие копии, которые
   *[many] было бы удалено { $count } устаревших копий, которые
 } не стоит делать заново
compress-unreadable = не удалось прочитать { $path }: { $said }
compress-unwritable = не удалось записать { $path }: { $said }
compress-in-the-way = { $path } — не обычный файл, поэтому остаётся нетронутым
compress-changed = { $path } изменился во время чтения; повторите команду
compress-too-deep = { $path } лежит слишком глубоко: папки глубже 128 уровней пропускаются
compress-panicked = { $path }: часть работы прервалась из-за ошибки в hello; копии, которые созданы, целы
compress-more = и ещё { $count } { $count ->
    [one] подобный случай
    [few] подобных случая
   *[many] подобных случаев
 }
compress-cut-short = на этом работа остановлена: с остальными файлами было бы то же самое. Когда появится место или право записи, повторите команду; сделанное заново не делается

error-missing-folder = какую папку сжать?
hint-missing-folder = напишите «hello compress ./dist»; с «--dry-run» он только скажет, сколько удалось бы сэкономить
help-missing-folder-title = compress: какую папку?
help-missing-folder =
    «hello compress» записывает новые файлы рядом с теми, что найдёт, поэтому не угадывает, где это делать.

    Как исправить: назовите папку, которую отдаёте, — «hello compress ./dist». «hello compress ./dist --dry-run» ничего не запишет, а только скажет, сколько удалось бы сэкономить.
