ошибка[wrong-type]: здесь число, а «spa» — это true или false
 --> byte-order-mark.toml:2:7
  |
2 | spa = 1
  |       ^
  |
  = совет: напишите «spa = true»

hello: нельзя принять byte-order-mark.toml: 1 ошибка
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help wrong-type»
