## Who may come in: options, errors, pages and notices.

option-users = --users FILE
option-users-about = ask everybody for a name and a password from this file; `hello hash-password` makes its lines, and htpasswd -B does
option-realm = --realm TEXT
option-realm-about = what the password is asked for, as some browsers show it
option-allow = --allow NETWORK
option-allow-about = let in only these: an address (192.0.2.7), a network (192.0.2.0/24) or unix, for who comes through a Unix socket. May be repeated
option-deny = --deny NETWORK
option-deny-about = keep these out, whatever --allow says. May be repeated
option-link-key = --link-key FILE
option-link-key-about = let in only those with a link that was signed with the key in this file: `hello sign`. May be repeated: any of the keys will do
option-trusted-proxy = --trusted-proxy NETWORK
option-trusted-proxy-about = take the word of these about whose requests they pass on. May be repeated
option-client-field = --client-field x-forwarded-for|forwarded
option-client-field-about = the field in which they say it; otherwise x-forwarded-for
option-proxy-protocol = --proxy-protocol
option-proxy-protocol-about = expect every connection to begin with a header of the PROXY protocol (1 or 2) that tells the client's address

help-access = Who may come in:
help-access-more = Who is denied stays out; of all others, where some are allowed, those alone come in. Where several of --allow, --link-key and --users are given, each has to let a request pass. The files are looked at again when they change.

topics-access = Who may come in

error-bad-network = `{ $given }` is neither an address nor a network
hint-bad-network = write an address, such as 192.0.2.7 or 2001:db8::7; a network, such as 192.0.2.0/24; or unix
error-network-of-an-address = `{ $given }` is an address with the length of a network
hint-network-of-an-address = write { $network } for the network, or { $address } for the address alone
error-too-many-networks = `{ $given }` is one too many: there may be { $most }
hint-too-many-networks = write a network for several of them
error-too-many-client-names = `{ $given }` is one too many: there may be { $most }
hint-too-many-client-names = have an authority of their own issue their certificates, and name it in `client-ca`
error-bad-client-name = `{ $given }` is no name of a client
hint-bad-client-name = write each name in full, as it stands in the certificate: anna@example.com
error-bad-realm = `{ $given }` is nothing that every browser shows alike
hint-bad-realm = write up to 128 letters, digits and signs of ASCII, such as Staff

error-access-unreadable = cannot read { $path }: { $system }
hint-access-unreadable = check the path, and that this user may read it: `ls -l { $path }`
error-users-unusable = line { $line } of { $path } gives nobody a password
hint-users-unusable = write NAME and what `hello hash-password` prints, with a colon in between
why-user-not-text = it is not UTF-8
why-user-no-name = it has no name and no colon at its beginning
why-user-bad-name = its name is longer than 255 bytes, or has controls in it
why-user-name-twice = a line before it has the same name
why-user-weak-hash = its hash is { $kind }, which is guessed too quickly or is not known here; make it anew with argon2id or bcrypt
why-user-no-hash = what follows the name is no hash; if it is the password itself, choose another one now
why-user-bad-hash = its hash is cut off or changed
why-user-costly-hash = its hash takes more time or memory than a server should give to one: at most 64 MiB and 10 passes for argon2id, cost 14 for bcrypt
why-user-too-many = there are more than 10 000 lines
error-link-key-too-short = what is in { $path } is too short for a key
hint-link-key-too-short = make a key: `head -c 32 /dev/urandom | base64 > { $path }`
error-too-many-link-keys = { $path } is one key too many: there may be eight
hint-too-many-link-keys = leave out those whose links have all ended
error-no-randomness = the system has no randomness for { $path }
hint-no-randomness = look whether /dev/urandom is there; a sandbox may have taken it away

help-bad-network-title = neither an address nor a network
help-bad-network =
    `--allow`, `--deny` and `--trusted-proxy` take an address of IPv4 or IPv6, a network with its length in bits, or the word unix for whoever comes through a Unix socket and has no address. Names are not looked up: what a name means can be changed by others.

      hello --allow 192.0.2.7 --allow 2001:db8::/32 --allow unix
help-network-of-an-address-title = an address with the length of a network
help-network-of-an-address =
    192.0.2.7/24 may mean the address 192.0.2.7, or the network 192.0.2.0/24 that it is in. For who may come in that makes a difference, so hello does not guess.
help-too-many-networks-title = too many networks
help-too-many-networks =
    Each request is compared with the networks of a list, of which there may be 1024. Networks side by side can often be written as one; whole countries are better kept out by a firewall.
help-too-many-client-names-title = too many names of clients
help-too-many-client-names =
    The names of whoever comes are compared with those of `client-name`, of which there may be 1024. So many people are better told apart by who issued their certificates: an authority for them alone, named in the `client-ca` of the site, and `client-cert = true`.
help-bad-client-name-title = what is no name of a client
help-bad-client-name =
    `client-name` lists the names that certificates of clients are for: the common name, a host, a mail address or a URI. Each is compared in full, so a star stands for nothing.

    What a certificate is for:
      openssl x509 -noout -subject -ext subjectAltName -in FILE
help-bad-realm-title = no name to ask a password for
help-bad-realm =
    The realm is sent to browsers in a field of the answer. Letters beyond ASCII are understood there by some and not by others, so hello takes none.
help-access-unreadable-title = a file that says who may come in cannot be read
help-access-unreadable =
    `--users FILE` has the names and hashes of those who have a password, `--link-key FILE` the key that links are signed with. Both are read at the start, and again when they change. A file of users may have 4 MiB, one with a key 4 KiB. The system's own words stand in the message.

    How to mend it:
    - Check the path: it counts from the folder that hello is started in.
    - Let the user who runs hello read the file, and nobody else: `chmod 600 FILE`.

    A file that can no longer be read while hello runs changes nothing: what it said before goes on to count, and that is told.
help-users-unusable-title = a line of the file of users gives nobody a password
help-users-unusable =
    Each line of the file of `--users` is a name, a colon and a hash. Empty lines and those that begin with # say nothing, nor does what follows a second colon.

      hello hash-password anna >> users.htpasswd
      htpasswd -B users.htpasswd anna

    Hashes may be argon2id, as `hello hash-password` makes them, or bcrypt (htpasswd -B). MD5, SHA-1, SHA-2 and crypt are refused: whoever gets hold of such a file has the passwords soon after. They cannot be converted; everybody needs a new line, made of the password.

    Nothing of the line is shown, for it may be a password.
help-link-key-too-short-title = a key for links is too short
help-link-key-too-short =
    Whoever can guess the key of `--link-key` can sign links. It has to have 16 bytes, without spaces and line ends around; 32 random ones are better:

      head -c 32 /dev/urandom | base64 > links.key
      chmod 600 links.key
help-too-many-link-keys-title = too many keys for links
help-too-many-link-keys =
    Several keys let old links go on while new ones are signed with another key. Each link is compared with each of them, so there may be eight.
help-no-randomness-title = the system has no randomness
help-no-randomness =
    Passwords that were found right are remembered under a key that is made anew at each start, and the system did not give one. That happens in sandboxes without the system call getrandom and without /dev/urandom.

status-401 = A name and a password, please
reason-address-denied-title = Not from there
reason-address-denied = This server does not answer to your address. If you think it should, ask whoever runs it.
reason-address-not-allowed-title = Not from there
reason-address-not-allowed = This server answers to certain addresses only, and yours is none of them. If you think it should be, ask whoever runs it.
reason-client-cert-missing-title = For those who have a certificate
reason-client-cert-missing = This is for those who have a certificate for it, and your browser has shown none. If you have one, see that it is installed, and open the page anew.
reason-client-not-allowed-title = For others
reason-client-not-allowed = Your certificate is good, but what is here is for others. If you think it should be for you, ask whoever runs this server.
reason-link-unsigned-title = For those who have a link
reason-link-unsigned = This is for those who were given a link to it. Open the whole link, with all that follows the question mark.
reason-link-wrong-title = This link is not right
reason-link-wrong = Something about this link was changed or lost on the way. Open it once more as it was given to you, or ask for a new one.
reason-link-expired-title = This link has ended
reason-link-expired = The link was good for a while, and that is over. Ask whoever gave it to you for a new one.
reason-password-missing = This is for those who have a name and a password here. Load the page again to be asked for them.
reason-password-wrong-title = That was not right
reason-password-wrong = The name or the password is another one. Load the page again to be asked once more.
reason-too-many-guesses-title = Too many tries
reason-too-many-guesses = Too many passwords were tried from your address. Wait a minute, and try again then.
reason-passwords-queue = Too many people are logging in at this moment. Try again in a few seconds.
status-401-text = This is for those who have a name and a password here.

request-of = { $path } ← { $client }
remark-address-denied = this address is denied
remark-address-not-allowed = this address is not allowed
remark-client-cert-missing = without a certificate
remark-client-not-allowed = a certificate for another name
remark-link-unsigned = without a signed link
remark-link-wrong = the link was changed
remark-link-expired = the link has ended
remark-password-missing = asked for a password
remark-password-wrong = wrong name or password
remark-too-many-guesses = too many tries
remark-passwords-queue = too many passwords at once

notice-access-renewed = { $path } has changed, and counts from now on
notice-access-kept = the new { $path } cannot be used ({ $what }); the old one stays. More: `hello help { $error }`
notice-access-kept-line = line { $line } of the new { $path } cannot be used ({ $what }); the old file stays. More: `hello help { $error }`

doctor-on-access = access
doctor-access = { $files ->
    [one] { $files } file that says who may come in can be used
   *[other] { $files } files that say who may come in can be used
 }

command-hash-password = hash-password [NAME]
command-hash-password-about = make a line for a file of --users; the password is typed unseen, or read from standard input
command-sign = sign URL
command-sign-about = sign a link that is good for a while, for --link-key: `hello sign URL --for 1h --link-key FILE`
option-for = --for TIME
option-for-about = for how long, such as 30s, 10m or 7d

page-hash-password-purpose = hello hash-password: makes a line for a file of --users
page-hash-password-usage = Usage: hello hash-password [NAME]
page-hash-password-more = The password is typed at the terminal, twice and unseen, or is the first line of standard input. It is never an argument: those can be seen by everybody on the machine. What is printed is its hash, argon2id with 19 MiB, and before it the name and a colon.
page-hash-password-example-1 = asks for the password, and adds the line to a file
page-hash-password-example-2 = takes it from a password manager
page-hash-password-path = NAME
page-hash-password-path-about = whose password it is; without it the hash alone is printed
page-hash-password-exit-0 = the line was printed
page-hash-password-exit-2 = it was not; standard error says why
password-ask = Password:{" "}
password-again = The same once more:{" "}
password-differs = These were two different ones; once more from the start.

page-sign-purpose = hello sign: signs a link that is good for a while
page-sign-usage = Usage: hello sign URL [--for TIME] --link-key FILE
page-sign-more = Printed is the same address with two more parameters, the end of its time and a code over all of it. Whoever has the link comes in, and nothing about it can be changed. Scheme and host are not signed: a key is for one site.
page-sign-example-1 = good for a week
page-sign-example-2 = for an hour
page-sign-path = URL
page-sign-path-about = the address, or its path; in quotes, for a shell makes something else of & and ?
page-sign-for-about = how long it is good, such as 30m or 7d; otherwise 1h
page-sign-link-key-about = the file with the key, the one that the server has
page-sign-exit-0 = the link was printed
page-sign-exit-2 = it was not; standard error says why

error-missing-link = sign which link?
hint-missing-link = write `hello sign https://example.com/a.pdf --for 1h --link-key links.key`
error-missing-link-key = sign it with which key?
hint-missing-link-key = add `--link-key FILE`, the file that the server has
error-bad-link = `{ $value }` is no address that could be signed
hint-bad-link = write all of it, such as https://example.com/a.pdf, or its path, such as /a.pdf
error-bad-user-name = `{ $value }` cannot be a name in a file of users
hint-bad-user-name = choose one of at most 255 bytes without a colon, and without # at its beginning
error-bad-password = there is no password
hint-bad-password = type one, twice the same; or give it to standard input: at most 512 bytes of UTF-8, without tabs and other controls

help-missing-link-title = sign: which link?
help-missing-link =
    `hello sign` prints an address that is good for a while; it has to know which.

      hello sign https://example.com/a.pdf --for 7d --link-key links.key
help-missing-link-key-title = sign: with which key?
help-missing-link-key =
    A link is good if it was signed with the key that the server has: what is in the file of its `--link-key`. The key is never an argument, for those can be seen by everybody on the machine.

      head -c 32 /dev/urandom | base64 > links.key
      hello sign /a.pdf --for 1h --link-key links.key
help-bad-link-title = nothing that could be signed
help-bad-link =
    What is signed is the path and the query of an address. So it begins with http:// or https:// and a host, or with the slash of the path.
help-bad-user-name-title = no name for a file of users
help-bad-user-name =
    In a file of users a colon ends the name, and a line that begins with # says nothing. Names have at most 255 bytes and no controls; letters of every language will do.
help-bad-password-title = there is no password
help-bad-password =
    The password is what was typed at the terminal, or the first line of standard input. It must not be empty, and has at most 512 bytes of UTF-8; controls, such as tabs, cannot be sent by browsers.

ending-proxy-failed = closed by us: { $what }
ending-proxy-failed-kind = closed by us: no PROXY header
proxy-no-header = no header of the PROXY protocol came, and one is asked for (--proxy-protocol)
proxy-too-long = the header of the PROXY protocol is too long
proxy-unknown-version = the header of the PROXY protocol has a version that is not known here
proxy-unknown-command = the header of the PROXY protocol has a command that is not known here
proxy-unknown-family = the header of the PROXY protocol has a kind of address that there is not
proxy-malformed = the header of the PROXY protocol is damaged
proxy-left = the proxy left in the middle of its header
proxy-timeout = the header of the PROXY protocol did not come in time
proxy-untrusted = nobody here trusts this address to speak for others (--trusted-proxy)

explain-guard-address = address
explain-guard-certificate = certificate of the client
explain-guard-signature = signed link
explain-guard-password = password
explain-guard-detour = who may come where the rules lead
