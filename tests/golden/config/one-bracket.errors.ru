ошибка[wrong-type]: здесь таблица, а «site» — это список таблиц
 --> one-bracket.toml:1:1
  |
1 | [site]
  | ^^^^^^
  |
  = совет: начинайте каждую строкой [[site]]

ошибка[wrong-type]: здесь таблица, а «rule» — это список таблиц
 --> one-bracket.toml:5:1
  |
5 | [rule]
  | ^^^^^^
  |
  = совет: начинайте каждую строкой [[rule]]

ошибка[wrong-type]: здесь список, а «limits» — это таблица
 --> one-bracket.toml:9:1
  |
9 | [[limits]]
  | ^^^^^^^^^^
  |
  = совет: начните её строкой [limits] или напишите «limits = { … }»

hello: нельзя принять one-bracket.toml: 3 ошибки
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help wrong-type»
