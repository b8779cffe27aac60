## hello.toml: what can be wrong with it, and what is said around that.

config-error = error
config-more-errors = and { $more ->
    [one] one more
   *[other] { $more } more
 }: mend these first
config-unusable = { $file } cannot be used: { $errors ->
    [one] one error
   *[other] { $errors } errors
 }
config-more = more: `hello help KEY`, the word in brackets: `hello help { $key }`
configured-by = as { $file } says
serving-sites = hello serves { $sites ->
    [one] one site
   *[other] { $sites } sites
 }

config-title = what counts, and where it was said
config-default = as usual
config-typed = the path that was typed
config-not-set = { $key } is not set
check-taken = { $address } is taken at the moment, as by a hello that runs already
check-unnamed = no certificate is for { $host }: browsers warn everybody who opens it (more: `hello help certificate-not-for-host`)
check-sites = { $count ->
    [one] one site
   *[other] { $count } sites
 }
check-addresses = { $count ->
    [one] one address
   *[other] { $count } addresses
 }
check-certificates = { $count ->
    [one] one certificate
   *[other] { $count } certificates
 }
check-well = { $file } can be used: { $counts }
check-to-fix = hello: { $file } says nothing wrong, but { $troubles ->
    [one] one thing that it names cannot be used
   *[other] { $troubles } things that it names cannot be used
 }

error-config-unreadable = { $why ->
    [missing] there is no { $path }
    [loop] { $path } includes itself
    [deep] { $path } is one file too deep: { $most } may include each other
    [many] { $path } is too much: there may be { $most } files
    [star] a star in `{ $path }` stands for names of folders
    [large] the files are larger than { $most } together
    [not-text] { $path } is not text in UTF-8
   *[system] cannot read { $path }: { $system }
 }
hint-config-unreadable = { $why ->
    [missing] check the name; in a file, a path begins where that file is
    [loop] leave one of the `include` out
    [deep] include files from the first one
    [many] put several sites into one file
    [star] a star may stand in the last name only, as in `sites/*.toml`
    [large] leave out what is not meant
    [not-text] save it as UTF-8
   *[system] let the user that hello runs as read it
 }
error-bad-toml = { $slip ->
    [unquoted] this text has no quotes
    [unprintable] this character does not print
    [open-quote] this text does not end with its quote
    [escape] this backslash means nothing
    [comma] a comma is missing here, or one too many
    [open-bracket] a bracket is opened here and not closed, or the other way round
    [no-equals] between a key and its value there is one `=`
    [no-value] nothing stands behind the `=`
    [trailing] this is too much for one line
    [twice] this stands here for the second time
    [bad-key] this cannot be a key
    [bad-number] a number is not written like this
    [too-deep] too many brackets within each other
   *[other] this is not TOML ({ $said })
 }
hint-bad-toml = { $slip ->
    [unquoted] write it in quotes: "…"
    [unprintable] take it out, or write it as \u and four hexadecimal digits
    [open-quote] close it on the same line: "…"
    [escape] write two of them, or put the text in single quotes, where they mean nothing
    [comma] write lists as ["a", "b"], tables as {"{"} a = "b", c = "d" {"}"}
    [open-bracket] lists are written as ["a", "b"], tables as [name] on a line of its own
    [no-equals] write `key = value`
    [no-value] write the value, or take the line out
    [trailing] write each key on a line of its own; behind # all is comment
    [twice] keep the one that should count; a further site begins with [[site]]
    [bad-key] keys are letters, digits, - and _; others in quotes
    [bad-number] write digits only, without zeros before them
    [too-deep] leave some out
   *[other] toml.io tells how it is written
 }
error-unknown-key = there is no key `{ $key }` here
hint-unknown-key = { $meant ->
    [similar] did you mean `{ $similar }`?
    [elsewhere] it belongs in { $table }
    [top] it is for the whole server: put it above the first line in brackets
    [option] it is an option of the command line alone
   *[unknown] `hello help keys` names all keys
 }
error-wrong-type = here stands { $found ->
    [text] a text
    [number] a number
    [flag] true or false
    [date] a date
    [list] a list
   *[table] a table
 }, and `{ $key }` is { $wanted ->
    [flag] true or false
    [text] a text
    [text-or-number] a text or a number
    [texts] a text or a list of texts
    [texts-by-name] a table of texts
    [texts-or-numbers] a text, a number or a list of them
    [text-or-table] a text or a table of texts
    [table] a table
   *[tables] a list of tables
 }
hint-wrong-type = { $wanted ->
    [table] begin it with [{ $key }] on a line of its own, or write `{ $key } = {"{"} … {"}"}`
    [tables-or-one] write `{ $key } = {"{"} … {"}"}`, or a list of such: `[{"{"} … {"}"}, {"{"} … {"}"}]`
    [tables] begin each with [[{ $key }]] on a line of its own
   *[other] write `{ $key } = { $example }`
 }
error-empty-list = `{ $key }` is an empty list: does it mean everybody, or nobody?
hint-empty-list = name somebody: `{ $key } = { $example }`; for everybody, leave the line out; for nobody, `deny = ["0.0.0.0/0", "::/0", "unix"]`
error-missing-key = `{ $key }` is missing here
hint-missing-key = add a line such as `{ $key } = { $example }`
error-key-twice = `{ $key }` is said twice
hint-key-twice = keep the one that should count
error-file-only = `{ $key }` stands in a file, and nowhere else
hint-file-only = { $key ->
    [include] name the file that includes others: `--config FILE`
   *[other] write it into hello.toml; here stands what concerns one site
 }
error-option-too = `{ $key }` is said twice: here, and { $option ->
    [path] as the path
   *[other] by `{ $option }`
 }
hint-option-too = keep the one that should count
error-key-alone = `{ $key }` means nothing without { $needs ->
    [cert] `cert` and `key`, or `https`
   *[other] `{ $needs }`
 }
hint-key-alone = { $needs ->
    [serve] say what is served: `serve = "./public"`
    [cert] add them, or `https = true`, or leave this out
   *[other] add it, or leave this out
 }
error-unpaired-keys = a certificate and its key belong together: there are fewer in `{ $missing }`
hint-unpaired-keys = `cert` and `key` are a path each, or lists of the same length in the same order
error-bad-host = `{ $value }` is not the name of a host
hint-bad-host = { $case ->
    [port] write the name alone, without https:// and without a port; ports stand in `listen`
    [everybody] what stands above the first [[site]] is for all hosts that no site has; `*.example.com` is for all below one name
    [letters] write it as it travels, such as `xn--e1afmkfd.example`; browsers show that name
   *[other] write a name such as `example.com`, `*.example.com` for all below it, or an address such as `10.0.0.1`
 }
error-host-twice = { $host } has a site already
hint-host-twice = a host has one site at each address: take it out of one of the two
error-others-twice = at { $address } there is a site for all hosts already
hint-others-twice = say which hosts this one is for: `host = "example.com"`
error-bad-mount-path = `{ $value }` cannot be where addresses begin
hint-bad-mount-path = write a path such as `"/docs"`; `"/"` is the start
error-bad-pattern = `{ $value }` { $case ->
    [pattern-without-slash] begins with nothing that a path or a target begins with
    [pattern-star-before-slash] begins with a star and has a slash in it
    [pattern-too-long] is too long, or has too many names in braces
    [pattern-braces] has a brace that is alone, or no name between two
    [pattern-name-twice] has the name { "{" }{ $name }{ "}" } twice
    [pattern-ambiguous] has two stars or names with nothing between them
    [pattern-not-a-path] has a query or a fragment in it
    [pattern-unknown-name] fills in { "{" }{ $name }{ "}" }, which nothing caught
   *[other] has a space or a control character in it
 }
hint-bad-pattern = { $case ->
    [pattern-without-slash] a path begins with `/`, or with `*` for names anywhere (`*.css`); a target may also begin with `https://`, or with `{ "{" }path{ "}" }`
    [pattern-star-before-slash] write `/*` for every path, `*.css` for names anywhere, `/docs/*` for all below a folder
    [pattern-too-long] 1024 bytes and eight names are the most
    [pattern-braces] write `{ "{" }name{ "}" }`: letters, digits, `-` and `_`
    [pattern-name-twice] give the second another name
    [pattern-ambiguous] put something between them, such as a slash or a dot
    [pattern-not-a-path] say what the query has to be under `query`
    [pattern-unknown-name] there is what the path of this rule names in braces, `{ "{" }*{ "}" }` if it ends with `/*`, `{ "{" }path{ "}" }` and `{ "{" }host{ "}" }`
   *[other] write it as it stands in an address: a space is `%20`
 }
error-bad-status = `{ $value }` is no status that can stand here
hint-bad-status = { $case ->
    [answer] write a number from 200 to 599, such as 410
    [error] write a number from 400 to 599, `4xx` or `5xx`
   *[range] write a number such as 404, or a hundred of them such as `4xx`
 }
error-bad-method = `{ $value }` is not a method that hello knows
hint-bad-method = write GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH, TRACE or CONNECT, in capital letters
error-bad-field = `{ $value }` { $case ->
    [name] is not the name of a header field
    [value] is not a value that a header field can have
   *[untouchable] belongs to the connection or to the content, and is hello's to say
 }
hint-bad-field = { $case ->
    [name] letters, digits and `-`, without a colon: `x-frame-options`
    [value] one line of printable characters
   *[untouchable] leave it out; what it says would be wrong
 }
error-bad-web-origin = `{ $value }` is not an origin
hint-bad-web-origin = write it as browsers send it: scheme, host and a port that is not the usual one, in small letters and without a slash at the end: `https://app.example.com`
error-bad-rule = { $case ->
    [two-actions] `{ $value }` and `{ $other }` both say what is to be done
    [no-action] this rule does not say what is to be done
    [needs] `{ $value }` means nothing without `{ $other }`
    [no-change] nothing is set, added or removed here
    [cache-beside-others] `cache` is meant for answers that may be kept, and what stands beside it for all
   *[credentials-for-anybody] cookies cannot be allowed to pages of any site
 }
hint-bad-rule = { $case ->
    [two-actions] keep one, and make a second rule for the other
    [no-action] add `redirect`, `rewrite`, `try`, `respond`, or `pass = true`
    [needs] add it, or leave this out
    [no-change] add `set`, `add`, `remove` or `cache`
    [cache-beside-others] make two of it, or say which `status` all of it is meant for
   *[credentials-for-anybody] name those sites: `origin = ["https://app.example.com"]`
 }
error-bad-variable = `{ $variable }={ $value }` says neither yes nor no
hint-bad-variable = write 1, true, yes or on; or 0, false, no or off

topics-config = hello.toml:
help-config-unreadable-title = a file of settings cannot be read
help-config-unreadable =
    hello takes its settings from the file after `--config`, or from hello.toml in the folder it is started in. With `include = ["sites/*.toml"]` a file names further ones; their paths begin where the file is that names them, and a star stands for anything in the last name. All of them are read before anything is opened, and nothing is started if one of them is missing, includes itself by way of others, or is no text in UTF-8.

    How to mend it: check the name, and that the user hello runs as may read it: `ls -l FILE`. `hello check` tries it without serving.
help-bad-toml-title = hello.toml is not TOML
help-bad-toml =
    The file is read as TOML: lines with `key = value`, below tables that begin with [name] or, where there may be several, with [[name]].
    - texts stand in quotes: serve = "./public"
    - numbers and true or false stand without: spa = true
    - lists stand in brackets: host = ["example.com", "www.example.com"]
    - behind # all is comment

    How to mend it: the message marks the place where it stopped being TOML; what is missing is there, or a little before. Several slips are told at once, but one may be the cause of the next: begin with the first.
help-unknown-key-title = a key that nobody reads
help-unknown-key =
    A key that is misspelt would otherwise be passed over, and whoever wrote it would believe that it counts. So every key has to be known, where it stands: keys for the whole server stand above the first table, limits in [limits], and what concerns one site in its [[site]], or above the first table for the site of all other hosts.

    How to mend it: take the key that the message proposes. `hello help keys` names all of them.
help-wrong-type-title = something else than the key takes
help-wrong-type =
    Each key takes a text, a number, true or false, a list or a table. Where several texts may stand, one may stand alone: host = "example.com". Amounts with a unit are texts: head-timeout = "10s".

    How to mend it: write it as in the example of the message.
help-empty-list-title = a list that names nobody
help-empty-list =
    `allow`, `deny`, `from` and `link-key` say who is meant. An empty list may be read as everybody or as nobody, and the one who writes it and the one who reads it may think otherwise: a door would stand open, or nobody could come in.

    How to mend it: name addresses or networks, such as `allow = ["192.0.2.0/24", "unix"]`. Where everybody is meant, leave the line out. Where nobody is to come in, say so: `deny = ["0.0.0.0/0", "::/0", "unix"]`.
help-missing-key-title = a key is missing
help-missing-key =
    A [[site]] needs `host`, the names it answers for, and `serve`, what it is made of. What is for all other hosts stands above the first [[site]], without `host`.

    How to mend it: add the line that the message proposes.
help-key-twice-title = a key is said twice
help-key-twice =
    Two of the files that include each other say the same key. Which of the two should count would be a guess. Only `include` may stand in each, and [[site]] as often as there are sites.

    How to mend it: keep one of them; the message names both places.
help-file-only-title = a key that stands in files alone
help-file-only =
    `--set` and HELLO_SET say, in the words of hello.toml, what concerns a single site. `include` names files for a file, and `site` is one of several: both stand in a file.

    How to mend it: put what belongs to [[site]] into a hello.toml, and name that with `--config`; or say the same keys without `site`, for the one site there is.
help-option-too-title = a key that is said by an option too
help-option-too =
    The same setting stands on the command line twice: in a piece of hello.toml (`--set`) and as an option of its own; or so in variables. Which of the two should count would be a guess. What was typed counts before variables, and those before the file; within one of them, each key is said once.

    How to mend it: keep one of them; the message names both.
help-key-alone-title = a key that means nothing without another
help-key-alone =
    `hsts`, `tls-min`, `client-ca` and `redirect-http` concern TLS, and need a certificate (`cert` with `key`) or `https = true`; `client-cert` needs `client-ca`. What says how a folder is served needs the folder: `serve`. Alone, such a key would have no effect, and whoever wrote it would not know.

    How to mend it: add what it needs, or leave it out.
help-unpaired-keys-title = a certificate without its key, or the other way round
help-unpaired-keys =
    In a file, `cert` and `key` are a path each, or lists: the first certificate goes with the first key, and so on.

    How to mend it: `cert = ["a.pem", "b.pem"]` and `key = ["a.key", "b.key"]`.
help-bad-host-title = not the name of a host
help-bad-host =
    `host` names who is asked for: what browsers send as Host, without https://, port and path. `*.example.com` stands for all names below example.com, and for it alone there is `example.com`. Addresses are hosts too: `10.0.0.1`, `[::1]`. A name in other than Latin letters travels in letters that are: `xn--e1afmkfd.example`.

    How to mend it: write the names as a list: host = ["example.com", "www.example.com"].
help-host-twice-title = a host has two sites
help-host-twice =
    Each host has one site; which of two would answer is a guess. An exact name goes before `*.`, and the longer of two names with `*.` before the shorter, so those may overlap.

    How to mend it: take the host out of one of the two; the message names both places.
help-others-twice-title = an address has two sites for all hosts
help-others-twice =
    A site that says where it answers (`listen`) and not for whom (`host`) is for whatever is asked for there. There is one such site at each address; where the server listens for all sites, that is what the top of the file serves.

    How to mend it: give one of the two a `host`, or another address.
help-bad-mount-path-title = addresses cannot begin so
help-bad-mount-path =
    `serve = {"{"} "/" = "./dist", "/docs" = "./docs" {"}"}` serves several folders: on the left stands the path that their addresses begin with. It begins with a slash, and `.` and `..`, empty names, backslashes and control characters are none, for browsers would make something else of them.

    How to mend it: write a path such as "/docs" or "/a/b"; "/" is the start.
help-bad-pattern-title = a path or target that cannot be
help-bad-pattern =
    Which paths are meant:
      "/about"             this path
      "/docs/*"            /docs, and everything below it
      "*.css"              every path whose last name ends so
      "/a/*/b"             anything in place of the star, but no slash
      "/{"{"}year{"}"}/{"{"}slug{"}"}"     the same, to be filled in elsewhere
    What is made of them:
      "/new/{"{"}*{"}"}"           what followed the slash before the star at the end
      "/{"{"}slug{"}"}"            what a name caught
      "https://{"{"}host{"}"}{"{"}path{"}"}"  the host and the path that were asked for
    However a path is sent, it is compared in one form: /%61bout is /about. Small and capital letters differ.

    How to mend it: the message says what is wrong with this one.
help-bad-status-title = a status that cannot stand here
help-bad-status =
    `respond` takes one status from 200 to 599; `errors` takes 400 to 599, `4xx` and `5xx`; `status` in [[header]] takes any, and any hundred.

    How to mend it: write one of those.
help-bad-method-title = a method that hello does not know
help-bad-method =
    Requests with other methods are refused (501) before any rule is asked, so such a rule could never be meant.

    How to mend it: write one of GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH, TRACE and CONNECT, in capital letters.
help-bad-field-title = a header field that cannot be
help-bad-field =
    Names of fields are letters, digits and a few signs such as `-`; values are one line. Fields such as Content-Length, Content-Encoding, ETag and Connection say how this very answer is sent: a rule that changed them would make the answer wrong (RFC 9110 §7.6.1, §8.6).

    How to mend it: correct the name, or leave the line out.
help-bad-web-origin-title = not an origin
help-bad-web-origin =
    Browsers say on whose behalf they ask: the origin of the page, which is a scheme, a host and a port that is not the usual one (RFC 6454). It is compared as it is sent, letter for letter.

    How to mend it: write it without a path and without a slash at the end: https://app.example.com.
help-bad-rule-title = keys of one table that do not go together
help-bad-rule =
    A [[rule]] says which requests are meant, and one thing that becomes of them: `redirect`, `rewrite`, `try`, `respond`, or `pass = true`. A [[header]] changes something with `set`, `add`, `remove` or `cache`. A [[cross-origin]] with `credentials = true` names its sites: any page could otherwise read what cookies give (Fetch, CORS protocol).

    How to mend it: the message says which keys, and which is missing.
help-bad-variable-title = a variable that says neither yes nor no
help-bad-variable =
    Each option has a variable: `HELLO_LISTEN` is `--listen`, `HELLO_HEAD_TIMEOUT` is `--head-timeout`, `HELLO_SERVE` is the path. They count where the command line says nothing, and before hello.toml. Options without a value are switched on by 1, true, yes or on, and off by 0, false, no or off. Several values stand in one variable with commas between them. An empty variable says nothing.

    How to mend it: `HELLO_SPA=true hello ./dist`.
