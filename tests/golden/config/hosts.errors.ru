ошибка[bad-host]: «https://example.com/» — это не имя узла
 --> hosts.toml:2:24
  |
2 | host = ["example.com", "https://example.com/", "example.com:80", "*", "пр...
  |                        ^^^^^^^^^^^^^^^^^^^^^^
  |
  = совет: напишите одно имя, без https:// и без порта; порты указывают в
           listen

ошибка[bad-host]: «example.com:80» — это не имя узла
 --> hosts.toml:2:48
  |
2 | host = ["example.com", "https://example.com/", "example.com:80", "*", "пр...
  |                                                ^^^^^^^^^^^^^^^^
  |
  = совет: напишите одно имя, без https:// и без порта; порты указывают в
           listen

ошибка[bad-host]: «*» — это не имя узла
 --> hosts.toml:2:66
  |
2 | host = ["example.com", "https://example.com/", "example.com:80", "*", "пр...
  |                                                                  ^^^
  |
  = совет: для всех узлов, у которых нет своего сайта, — то, что стоит выше
           первого [[site]]; «*.example.com» — для всех ниже одного имени

ошибка[bad-host]: «пример.рф» — это не имя узла
 --> hosts.toml:2:71
  |
2 | ...om/", "example.com:80", "*", "пример.рф", "a b"]
  |                                 ^^^^^^^^^^^
  |
  = совет: напишите его так, как оно передаётся, например
           «xn--e1afmkfd.example»; браузеры показывают и такое имя

ошибка[bad-host]: «a b» — это не имя узла
 --> hosts.toml:2:84
  |
2 | ...mple.com:80", "*", "пример.рф", "a b"]
  |                                    ^^^^^
  |
  = совет: напишите имя, например «example.com», для всех ниже него —
           «*.example.com», или адрес, например «10.0.0.1»

ошибка[host-twice]: у example.com уже есть сайт
 --> hosts.toml:6:8
  |
6 | host = "EXAMPLE.com"
  |        ^^^^^^^^^^^^^
  |
 ::: hosts.toml:2:9
  |
2 | host = ["example.com", "https://example.com/", "example.com:80", "*", "пр...
  |         -------------
  |
  = совет: на одном адресе у узла один сайт: уберите его из одного из двух

ошибка[missing-key]: здесь не хватает «host»
  --> hosts.toml:10:1
   |
10 | host = []
   | ^^^^^^^^^
   |
   = совет: добавьте строку, например «host = "example.com"»

ошибка[missing-key]: здесь не хватает «host»
  --> hosts.toml:13:1
   |
13 | [[site]]
   | ^^^^^^^^
   |
   = совет: добавьте строку, например «host = "example.com"»

ошибка[missing-key]: здесь не хватает «serve»
  --> hosts.toml:16:1
   |
16 | [[site]]
   | ^^^^^^^^
   |
   = совет: добавьте строку, например «serve = "./public"»

hello: нельзя принять hosts.toml: 9 ошибок
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help bad-host»
