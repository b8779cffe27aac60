ошибка[bad-choice]: «log» не знает значения «jsonhere[2J»
 --> bytes.toml:2:7
  |
2 | log = "jsonhere[2J"
  |       ^^^^^^^^^^^^^
  |
  = совет: выберите одно из: text, json

ошибка[unknown-key]: ключа «lng» здесь нет
 --> bytes.toml:4:1
  |
4 | lng = "\u{202e}ru"
  | ^^^
  |
  = совет: может быть, «lang»?

hello: нельзя принять bytes.toml: 2 ошибки
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help bad-choice»
