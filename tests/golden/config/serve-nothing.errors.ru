ошибка[empty-path]: путь пуст
 --> serve-nothing.toml:1:1
  |
1 | serve = {}
  | ^^^^^^^^^^
  |
  = совет: укажите папку или файл («.» — текущая папка) или запустите hello
           без пути

hello: нельзя принять serve-nothing.toml: 1 ошибка
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help empty-path»
