## Why hello cannot do what it was asked, and what to do now.
## Each error-KEY has a hint-KEY, or one for each case (hint-KEY-CASE), and is told at length in help.ftl.

## The command line.

error-unknown-option = there is no option `{ $option }`
hint-unknown-option = `hello --help` lists the options
hint-unknown-option-command = `hello { $command } --help` lists those that it takes
hint-unknown-option-or-path = if it is a path, write `./{ $option }`; `hello --help` lists the options
hint-unknown-option-similar = did you mean `{ $similar }`?
error-missing-value = `{ $option }` needs a value
hint-missing-value = write it after the option, such as `{ $option } { $example }`
error-unexpected-value = `{ $option }` takes no value, but `{ $value }` was given
hint-unexpected-value = write `{ $option }` alone
error-option-twice = `{ $option }` is given more than once
hint-option-twice = keep the one that should count
error-second-path = there is a second path without a name: `{ $value }`
hint-second-path = one path is served at /; give the others names, such as `docs={ $value }` for /docs/. A path with spaces needs quotes
error-no-such-command = `{ $word }` is no command: write `hello { $rest }`
hint-no-such-command = there is no word for serving; should `{ $word }` be a folder that is to be served as well, write `{ $word }=./{ $word }`
error-empty-path = the path is empty
hint-empty-path = name a folder or a file (`.` is the current folder), or leave the path out
error-unpaired-certificate = a certificate and its key belong together: one `--{ $missing }` too few
hint-unpaired-certificate = give each `--cert FILE` its `--key FILE`, in the same order
error-option-alone = `--{ $option }` means nothing without { $needs ->
    [https] `--https` or `--cert`
    [folder] a folder
   *[other] `--{ $needs }`
 }
hint-option-alone = add `--{ $needs }`, or leave `--{ $option }` out; `hello help { $page }` tells more
hint-option-alone-access-log = say where the log goes, such as `--access-log access.log`; `hello help logs` tells more
hint-option-alone-against-traffic = add it, `hello check --against-traffic`, or leave `--{ $option }` out
hint-option-alone-config = name the file with `--config`, or start hello where a hello.toml lies, or leave `--{ $option }` out
hint-option-alone-folder = name the folder, such as `hello ./dist { $typed }`; the current one is `.`
error-options-exclude = `--{ $option }` and `--{ $other }` cannot both count
hint-options-exclude = a QR code stands among lines for people: leave out `--{ $option }` or `--{ $other }`
hint-options-exclude-share = `--share` listens on every network: leave out the address and write the port alone, as in `--share --listen 8080`; or leave out `--share`
hint-options-exclude-access-log = standard output has room for one of them: write the access log into a file, or leave out `--{ $other }`
hint-options-exclude-list = keep the one that should count
hint-options-exclude-set = the server that runs has a command line of its own: leave out `--set`
error-extra-word = `{ $value }` is too many for `hello { $command }`
hint-extra-word = leave it out; `hello { $command } --help` shows how to write it
error-missing-shell = for which shell?
hint-missing-shell = write `hello completions bash`, `zsh` or `fish`
error-unknown-shell = there are no completions for `{ $shell }`
hint-unknown-shell = choose one of: bash, zsh, fish
error-unknown-topic = there is no help about `{ $topic }`
hint-unknown-topic = `hello help` lists every error, `hello --help` the options
hint-unknown-topic-similar = did you mean `hello help { $similar }`?
hint-unknown-topic-several = did you mean one of these: { $similar }?
error-unclear-arguments = the options cannot be understood
hint-unclear-arguments = `hello --help` shows how to write them

## Values of options.

error-duration-without-unit = `{ $given }` has no unit
hint-duration-without-unit = write `{ $value }s` for seconds; also ms, m (minutes), h and d
error-bad-duration = cannot read the time in `{ $given }`
hint-bad-duration = write a whole number and a unit: 500ms, 10s, 2m, 1h or 30d
error-bad-size = cannot read the size in `{ $given }`
hint-bad-size = write a whole number of bytes, or one with a unit: 512, 64KiB, 64MiB or 1GiB
error-ambiguous-size = `{ $given }` has two meanings: with units of 1000 and of 1024
hint-ambiguous-size = write `{ $meant }` for units of 1024, or the number of bytes
error-bad-rate = cannot read the speed in `{ $given }`
hint-bad-rate = write bytes per second: 500B/s, 1KiB/s or 1MiB/s
error-bad-request-rate = cannot read the rate in `{ $given }`
hint-bad-request-rate = write requests and a time: 10/s, 600/min, 1000/h or 5000/d
error-bad-rate-part = nothing is known of `{ $part }` in `{ $given }`
hint-bad-rate-part = behind a rate, burst=20 tells how many may come at once, and by=user or by=field:x-api-key whose requests are counted together
error-too-many-rates = `{ $value }` is one rate too many: there may be { $most }
hint-too-many-rates = leave out those that another one contains
error-bad-limit = { $case ->
    [burst] `burst` means nothing without `rate`
    [name] `{ $given }` is no name of a limit
    [name-twice] there are two limits of this name
   *[nothing] this limit limits nothing
 }
hint-bad-limit = { $case ->
    [burst] write the rate as well, such as `rate = "10/s"`
    [name] use Latin letters, digits and `-`, `_`, `.`, `/`, at most 64: clients see it
    [name-twice] give one of them another name: what was counted is kept by it
   *[nothing] write `rate`, `concurrent`, `bandwidth` or `body-bytes-max`
 }
error-bad-count = `{ $given }` is not a whole number
hint-bad-count = write digits only, such as `{ $example }`
error-too-small = `{ $given }` is too small
hint-too-small = choose a value from { $least } to { $most }
error-too-large = `{ $given }` is too large
hint-too-large = choose a value from { $least } to { $most }
error-part-over-whole = `{ $given }` does not fit within `{ $whole }`, which is { $whole_value }
hint-part-over-whole = lower `{ $name }`, or raise `{ $whole }`
error-bad-file-name = `{ $given }` is not the name of a file
hint-bad-file-name = write a name without slashes, such as home.html; it is looked for in every folder
error-bad-type = `{ $given }` is not an extension with a type
hint-bad-type = write an extension, an equals sign and a type, such as md=text/markdown or log=text/plain;charset=utf-8
error-bad-mount-name = in `{ $value }`, what stands before the `=` cannot begin an address
hint-bad-mount-name = write a name such as `docs=./docs` or `a/b=./b`; for a folder whose own name has a `=` in it, `./{ $value }`
error-mount-without-path = in `{ $value }`, there is no path after the `=`
hint-mount-without-path = write the folder or file behind it, such as `{ $value }./docs`
error-mount-twice = two paths are to be served at { $at }: `{ $value }` is the second
hint-mount-twice = give it another name
error-too-many-mounts = `{ $value }` is one path too many: there may be { $most }
hint-too-many-mounts = serve a folder that contains several of them
error-bad-choice = `{ $name }` does not know `{ $value }`
hint-bad-choice = choose one of: { $choices }

## Addresses.

error-bad-address = `{ $given }` is not an address
hint-bad-address = write an address and a port, such as 127.0.0.1:8080, [::1]:8080 or localhost:8080 (0.0.0.0:8080 for every network), or unix:/run/hello.sock
error-bad-port = `{ $port }` in `{ $given }` is not a port
hint-bad-port = a port is a number from 1 to 65535; 0 lets the system choose one
error-missing-port = there is no port after the colon in `{ $given }`
hint-missing-port = write the port, such as `{ $value }8080`, or leave the colon out
error-ipv6-without-brackets = in `{ $given }` the port cannot be told from the address
hint-ipv6-without-brackets = put an IPv6 address in brackets: [::1]:8080
error-url-as-address = `{ $given }` is a URL, not an address
hint-url-as-address = write `{ $address }`
error-path-as-address = `{ $given }` is a path, not an address
hint-path-as-address = for a Unix socket, write `unix:{ $value }`
error-socket-path-too-long = the path in `{ $given }` is too long for a Unix socket: { $bytes } bytes, and { $most } fit
hint-socket-path-too-long = choose a shorter path, or one that starts from the current folder
error-listen-twice = `{ $given }` is given twice, or another `{ $name }` includes it
hint-listen-twice = leave one of them out

## Starting: where to listen.

error-port-in-use = cannot listen on { $address }: the port is taken
hint-port-in-use = stop it with `{ $stop }`, or add `--next-port` to take the next free port
hint-port-in-use-hidden = `sudo ss -ltnp 'sport = :{ $port }'` tells which process it is; `--next-port` takes the next free port
error-no-free-port = cannot listen on { $address }: every port from { $port } to { $last } is taken
hint-no-free-port = choose one elsewhere with `--listen`, or let the system choose: port 0
error-port-not-permitted = cannot listen on { $address }: user { $user } may not open port { $port }
hint-port-not-permitted-capability = allow it to this program: `sudo setcap cap_net_bind_service=+ep { $program }`; or choose a port from { $first } up
hint-port-not-permitted-system = allow it to everybody: `sudo sysctl net.ipv4.ip_unprivileged_port_start={ $port }`; or choose a port from { $first } up
hint-port-not-permitted-service = allow it to the service: `sudo systemctl edit { $unit }`, and there `[Service]` with `AmbientCapabilities=CAP_NET_BIND_SERVICE`
hint-port-not-permitted-container = start the container with `--sysctl net.ipv4.ip_unprivileged_port_start=0`, or listen on 8080 in it and publish that: `-p { $port }:8080`
hint-port-not-permitted-policy = look into the system's log (`sudo journalctl -b -g denied`), or choose another port with `--listen`
error-address-not-available = cannot listen on { $address }: this computer has no such address
hint-address-not-available = choose one of its own; 127.0.0.1 is for this computer alone, 0.0.0.0 means every network
error-name-not-resolved = cannot listen on { $name }: no address is known by this name ({ $system })
hint-name-not-resolved = check the spelling, or write the address itself, such as 127.0.0.1:{ $port }
hint-name-not-resolved-similar = did you mean `{ $similar }:{ $port }`?
error-listen-failed = cannot listen on { $address }: { $system }
hint-listen-failed = try another address or port with `--listen`
error-socket-in-use = cannot listen on { $address }: the socket is taken
hint-socket-in-use = stop it with `{ $stop }`, or choose another path
hint-socket-in-use-hidden = `sudo ss -lxp src { $path }` tells which process it is; or choose another path
error-socket-path-exists = cannot listen on { $address }: something that is not a socket is there already
hint-socket-path-exists = choose another path, or move away what is there
error-socket-path-failed = cannot listen on { $address }: { $system }
hint-socket-path-failed = make sure that the folder exists and that this user may write to it

why-held-process = by { $name }, process { $pid } of user { $user }: { $command }
why-held-unit = by { $name }, process { $pid } of user { $user }, service { $unit }: { $command }
why-held-container = by { $name }, process { $pid } of user { $user }, in container { $unit }: { $command }
why-held-hello = by another hello, process { $pid } of user { $user }, which serves { $serves }
why-held-hello-built-in = by another hello, process { $pid } of user { $user }, which serves its built-in site
why-held-hidden = by a process of user { $user }; this user may not see which
why-held-unknown = by whom, the system does not tell
why-sibling-free = { $free } is free: `--listen { $free }` would take that alone
why-low-port = ports below { $first } are kept for the administrator
why-policy = not because of its number: something else forbids it, such as SELinux, AppArmor, seccomp or Landlock
why-addresses = it has { $addresses }

## Starting: what to serve.

error-no-such-path = cannot serve `{ $path }`: there is no such file or folder
hint-no-such-path = check the spelling; a path that does not start with / is looked for in the current folder
hint-no-such-path-similar = did you mean `{ $similar }`?
hint-no-such-path-sandbox = serve a folder outside of it, or show it this one: `BindReadOnlyPaths=` in the service
hint-no-such-path-address = if hello is to listen there, write `--listen { $meant }`
hint-no-such-path-mount = to serve a folder at an address of its own, write `{ $meant }`, without a slash before the name
hint-no-such-path-elsewhere = there is no command `{ $path }` either: `hello` alone serves, and `hello ./dist` serves a folder
hint-no-such-path-command = did you mean `hello { $command }`?
hint-no-such-path-similar-or-command = did you mean `{ $similar }`, or else `hello { $command }`?
error-path-unreadable = cannot serve `{ $path }`: this user may not read it
hint-path-unreadable = open it with `{ $fix }`, or start hello as a user who may read it
hint-path-unreadable-sandbox = serve a folder outside of it, or allow this one: `ProtectHome=read-only` or `BindReadOnlyPaths=` in the service
hint-path-unreadable-fuse = mount it with `-o allow_other`, or start hello as the user who mounted it
hint-path-unreadable-network = allow reading on the machine it comes from: there the administrator of this one is nobody
hint-path-unreadable-unseen = look into the system's log (`sudo journalctl -b -g denied`), or serve a copy in another folder
hint-path-unreadable-unknown = try to read it as this user: `ls -l { $path }`
error-path-not-servable = cannot serve `{ $path }`: it is neither a folder nor a regular file
hint-path-not-servable = name a folder or a regular file

why-missing = in { $folder } there is no { $missing }
why-in-a-file = { $folder } is a file, and has nothing in it
why-private-tmp = this service has a /tmp of its own (systemd: PrivateTmp=)
why-sandbox = the sandbox of this service hides it (systemd: ProtectHome=, InaccessiblePaths=)
why-closed = { $part } is closed to user { $user }: { $mode }, owner { $owner }, group { $group }
why-fuse = it is on a file system that belongs to the user who mounted it ({ $kind })
why-network = it is on another machine ({ $kind })
why-profile = its permissions would allow it; hello is confined by a profile: { $label }
why-unseen = its permissions would allow it: something else forbids it, such as SELinux, Landlock, an access list or the container

## Starting: what there is too little of.

error-too-many-open-files = cannot start: too many open files ({ $system })
hint-too-many-open-files = allow more: `ulimit -n 65536`, or `LimitNOFILE=65536` in the service
why-open-files = this process may have { $limit } open at once
error-memory-limit = cannot start: not enough memory ({ $system })
hint-memory-limit = allow more, or take less: `--memory-bytes-max 8MiB --max-connections 1000`
why-memory-limit = this process may have { $limit }
error-disk-full = cannot start: the disk is full ({ $system })
hint-disk-full = make room; `df -h` shows which disk it is
error-no-terminal = `--tui` needs a terminal, but standard input or output is not one
hint-no-terminal = start it in a terminal, without `|`, `<` or `>`; or leave out `--tui`, and hello prints lines
error-runtime-failed = cannot start: the system gave no threads ({ $system })
hint-runtime-failed = look at the limits of this user with `ulimit -a` (processes), and at free memory

## Starting: certificates.

error-certificate-unreadable = cannot read the certificate { $certificate }: { $system }
hint-certificate-unreadable = check the path, and that this user may read it: `ls -l { $certificate }`
error-key-unreadable = cannot read the key { $file }: { $system }
hint-key-unreadable = check the path, and that this user may read it: `ls -l { $file }`
error-no-certificate = there is no certificate in { $certificate }
hint-no-certificate = name a PEM file, which has a line `BEGIN CERTIFICATE`; `openssl x509 -inform der -in FILE` makes one of a binary certificate
hint-no-certificate-swapped = there is a key in it: exchange the files of `--cert` and `--key`
error-no-key = there is no private key in { $file }
hint-no-key = name a PEM file, which has a line `BEGIN PRIVATE KEY` (or `BEGIN EC PRIVATE KEY`, `BEGIN RSA PRIVATE KEY`)
hint-no-key-swapped = there is a certificate in it: exchange the files of `--cert` and `--key`
hint-no-key-locked = take the password off: `openssl pkey -in { $file } -out key.pem`, and let only this user read the result
error-bad-certificate = the certificate { $certificate } cannot be understood
hint-bad-certificate = see what openssl says: `openssl x509 -in { $certificate } -noout -text`; if it was copied by hand, copy the file itself
error-bad-key = the key { $file } cannot be used
hint-bad-key = use an ECDSA key (P-256, P-384, P-521), Ed25519, or RSA from 2048 bits; `openssl pkey -in { $file } -noout -text` shows what it is
error-key-mismatch = the key { $file } does not belong to the certificate { $certificate }
hint-key-mismatch = find the key the certificate was made with, or have it issued again for this one; in the file the server's certificate must stand first
error-certificate-expired = the certificate { $certificate } has expired on { $date }
hint-certificate-expired = renew it; if it was renewed today, look whether this is the new file, and whether the clock is right: `date`
error-certificate-not-yet-valid = the certificate { $certificate } is valid from { $date } on
hint-certificate-not-yet-valid = wait until then, or look whether the clock is right: `date`
error-issuer-missing = with the certificate { $certificate } goes that of its issuer, { $issuer }, which is not in the file
hint-issuer-missing = put it behind your own in the same file; certbot calls the file fullchain.pem
hint-issuer-missing-known = put it behind your own in the same file: `curl -s { $url } | openssl x509 -inform der >> { $certificate }`; certbot calls the file fullchain.pem
error-certificate-not-for-host = the certificate { $certificate } is not for { $host }
hint-certificate-not-for-host = have one issued for { $host }, or for all names beside it; who asks for { $host } refuses this one

error-log-unwritable = cannot open the access log { $path }: { $system }
hint-log-unwritable = check that its folder exists and that this user may write there: `ls -ld { $path }`
error-unknown-log-field = --{ $option }: there is no `{ $field }` to be told of a request
hint-unknown-log-field = choose among the names that `hello help logs` lists, such as "{"{"}client{"}"} {"{"}request{"}"} {"{"}status{"}"}"
error-misspelt-log-field = --{ $option }: there is no `{ $field }` to be told of a request
hint-misspelt-log-field = did you mean `{ $similar }`?
error-lone-brace = --{ $option }: in `{ $value }` a brace lacks its other half
hint-lone-brace = names stand in two: "{"{"}status{"}"}"; a brace that is meant as such is written twice
error-bad-log-format = --{ $option }: `{ $value }` is no format
hint-bad-log-format = { $similar ->
    [none] write combined, json, or a text with names in braces: "{"{"}client{"}"} {"{"}request{"}"} {"{"}status{"}"}"
   *[other] did you mean `{ $similar }`? Or write a text with names in braces: "{"{"}client{"}"} {"{"}request{"}"} {"{"}status{"}"}"
 }
error-bad-statuses = --{ $option }: `{ $value }` is no list of statuses
hint-bad-statuses = write whole statuses or their classes, with commas between: 404,5xx
error-bad-path-pattern = --{ $option }: `{ $value }` is no path
hint-bad-path-pattern = write a path from the slash on, such as /api; all below it is /api/*
error-hints-unreadable = cannot read the early hints in { $path }: { $system }
hint-hints-unreadable = check the path, and that this user may read it: `ls -l { $path }`
error-hints-unusable = line { $line } of { $path } is no early hint
hint-hints-unusable = write a path and a link, such as: /index.html </style.css>; rel=preload; as=style
why-hint-no-path = it does not begin with a path of the site, such as /index.html
why-hint-no-link = no link follows the path: that begins with < and an address
why-hint-no-relation = the link does not say what it is for: rel=preload, rel=modulepreload or rel=preconnect
why-hint-too-many = the page has more than sixteen; what is not needed at once is better left out
error-client-ca-unreadable = cannot read { $certificate }, the authority for clients: { $system }
hint-client-ca-unreadable = check the path, and that this user may read it: `ls -l { $certificate }`
error-client-ca-unusable = no authority for clients can be made of { $certificate }
hint-client-ca-unusable = name a PEM file with the certificates of those who issue certificates to clients, and nothing else; see what openssl says: `openssl x509 -in { $certificate } -noout -text`
why-key-locked = the key in it opens with a password only, and hello asks nobody
why-key-mismatch = public key of the certificate: { $sum }…, of the key: { $other }… (SHA-256)
why-other-names = it is for: { $names }
