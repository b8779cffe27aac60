ошибка[too-large]: «memory-bytes-max = "99999999999999999999"» — слишком много
 --> numbers.toml:7:20
  |
7 | memory-bytes-max = "99999999999999999999"
  |                    ^^^^^^^^^^^^^^^^^^^^^^
  |
  = совет: выберите значение от 0B до 256GiB

ошибка[bad-count]: «fields-max = "1e2"» — это не целое число
 --> numbers.toml:8:14
  |
8 | fields-max = 1e2
  |              ^^^
  |
  = совет: напишите одни цифры, например «100»

hello: нельзя принять numbers.toml: 2 ошибки
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help too-large»
