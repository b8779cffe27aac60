ошибка[wrong-type]: здесь true или false, а «listen» — это текст, число или
                    список из них
 --> wrong-types.toml:1:10
  |
1 | listen = true
  |          ^^^^
  |
  = совет: напишите «listen = "0.0.0.0:80"»

ошибка[wrong-type]: здесь число, а «cert» — это текст или список текстов
 --> wrong-types.toml:2:8
  |
2 | cert = 5
  |        ^
  |
  = совет: напишите «cert = "fullchain.pem"»

ошибка[wrong-type]: здесь число, а «key» — это текст или список текстов
 --> wrong-types.toml:3:17
  |
3 | key = ["a.key", 5, false]
  |                 ^
  |
  = совет: напишите «key = "privkey.pem"»

ошибка[wrong-type]: здесь true или false, а «key» — это текст или список текстов
 --> wrong-types.toml:3:20
  |
3 | key = ["a.key", 5, false]
  |                    ^^^^^
  |
  = совет: напишите «key = "privkey.pem"»

ошибка[wrong-type]: здесь текст, а «https» — это true или false
 --> wrong-types.toml:4:9
  |
4 | https = "yes"
  |         ^^^^^
  |
  = совет: напишите «https = true»

ошибка[wrong-type]: здесь список, а «tls-min» — это текст или число
 --> wrong-types.toml:5:11
  |
5 | tls-min = ["1.3"]
  |           ^^^^^^^
  |
  = совет: напишите «tls-min = "1.3"»

ошибка[wrong-type]: здесь дата, а «log» — это текст
 --> wrong-types.toml:6:7
  |
6 | log = 1979-05-27
  |       ^^^^^^^^^^
  |
  = совет: напишите «log = "json"»

ошибка[wrong-type]: здесь список, а «serve» — это текст или таблица текстов
 --> wrong-types.toml:7:9
  |
7 | serve = ["./a", "./b"]
  |         ^^^^^^^^^^^^^^
  |
  = совет: напишите «serve = "./public"»

ошибка[wrong-type]: здесь таблица, а «index» — это текст или список текстов
 --> wrong-types.toml:8:9
  |
8 | index = { a = "b" }
  |         ^^^^^^^^^^^
  |
  = совет: напишите «index = "home.html"»

ошибка[wrong-type]: здесь текст, а «types» — это таблица текстов
 --> wrong-types.toml:9:9
  |
9 | types = "text/markdown"
  |         ^^^^^^^^^^^^^^^
  |
  = совет: напишите «types = { md = "text/markdown" }»

ошибка[wrong-type]: здесь список, а «hints» — это текст или список текстов
  --> wrong-types.toml:10:10
   |
10 | hints = [["a"]]
   |          ^^^^^
   |
   = совет: напишите «hints = "hints.txt"»

ошибка[wrong-type]: здесь текст, а «limits» — это таблица
  --> wrong-types.toml:11:10
   |
11 | limits = "10s"
   |          ^^^^^
   |
   = совет: начните её строкой [limits] или напишите «limits = { … }»

ошибка[wrong-type]: здесь таблица, а «site» — это список таблиц
  --> wrong-types.toml:13:1
   |
13 | [site]
   | ^^^^^^
   |
   = совет: начинайте каждую строкой [[site]]

hello: нельзя принять wrong-types.toml: 13 ошибок
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help wrong-type»
