ошибка[unknown-key]: ключа «a» здесь нет
 --> many.toml:1:1
  |
1 | a = 1
  | ^
  |
  = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «b» здесь нет
 --> many.toml:2:1
  |
2 | b = 1
  | ^
  |
  = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «c» здесь нет
 --> many.toml:3:1
  |
3 | c = 1
  | ^
  |
  = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «d» здесь нет
 --> many.toml:4:1
  |
4 | d = 1
  | ^
  |
  = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «e» здесь нет
 --> many.toml:5:1
  |
5 | e = 1
  | ^
  |
  = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «f» здесь нет
 --> many.toml:6:1
  |
6 | f = 1
  | ^
  |
  = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «g» здесь нет
 --> many.toml:7:1
  |
7 | g = 1
  | ^
  |
  = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «h» здесь нет
 --> many.toml:8:1
  |
8 | h = 1
  | ^
  |
  = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «i» здесь нет
 --> many.toml:9:1
  |
9 | i = 1
  | ^
  |
  = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «j» здесь нет
  --> many.toml:10:1
   |
10 | j = 1
   | ^
   |
   = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «k» здесь нет
  --> many.toml:11:1
   |
11 | k = 1
   | ^
   |
   = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «l» здесь нет
  --> many.toml:12:1
   |
12 | l = 1
   | ^
   |
   = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «m» здесь нет
  --> many.toml:13:1
   |
13 | m = 1
   | ^
   |
   = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «n» здесь нет
  --> many.toml:14:1
   |
14 | n = 1
   | ^
   |
   = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «o» здесь нет
  --> many.toml:15:1
   |
15 | o = 1
   | ^
   |
   = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «p» здесь нет
  --> many.toml:16:1
   |
16 | p = 1
   | ^
   |
   = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «q» здесь нет
  --> many.toml:17:1
   |
17 | q = 1
   | ^
   |
   = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «r» здесь нет
  --> many.toml:18:1
   |
18 | r = 1
   | ^
   |
   = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «s» здесь нет
  --> many.toml:19:1
   |
19 | s = 1
   | ^
   |
   = совет: все ключи назовёт «hello help keys»

ошибка[unknown-key]: ключа «t» здесь нет
  --> many.toml:20:1
   |
20 | t = 1
   | ^
   |
   = совет: все ключи назовёт «hello help keys»

и ещё 1: сначала исправьте эти

hello: нельзя принять many.toml: 21 ошибка
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help unknown-key»
