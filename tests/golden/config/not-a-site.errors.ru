ошибка[unknown-key]: ключа «host» здесь нет
 --> not-a-site.toml:1:1
  |
1 | host = "example.com"
  | ^^^^
  |
  = совет: его место — в [[site]]

hello: нельзя принять not-a-site.toml: 1 ошибка
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help unknown-key»
