ошибка[key-alone]: «client-cert» ничего не значит без «client-ca»
 --> sites-wrong.toml:3:1
  |
3 | client-cert = true
  | ^^^^^^^^^^^^^^^^^^
  |
  = совет: добавьте его или уберите это

ошибка[unpaired-keys]: сертификат и ключ идут парой: в «key» их меньше
 --> sites-wrong.toml:8:1
  |
8 | cert = ["a.pem", "b.pem"]
  | ^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = совет: «cert» и «key» — это по одному пути или списки одной длины, в
           одном порядке

ошибка[key-alone]: «client-cert» ничего не значит без «client-ca»
  --> sites-wrong.toml:10:1
   |
10 | client-cert = "optional"
   | ^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = совет: добавьте его или уберите это

ошибка[unpaired-keys]: сертификат и ключ идут парой: в «key» их меньше
  --> sites-wrong.toml:15:1
   |
15 | cert = "b.pem"
   | ^^^^^^^^^^^^^^
   |
   = совет: «cert» и «key» — это по одному пути или списки одной длины, в
            одном порядке

ошибка[bad-client-name]: «client-name = "*.team.example"» — не имя клиента
  --> sites-wrong.toml:18:16
   |
18 | client-name = ["*.team.example", ""]
   |                ^^^^^^^^^^^^^^^^
   |
   = совет: пишите каждое имя целиком, как в сертификате: anna@example.com

ошибка[bad-client-name]: «client-name = ""» — не имя клиента
  --> sites-wrong.toml:18:34
   |
18 | client-name = ["*.team.example", ""]
   |                                  ^^
   |
   = совет: пишите каждое имя целиком, как в сертификате: anna@example.com

ошибка[key-alone]: «client-name» ничего не значит без «client-ca»
  --> sites-wrong.toml:21:1
   |
21 | client-name = "anna"
   | ^^^^^^^^^^^^^^^^^^^^
   |
   = совет: добавьте его или уберите это

ошибка[key-alone]: «client-cert» ничего не значит без «client-ca»
  --> sites-wrong.toml:26:1
   |
26 | client-cert = "sometimes"
   | ^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = совет: добавьте его или уберите это

ошибка[bad-choice]: «client-cert» не знает значения «sometimes»
  --> sites-wrong.toml:26:15
   |
26 | client-cert = "sometimes"
   |               ^^^^^^^^^^^
   |
   = совет: выберите одно из: required, optional

hello: нельзя принять sites-wrong.toml: 9 ошибок
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help key-alone»
