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
