ошибка[listen-twice]: «listen = "127.0.0.1:8080"» указан дважды или входит в
                      другой «listen»
 --> listen-twice.toml:7:10
  |
7 | listen = "127.0.0.1:8080"
  |          ^^^^^^^^^^^^^^^^
  |
  = совет: уберите один из них

ошибка[listen-twice]: «listen = "[::1]:8081"» указан дважды или входит в другой
                      «listen»
  --> listen-twice.toml:12:29
   |
12 | listen = ["localhost:8081", "[::1]:8081"]
   |                             ^^^^^^^^^^^^
   |
   = совет: уберите один из них

ошибка[listen-twice]: «listen = "[::1]:8082"» указан дважды или входит в другой
                      «listen»
  --> listen-twice.toml:17:10
   |
17 | listen = "[::1]:8082"
   |          ^^^^^^^^^^^^
   |
   = совет: уберите один из них

ошибка[listen-twice]: «listen = "localhost:8082"» указан дважды или входит в
                      другой «listen»
  --> listen-twice.toml:22:10
   |
22 | listen = "localhost:8082"
   |          ^^^^^^^^^^^^^^^^
   |
   = совет: уберите один из них

ошибка[listen-twice]: «listen = "localhost:8080"» указан дважды или входит в
                      другой «listen»
  --> listen-twice.toml:27:10
   |
27 | listen = "localhost:8080"
   |          ^^^^^^^^^^^^^^^^
   |
   = совет: уберите один из них

hello: нельзя принять listen-twice.toml: 5 ошибок
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help listen-twice»
