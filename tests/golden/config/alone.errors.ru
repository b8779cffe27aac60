ошибка[key-alone]: «redirect-http» ничего не значит без «cert» и «key» или без
                   «https»
 --> alone.toml:1:1
  |
1 | redirect-http = "0.0.0.0:80"
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = совет: добавьте их или «https = true», а если не нужно — уберите это

ошибка[key-alone]: «hsts» ничего не значит без «cert» и «key» или без «https»
 --> alone.toml:2:1
  |
2 | hsts = "180d"
  | ^^^^^^^^^^^^^
  |
  = совет: добавьте их или «https = true», а если не нужно — уберите это

ошибка[key-alone]: «client-cert» ничего не значит без «client-ca»
 --> alone.toml:3:1
  |
3 | client-cert = "optional"
  | ^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = совет: добавьте его или уберите это

ошибка[key-alone]: «spa» ничего не значит без «serve»
 --> alone.toml:4:1
  |
4 | spa = true
  | ^^^^^^^^^^
  |
  = совет: укажите, что отдавать: «serve = "./public"»

ошибка[key-alone]: «cors» ничего не значит без «serve»
 --> alone.toml:5:1
  |
5 | cors = false
  | ^^^^^^^^^^^^
  |
  = совет: укажите, что отдавать: «serve = "./public"»

ошибка[part-over-whole]: «memory-file-bytes-max = "2MiB"» не помещается в
                         «memory-bytes-max», то есть в 1MiB
 --> alone.toml:9:1
  |
9 | memory-file-bytes-max = "2MiB"
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = совет: уменьшите «memory-file-bytes-max» или увеличьте
           «memory-bytes-max»

hello: нельзя принять alone.toml: 6 ошибок
подробнее: «hello help КЛЮЧ», слово в скобках: «hello help key-alone»
