ошибка[config-unreadable]: missing.toml не существует
 --> include-wrong.toml:2:12
  |
2 | include = ["missing.toml", "si*/a.toml", "nowhere/*.toml", "loop/a.toml",...
  |            ^^^^^^^^^^^^^^
  |
  = совет: проверьте имя; путь в файле отсчитывается от того места, где
           лежит этот файл

ошибка[config-unreadable]: в «si*/a.toml» звёздочка стоит вместо имён папок
 --> include-wrong.toml:2:28
  |
2 | include = ["missing.toml", "si*/a.toml", "nowhere/*.toml", "loop/a.toml",...
  |                            ^^^^^^^^^^^^
  |
  = совет: звёздочка бывает только в последнем имени, например
           «sites/*.toml»

ошибка[config-unreadable]: nowhere не существует
 --> include-wrong.toml:2:42
  |
2 | include = ["missing.toml", "si*/a.toml", "nowhere/*.toml", "loop/a.toml",...
  |                                          ^^^^^^^^^^^^^^^^
  |
  = совет: проверьте имя; путь в файле отсчитывается от того места, где
           лежит этот файл

ошибка[config-unreadable]: include-wrong.toml включает сам себя
 --> include-wrong.toml:2:100
  |
2 | ..."sites/more/twice.toml", "include-wrong.toml"]
  |                             ^^^^^^^^^^^^^^^^^^^^
  |
  = совет: уберите один из include

ошибка[key-twice]: «listen» указан дважды
 --> sites/more/twice.toml:1:1
  |
1 | listen = "127.0.0.1:8081"
  | ^^^^^^
  |
 ::: include-wrong.toml:1:1
  |
1 | listen = "127.0.0.1:8080"
  | -------------------------
  |
  = совет: оставьте тот, который нужен

ошибка[config-unreadable]: loop/../loop/a.toml включает сам себя
 --> loop/b.toml:1:11
  |
1 | include = "../loop/a.toml"
  |           ^^^^^^^^^^^^^^^^
  |
  = совет: уберите один из include

ошибка[unknown-key]: ключа «lisen» здесь нет
 --> loop/b.toml:2:1
  |
2 | lisen = 8080
  | ^^^^^
  |
  = совет: может быть, «listen»?

hello: нельзя принять include-wrong.toml: 7 ошибок
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help config-unreadable»
