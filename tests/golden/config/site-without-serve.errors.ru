ошибка[missing-key]: здесь не хватает «serve»
 --> site-without-serve.toml:1:1
  |
1 | [[site]]
  | ^^^^^^^^
  |
  = совет: добавьте строку, например «serve = "./public"»

ошибка[key-alone]: «spa» ничего не значит без «serve»
 --> site-without-serve.toml:3:1
  |
3 | spa = true
  | ^^^^^^^^^^
  |
  = совет: укажите, что отдавать: «serve = "./public"»

hello: нельзя принять site-without-serve.toml: 2 ошибки
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help missing-key»
