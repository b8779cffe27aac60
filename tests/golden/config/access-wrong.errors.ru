ошибка[key-alone]: «client-field» ничего не значит без «trusted-proxy»
 --> access-wrong.toml:2:1
  |
2 | client-field = "x-real-ip"
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = совет: добавьте его или уберите это

ошибка[bad-choice]: «client-field» не знает значения «x-real-ip»
 --> access-wrong.toml:2:16
  |
2 | client-field = "x-real-ip"
  |                ^^^^^^^^^^^
  |
  = совет: выберите одно из: x-forwarded-for, forwarded

ошибка[key-alone]: «proxy-protocol» ничего не значит без «trusted-proxy»
 --> access-wrong.toml:3:1
  |
3 | proxy-protocol = true
  | ^^^^^^^^^^^^^^^^^^^^^
  |
  = совет: добавьте его или уберите это

ошибка[bad-pattern]: «admin» начинается не так, как путь или цель
 --> access-wrong.toml:6:8
  |
6 | path = "admin"
  |        ^^^^^^^
  |
  = совет: путь начинается с «/» или, если речь об именах где угодно, с «*»
           («*.css»); цель может начинаться и с «https://» или «{path}»

ошибка[unknown-key]: ключа «user» здесь нет
 --> access-wrong.toml:7:1
  |
7 | user = "users.htpasswd"
  | ^^^^
  |
  = совет: может быть, «users»?

ошибка[empty-path]: путь пуст
  --> access-wrong.toml:11:9
   |
11 | users = ""
   |         ^^
   |
   = совет: укажите папку или файл («.» — текущая папка) или запустите hello
            без пути

ошибка[bad-realm]: «realm = "Zoë"» не все браузеры покажут одинаково
  --> access-wrong.toml:12:9
   |
12 | realm = "Zoë"
   |         ^^^^^
   |
   = совет: напишите не больше 128 латинских букв, цифр и знаков ASCII,
            например Staff

ошибка[bad-network]: «allow = "10.0.0.0/33"» — это не адрес и не сеть
  --> access-wrong.toml:13:10
   |
13 | allow = ["10.0.0.0/33", "10.1.2.3/8", "example.com"]
   |          ^^^^^^^^^^^^^
   |
   = совет: напишите адрес, например 192.0.2.7 или 2001:db8::7, сеть,
            например 192.0.2.0/24, или unix

ошибка[network-of-an-address]: «allow = "10.1.2.3/8"» — это адрес с длиной сети
  --> access-wrong.toml:13:25
   |
13 | allow = ["10.0.0.0/33", "10.1.2.3/8", "example.com"]
   |                         ^^^^^^^^^^^^
   |
   = совет: напишите 10.0.0.0/8, если нужна сеть, или 10.1.2.3, если нужен
            один адрес

ошибка[bad-network]: «allow = "example.com"» — это не адрес и не сеть
  --> access-wrong.toml:13:39
   |
13 | allow = ["10.0.0.0/33", "10.1.2.3/8", "example.com"]
   |                                       ^^^^^^^^^^^^^
   |
   = совет: напишите адрес, например 192.0.2.7 или 2001:db8::7, сеть,
            например 192.0.2.0/24, или unix

ошибка[wrong-type]: здесь число, а «link-key» — это текст или список текстов
  --> access-wrong.toml:14:12
   |
14 | link-key = 7
   |            ^
   |
   = совет: напишите «link-key = "links.key"»

ошибка[bad-rule]: «realm» ничего не значит без «users»
  --> access-wrong.toml:18:9
   |
18 | realm = "Staff"
   |         ^^^^^^^
   |
   = совет: добавьте его или уберите это

hello: нельзя принять access-wrong.toml: 12 ошибок
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help key-alone»
