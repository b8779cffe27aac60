ошибка[bad-choice]: «links» не знает значения
                    «a-word-that-does-not-fit-into-a-line-beside-what-is-said»
 --> long-lines.toml:2:9
  |
2 | links = "a-word-that-does-not-fit-into-a-line-beside-what-is-said"
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = совет: выберите одно из: none, inside, anywhere

ошибка[config-unreadable]: nowhere.toml не существует
 --> long-lines.toml:3:102
  |
3 | ...es/a.toml", "sites/b.toml", "nowhere.toml"]
  |                                ^^^^^^^^^^^^^^
  |
  = совет: проверьте имя; путь в файле отсчитывается от того места, где
           лежит этот файл

hello: нельзя принять long-lines.toml: 2 ошибки
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help bad-choice»
