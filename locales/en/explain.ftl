## `hello explain`: the way of a request, and why it ended as it did.

command-explain = explain URL
command-explain-about = say what would be answered to a request, and why, without sending it: which site, every rule that is looked at, the files that are tried. Takes all options of serving as well
option-method = --method METHOD
option-method-about = ask with this method; otherwise with GET
option-header = --header 'NAME: VALUE'
option-header-about = ask with this field, too; may be repeated
option-from = --from ADDRESS
option-from-about = who asks; otherwise 127.0.0.1. 203.0.113.9, 2001:db8::7 and unix work
option-client-name = --client-name NAME
option-client-name-about = who asks has a certificate for this name; otherwise it has none
option-at = --at ADDRESS
option-at-about = where it comes in, as hello.toml has it in `listen`: 127.0.0.1:8081, unix:/run/hello.sock; otherwise by the port of the URL

page-explain-purpose = hello explain: says what a request would be answered, and why
page-explain-usage = Usage: hello explain URL [PATH | NAME=PATH]... [OPTIONS]
page-explain-more = Write the command line of the server behind the URL. The sites are built as for a start, and the request goes its way through them: guards, rules, files, fields. Nothing is sent, and no server has to run. Lines of a file are named with it: hello.toml:12.
page-explain-example-1 = which file is this, and why?
page-explain-example-2 = what does a client get that takes gzip?
page-explain-url = URL
page-explain-url-about = what is asked for: http://example.com/about; without a host, /about
page-explain-path = PATH
page-explain-path-about = what would be served, as for `hello`
page-explain-method-about = ask with this method; otherwise with GET
page-explain-header-about = ask with this field, too; may be repeated
page-explain-from-about = who asks: 203.0.113.9, 2001:db8::7, unix; otherwise 127.0.0.1
page-explain-client-name-about = who asks has a certificate for this name; otherwise none
page-explain-at-about = where it comes in, as in `listen`; otherwise by the port of the URL
page-explain-json-about = say it as one JSON object. All options of serving may stand here, too: `hello --help`, `hello help files`, `hello help tls`
page-explain-exit-0 = it was explained, whatever the answer is
page-explain-exit-1 = never
page-explain-exit-2 = it cannot be explained; standard error says why

explain-asked = { $method } { $url }, asked by { $from }
explain-from-unix = a program on this machine, through a Unix socket

explain-site = Which site
explain-refused = None: the request breaks a rule of HTTP ({ $what }).
explain-in-clear = None: here TLS is spoken, and the request came in clear. It is sent to the same page over https.
explain-client = passed on by a trusted proxy for { $address }
explain-site-unnamed = the site without a name
explain-site-only = there is no other
explain-site-exact = it is called { $host }
explain-site-wildcard = it stands for { $hosts }
explain-site-default = no other site has this name
explain-listener-said = comes in there, as you say
explain-listener-port = comes in there, by its port
explain-listener-server = nobody listens at its port: as where the server listens

explain-guards = Who may pass
explain-guards-passed = let it pass: { $guards }
explain-guard-name = name of the connection
explain-guard-canonical-host = canonical host
explain-guard-cors = CORS
explain-guard-maintenance = maintenance
explain-guard-rules = rules
explain-guard-method = method
explain-open-to-address = the site is being worked on; for this address it is there
explain-open-to-path = the site is being worked on; this path is answered all the same
explain-not-open = the site is being worked on
explain-answers = answers { $status }

explain-limits = Limits of clients, judged and not counted
explain-limit-not-meant = is for other requests
explain-limit-unknown = nothing tells the client from others: not counted
explain-limit-passes = lets it pass
explain-limit-leaves = lets it pass, and { $left } more at once
explain-limit-waits = has to wait { $seconds } s
explain-limit-at-once = has too many requests in hand
explain-limit-too-long = carries more than it may
explain-limit-shadow = { $said } (in the shadow: refuses nobody)
explain-limit-by = counted by { $by }
explain-guard-limits = limits of clients
explain-guard-body = length of the content

explain-rules = Rules, the first that fits decides
explain-rule-decides = this one decides
explain-rule-not-reached = not reached
explain-unmet-path = another path
explain-unmet-method = another method
explain-unmet-from = another client
explain-unmet-field = the field { $name } is not so
explain-unmet-query = { $name } in the query is not so
explain-unmet-status = another status
explain-rules-more = … and { $count } { $count ->
    [one] rule
   *[other] rules
 } more: { $outcome }

explain-content = What is there
explain-in-folder = is looked for in { $root }
explain-in-mount = lies below { $mount }/, and is looked for in { $root }
explain-no-mount = lies below none of the paths that are served
explain-in-nobody = nobody here is asked for by this name
explain-in-built-in = is looked for in the site inside hello
explain-in-certificate = is looked for beside the certificate for phones
explain-kept = is in memory, and nobody has written to it since
explain-file-found = found, { $size }
explain-file-folder = is a folder
explain-file-missing = not there
explain-start-page = { $why }: the start page is looked for instead (--spa)
explain-not-found-page = { $why }: is there a 404.html to say so?
explain-listed = the folder has no page of its own: what is in it is listed
explain-listed-here-only = the folder has no page of its own; what is in it is only listed at this computer, under localhost
explain-not-listed = the folder has no page of its own, and folders are not listed
explain-sibling-used = may be sent instead
explain-sibling-missing = no compressed siblings
explain-sibling-outdated = is older than the file, and so not sent
explain-sibling-not-smaller = is no smaller than the file, and so not sent
explain-sibling-no-file = is no file
explain-sibling-unreadable = may not be read
explain-form-plain = sent as it is
explain-form-stored = sent from the { $coding } sibling
explain-form-made = sent compressed, with { $coding }
explain-form-ordered = sent as it is; with { $coding } to whoever asks next
explain-no-accept-encoding = the client names no coding that it takes
explain-probe = browsers ask every site for this: answered { $status } all the same (--answer-probes)
explain-other-slash = there is nothing of this name; it is looked for at { $location }
explain-because-slash-missing = a folder, and its address ends with a slash
explain-because-other-name = the page has another address
explain-because-private-view = only for the person at this computer
explain-because-unknown-protocol = nobody speaks that protocol
explain-because-other-site = only for pages of this site

explain-finish = On the way out
explain-error-page = { $path } stands in for our own page
explain-error-page-missing = { $path } would stand in, but is not there
explain-followed = the page is given a script that follows its files (--live)
explain-not-modified = the client has it already
explain-precondition = the client wants it unchanged, and it has changed
explain-part = the client wants a part of it
explain-no-part = the client wants a part that is not there
explain-cors-allowed = the page that asks may read it
explain-cors-refused = pages of other sites may not read it
explain-field-set = sets { $name }
explain-field-added = adds { $name }
explain-field-removed = removes { $name }
explain-field-kept = leaves { $name } as it is

explain-answer = The answer
explain-no-content = nothing follows
explain-content-memory = { $size } follow, from memory
explain-content-file = { $size } follow, from the file
explain-content-parts = { $size } follow, in several parts
explain-content-stream = what follows is made while it is sent
explain-content-takeover = from here on another protocol is spoken

error-missing-url = explain which request?
hint-missing-url = write an address, such as `hello explain http://localhost:7878/about ./dist`, or only its path: `hello explain /about ./dist`
help-missing-url-title = explain: which request?
help-missing-url =
    `hello explain` says what a request would be answered, so it needs one.

    How to mend it: write the address behind it, and behind that what is served: `hello explain http://example.com/about ./dist --spa`.
error-bad-url = `{ $value }` is not an address that can be asked for
hint-bad-url = write one such as http://example.com/about?x=1, or only the path: /about?x=1
help-bad-url-title = not an address of a web page
help-bad-url =
    What was given to `hello explain` is not an address that begins with http:// or https://, nor a path that begins with a slash. A host in other than Latin letters is written as it travels: xn--e1afmkfd.example.

    How to mend it: copy the address from the browser, or write only the path.
error-bad-header = `--header { $value }` is not a field
hint-bad-header = write a name, a colon and a value in quotes: --header 'Accept-Encoding: gzip'
help-bad-header-title = not a field of a request
help-bad-header =
    A field has a name, a colon and a value. The name has no spaces, the value no line breaks.

    How to mend it: put the whole field in quotes, `--header 'Accept-Language: ru'`.
error-bad-at = `--at { $value }` is nowhere that is listened
hint-bad-at = choose among: { $addresses }
help-bad-at-title = not an address that is listened on
help-bad-at =
    `hello explain --at` says where a request comes in, for the sites that hello.toml has at addresses of their own. It is one of the addresses in `listen`, at the top of the file or of a site, written as there. Without it, the port of the URL decides.

    How to mend it:
      hello explain /admin/ --at 127.0.0.1:8081
error-bad-from = `--from { $value }` is not an address of a client
hint-bad-from = write a number such as 203.0.113.9 or 2001:db8::7, without a port; or unix
help-bad-from-title = not an address that somebody asks from
help-bad-from =
    Who asks is said as a number, for names are not resolved: 203.0.113.9 or 2001:db8::7. A program on this machine that comes through a Unix socket is `unix`.

    How to mend it: leave out brackets and port; or leave out `--from`, then it is asked from 127.0.0.1.
