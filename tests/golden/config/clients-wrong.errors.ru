ошибка[bad-request-rate]: не удалось разобрать частоту в
                          «rate = "10 per second"»
 --> clients-wrong.toml:2:8
  |
2 | rate = "10 per second"
  |        ^^^^^^^^^^^^^^^
  |
  = совет: напишите число запросов и время: 10/s, 600/min, 1000/h или 5000/d

ошибка[bad-pattern]: «find» начинается не так, как путь или цель
 --> clients-wrong.toml:5:8
  |
5 | path = "find"
  |        ^^^^^^
  |
  = совет: путь начинается с «/» или, если речь об именах где угодно, с «*»
           («*.css»); цель может начинаться и с «https://» или «{path}»

ошибка[too-small]: «burst = "0"» — слишком мало
 --> clients-wrong.toml:7:9
  |
7 | burst = 0
  |         ^
  |
  = совет: выберите значение от 1 до 1000000

ошибка[bad-limit]: «burst» ничего не значит без «rate»
  --> clients-wrong.toml:10:9
   |
10 | burst = 20
   |         ^^
   |
   = совет: добавьте частоту, например «rate = "10/s"»

ошибка[bad-limit]: это ограничение ничего не ограничивает
  --> clients-wrong.toml:13:8
   |
13 | path = "/nothing/*"
   |        ^^^^^^^^^^^^
   |
   = совет: напишите «rate», «concurrent», «bandwidth» или «body-bytes-max»

ошибка[bad-limit]: «name = "a "name""» — не имя для ограничения
  --> clients-wrong.toml:16:8
   |
16 | name = "a \"name\""
   |        ^^^^^^^^^^^^
   |
   = совет: годятся латинские буквы, цифры и «-», «_», «.», «/», не больше
            64: имя видят клиенты

ошибка[bad-field]: «x api key» — не имя поля заголовка
  --> clients-wrong.toml:18:6
   |
18 | by = "x api key"
   |      ^^^^^^^^^^^
   |
   = совет: буквы, цифры и «-», без двоеточия: «x-frame-options»

ошибка[bad-count]: «concurrent = "many"» — это не целое число
  --> clients-wrong.toml:26:14
   |
26 | concurrent = "many"
   |              ^^^^^^
   |
   = совет: напишите одни цифры, например «20»

ошибка[ambiguous-size]: «bandwidth = "1KB/s"» можно понять двояко: единицы по
                        1000 или по 1024
  --> clients-wrong.toml:27:13
   |
27 | bandwidth = "1KB/s"
   |             ^^^^^^^
   |
   = совет: если по 1024, напишите «1KiB»; иначе укажите число байтов

ошибка[bad-size]: не удалось разобрать размер в «body-bytes-max = "1 megabyte"»
  --> clients-wrong.toml:28:18
   |
28 | body-bytes-max = "1 megabyte"
   |                  ^^^^^^^^^^^^
   |
   = совет: напишите целое число байтов или число с единицей: 512, 64KiB,
            64MiB или 1GiB

ошибка[unknown-key]: ключа «rates» здесь нет
  --> clients-wrong.toml:29:1
   |
29 | rates = "10/s"
   | ^^^^^
   |
   = совет: может быть, «rate»?

hello: нельзя принять clients-wrong.toml: 11 ошибок
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help bad-request-rate»
