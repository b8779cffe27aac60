ошибка[bad-address]: «listen = "x y"» — это не адрес
 --> crlf.toml:2:10
  |
2 | listen = "x y"
  |          ^^^^^
  |
  = совет: напишите адрес и порт, например 127.0.0.1:8080, [::1]:8080 или
           localhost:8080 (0.0.0.0:8080 — для всех сетей), или
           unix:/run/hello.sock

hello: нельзя принять crlf.toml: 1 ошибка
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help bad-address»
