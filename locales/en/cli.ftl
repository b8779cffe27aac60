## What the command line says of itself.

label-hint = hint
label-more = more: `hello help { $key }`

## hello --help

help-purpose = hello: a web server that tells you what it is doing and why
help-usage = Usage: hello [PATH | NAME=PATH]... [OPTIONS]
help-examples = Examples:
help-example-built-in = a small built-in site, to look around
help-example-folder = the folder ./dist, for this computer only
help-example-mounts = several, at /docs/ and /app/
help-example-network = the same, for everyone on the network, with a QR code for phones
help-example-doctor = would that work here? Port, rights, folder, limits
help-options = Options:
help-commands = Commands (to serve a folder of that name, write ./help):
help-tls = TLS (https):
help-tls-more = Its one deadline is --handshake-timeout: `hello help limits`. A certificate for a name on the internet costs nothing; certbot, for instance, gets one.
help-files = How a folder is served:
help-files-more = What is kept of files, and for how long: `hello help limits`. A folder with a page 404.html answers with it where nothing is found. A file is offered for download where ?download stands behind its address.
help-logs = Logs and metrics:
help-logs-more =
    Names in a format: { $fields }. What is missing is a hyphen, and a brace is written twice. What clients send is escaped: no line, field or quote is theirs to end.

    A file is put away by its size and age, and so many are kept: `hello help limits`. Who does that otherwise (logrotate) sends SIGUSR1 afterwards. On a full disk requests go on; lines that are lost are counted and told.
help-limits = Limits and deadlines, with their defaults:
help-units = Times are written with ms, s, m, h or d; sizes with KiB, MiB or GiB.

option-path = PATH
option-path-about = the folder or file to serve; without it, a small built-in site. Several have names: docs=./docs is found at /docs/, and a path without a name at /. A folder whose own name has a = in it is written ./a=b
option-config = --config FILE
option-config-about = take the settings from this file; otherwise from hello.toml in the current folder, if it is there and no path is given
option-set = --set LINE
option-set-about = a piece of hello.toml, as it would stand there: --set 'canonical-host = "example.com"', --set 'rule = {"{"} path = "/old", redirect = "/new" {"}"}'. May be repeated; wins over the file. `hello help keys` names what can be said so
option-watch = --watch
option-watch-about = follow that file, those it includes, and the certificates and files of users it names: settings are read anew when one changes
option-listen = --listen ADDRESS
option-listen-about = where to listen; otherwise 127.0.0.1:7878. May be repeated. 8080 means 127.0.0.1:8080; localhost means 127.0.0.1 and [::1]; 0.0.0.0:8080 means every network. [::1]:8080, example.lan:8080 and unix:/run/hello.sock work too
option-share = --share
option-share-about = let everybody in the same network in: listen on every network, at port 7878 (`--share --listen 8080`: at port 8080), and say what that means and how to get here
option-next-port = --next-port
option-next-port-about = if the port is taken, take the next free one and say so
option-list = --list
option-list-about = list what is in folders that have no index.html, to everybody. So it is with --share. Otherwise they are listed only to who asks at this machine, and only where nobody else can reach the server (127.0.0.1, [::1], a Unix socket)
option-no-list = --no-list
option-no-list-about = list no folder
option-qr = --qr
option-qr-about = draw the best address as a QR code, to point a phone at
option-open = --open
option-open-about = open the start page in your browser
option-answer-probes = --answer-probes
option-answer-probes-about = answer what browsers ask every site for where there is no such file: an icon for /favicon.ico and /apple-touch-icon*, 204 for what developer tools and prefetching look for
option-live = --live
option-live-about = pages that are open follow their files: they reload when one changes, and take changed styles without a reload
option-spa = --spa
option-spa-about = an application of one page: paths without an extension that lead to nothing get the start page; missing files stay 404
option-clean-urls = --clean-urls
option-clean-urls-about = /about is about.html; /about.html and /docs/index.html lead there by a redirect, so that every page has one address
option-index = --index NAME
option-index-about = the file that stands for its folder; otherwise index.html. May be repeated: the first that is there
option-immutable = --immutable
option-immutable-about = browsers keep files with a checksum in their name (app-BkR1x2aL.js, style.3f2a9c1b.css) for a year without asking; all others are asked for each time, as usual
option-cors = --cors
option-cors-about = pages of any other site may read what is served (Access-Control-Allow-Origin: *)
option-hidden = --hidden
option-hidden-about = serve names that begin with a dot, too. .git and .env are such names: everybody who reaches this server can read them then
option-links = --links none|inside|anywhere
option-links-about = symbolic links: not followed, followed within the folder (as usual), or wherever they lead
option-type = --type EXT=TYPE
option-type-about = the type of files with this extension, such as md=text/markdown. May be repeated
option-hints = --hints FILE
option-hints-about = what pages link to, a line each: `/index.html </style.css>; rel=preload; as=style`. It stands in their answers, and goes ahead of one that has to wait for a disk (103). May be repeated
option-cert = --cert FILE
option-cert-about = speak TLS (https) with this certificate (PEM; those of its issuers behind it). May be repeated, each with its --key: clients get the one for the name they ask for
option-key = --key FILE
option-key-about = the private key of the certificate (PEM). The files are read anew when they change
option-redirect-http = --redirect-http ADDRESS
option-redirect-http-about = listen here too, in clear, only to send everybody to the https address. May be repeated
option-rate-limit = --rate-limit RATE
option-rate-limit-about = how often one address may ask: 10/s, 600/min, 1000/h or 5000/d. As many may come at once, or so many: 10/s,burst=20. By a field or the user instead of the address: 100/h,by=field:x-api-key. Beyond: 429, with Retry-After. May be repeated: all count
option-shadow-limits = --shadow-limits
option-shadow-limits-about = refuse nobody for a limit of clients, and tell whom it would have been
option-hsts = --hsts TIME
option-hsts-about = tell browsers to come by https alone for so long (Strict-Transport-Security), such as 180d; they cannot be talked out of it before. 0s takes it back
option-tls-min = --tls-min 1.2|1.3
option-tls-min-about = the oldest version of TLS to speak; otherwise 1.2
option-client-ca = --client-ca FILE
option-client-ca-about = let in only clients with a certificate from one of these authorities (PEM). May be repeated
option-client-cert = --client-cert required|optional
option-client-cert-about = whether clients without a certificate are turned away (required) or let in like anybody (optional)
option-control = --control PATH|off
option-control-about = the socket at which `hello status` and its kin find this server; otherwise one in $XDG_RUNTIME_DIR/hello or /run/hello, for this user alone
option-quiet = -q, --quiet
option-quiet-about = mention neither connections nor requests nor the addresses (but a port that the system chose)
option-tui = --tui
option-tui-about = show connections live on the whole screen, instead of lines; needs a terminal, ? there explains
option-log = --log text|json
option-log-about = lines for people (text), or one object per line for programs (json)
option-access-log = --access-log WHERE
option-access-log-about = write a line for each request: into a file, to standard output (-; nothing else is printed there then), or to the system (syslog, journald). May be repeated
option-access-log-format = --access-log-format FORMAT
option-access-log-format-about = what a line says: combined (as usual), json, or a text of your own with names in braces, such as "{"{"}client{"}"} {"{"}request{"}"} {"{"}status{"}"} {"{"}took_ms{"}"}"
option-access-log-mask = --access-log-mask
option-access-log-mask-about = write networks instead of addresses: 192.0.2.0 for 192.0.2.77, and the first 48 bits of IPv6
option-access-log-status = --access-log-status LIST
option-access-log-status-about = only requests that were answered so: 5xx, 404, or several with commas between
option-access-log-path = --access-log-path PATH
option-access-log-path-about = only requests for this path, or for what is below it: /api/*
option-access-log-slow = --access-log-slow TIME
option-access-log-slow-about = only requests that took this long, such as 1s; and, with --access-log-status, those that were answered so
option-access-log-compression = --access-log-compression gzip|zstd|none
option-access-log-compression-about = what becomes of a file that is put away; otherwise gzip
option-request-id = --request-id
option-request-id-about = give every request a name: the one in its X-Request-Id, or a new one. The answer says it, and so do logs
option-metrics = --metrics ADDRESS
option-metrics-about = tell metrics here for Prometheus (/metrics), and whether the server lives (/live) and is ready (/ready). 9180 means 127.0.0.1:9180: nobody else hears it. May be repeated
option-trace = --trace WHAT
option-trace-about = say of these requests how their answers came about: a path (/api/*, *.css), or who asks (10.0.0.7, 10.0.0.0/8, unix). Every step stands below the line and in the journal. May be repeated
option-server-timing = --server-timing NETWORK
option-server-timing-about = tell these clients in each answer how long it took us (Server-Timing); browsers show it. May be repeated
option-lang = --lang en|ru
option-lang-about = the language of messages; otherwise that of your system
option-color = --color auto|always|never
option-color-about = colours: on a terminal (auto), always or never; NO_COLOR counts, too
option-help = -h, --help
option-help-about = show this help
option-version = -V, --version
option-version-about = show the version

## Limits and deadlines: what each bounds, why, and what happens at the limit.

limit-max-connections = connections at once; by default, as many as the limit of open files and half of the memory allow
limit-max-connections-reason = each takes a descriptor and memory
limit-max-connections-consequence = the one idle longest is closed to make room; if none is idle, 503 with Retry-After
limit-drain-delay = time to go on as usual when asked to stop, but for saying at /ready that it is over
limit-drain-delay-reason = a load balancer asks every few seconds, and sends people here until it has heard
limit-drain-delay-consequence = the doors are closed, and --drain-timeout begins
limit-drain-timeout = time to finish answers when asked to stop
limit-drain-timeout-reason = long enough for an ordinary download, short enough for a restart
limit-drain-timeout-consequence = what is still unfinished is cut off
limit-first-byte-timeout = wait for the first byte of a connection
limit-first-byte-timeout-reason = browsers connect before they need to; half a minute keeps theirs and lets go of the dead
limit-first-byte-timeout-consequence = closed without an answer
limit-handshake-timeout = time for the TLS handshake
limit-handshake-timeout-reason = four trips across a slow network, one of them repeated; who is silent for longer is not coming
limit-handshake-timeout-consequence = closed without an answer
limit-head-timeout = time for a whole request head, counted from its first byte
limit-head-timeout-reason = the slowest honest phone needs a second or two; an attacker sends a byte a minute
limit-head-timeout-consequence = 408, closed
limit-body-timeout = wait for a request body before its speed counts
limit-body-timeout-reason = a phone that changes networks is silent for about that long
limit-body-timeout-consequence = 408, closed
limit-body-rate-min = slowest request body, over its whole length
limit-body-rate-min-reason = a body that drips would otherwise occupy a connection for days
limit-body-rate-min-consequence = 408, closed
limit-write-timeout = longest time a client, or the system that receives for it, takes in nothing of its answer
limit-write-timeout-reason = nobody can tell a client that has paused from one that is gone
limit-write-timeout-consequence = reset, the answer unfinished
limit-idle-timeout = wait for the next request on a connection
limit-idle-timeout-reason = people read a page for about a minute before the next click
limit-idle-timeout-consequence = closed without an answer (RFC 9112 §9.5)
limit-tunnel-timeout = longest silence of both sides once another protocol is spoken, as after an upgrade
limit-tunnel-timeout-reason = who means to stay says something now and then; who has gone without a word holds a place
limit-tunnel-timeout-consequence = closed; in HTTP/2 the stream is reset, and the connection goes on
limit-linger-timeout = time to read on before a close, so that the client sees its last answer
limit-linger-timeout-reason = one lost packet of the answer, and its repetition
limit-linger-timeout-consequence = closed all the same
limit-head-bytes-max = the request head: its first line and all fields
limit-head-bytes-max-reason = large cookies fit; it stays in memory until it is answered
limit-head-bytes-max-consequence = 431, closed
limit-target-bytes-max = the address in the first line of a request
limit-target-bytes-max-reason = RFC 9112 §3 recommends at least 8000 bytes
limit-target-bytes-max-consequence = 414, closed
limit-fields-max = fields in a request head, and in a trailer section; can only be lowered
limit-fields-max-reason = browsers send about fifteen; the parser has room for a hundred
limit-fields-max-consequence = 431, closed
limit-chunk-line-bytes-max = one chunk's size line with its extensions
limit-chunk-line-bytes-max-reason = a size has sixteen digits at most; the rest is extensions, which hardly anybody sends
limit-chunk-line-bytes-max-consequence = 400, closed
limit-chunk-extension-bytes-max = all chunk extensions of one request body
limit-chunk-extension-bytes-max-reason = many small ones cost as much work as one large one (RFC 9112 §7.1.1)
limit-chunk-extension-bytes-max-consequence = 400, closed
limit-trailer-bytes-max = the fields after a chunked request body
limit-trailer-bytes-max-reason = they carry checksums and signatures; half a head is plenty
limit-trailer-bytes-max-consequence = 431, closed
limit-unread-body-bytes-max = request body that is read and thrown away to keep the connection
limit-unread-body-bytes-max-reason = reading a little costs less than a new connection; reading a lot does not
limit-unread-body-bytes-max-consequence = closed after the answer
limit-connections-per-address = connections of one address at once; by default, as many as there may be
limit-connections-per-address-reason = who opens all that there may be leaves none to others; browsers open six, and behind one address there may be a house of people
limit-connections-per-address-consequence = closed at once, `too-many-of-address`; with --shadow-limits let in, and told
limit-requests-per-address = requests of one address in hand at once; by default, as many as its connections carry
limit-requests-per-address-reason = who has many connections, or many streams on one, can keep busy what others wait for
limit-requests-per-address-consequence = 429 with Retry-After
limit-bandwidth = how fast content leaves on one connection; by default, as fast as it can
limit-bandwidth-reason = a few large downloads can take all that the line has
limit-bandwidth-consequence = the rest waits its time
limit-body-bytes-max = longest content that a request may carry; by default, any, though no more is read than --unread-body-bytes-max
limit-body-bytes-max-reason = what is too much is refused before it is sent
limit-body-bytes-max-consequence = 413
limit-ipv6-prefix = bits of an IPv6 address that limits of clients tell one client from another by
limit-ipv6-prefix-reason = a customer has a network of 64 bits or more, with more addresses than could be counted
limit-ipv6-prefix-consequence = whoever shares these bits shares the limit
limit-remembered-clients-max = clients that each --rate-limit remembers
limit-remembered-clients-max-reason = 16 bytes for each, taken once: a flood of addresses takes no more
limit-remembered-clients-max-consequence = who is nearest to having all of their budget is forgotten first; where all have spent theirs, new ones pass
limit-memory-file-bytes-max = largest file kept in memory
limit-memory-file-bytes-max-reason = below this, copying costs less than two more system calls
limit-memory-file-bytes-max-consequence = sent by the kernel from an open descriptor
limit-memory-bytes-max = all files kept in memory together
limit-memory-bytes-max-reason = the busy files of a site fit, and a small machine keeps its memory
limit-memory-bytes-max-consequence = the least used are dropped, and read again when asked for
limit-open-files-max = descriptors kept open for larger files
limit-open-files-max-reason = each is one fewer for connections
limit-open-files-max-consequence = the least used are closed, and opened again when asked for
limit-look-again-after = how long a look at a file counts as fresh
limit-look-again-after-reason = the longest a changed file may be served stale; under load, looking costs nothing
limit-look-again-after-consequence = the next request looks at the file again
limit-access-log-size-max = size from which on a log's file is put away
limit-access-log-size-max-reason = an editor still opens it; with those that are kept, what all of them can take is known
limit-access-log-size-max-consequence = it becomes FILE.1 and is compressed, and a new one begins
limit-access-log-age-max = time after which a log's file is put away, counted from midnight UTC
limit-access-log-age-max-reason = a file for each day is found by its date
limit-access-log-age-max-consequence = as for its size; an empty one stays
limit-access-log-keep = files of a log that are kept, besides the one that is written
limit-access-log-keep-reason = a week, unless much happens
limit-access-log-keep-consequence = the oldest is deleted

## Commands.

command-doctor = doctor [PATH]
command-doctor-about = check beforehand whether serving would work; takes the options of serving
command-check = check [FILE]
command-check-about = check a file of settings, and everything it names: paths, certificates, addresses
command-config = config [PATH]
command-config-about = show every setting, and where it was said; takes the options of serving
command-help = help [KEY]
command-help-about = what an error means and how to mend it; `hello help` lists all errors, `hello help limits` the limits and deadlines, `hello help files`: what else concerns a folder, `hello help tls`: what else concerns https, `hello help access`: who may come in
command-completions = completions SHELL
command-completions-about = completions for bash, zsh or fish
command-man = man
command-man-about = the manual: hello man | man -l -

## hello man

man-name = NAME
man-synopsis = SYNOPSIS
man-usage =
    hello [PATH | NAME=PATH]... [OPTIONS]
    hello doctor [PATH | NAME=PATH]... [OPTIONS]
    hello status [--json]
    hello connections [--follow] [--json]
    hello trace WHAT... [--for TIME] [--json]
    hello close NUMBER [--now]
    hello reload
    hello top
    hello check [FILE]
    hello config [PATH | NAME=PATH]... [OPTIONS] [--json]
    hello compress DIR [--dry-run]
    hello trust [--remove | --phone]
    hello hash-password [NAME]
    hello sign URL [--for TIME] --link-key FILE
    hello help [KEY]
    hello completions SHELL
    hello man
man-description = DESCRIPTION
man-about =
    hello serves a folder, a single file, or a small built-in site over HTTP/1.1 and HTTP/2, in clear or by https, and tells what it is doing and why: each connection is greeted, its requests follow below it, and its end is told in words.

    It listens on this computer alone unless told otherwise. A word that is a command is always a command: a folder of that name is served as ./help.
man-options = OPTIONS
man-commands = COMMANDS
man-limits = LIMITS AND DEADLINES
man-examples = EXAMPLES
man-exit-codes = EXIT CODES
man-errors = ERRORS

exit-code-0 = it was stopped, or has said what it was asked for
exit-code-1 = the doctor found something that has to be mended, `hello trust` or `hello compress` left something to do, or there was no running server that could be asked
exit-code-2 = it cannot do what it was asked; standard error says why

## hello doctor

doctor-title = would `{ $command }` work here?
doctor-pass = pass
doctor-warning = warning
doctor-fix = fix
doctor-all-well = all well
doctor-warned = it would work, with { $warnings ->
    [one] { $warnings } warning
   *[other] { $warnings } warnings
 }
doctor-to-fix = it would not work: { $fixes } to fix{ $warnings ->
    [0] { "" }
    [one] , { $warnings } warning
   *[other] , { $warnings } warnings
 }

doctor-on-served = served
doctor-served-built-in = the built-in site
doctor-served-file = the file { $path } may be read
doctor-served-folder = the folder { $path } may be read, { $entries ->
    [0] but is empty
    [one] with { $entries } entry
   *[other] with { $entries } entries
 }
doctor-served-partly = the folder { $path } may be read, but { $unreadable } of its { $entries } entries may not, such as { $first }: they will not be served
doctor-served-no-start-page = it has no index.html: { $start } is answered 404, and files open by their own addresses; with --list it shows what is in it
doctor-on-listen = address
doctor-listen = free: { $address }
doctor-listen-next = port { $taken } is taken; { $address } would serve instead
doctor-on-certificates = certificates
doctor-certificates = { $certificates ->
    [one] { $certificates } certificate with its key, valid today
   *[other] { $certificates } certificates with their keys, valid today
 }
doctor-on-logs = logs
doctor-logs = { $logs ->
    [one] the access log can be written
   *[other] { $logs } access logs can be written
 }
doctor-on-user = user
doctor-user = runs as { $user }
doctor-user-root = runs as { $user }, the administrator: a mistake could touch everything; a user of its own is safer
doctor-on-open-files = open files
doctor-open-files = { $limit } at most: room for { $room } connections at once
doctor-open-files-low = { $limit } at most: room for { $room } connections at once; more with `ulimit -n 65536`, or `LimitNOFILE=65536` in the service
doctor-open-files-few = { $limit } at most: room for { $room } connections at once, and { $wanted } were asked for; more with `ulimit -n`, or `LimitNOFILE=` in the service
doctor-on-memory = memory
doctor-memory-unlimited = no limit; files may keep { $files } of it
doctor-memory = at most { $limit }; files may keep { $files } of it
doctor-memory-tight = at most { $limit }, and files alone may keep { $files } of it: lower that with `--memory-bytes-max { $half }` (hello help memory-limit)
doctor-on-kernel = kernel
doctor-kernel = has { $all }
doctor-kernel-lacks = lacks { $missing }: hello does without, a little slower; a sandbox or an old kernel is the reason
doctor-on-clock = clock
doctor-clock = { $now }
doctor-clock-wrong = { $now } cannot be right: browsers would keep files too long, or not at all; `timedatectl` sets it
doctor-on-output = output
doctor-output-terminal = a terminal
doctor-output-pipe = another program
doctor-output-file = a file, with room on its disk
doctor-output-disk-low = a file on a disk with only { $free } MiB free: when it is full, lines are lost (hello help disk-full)
doctor-output-device = nowhere, or a device
doctor-on-locale = locale
doctor-locale = { $locale }
doctor-locale-none = not set: English, but for the greeting
doctor-locale-other = { $locale } is a language that hello does not speak yet: English
doctor-locale-not-utf8 = { $locale } is not UTF-8, and texts are: choose one that ends in .UTF-8
