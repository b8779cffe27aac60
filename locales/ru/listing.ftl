## Папка, в которой нет своей страницы.

listing-language = Русский
listing-root = Начало
listing-path = Путь
listing-contents = Содержимое
listing-search = Фильтр; по Enter — поиск и во вложенных папках
listing-filter = Фильтр
listing-search-below = Искать вглубь
listing-shown = Показано # из #
listing-sort = Порядок
listing-name = Имя
listing-size = Размер
listing-date = Изменён
listing-look = Вид
listing-list = Список
listing-tiles = Плитка
listing-view = Смотреть
listing-empty = В этой папке пусто.
listing-nothing-found = Здесь нет ничего с таким именем.
listing-all = Показать всё
listing-folders = { $count ->
    [one] { $shown } папка
    [few] { $shown } папки
   *[other] { $shown } папок
}
listing-files = { $count ->
    [one] { $shown } файл
    [few] { $shown } файла
   *[other] { $shown } файлов
}
listing-found = { $count ->
    [0] Ничего не найдено
    [one] Найден { $shown }
   *[other] Найдено { $shown }
}
listing-part = на этой странице с { $first } по { $last }
listing-cut = В этой папке больше, чем можно перечислить. То, чего здесь нет, открывается по своему адресу.
listing-search-cut = Поиск остановлен раньше, чем закончен: могло найтись и больше. Уточните слово или начните с папки поглубже.
listing-pages = Страницы
listing-previous = Назад
listing-next = Вперёд
listing-neighbours = Предыдущий и следующий
listing-bytes = { $bytes ->
    [one] { $shown } байт
    [few] { $shown } байта
   *[other] { $shown } байт
}
listing-open = Открыть
listing-download = Скачать
listing-no-text = В этом файле не текст, показать здесь нечего. Откройте его или скачайте.
listing-preview-cut = Это первые { $kib } КиБ. Чтобы читать дальше, откройте файл.
