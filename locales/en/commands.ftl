## The pages of single commands: `hello COMMAND --help`, `hello help COMMAND`.

option-dry-run = --dry-run
option-remove = --remove
option-phone = --phone

page-exit-codes = Exit codes:
page-help-about = show this page

page-doctor-purpose = hello doctor: finds out beforehand whether serving would work
page-doctor-usage = Usage: hello doctor [PATH | NAME=PATH]... [OPTIONS]
page-doctor-more = Write the command line of the server with `doctor` before it. What a start would do is tried: the folder is opened, the addresses are listened on for a moment, certificates and limits are looked at. What is wrong comes with what to do; nothing is served, and nothing is left behind.
page-doctor-example-1 = may it be read, is the port free, will it do?
page-doctor-example-2 = the same for https, open to the network
page-doctor-path = PATH
page-doctor-path-about = what would be served, as for `hello`
page-doctor-listen-about = where it would listen. All other options of serving may stand here, too: `hello --help`, `hello help files`, `hello help tls`, `hello help limits`
page-doctor-exit-0 = it would work, perhaps with warnings
page-doctor-exit-1 = it would not work: something has to be mended
page-doctor-exit-2 = the command line cannot be understood; standard error says why

page-compress-purpose = hello compress: lays compressed siblings beside the files of a folder
page-compress-usage = Usage: hello compress DIR [OPTIONS]
page-compress-more = Beside app.js come app.js.br, app.js.zst and app.js.gz, packed as small as it goes; clients that understand one of them get it in the place of the file. What would not get smaller is left out, what is there and fresh is not made again, and links are not followed.
page-compress-example-1 = what would be saved? Nothing is written
page-compress-example-2 = for a script: without a bar
page-compress-path = DIR
page-compress-path-about = the folder, or a single file
page-compress-dry-run-about = write nothing, only say what would be saved
page-compress-quiet-about = draw no bar while it works
page-compress-exit-0 = all of it is done
page-compress-exit-1 = some files could not be done; the lines say which and why
page-compress-exit-2 = nothing was done; standard error says why

page-trust-purpose = hello trust: makes this computer accept the certificates of --https
page-trust-usage = Usage: hello trust [--remove | --phone] [OPTIONS]
page-trust-more = The first time, an authority is made on this computer; its key stays here. The system, Chromium, Chrome and Firefox are told of it, as far as they are here. Where hello may not do it, the command that does is shown. `hello help not-trusted` tells more.
page-trust-example-1 = for the browsers of this computer
page-trust-example-2 = for a phone in the same network
page-trust-remove-about = take it back everywhere, and delete the authority
page-trust-phone-about = serve the certificate to phones, with a QR code that leads there and the steps to take
page-trust-listen-about = with --phone: where; otherwise the address of this computer in the network, port 7879 or the next that is free
page-trust-exit-0 = done
page-trust-exit-1 = something is left to do: the lines say what
page-trust-exit-2 = nothing was done; standard error says why

## What the system says; in English it says so itself.

system-not-found = No such file or directory
system-permission-denied = Permission denied
system-not-a-folder = Not a directory
system-is-a-folder = Is a directory
system-address-in-use = Address already in use
system-address-not-available = Cannot assign requested address
system-read-only = Read-only file system
system-storage-full = No space left on device
system-quota-exceeded = Disk quota exceeded
system-out-of-memory = Cannot allocate memory
system-broken-pipe = Broken pipe
system-name-not-known = Name or service not known
system-resolver-silent = Temporary failure in name resolution
system-name-without-address = No address associated with hostname

page-check-purpose = hello check: checks a file of settings, and everything it names
page-check-usage =
    Usage: hello check [FILE] [OPTIONS]
           hello check --against-traffic [OPTIONS]
page-check-more = The file is read as a start would read it, with those it includes; then every path, certificate and address in it is tried. All that is wrong is told at once, with its line. Nothing is served, and nothing is left behind. An address that somebody has is only mentioned: it may be a hello that runs already. With --against-traffic the server that runs is asked how its file, as it is now, would answer what it was asked last: every request that would be answered in another way is told, with the line that decides.
page-check-example-1 = the file in the current folder
page-check-example-2 = what would be answered in another way, before it is taken over
page-check-path = FILE
page-check-path-about = the file; otherwise the one after --config, otherwise hello.toml
page-check-against-traffic-about = ask a running server what its file on the disk would change: its last requests go the way of both settings. Nothing is applied
page-check-last-about = on so many requests at most (usually 1000, at most 4096)
page-check-json-about = with --against-traffic: one object, for programs
page-check-exit-0 = it can be used as it is; with --against-traffic: nothing would change
page-check-exit-1 = it says nothing wrong, but something that it names cannot be used; with --against-traffic: something would be answered in another way, or it cannot be told
page-check-exit-2 = something in it is wrong, or it cannot be read, or no server could be asked

page-config-purpose = hello config: shows every setting, and where it was said
page-config-usage = Usage: hello config [PATH | NAME=PATH]... [OPTIONS] [--json]
page-config-more = Write the command line of the server with `config` before it. What counts is shown as a file that could be read again: what was typed counts first, then HELLO_* variables (--head-timeout is HELLO_HEAD_TIMEOUT, the path is HELLO_SERVE), then the file, then what is usual. The keys are explained by `hello help keys`.
page-config-example-1 = what counts in this folder?
page-config-example-2 = the same for a program, with options
page-config-path = PATH
page-config-path-about = what would be served, as for `hello`; all its other options may stand here, too
page-config-json-about = one object for each key, for programs
page-config-exit-0 = it is shown
page-config-exit-1 = does not happen
page-config-exit-2 = the command line or the file is wrong; standard error says what
