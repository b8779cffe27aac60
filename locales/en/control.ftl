## A running server: hello status, connections, trace, close, reload, top.

command-status = status
command-status-about = how a running server is: what it serves where, how connections ended, which live now
command-connections = connections [--follow]
command-connections-about = the living connections of a running server, or everything that happens on them
command-trace = trace WHAT... [--for TIME]
command-trace-about = how a running server answers some requests, step by step, from now on
command-close = close NUMBER [--now]
command-close-about = have a running server close one connection
command-reload = reload
command-reload-about = have a running server read its configuration anew
command-top = top
command-top-about = a running server on the whole screen, as with --tui

option-json = --json
option-json-about = as objects, for programs
option-against-traffic = --against-traffic
option-against-traffic-about = what the file on the disk would change in the answers to the last requests of a running server
option-last = --last NUMBER
option-last-about = of --against-traffic: on so many requests at most
option-follow = --follow
option-follow-about = everything that happens on them, until Ctrl-C
option-now = --now
option-now-about = at once, with an answer in flight
option-what = WHAT...
option-what-about = which requests: patterns of paths, or addresses of clients
option-connection = NUMBER
option-connection-about = the number of the connection

## The pages of these commands.

page-control = --control PID|PATH
page-control-about = which server, if several run: its process, or its socket
page-of-file-about = the server of this file: the one whose socket it names (`control`); otherwise of the hello.toml in the current folder, if it names one

page-status-purpose = hello status: how a running server is
page-status-usage = Usage: hello status [OPTIONS]
page-status-more = Says what the server serves where and for how long, how many connections and requests there were, how connections ended, and which live now. The server is found by its control socket, which belongs to the user it runs as; root may ask every server.
page-status-example-1 = the server that runs here
page-status-example-2 = the same as one object, with every connection
page-status-json-about = one object, for programs
page-status-exit-0 = the server has answered
page-status-exit-1 = no server runs here, or several, or it will not answer
page-status-exit-2 = the command line cannot be understood; standard error says why

page-connections-purpose = hello connections: the living connections of a running server
page-connections-usage = Usage: hello connections [--follow] [OPTIONS]
page-connections-more = A line for each: its number, who is at the other end, what it is doing, for how long it has been there, how much it has asked and been sent, and what it is being answered. With --follow, everything that happens on all of them, as the server's own terminal would show it.
page-connections-example-1 = those that live now, the newest first
page-connections-example-2 = what happens on them, until Ctrl-C
page-connections-follow-about = what happens from now on, until Ctrl-C or the server's end
page-connections-json-about = an object on each line; with --follow, those of --log json
page-connections-exit-0 = the server has answered
page-connections-exit-1 = no server runs here, or several, or it will not answer
page-connections-exit-2 = the command line cannot be understood; standard error says why

page-trace-purpose = hello trace: how a running server answers some requests, step by step
page-trace-usage = Usage: hello trace WHAT... [--for TIME] [OPTIONS]
page-trace-more = Every request that is meant from now on, and below it how its answer came about: the site, the rules that were looked at and the lines they stand on, files tried, limits, fields, and the time each part took, as `hello explain` tells it. Nothing is changed, and nobody else sees it; it ends with this command. Up to four may trace one server at a time. To trace for good, write `trace` into hello.toml.
page-trace-example-1 = requests for these paths, until Ctrl-C
page-trace-example-2 = requests of one client, for a minute
page-trace-what-about = patterns of paths, in quotes; addresses, networks, unix; eight at most
page-trace-for-about = for how long, such as 30s or 10m; otherwise until Ctrl-C or the server's end
page-trace-json-about = the objects of --log json, each with its `walk`
page-trace-exit-0 = seen enough, or the time is over, or the server has ended
page-trace-exit-1 = no server runs here, or several, or it will not answer
page-trace-exit-2 = the command line cannot be understood; standard error says why

page-close-purpose = hello close: has a running server close one connection
page-close-usage = Usage: hello close NUMBER [--now] [OPTIONS]
page-close-more = An idle connection is closed at once; another finishes what it is being answered first, but for what has no end, like a live view. The journal says which user asked, and the connection ends as `closed-by-operator`. A client may connect again.
page-close-example-1 = connection 12, once its answer is finished
page-close-example-2 = connection 12 at once, with its answer in flight
page-close-connection-about = its number, as `hello connections` and the lines of the server tell it
page-close-now-about = cut off what it is being answered
page-close-exit-0 = it is closed, or will be
page-close-exit-1 = there is no such connection, or no server that could be asked
page-close-exit-2 = the command line cannot be understood; standard error says why

page-reload-purpose = hello reload: has a running server read its configuration anew
page-reload-usage = Usage: hello reload [OPTIONS]
page-reload-more = A configuration that is wrong changes nothing, and is explained here. One that is right counts from the next request on; no connection is closed for it.
page-reload-example-1 = the server that runs here
page-reload-example-2 = the one that is process 4242
page-reload-exit-0 = the new configuration counts
page-reload-exit-1 = the old one stays, or no server could be asked; standard error says why
page-reload-exit-2 = the command line cannot be understood; standard error says why

page-top-purpose = hello top: a running server on the whole screen
page-top-usage = Usage: hello top [OPTIONS]
page-top-more = The view of `hello --tui`, of a server that runs elsewhere: as a service, in a container, in another terminal. It begins with the connections that live; what came before is in the totals. q ends the view; the server goes on.
page-top-example-1 = the server that runs here
page-top-example-2 = the one that is process 4242
page-top-exit-0 = seen enough, or the server has ended
page-top-exit-1 = no server runs here, or several, or it will not answer
page-top-exit-2 = there is no terminal, or the command line cannot be understood

## What a server says of itself.

service-serving = serving; connections open: { $open }, requests so far: { $requests }
service-stopping = stopping; connections open: { $open }, requests so far: { $requests }
status-serving = hello { $version }, process { $pid }, has been serving for { $time }
status-draining = hello { $version }, process { $pid }, is stopping after { $time }
status-generation = configuration: generation { $generation }
status-older-answers = generation { $generation }: answers in flight go by it until they are sent: { $count }
status-older-connections = generation { $generation }: its limits and TLS hold for connections until they end: { $count }
status-and-older = , by generation { $generation }
status-open = { $n ->
    [0] no connection is open
    [one] { $open } connection is open, { $busy } with a request
   *[other] { $open } connections are open, { $busy } with a request
 }
status-totals = since the start: { $connections } and { $requests }, { $sent } sent
status-ended = How connections ended:
status-more = { $n ->
    [one] and { $number } more: `hello connections` shows it
   *[other] and { $number } more: `hello connections` shows them all
 }
status-and-more = , and { $number } more
status-nobody = no connection is open
status-choice = serves { $what } at { $address }
close-done = connection { $connection } is closed
close-told = connection { $connection } is closing: its client has been told
close-begun = connection { $connection } will be closed as soon as its answer is finished; `--now` does not wait for that
reload-done = the new configuration counts: generation { $generation }
trace-begun = hello: tracing { $what } at process { $pid }; Ctrl-C ends it
trace-begun-for-a-while = hello: tracing { $what } at process { $pid } for a while; Ctrl-C ends it sooner
trial-request = 1 request: { $method } { $url }
trial-requests = { $count } requests: { $method } { $url }
trial-old = now:
trial-new = then:
trial-content = the content would be another
trial-field = the field { $field } would be another
trial-hangs-field = cannot be judged: hangs on the field { $name }, which the journal does not keep
trial-hangs-query = cannot be judged: hangs on the value of { $name } in the query, a secret that the journal does not keep
trial-hangs-password = cannot be judged: hangs on the password, which the journal does not keep
trial-hangs-certificate = cannot be judged: hangs on the certificate of the client, which the journal does not keep
trial-hangs-signature = cannot be judged: hangs on the signature of the link, which the journal does not keep
trial-hangs-client = cannot be judged: hangs on who asked, and other proxies would be believed
trial-hangs-length = cannot be judged: hangs on the length of its content, which the journal does not keep
trial-hangs-limits = cannot be judged: hangs on what was counted for { $name }
trial-hangs-target = cannot be judged: the journal has kept only part of what was asked for
trial-untold = Such requests of { $count } more kinds are not told one by one.
trial-none = The server has answered no request yet that { $file } could be tried on.
trial-same = { $n ->
    [one] One request
   *[other] { $requests } requests
 } tried: with { $file } as it is on the disk, { $n ->
    [one] it would be answered
   *[other] all of them would be answered
 } as in generation { $generation }.
trial-sum = { $n ->
    [one] One request
   *[other] { $requests } requests
 } tried with { $file } as it is on the disk, against generation { $generation }: { $same } would be answered as now, { $differ } in another way, { $unjudged } cannot be judged.
server-ended = hello: the server has ended

## What can be in the way. The errors.

error-no-server-running = no hello runs here that this user could ask; looked in { $folders }
hint-no-server-running = start one, such as `hello ./dist`; if it runs with `--control PATH`, name that: `hello { $command } --control PATH`
asking-nobody-at = no hello listens at { $path }
hint-no-server-running-at = `hello { $command }` without `--control` finds the servers of this user
hint-no-server-running-of-file = { $file } names this socket: start hello with that file; another server is `hello { $command } --control PID`
asking-without-file = { $file } cannot be used, and does not tell where its server is asked: `hello check` says what is wrong
error-several-servers = several servers are running; which one?
hint-several-servers = type one of these
error-not-permitted = the server at { $path } belongs to another user
hint-not-permitted = ask as that user, or as root: `sudo hello { $command }`
error-no-answer = the server at { $path } does not answer ({ $system })
hint-no-answer = see whether it is still there; `hello help no-answer` tells how
error-no-such-connection = there is no connection { $connection }; it may have ended
hint-no-such-connection = `hello connections` shows those that live
error-nothing-to-reload = this server was started without a configuration file: there is nothing to read anew
hint-nothing-to-reload = stop it, and start it with other options; files that are served are looked at by themselves
error-not-reloaded = the new configuration cannot be used, and the server goes on with the old one
hint-not-reloaded = mend it, and ask again; `hello doctor` tries it beforehand
error-not-tried = the configuration on the disk cannot be used: there is nothing to try
hint-not-tried = mend it, and ask again; `hello check` tries the file alone
error-bad-last = `{ $value }` is not a number of requests
hint-bad-last = write a number from 1 on: `hello check --against-traffic --last 500`
error-server-busy = the server has too much to do for others who ask
hint-server-busy = try again in a moment; `hello help server-busy` tells more
error-too-many-tracers = four others trace this server already
hint-too-many-tracers = end one of them, or wait for it; `hello help too-many-tracers` tells how to find them
error-other-control-version = the server does not understand: it is another version of hello
hint-other-control-version = use the program that the server was started with, or start the server anew
error-missing-traced = trace which requests?
hint-missing-traced = write a pattern of paths, or the address of a client: `hello trace '/api/*'`; all of them: `hello trace '/*'`
error-bad-traced = `{ $value }` is neither a path nor an address
hint-bad-traced = a path begins with `/` or has a `*` in it, such as '/api/*' or '*.css'; an address is one such as 192.0.2.7, a network such as 192.0.2.0/24, or unix
error-missing-connection = close which connection?
hint-missing-connection = write its number: `hello close 12`; `hello connections` shows them
error-bad-connection = `{ $value }` is not the number of a connection
hint-bad-connection = write a number, such as 12: `hello connections` shows them
asking-no-terminal = `hello top` needs a terminal, but standard input or output is not one
hint-no-terminal-top = run it in a terminal, without `|`, `<` or `>`; `hello connections --follow` prints lines

error-handed-socket-unusable = the service manager handed over socket { $number } ({ $name }), and nobody can connect to it
hint-handed-socket-unusable = hello takes TCP and Unix sockets that listen: in the socket unit, `ListenStream=`, and `Accept=no`

## The same at length.

topics-asking = Asking a running server:
help-handed-socket-unusable-title = a socket was handed over that does not listen
help-handed-socket-unusable =
    With socket activation systemd opens the sockets and hands them over. One of them is no TCP or Unix socket that waits for connections: it may be for datagrams, or it may be a connection already.

    What the unit says:
      systemctl cat hello.socket

    How to mend it: in its `[Socket]`, write `ListenStream=` for each address, and leave out `ListenDatagram=` and `Accept=yes`. `FileDescriptorName=redirect-http` makes a socket one that only tells the way to https.
help-no-server-running-title = there is no running server to ask
help-no-server-running =
    `hello status`, `connections`, `trace`, `close`, `reload` and `top` ask a server that runs. Each server has a socket for that, named after its process, in the first of these folders that it may use: the one systemd gives to a service, $XDG_RUNTIME_DIR/hello, /run/hello, and /tmp/hello-UID where there is no other. None was found there that is alive.

    Which hello runs here, and as whom:
      pgrep -a hello

    How to mend it:
    - It runs as another user: ask as that user, or as root.
    - It runs in a container: ask in there, such as `docker exec NAME hello status`
    - It was started with `--control PATH`: name the same path.
    - It was started with `--control off`: then it cannot be asked.
help-several-servers-title = several servers run, and none was named
help-several-servers =
    Every running server has a socket of its own. Name the one you mean by its process or by the path of its socket:
      hello status --control 4242
      hello status --control /run/hello/web.sock
    A server that is always asked by scripts is best given a path of its own: `hello ./dist --control /run/hello/web.sock`
help-not-permitted-title = the server belongs to another user
help-not-permitted =
    Whoever may ask a server sees who is connected and what they ask for, and may close connections. So only the user it runs as may, and root; the socket is closed to others, and the server asks the kernel who is there.

    How to mend it: ask as that user, or as root:
      sudo hello status
help-no-answer-title = the server does not answer
help-no-answer =
    The server accepted, and then said nothing for ten seconds, or something that is no answer.

    Whether it is still there, and what it does:
      pgrep -a hello
      top -H -p PID

    How to mend it:
    - A process that is stopped (T) goes on with `kill -CONT PID`.
    - A machine without free memory or cores answers late. Try again.
    - If nothing of that is it, it may be a bug in hello: please report it.
help-no-such-connection-title = no living connection has this number
help-no-such-connection =
    Connections are counted from 1 since the start of the server, and no number is used twice. The one you named has ended, or has not come yet.

    Those that live:
      hello connections
help-nothing-to-reload-title = the server has no configuration file
help-nothing-to-reload =
    `hello reload` has a server read its configuration file anew. This one was started without one, and what it was told on its command line stays as it is. Files that it serves and certificates need no such word: they are looked at by themselves.

    How to mend it: stop the server, and start it as you want it.
help-not-reloaded-title = the new configuration cannot be used
help-not-reloaded =
    The server has read its configuration anew and found something wrong with it. What it said is shown below the error. Nothing has changed: it serves as before, and no connection was closed.

    How to mend it: mend what is shown, and ask again:
      hello reload
help-not-tried-title = the configuration that was to be tried cannot be used
help-not-tried =
    `hello check --against-traffic` has a running server read its configuration anew, without applying it, and walk the last requests through it. There is something wrong with it: what, is shown below the error. Nothing has changed.

    How to mend it: mend what is shown, and ask again:
      hello check --against-traffic
help-bad-last-title = this is not a number of requests
help-bad-last =
    After `--last` stands on how many of the last requests settings are to be tried: a number from 1 on, in digits. The journal remembers some thousands.

    How to mend it: write a number, or leave the option out.
      hello check --against-traffic --last 500
help-server-busy-title = too many ask at once
help-server-busy =
    Sixteen may ask one server at a time, `hello top`, `hello trace` and `hello connections --follow` among them; and it carries out one `hello reload` after the other.

    Who is asking now:
      pgrep -a hello

    How to mend it: end some of them, or try again in a moment.
help-too-many-tracers-title = too many trace one server at once
help-too-many-tracers =
    `hello trace` has a server write down how it answers some requests, for as long as the command runs. Each costs a look at every request, so four may at a time.

    Who traces now:
      pgrep -af 'hello trace'

    How to mend it: end one of them with Ctrl-C, or wait for it to end. What is to be traced for good is written into hello.toml:
      trace = ["/api/*"]
help-other-control-version-title = the server and the one who asks are of different versions
help-other-control-version =
    The running server is older or newer than the program that asks it, as after an update without a restart.

    Which program the server was started from:
      ls -l /proc/PID/exe

    How to mend it: start the server anew.
help-no-control-socket-title = the server cannot be asked anything
help-no-control-socket =
    A server makes a socket through which `hello status`, `connections`, `trace`, `close`, `reload` and `top` ask it. None of the folders for it could be used, for the reason in the message: it must be possible to make a folder there that nobody else can write to. The server serves all the same.

    How to mend it:
    - Name a place: `hello ./dist --control /run/hello/web.sock`
    - In a service of systemd, add below `[Service]`:
      RuntimeDirectory=hello
    - If nobody is to ask it: `--control off`
help-missing-traced-title = trace: which requests?
help-missing-traced =
    `hello trace` shows how a running server answers some requests. Which, is said by patterns of paths or by addresses of clients; a request has to fit one of them.

      hello trace '/api/*'
      hello trace '*.css' 203.0.113.9 2001:db8::/64
      hello trace '/*'

    The last means all of them. A pattern stands in quotes, so that the shell leaves it alone.
help-bad-traced-title = trace: neither a path nor an address
help-bad-traced =
    After `hello trace` stand patterns of paths, as in the rules of hello.toml, and addresses of clients:

      hello trace '/api/*' '*.css' '/users/{"{"}name{"}"}'
      hello trace 192.0.2.7 192.0.2.0/24 2001:db8::/64 unix

    A path begins with `/` or has a `*` in it. An address is written without a port; a network begins with its first address. `unix` means all who come through a Unix socket. Up to eight of them may be named.
help-missing-connection-title = close: which connection?
help-missing-connection =
    `hello close` has a running server close one connection, which is named by its number:
      hello close 12

    The numbers are at the beginning of every line that the server prints, and here:
      hello connections
help-bad-connection-title = not the number of a connection
help-bad-connection =
    Connections are counted from 1 since the start of the server, and named by that number: `hello close 12`, or `hello close '#12'` as the lines of the server have it.

    Those that live:
      hello connections
