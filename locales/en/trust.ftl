## The local authority: `--https`, `hello trust`, and what can be wrong.

option-https = --https
option-https-about = speak TLS (https) with a certificate made for this computer; `hello trust` makes browsers here accept it
option-remove-about = undo it, and delete the local authority
option-phone-about = hand the certificate to a phone on the network, by a QR code
command-trust = trust
command-trust-about = make this computer and its browsers accept the certificates of --https; `--remove` undoes it, `--phone` brings a phone to accept them too
help-example-https = the same as https, with a certificate made here

trust-made = made { $name }, kept in { $folder }
trust-found = { $name }, kept in { $folder }
trust-forgotten = taking away { $name }, kept in { $folder }; the next `hello --https` makes another
trust-unknown = what is kept in { $folder } is no authority of ours any more, so its name in the stores is not known; they show it as "hello local authority"
trust-none = there is no local authority in { $folder }
trust-system = the system
trust-chromium = Chromium and Chrome
trust-firefox = Firefox
trust-windows = Windows
trust-done-add = { $place }: added
trust-done-remove = { $place }: removed
trust-already-add = { $place }: has it already
trust-already-remove = { $place }: did not have it
trust-no-store = { $place }: no store found, nothing to do
trust-by-hand-add = { $place }: not added; this command does it:
trust-by-hand-remove = { $place }: not removed; this command does it:
trust-no-tool = { $place }: not changed, for there is no `{ $tool }` here; once it is installed, repeat the command
trust-failed = { $place }: not changed: { $said }
trust-kept = the authority stays in { $path } until all of it is taken back; then repeat the command
trust-deleted = deleted { $path }
trust-restart = browsers that are open notice it once they are started again
trust-all-done = done; phones: `hello trust --phone`
trust-removed = done
trust-left = something is left to do: see above

doctor-on-authority = authority
doctor-authority = the local authority vouches for this computer, and is accepted here
doctor-authority-none = no local authority yet: the first start makes one; browsers warn until `hello trust` (hello help not-trusted)
doctor-authority-not-trusted = the local authority vouches for this computer; browsers warn until `hello trust` (hello help not-trusted)

error-authority-unwritable = the local authority cannot be kept in { $path }: { $system }
hint-authority-unwritable = let this user write there, or name another place: `XDG_DATA_HOME=/some/folder hello --https`
error-authority-unreadable = the local authority { $path } cannot be read: { $system }
hint-authority-unreadable = see what is in the way: `ls -ld { $path }`
error-authority-exposed = the local authority is not safe: others may read or exchange { $path } ({ $mode })
hint-authority-exposed = if nobody else was at this computer: `{ $fix }`; else make another: `hello trust --remove`, then `hello trust`
error-authority-foreign = the local authority is not ours: { $path } belongs to { $owner }
hint-authority-foreign = start hello as { $owner }, or name another place: `XDG_DATA_HOME=/some/folder hello --https`
error-authority-broken = { $path } is not the local authority that hello made: damaged, or exchanged
hint-authority-broken = make another: `hello trust --remove`, then `hello trust`
error-authority-expired = the local authority { $path } has expired on { $date }
hint-authority-expired = make another: `hello trust --remove`, then `hello trust`; look whether the clock is right: `date`
error-no-network = a phone cannot reach this computer: it has no address in a network
hint-no-network = connect it to the network of the phone, or name an address: `hello trust --phone --listen 192.168.1.20:7879`

topics-authority = The local authority (--https):
help-not-trusted-title = browsers do not accept the certificate of --https yet
help-not-trusted =
    With `--https`, hello makes an authority on this computer, once, and has it issue certificates for the names and addresses of this computer. Nobody knows that authority, so browsers warn, and curl refuses, until they are told of it:
      hello trust

    That puts the authority's certificate (not its key) into the system's store, for curl and programs, and into those of Chromium, Chrome and Firefox. It says for each what it did; where it may not or cannot, it says the command.

    - Firefox and Chromium are reached by `certutil`, in the package libnss3-tools (Fedora: nss-tools, Arch: nss).
    - A browser that is open has to be started again.
    - A phone: `hello trust --phone`, and point its camera at the picture.
    - In a container or on another computer: the certificate is { $authority }/authority.crt
    - For one command, without any store:
      curl --cacert { $authority }/authority.crt https://localhost:7878
    - To undo all of it: `hello trust --remove`

    What the key is worth: whoever gets it can pretend to be localhost, a name that ends in .test, .local, .internal or .home.arpa, an address of a private network, or this computer. Nothing else: the certificate says so, and browsers heed it. The key is for its owner's eyes alone and never leaves its folder.
help-authority-unwritable-title = the local authority cannot be kept
help-authority-unwritable =
    `--https` makes an authority once and keeps it, or every start would need to be trusted anew. It is kept in the folder hello in `$XDG_DATA_HOME`, otherwise in ~/.local/share; for the administrator, in /var/lib.

    How to mend it:
    - Let the user who runs hello write there.
    - In a systemd service:
      StateDirectory=hello
      Environment=XDG_DATA_HOME=/var/lib
    - In a container, mount a volume there, or it is gone with the container.
    - On a disk that is read-only, name another folder: `XDG_DATA_HOME=/some/folder hello --https`
help-authority-unreadable-title = the local authority cannot be read
help-authority-unreadable =
    There is a local authority, and the system does not let hello read it: rights, a sandbox, or the disk.

    To see:
      ls -ld { $authority }; ls -l { $authority }

    - If it belongs to somebody else, start hello as that user.
    - In a systemd service with ProtectHome=, keep it elsewhere: `Environment=XDG_DATA_HOME=/var/lib` and `StateDirectory=hello`
help-authority-exposed-title = others could have read the key of the local authority
help-authority-exposed =
    Whoever has the key can pretend to be this computer towards every browser that trusts the authority. So hello uses it only if nobody but its owner may read it (0600), and nobody else may exchange it (the folder: 0700).

    - If nobody else could have been there, close it: hello says the command.
    - Otherwise make another one, and the old one is worth nothing:
      hello trust --remove
      hello trust
    - Phones that were told of the old one: take it out of their settings.
help-authority-foreign-title = the local authority belongs to another user
help-authority-foreign =
    A key that somebody else can exchange is not ours to trust. This happens when hello runs as one user and finds the home of another, as with `sudo -E`, or `docker run --user`.

    How to mend it:
    - Start hello as the owner of the folder.
    - For a low port, without sudo: `hello help port-not-permitted`
    - Or keep one of its own for this user: `XDG_DATA_HOME=/some/folder hello --https`
help-authority-broken-title = what is kept is not the local authority
help-authority-broken =
    The file must hold the key and the certificate that hello made for it, with the limits on names in it. It does not: it was cut off, edited, or exchanged for another.

    hello does not go on with an authority whose certificate sets no limits: its key would be worth too much. To bring one of your own (mkcert, a company's), use a certificate from it: `--cert FILE --key FILE`.

    Make another one:
      hello trust --remove
      hello trust
help-authority-expired-title = the local authority is not valid any more
help-authority-expired =
    It was made for ten years. If it is younger, the clock is wrong.

    - Look at the clock: `date`
    - Make another one, and tell browsers and phones of it:
      hello trust --remove
      hello trust
help-no-network-title = there is no network for a phone to come through
help-no-network =
    `hello trust --phone` hands the authority's certificate to a phone over plain HTTP, at an address of this computer that the phone can reach: both have to be in the same network. This computer has none but loopback.

    - Connect it to the network of the phone; the phone's own hotspot will do.
    - In a container or in WSL, the address of the computer around it counts: serve there, or name an address:
      hello trust --phone --listen 0.0.0.0:7879
