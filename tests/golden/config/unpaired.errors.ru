ошибка[unpaired-keys]: сертификат и ключ идут парой: в «key» их меньше
 --> unpaired.toml:1:1
  |
1 | cert = ["a.pem", "b.pem"]
  | ^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = совет: «cert» и «key» — это по одному пути или списки одной длины, в
           одном порядке

hello: нельзя принять unpaired.toml: 1 ошибка
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help unpaired-keys»
