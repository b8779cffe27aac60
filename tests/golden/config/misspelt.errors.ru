ошибка[unknown-key]: ключа «lisen» здесь нет
 --> misspelt.toml:1:1
  |
1 | lisen = "0.0.0.0:80"
  | ^^^^^
  |
  = совет: может быть, «listen»?

ошибка[unknown-key]: ключа «Serve» здесь нет
 --> misspelt.toml:2:1
  |
2 | Serve = "./public"
  | ^^^^^
  |
  = совет: может быть, «serve»?

ошибка[unknown-key]: ключа «head_timeout» здесь нет
 --> misspelt.toml:3:1
  |
3 | head_timeout = "10s"
  | ^^^^^^^^^^^^
  |
  = совет: его место — в [limits]

ошибка[unknown-key]: ключа «port» здесь нет
 --> misspelt.toml:4:1
  |
4 | port = 8080
  | ^^^^
  |
  = совет: может быть, «listen»?

ошибка[unknown-key]: ключа «root» здесь нет
 --> misspelt.toml:5:1
  |
5 | root = "/srv/www"
  | ^^^^
  |
  = совет: может быть, «serve»?

ошибка[unknown-key]: ключа «share» здесь нет
 --> misspelt.toml:6:1
  |
6 | share = true
  | ^^^^^
  |
  = совет: это параметр командной строки, и только

ошибка[unknown-key]: ключа «frobnicate» здесь нет
 --> misspelt.toml:7:1
  |
7 | frobnicate = 1
  | ^^^^^^^^^^
  |
  = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «head-timout» здесь нет
  --> misspelt.toml:10:1
   |
10 | head-timout = "10s"
   | ^^^^^^^^^^^
   |
   = совет: может быть, «head-timeout»?

ошибка[unknown-key]: ключа «listen» здесь нет
  --> misspelt.toml:11:1
   |
11 | listen = "0.0.0.0:80"
   | ^^^^^^
   |
   = совет: он относится ко всему серверу: поставьте его выше первой строки в
            скобках

ошибка[unknown-key]: ключа «hosts» здесь нет
  --> misspelt.toml:14:1
   |
14 | hosts = "example.com"
   | ^^^^^
   |
   = совет: может быть, «host»?

ошибка[unknown-key]: ключа «log» здесь нет
  --> misspelt.toml:18:1
   |
18 | log = "json"
   | ^^^
   |
   = совет: он относится ко всему серверу: поставьте его выше первой строки в
            скобках

ошибка[unknown-key]: ключа «document-root» здесь нет
  --> misspelt.toml:19:1
   |
19 | document-root = "/srv/www"
   | ^^^^^^^^^^^^^
   |
   = совет: все ключи назовёт «hello help keys»

hello: нельзя принять misspelt.toml: 12 ошибок
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help unknown-key»
