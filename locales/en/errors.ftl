## Why hello cannot do what it was asked, and what to do now.
## Each error-CODE has its hint-CODE.

## The command line.

error-unknown-option = there is no option `{ $option }`
hint-unknown-option = `hello --help` lists the options
error-unknown-option-or-path = there is no option `{ $option }`
hint-unknown-option-or-path = if it is a path, write `./{ $option }`; `hello --help` lists the options
error-unknown-option-similar = there is no option `{ $option }`
hint-unknown-option-similar = did you mean `{ $similar }`?
error-missing-value = `{ $option }` needs a value
hint-missing-value = write it after the option, such as `{ $option } { $example }`
error-unexpected-value = `{ $option }` takes no value, but `{ $value }` was given
hint-unexpected-value = write `{ $option }` alone
error-option-twice = `{ $option }` is given more than once
hint-option-twice = keep the one that should count
error-second-path = there is more than one path: `{ $value }` is too many
hint-second-path = hello serves one folder or one file; a path with spaces needs quotes
error-empty-path = the path is empty
hint-empty-path = name a folder or a file (`.` is the current folder), or leave the path out
error-unclear-arguments = the options cannot be understood
hint-unclear-arguments = `hello --help` shows how to write them

## Values of options.

error-duration-without-unit = `--{ $option } { $value }` has no unit
hint-duration-without-unit = write `--{ $option } { $value }s` for seconds; also ms, m (minutes) and h
error-bad-duration = cannot read the time in `--{ $option } { $value }`
hint-bad-duration = write a whole number and a unit: 500ms, 10s, 2m or 1h
error-bad-size = cannot read the size in `--{ $option } { $value }`
hint-bad-size = write a whole number of bytes, or one with a unit: 512, 64KiB, 64MiB or 1GiB
error-ambiguous-size = `--{ $option } { $value }` has two meanings: with units of 1000 and of 1024
hint-ambiguous-size = write `--{ $option } { $meant }` for units of 1024, or the number of bytes
error-bad-rate = cannot read the speed in `--{ $option } { $value }`
hint-bad-rate = write bytes per second: 500B/s, 1KiB/s or 1MiB/s
error-bad-count = `--{ $option } { $value }` is not a whole number
hint-bad-count = write digits only, such as `--{ $option } { $example }`
error-too-small = `--{ $option } { $value }` is too small
hint-too-small = choose a value from { $least } to { $most }
error-too-large = `--{ $option } { $value }` is too large
hint-too-large = choose a value from { $least } to { $most }
error-part-over-whole = `--{ $option } { $value }` does not fit within `--{ $whole }`, which is { $whole_value }
hint-part-over-whole = lower `--{ $option }`, or give `--{ $whole } { $value }` as well
error-bad-choice = `--{ $option }` does not know `{ $value }`
hint-bad-choice = choose one of: { $choices }

## Addresses.

error-bad-address = `--listen { $value }` is not an address
hint-bad-address = write an address and a port, such as 127.0.0.1:8080, [::1]:8080 or localhost:8080 (0.0.0.0:8080 for every network), or unix:/run/hello.sock
error-bad-port = `{ $port }` in `--listen { $value }` is not a port
hint-bad-port = a port is a number from 1 to 65535; 0 lets the system choose one
error-missing-port = there is no port after the colon in `--listen { $value }`
hint-missing-port = write the port, such as `--listen { $value }8080`, or leave the colon out
error-ipv6-without-brackets = in `--listen { $value }` the port cannot be told from the address
hint-ipv6-without-brackets = put an IPv6 address in brackets: [::1]:8080
error-url-as-address = `--listen { $value }` is a URL, not an address
hint-url-as-address = write `--listen { $address }`
error-path-as-address = `--listen { $value }` is a path, not an address
hint-path-as-address = for a Unix socket, write `--listen unix:{ $value }`
error-socket-path-too-long = the path in `--listen { $value }` is too long for a Unix socket: { $bytes } bytes, and { $most } fit
hint-socket-path-too-long = choose a shorter path, or one that starts from the current folder
error-listen-twice = `--listen { $value }` is given twice, or another `--listen` includes it
hint-listen-twice = leave one of them out

## Starting.

error-port-in-use = cannot listen on { $address }: another program has this port
hint-port-in-use = stop that program (`ss -ltnp` shows which it is), or choose another port with `--listen`
error-port-not-permitted = cannot listen on { $address }: only the administrator may open port { $port }
hint-port-not-permitted = choose a port from 1024 up, such as 8080, or allow this one: `sudo setcap cap_net_bind_service=+ep "$(command -v hello)"`
error-address-not-available = cannot listen on { $address }: this computer has no such address
hint-address-not-available = `ip address` lists the addresses it has; 127.0.0.1 always works, 0.0.0.0 means all of them
error-name-not-resolved = cannot listen on { $name }: no address is known by this name
hint-name-not-resolved = check the spelling, or write the address itself, such as 127.0.0.1:8080
error-no-such-path = cannot serve `{ $path }`: there is no such file or folder
hint-no-such-path = check the spelling; a path that does not start with / is looked for in the current folder
error-path-is-a-port = cannot serve `{ $path }`: there is no such file or folder
hint-path-is-a-port = if it is the port, write `--listen { $path }`
error-path-is-help = cannot serve `{ $path }`: there is no such file or folder
hint-path-is-help = if you want help, write `hello --help`
error-path-unreadable = cannot serve `{ $path }`: this user may not read it
hint-path-unreadable = `ls -ld` shows who may; allow reading with `chmod`, or start hello as a user who may
error-path-not-servable = cannot serve `{ $path }`: it is neither a folder nor a regular file
hint-path-not-servable = name a folder or a regular file
error-socket-in-use = cannot listen on unix:{ $path }: another program listens there
hint-socket-in-use = stop that program, or choose another path
error-socket-path-exists = cannot listen on unix:{ $path }: something that is not a socket is there already
hint-socket-path-exists = choose another path, or move away what is there
error-socket-path-failed = cannot listen on unix:{ $path }: { $system }
hint-socket-path-failed = check that the folder exists and that this user may write to it
error-listen-failed = cannot listen on { $address }: { $system }
hint-listen-failed = try another address or port with `--listen`
error-runtime-failed = cannot start: the system gave no threads or descriptors: { $system }
hint-runtime-failed = look at the limits of this user with `ulimit -a` (processes, open files), and at free memory

## The full-screen view.

error-no-terminal = `--tui` needs a terminal, but standard input or output is not one
hint-no-terminal = start it in a terminal, without `|`, `<` or `>`; or leave out `--tui`, and hello prints lines
