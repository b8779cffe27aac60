## `hello help KEY`: what an error means, how to find out more, and every way to mend it.
## A line that begins with two spaces is a command; one that begins with a hyphen, an item.

topics-about =
    Every error hello can tell of has a key. `hello help KEY` explains it: what it means, how to find out more, how to mend it. `hello help limits` lists limits and deadlines, `hello --help` the options, `hello help files` tells what else concerns a folder, `hello help tls` what else concerns https, and `hello doctor` checks beforehand what it can.
topics-listening = Where to listen:
topics-serving = What to serve:
topics-certificates = Certificates (https):
topics-running = While it runs:
topics-command-line = The command line:
topics-values = Values of options:

help-of-limit =
    --{ $option } { $example }

    { $about } (from { $least } to { $most })

    - Why: { $reason }
    - At the limit: { $consequence }

## Where to listen.

help-port-in-use-title = another program has the port
help-port-in-use =
    Only one program can listen on an address and port at a time. hello does not push another one out, and does not share with it: you would never know which of the two answers.

    hello tells which process has the port, its user, and its service or container, as far as it may look. It may look at the processes of its own user, and at all of them as administrator. For others, ask yourself (with the port instead of 7878):
      sudo ss -ltnp 'sport = :7878'

    How to mend it:
    - Is it an earlier hello that you forgot? Stop it with Ctrl-C in its terminal, or `kill` and its number.
    - Take the next free port, whichever that is: `hello --next-port`
    - Choose a port yourself: `hello --listen 8081`. With port 0 the system chooses.
    - Stop the other program. A service comes back after `kill`; stop it with `sudo systemctl stop NAME`. If it is systemd itself that listens, `systemctl list-sockets` tells for whom. For docker-proxy, `docker ps --filter publish=7878` tells the container.
    - "localhost" means 127.0.0.1 and [::1]. If only one of them is taken, listen on the other one alone.
help-reload-title = settings that were read anew cannot be used
help-reload =
    On SIGHUP hello reads hello.toml anew. What it finds is checked first: if there is a mistake, nothing changes, and the server goes on with what it has. The mistake is told where hello's own messages go.

    How to mend it:
      hello check            says what is wrong, and where
      kill -HUP PID          has the file read again
      hello --watch          reads it again whenever it changes

help-no-free-port-title = with --next-port: a hundred ports in a row are taken
help-no-free-port =
    With `--next-port`, hello tries the port you named and up to a hundred after it. All of them were taken. That is unusual; something may be starting servers in a circle.

    To see what listens here:
      ss -ltn

    How to mend it:
    - Begin elsewhere: `hello --next-port --listen 9000`
    - Let the system choose: `hello --listen 127.0.0.1:0`
help-port-not-permitted-title = this user may not open this port
help-port-not-permitted =
    Linux keeps the ports below 1024 for the administrator, so that no ordinary user can pose as the mail or web server of a machine. Port 80 is one of them.

    From which port on everybody may:
      sysctl net.ipv4.ip_unprivileged_port_start

    How to mend it:
    - Use a higher port, such as 8080. For trying things out that is best.
    - Allow it to this program (again after each update of the file):
      sudo setcap cap_net_bind_service=+ep { $program }
    - Allow it to everybody on this machine, until the next start:
      sudo sysctl net.ipv4.ip_unprivileged_port_start=80
    - In a systemd service, keep its own user and add one line below its `[Service]`:
      AmbientCapabilities=CAP_NET_BIND_SERVICE
    - In a container, listen on 8080 and publish that as 80, or lower the limit in there:
      docker run -p 80:8080 …
      docker run --sysctl net.ipv4.ip_unprivileged_port_start=0 …
    - Do not run the whole server as administrator for this.

    If the port is free to everybody and is refused all the same, a security module forbids it. SELinux lets web servers listen on listed ports only: `sudo semanage port -l | grep http_port_t`. The log tells: `sudo journalctl -b -g denied`
help-address-not-available-title = this computer has no such address
help-address-not-available =
    One can listen only on addresses that this computer has itself. The address of a router, of a cloud's front door, or one this machine had yesterday, is not among them.

    The addresses it has:
      ip address

    How to mend it:
    - For this computer alone: 127.0.0.1, or `localhost` for both families.
    - For every network it is in: 0.0.0.0 (IPv4) or [::] (IPv6).
    - Behind a router or in a cloud, listen on 0.0.0.0; the outer address is translated on the way.
    - If the address comes later (a VPN, a service that starts before the network), start hello after it: `After=network-online.target` in the service.
help-name-not-resolved-title = no address is known by this name
help-name-not-resolved =
    A name after `--listen` is looked up once, at the start: in /etc/hosts, then by the name servers of this machine. Neither knows it.

    To ask yourself:
      getent ahosts NAME

    How to mend it:
    - Check the spelling.
    - Write the address itself: `--listen 192.168.1.5:8080`
    - Add the name to /etc/hosts.
    - To be reached by a name one need not listen on it: listen on 0.0.0.0, and let the name lead to this machine.
help-listen-failed-title = the system refuses to listen there
help-listen-failed =
    The system gave a reason that hello has no better words for; it stands in the message.

    Frequent ones:
    - "Address family not supported": this machine has no IPv6. Use an IPv4 address.
    - "Invalid argument": an IPv6 address that counts on one link only (fe80::…).

    How to mend it: try another address with `--listen`. `hello doctor --listen ADDRESS` tries it without serving.
help-socket-in-use-title = another program listens on this Unix socket
help-socket-in-use =
    Somebody answers at this path, so the socket's file is alive. A file that was left behind by a program that is gone is replaced without a word.

    Who it is:
      sudo ss -lxp src PATH

    How to mend it: stop that program, or choose another path with `--listen unix:PATH`.
help-socket-path-exists-title = something that is not a socket is at this path
help-socket-path-exists =
    hello makes a file of its own at the path of a Unix socket. There is one already that is no socket, and hello never deletes what it did not make.

    To see what it is:
      ls -ld PATH

    How to mend it: choose another path, or move that file away.
help-socket-path-failed-title = the socket's file cannot be made
help-socket-path-failed =
    The file of a Unix socket is made in a folder that has to exist, and that this user has to be allowed to write to.

    To see it:
      ls -ld "$(dirname PATH)"

    How to mend it:
    - Make the folder: `mkdir -p`
    - In a systemd service, ask for one: `RuntimeDirectory=hello`, then `--listen unix:/run/hello/hello.sock`
    - Choose a folder of your own, such as $XDG_RUNTIME_DIR.

## What to serve.

help-no-such-path-title = there is no such file or folder
help-no-such-path =
    hello looked for the path and found nothing by that name. A path that does not start with / is looked for in the folder hello was started in. If a name nearby is alike, hello offers it.

    Where you are, and what is there:
      pwd; ls

    How to mend it:
    - Check the spelling; capitals count.
    - If the folder is made by a build, build first.
    - In a systemd service, write the whole path, or set `WorkingDirectory=`. With `ProtectHome=tmpfs` or `PrivateTmp=yes` a service sees neither your home nor your /tmp.
    - In a container, only what was mounted into it is there: `docker run -v "$PWD/dist:/srv:ro" …`
    - `hello 8080` would serve a folder named 8080. For the port, write `hello --listen 8080`.
help-path-unreadable-title = this user may not read the folder or file
help-path-unreadable =
    To read a file, one has to be allowed to enter (x) every folder on the way to it, and to read (r) the file. To serve a folder, one has to be allowed both there. hello names the first part that keeps it out, its permissions, owner and group, and the user it runs as.

    Every part of the way at once:
      namei -l PATH

    How to mend it:
    - Let others enter and read: `chmod o+rx FOLDER`. A home is often closed (drwx------); rather than open it, move the site to /srv or /var/www.
    - Or give hello's user alone the right: `setfacl -m u:USER:rx FOLDER`
    - Or start hello as the user who owns the files.

    If the permissions would allow it, something else forbids it:
    - A systemd sandbox (ProtectHome=, InaccessiblePaths=): `systemctl cat NAME` shows it.
    - A folder mounted by a user (sshfs and the like) is closed even to the administrator: `-o allow_other`
    - On a network folder (NFS) the administrator counts as nobody.
    - SELinux wants files labelled for web servers: `restorecon -R FOLDER`, or `chcon -R -t httpd_sys_content_t FOLDER`. `ls -Z` shows labels.
    - AppArmor: `sudo aa-status` lists the profiles.
help-path-not-servable-title = it is neither a folder nor a regular file
help-path-not-servable =
    hello serves folders and regular files. What is at this path is a device, a pipe or a socket, whose content has neither a length nor a beginning one could come back to.

    To see what it is:
      stat PATH

    How to mend it: write its content to a file and serve that.

## While it runs.

help-too-many-connections-title = as many connections as there may be
help-too-many-connections =
    Each connection takes a descriptor and some memory, so their number is limited: by `--max-connections`, or else by what the limit of open files leaves room for. At the limit, the connections that have been idle longest are closed to make room; only when all are busy, new ones are answered 503.

    How many there may be:
      hello doctor

    How to mend it:
    - Nothing, if it passes: browsers open connections again when they need them.
    - Allow more open files, see `hello help too-many-open-files`, or a higher `--max-connections`.
    - Let idle ones go sooner: `--idle-timeout 15s`
    - If one address makes most of them, it may be an attack, or a monitor gone wild.
help-too-many-open-files-title = the limit of open files is reached
help-too-many-open-files =
    Every connection and every file that is being sent is an open file to the system, and each process may have only so many. hello raises its own limit as far as it may when it starts, and keeps a few in reserve; so this means that the limit is very low, or that the whole machine has run out.

    The limits: of this shell, the highest it may ask for, of the machine, and how many it uses:
      ulimit -n; ulimit -Hn; cat /proc/sys/fs/file-max /proc/sys/fs/file-nr

    How to mend it:
    - In the shell that starts hello: `ulimit -n 65536`
    - In a systemd service: `LimitNOFILE=65536`
    - In a container: `docker run --ulimit nofile=65536 …`
    - For a user, for good: a line `USER hard nofile 65536` in /etc/security/limits.conf
    - Take fewer: `--max-connections`, `--open-files-max`
help-memory-limit-title = there is not enough memory, or there may not be
help-memory-limit =
    A service or container may have only so much memory, and what exceeds it is killed by the kernel, without a word from hello. So hello says at the start if the files alone, which it keeps in memory while there is room (`--memory-bytes-max`), could take more than half of the limit.

    The limit, and whether the kernel killed something for it:
      systemctl show NAME -p MemoryMax
      sudo journalctl -k -g 'oom|killed process'

    How to mend it:
    - Take less: `--memory-bytes-max 8MiB`, `--max-connections 1000`
    - Allow more: `MemoryMax=256M` in the service, `docker run --memory 256m …`
    - `ulimit -v` counts addresses, not memory; threads reserve many and use few. Leave it unlimited and limit the service.
help-clients-forgotten-title = more clients than a limit remembers
help-clients-forgotten =
    A `--rate-limit` remembers so many clients and no more, so that no flood of addresses can fill the memory. Who has all of their budget back is forgotten first. Now there were more who have spent theirs: those stay remembered and refused, and who is new passes and is not counted. Nobody is refused who has not asked.

    How to mend it: remember more, at 16 bytes each: `--remembered-clients-max 1000000`. If so many addresses are one attacker's, a rate for each of them stops little: what helps stands before the server.
help-disk-full-title = the disk is full
help-disk-full =
    hello writes nothing but its lines, to standard output; where that is a file, its disk is full, or the share (quota) of its user is used up. Serving goes on. Lines that cannot be written are counted, and the count is written when there is room again.

    Which disk, and what fills it:
      df -h; df -i
      du -xh --max-depth=2 / | sort -h | tail

    How to mend it:
    - Make room. A deleted file that a program still has open holds its room: `sudo lsof +L1`
    - Let a journal look after the size: start hello as a service, whose lines systemd keeps within bounds.
    - Write less: `--quiet`
help-cannot-print-title = standard output cannot be written
help-cannot-print =
    The system refuses what hello writes to standard output, with the reason in the message. Serving goes on, and what is not shown is counted.

    Where it leads (with the number of the process):
      ls -l /proc/PID/fd/1

    How to mend it:
    - If it leads to a disk or a network folder that is gone, bring that back, or start hello with its output elsewhere.
    - If the lines are not wanted: `--quiet`
help-accept-fails-title = the system gives no more connections
help-accept-fails =
    Somebody wants to connect, and the system refuses to hand the connection over, for the reason in the message. hello lets idle connections and open files go, waits a moment and tries again. Once it works again, a line says so.

    How to mend it:
    - "Too many open files": see `hello help too-many-open-files`
    - "No buffer space available", "Cannot allocate memory": see `hello help memory-limit`
    - "Operation not permitted": a sandbox or firewall. `sudo journalctl -b -g denied` may tell.
help-no-terminal-title = there is no terminal for --tui
help-no-terminal =
    The full-screen view draws on a terminal and is moved about with keys. So both standard input and standard output have to be one. In a pipe, in a service or with `nohup` they are not, nor in a container that was started without `-it`.

    In a container:
      docker run -it …
    Over ssh:
      ssh -t HOST hello --tui
    Without a terminal, hello prints lines, or objects for programs with `--log json`.

help-runtime-failed-title = the system gives no threads
help-runtime-failed =
    hello needs a thread for each core and a few more. The system gave none, or refused something else without which no server runs; its reason is in the message.

    The limits of this user (processes include threads), and of the service:
      ulimit -u
      systemctl show NAME -p TasksMax

    How to mend it:
    - Raise the limit: `ulimit -u`, `TasksMax=` in the service, `--pids-limit` of a container.
    - Stop what runs wild: `ps -eLf | wc -l` counts threads.
    - If memory is short, see `hello help memory-limit`.

## The command line.

help-unknown-option-title = there is no such option
help-unknown-option =
    Options begin with two hyphens and are written in small letters: `--listen`. Short ones, such as `-q`, have one hyphen and one letter.

    How to mend it:
    - `hello --help` lists the options, `hello help limits` the limits and deadlines.
    - For a path that begins with a hyphen, write `./-name`, or `hello -- -name`.
    - What other servers call -p, -l or --port is `--listen` here.
help-missing-value-title = an option lacks its value
help-missing-value =
    This option means something only with a value. If the next word begins with two hyphens, it is taken for the next option.

    How to mend it: write the value after a space or an equals sign: `--listen 8080`, `--listen=8080`. `hello help listen` explains an option.
help-unexpected-value-title = an option takes no value
help-unexpected-value =
    This option is a switch: it is there or it is not. `--quiet=no` would be read as yes, so it is refused.

    How to mend it: write the option alone, or leave it out.
help-option-twice-title = an option is given twice
help-option-twice =
    Only `--listen` may be repeated, for hello can listen on several addresses. Of any other option given twice, one would be ignored, and which one is a guess.

    How to mend it: keep the one that should count. It may stand in a script or a shell's alias: `type hello` shows that.
help-second-path-title = there is a second path without a name
help-second-path = 
    hello serves one folder or file at /. Any others need names, which tell where they are found.

    How to mend it:
    - Name the others: `hello ./site docs=./docs app=./dist` serves ./site at /, ./docs at /docs/ and ./dist at /app/.
    - A path with spaces needs quotes: `hello "my site"`
    - A pattern such as *.html becomes many words; name the folder instead.
help-no-such-command-title = a word that is a command of other tools
help-no-such-command =
    `serve`, `start`, `run` and `server` are no commands of hello: it serves what it is told without any. So the word was taken for a path, and what follows it for a second one.

    How to mend it: leave the word out, `hello ./dist`. A folder of that name is written `hello ./serve`; beside another one it needs a name: `hello ./dist serve=./serve`.
help-empty-path-title = the path is empty
help-empty-path =
    An empty word stands where the path would be, often from a variable that is not set: `hello "$DIR"`.

    How to mend it: `.` is the current folder; without any path, hello serves its built-in site.
help-options-exclude-title = two options cannot both count
help-options-exclude =
    `--share` lets every network in, and `--listen` with an address says something else. `--list` lists folders, `--no-list` does not. A QR code (`--qr`) stands among lines for people: `--tui` has the whole screen, `--quiet` and `--log json` print no such lines.

    How to mend it: leave one of the two out. To share at another port, write the port alone: `--share --listen 8080`. For one network only, name the address without `--share`: `--listen 192.168.1.5:8080`. With `--qr` they are drawn as well.
help-extra-word-title = a command has a word too many
help-extra-word =
    `hello help` and `hello completions` take one word at most, `hello man` none.

    How to mend it: leave the rest out. If a folder has the name of a command, write its path: `hello ./help`.
help-missing-shell-title = completions: for which shell?
help-missing-shell =
    Each shell has its own language for completions.

    Which one you use:
      echo "$SHELL"

    How to mend it, and where to put the result:
      hello completions bash > ~/.local/share/bash-completion/completions/hello
      hello completions zsh > ~/.zfunc/_hello
      hello completions fish > ~/.config/fish/completions/hello.fish
help-unknown-shell-title = completions: this shell is not known
help-unknown-shell =
    There are completions for bash, zsh and fish.

    How to mend it: most other shells can read those of bash, so try `hello completions bash`.
help-unknown-topic-title = there is no help by this name
help-unknown-topic =
    `hello help` knows the errors by the names it lists, and the options by theirs: `hello help listen`.

    How to mend it: `hello help` lists every error, `hello --help` the options, `hello help limits` the limits and deadlines.
help-unclear-arguments-title = the options cannot be understood
help-unclear-arguments =
    Something is wrong with the command line that hello has no better words for.

    How to mend it: begin with `hello` alone and add one option after the other; `hello --help` shows how they are written.

## Values of options.

help-duration-without-unit-title = a time without a unit
help-duration-without-unit =
    `10` may be seconds to one and milliseconds to another, so a time has a unit: `10s`, `500ms`, `2m` (minutes), `1h`.

    How to mend it: write the unit right after the number.
help-bad-duration-title = a time that cannot be read
help-bad-duration =
    A time is a whole number and one unit: `500ms`, `10s`, `2m` or `1h`. There are no fractions (write `1500ms` for one and a half seconds), no sums (`90s`, not `1m30s`), and the letters are small.

    How to mend it: write it so; `hello help OPTION` tells the default and the bounds.
help-bad-size-title = a size that cannot be read
help-bad-size =
    A size is a whole number of bytes, or one with a unit: `512`, `64KiB`, `64MiB`, `1GiB`. `64k` and `64m` mean KiB and MiB, as in nginx.

    How to mend it: write it so; `hello help OPTION` tells the default and the bounds.
help-ambiguous-size-title = a size with two meanings
help-ambiguous-size =
    `KB` is 1000 bytes to a disk's maker and 1024 to many programs. hello does not guess.

    How to mend it: `KiB`, `MiB` and `GiB` count by 1024; for anything else write the number of bytes.
help-bad-rate-title = a speed that cannot be read
help-bad-rate =
    A speed is a size for each second: `500B/s`, `1KiB/s`, `1MiB/s`. It counts bytes, not bits.

    How to mend it: write it so. A line of 8 megabits carries about `1MiB/s`.
help-bad-request-rate-title = a rate that cannot be read
help-bad-request-rate =
    A rate is a number of requests, a slash and a time: `10/s`, `600/min`, `1000/h`, `5000/d`. It is held on the average; as many as the number may come at once, or as many as `burst` says.

    How to mend it: `--rate-limit 10/s`, or `--rate-limit 600/min,burst=50`.
help-bad-rate-part-title = what stands behind a rate is not known
help-bad-rate-part =
    Behind a rate may stand, each after a comma:
    - `burst=20`: so many may come at once, by whoever has not asked for a while
    - `by=address`: each address has the rate for itself, as it is without this
    - `by=user`: each user who has shown his password has it; everybody else is counted by address
    - `by=field:x-api-key`: each value of this field has it; requests without the field are counted by their address

    How to mend it: `--rate-limit 10/s,burst=20`.
help-too-many-rates-title = there are too many rates
help-too-many-rates =
    Every request is held to every `--rate-limit`, and each remembers its clients for itself.

    How to mend it: two or three do for most: one for a burst, one for a day.
help-bad-limit-title = a limit of clients that cannot be
help-bad-limit =
    A `[[limit]]` says what one client may ask, of the paths and methods it names or of all: `rate` and `burst`, `concurrent` requests in hand, `bandwidth`, `body-bytes-max`. Each has a name, by which clients are told of it and under which what was counted is kept when the file is read anew; without one it is numbered.

    How to mend it:
    {"  [["}limit]]
      path = "/api/*"
      rate = "10/s"
      burst = 20
help-bad-count-title = not a whole number
help-bad-count =
    A count is digits alone: no signs, no separators, no `10k`.

    How to mend it: write `10000`.
help-too-small-title = a value below what makes sense
help-too-small =
    Every limit has a least value: below it, no browser could be served, or the limit would end everything before it began.

    How to mend it: choose a value within the bounds that the message tells; `hello help OPTION` says what the limit is for.
help-too-large-title = a value above what makes sense
help-too-large =
    Every limit has a most: what one client may cost has to stay bounded, or the limit would protect nobody.

    How to mend it: choose a value within the bounds that the message tells; `hello help OPTION` says what the limit is for.
help-part-over-whole-title = a part larger than its whole
help-part-over-whole =
    Two limits lie within others: `--target-bytes-max` within `--head-bytes-max`, and `--memory-file-bytes-max` within `--memory-bytes-max`. A part larger than its whole could never be reached.

    How to mend it: lower the part, or raise the whole along with it.
help-bad-choice-title = a word the option does not know
help-bad-choice =
    Some options take one of a few words, in small letters; the message lists them.

    How to mend it: choose one of those. `hello completions` teaches them to your shell.
help-bad-file-name-title = not the name of a file
help-bad-file-name =
    `--index NAME` names the file that stands for its folder: it is looked for in the folder that is asked for, whichever that is. So it is a name alone, without slashes.

    How to mend it: `hello ./dist --index home.html`. Repeated, it gives an order: `--index home.html --index index.html`.
help-bad-type-title = not an extension with a type
help-bad-type =
    `--type EXT=TYPE` says which Content-Type files with this extension have; it wins over what hello knows. The extension is what follows the last dot of the name, the type what browsers expect: two words with a slash between them, and perhaps a charset.

    How to mend it: `--type glb=model/gltf-binary`, or in quotes `--type 'log=text/plain; charset=utf-8'`. The names of types are listed at https://www.iana.org/assignments/media-types/.
help-bad-mount-name-title = what stands before the = cannot begin an address
help-bad-mount-name =
    `docs=./docs` serves the folder ./docs at /docs/. What stands before the first = is a name, or several with slashes between them; `.` and `..`, empty names, backslashes and control characters are none, for browsers would make something else of them. /=./site is the same as ./site: it is found at /.

    How to mend it: `hello docs=./docs a/b=./b`. If the folder's own name has a = in it, begin with ./, ../ or /: `hello ./a=b`. What is meant does not depend on what lies in the current folder.
help-mount-without-path-title = there is no path after the =
help-mount-without-path =
    `docs=` says where, but not what: an empty word stands where the path would be, often from a variable that is not set, as in `hello docs="$DIR"`.

    How to mend it: write the folder or file behind it: `hello docs=./docs`.
help-mount-twice-title = two paths are to be served at one address
help-mount-twice =
    Two names are the same, or there are a path without a name and one that is named /. Which of the two would answer is a guess. Below each other they may lie: with `docs=./docs docs/api=./api`, the longer name wins where it fits.

    How to mend it: give one of them another name.
help-too-many-mounts-title = there are too many paths
help-too-many-mounts =
    Each path that is served has a memory for its files of its own, and all of them share what `--memory-bytes-max` allows.

    How to mend it: serve a folder that contains several of them. Links in it may lead out of it with `--links anywhere`.
help-bad-address-title = not an address
help-bad-address =
    These forms of `--listen` are understood:
    - `8080` or `:8080`: this computer alone, 127.0.0.1
    - `localhost:8080`: this computer alone, 127.0.0.1 and [::1]
    - `192.168.1.5:8080`, `[2001:db8::1]:8080`: one address
    - `0.0.0.0:8080`, `[::]:8080`: every network, IPv4 or IPv6
    - `example.lan:8080`: the addresses that the name has when hello starts
    - `unix:/run/hello.sock`: a Unix socket

    How to mend it: without a port it is 7878. `*:8080`, as elsewhere, is `0.0.0.0:8080` here.
help-bad-port-title = not a port
help-bad-port =
    A port is a number from 1 to 65535, in digits; names such as `http` are not looked up. With 0 the system chooses a free one.

    How to mend it: write the number. `http` is 80, `https` is 443.
help-missing-port-title = a colon, and then no port
help-missing-port =
    After the colon a port is expected, and there is nothing; perhaps a variable that is not set.

    How to mend it: write the port, or leave the colon out, which means 7878.
help-ipv6-without-brackets-title = an IPv6 address needs brackets
help-ipv6-without-brackets =
    In `::1:8080` nobody can tell whether 8080 is the port or the end of the address.

    How to mend it: put the address in brackets: `[::1]:8080`
help-url-as-address-title = a URL where an address is expected
help-url-as-address =
    One listens on an address and a port; the rest of a URL is the browser's business.

    How to mend it: write the part between the slashes: for http://localhost:8080/ that is `localhost:8080`.
help-path-as-address-title = a path where an address is expected
help-path-as-address =
    It looks like the path of a Unix socket, which begins with `unix:`.

    How to mend it: write `--listen unix:/run/hello.sock`. If it is the folder to be served, write it without `--listen`.
help-socket-path-too-long-title = the path of a Unix socket is too long
help-socket-path-too-long =
    The kernel keeps the path of a Unix socket in 108 bytes, the closing zero included. Letters beyond ASCII take two bytes and more.

    How to mend it: choose a shorter path, such as /run/hello.sock, or one that starts from the current folder: `unix:hello.sock`
help-listen-twice-title = two addresses that are the same
help-listen-twice =
    Two of the addresses after `--listen` are the same, or one includes the other: `localhost` is 127.0.0.1 and [::1], and 0.0.0.0 is every IPv4 address of this machine.

    How to mend it: leave one of them out.

## Certificates.

help-unpaired-certificate-title = a certificate without its key, or a key without its certificate
help-unpaired-certificate =
    To speak TLS, hello needs a certificate, which it shows to everybody, and its private key, which it shows to nobody. They are two files and two options. With several certificates the first `--cert` goes with the first `--key`, the second with the second.

    How to write it:
      hello ./dist --cert fullchain.pem --key privkey.pem
      hello ./dist --cert a.pem --key a.key --cert b.pem --key b.key
help-option-alone-title = an option without the one it belongs to
help-option-alone =
    Some options only say more about another one: how TLS is spoken means nothing where it is not spoken, and clients cannot be asked for a certificate if nobody vouches for them.

    How to write it:
      hello ./dist --cert fullchain.pem --key privkey.pem --hsts 180d
      hello ./dist --cert fullchain.pem --key privkey.pem --client-ca clients.pem --client-cert optional

    How a folder is served means nothing where none is: without a path, hello serves a small site of its own. Name the folder; the current one is a dot:
      hello . --live

    - `hello help tls` lists the options of TLS, `hello help files` those of folders.
help-certificate-unreadable-title = the certificate's file cannot be read
help-certificate-unreadable =
    hello reads the certificate at the start, and again when the file changes. The system's own words stand in the message.

    To see where it goes wrong:
      namei -l /etc/letsencrypt/live/example.org/fullchain.pem

    How to mend it:
    - Check the spelling; a path that does not start with / is looked for in the current folder.
    - Let the user hello runs as read it and enter every folder above it. Certbot keeps /etc/letsencrypt/live and /etc/letsencrypt/archive closed to all but the administrator.
    - In a systemd service: `LoadCredential=` hands files over that the service itself may not read.
help-key-unreadable-title = the key's file cannot be read
help-key-unreadable =
    hello reads the private key at the start, and again when the file changes. The system's own words stand in the message.

    To see where it goes wrong:
      namei -l /etc/letsencrypt/live/example.org/privkey.pem

    How to mend it:
    - Check the spelling.
    - Give the key to the group of the user hello runs as, and let that group read it: `chmod 640`. Nobody else should be able to: who has the key can pretend to be your site.
    - In a systemd service: `LoadCredential=` hands files over that the service itself may not read.
help-no-certificate-title = there is no certificate in the file
help-no-certificate =
    hello reads certificates in PEM: text with a line `-----BEGIN CERTIFICATE-----`. The file has none.

    What it is:
      file FILE; head -c 300 FILE

    How to mend it:
    - If it begins with `BEGIN PRIVATE KEY` or the like, it is the key: exchange the files.
    - If it is binary (DER, often .cer or .crt), convert it:
      openssl x509 -inform der -in FILE -out cert.pem
    - If it is a .p12 or .pfx, take it apart:
      openssl pkcs12 -in FILE -nokeys -out cert.pem
      openssl pkcs12 -in FILE -nocerts -nodes -out key.pem
    - `BEGIN CERTIFICATE REQUEST` is what is sent to an authority; what it sends back is the certificate.
help-no-key-title = there is no private key in the file
help-no-key =
    hello reads private keys in PEM: text with a line `-----BEGIN PRIVATE KEY-----`, `BEGIN EC PRIVATE KEY` or `BEGIN RSA PRIVATE KEY`. The file has none that can be read.

    How to mend it:
    - If it begins with `BEGIN CERTIFICATE`, the two files were given the wrong way round.
    - If it says `ENCRYPTED`, the key opens with a password only. hello starts without anybody to ask, so take the password off, and let the file's permissions protect the key:
      openssl pkey -in FILE -out key.pem; chmod 600 key.pem
    - If it is binary (DER): `openssl pkey -inform der -in FILE -out key.pem`
    - A key of OpenSSH (`BEGIN OPENSSH PRIVATE KEY`) is for logging in, not for certificates.
help-bad-certificate-title = the certificate cannot be understood
help-bad-certificate =
    There is a certificate in the file, but it is damaged, or of a kind that no browser has taken for years (version 1, without extensions).

    To see what it is:
      openssl x509 -in FILE -noout -text

    How to mend it:
    - Copy the file again, as it is; a single changed letter is enough.
    - Have a certificate issued anew, as version 3 with the names in subjectAltName.
help-bad-key-title = the private key cannot be used
help-bad-key =
    There is a key in the file, but hello cannot sign with it: it is damaged, too short, or of a kind that TLS does not use.

    To see what it is:
      openssl pkey -in FILE -noout -text

    What can be used: ECDSA on P-256, P-384 or P-521, Ed25519 (browsers do not take it), RSA from 2048 to 8192 bits.

    To make a new one, for which a certificate has to be issued:
      openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem
help-key-mismatch-title = the key belongs to another certificate
help-key-mismatch =
    A certificate is issued for one key. The one that was given is another: clients would break off every connection, so hello does not begin.

    The sums in the message are of the two public keys. To see them in full:
      openssl x509 -in CERT -noout -pubkey | openssl pkey -pubin -outform der | sha256sum
      openssl pkey -in KEY -pubout -outform der | sha256sum

    Frequent causes:
    - The certificate was renewed with a new key, and only one of the two files was replaced.
    - In the certificate's file the issuer's certificate stands first. Your own has to be the first.
    - With several sites, a file of the neighbour.
help-certificate-expired-title = the certificate is not valid any more
help-certificate-expired =
    After its last day every client refuses a certificate. hello says so at the start instead of leaving it to visitors.

    To see its days, and this computer's:
      openssl x509 -in FILE -noout -dates; date -u

    How to mend it:
    - Renew it: `certbot renew`, or whatever made it.
    - It was renewed? Look whether `--cert` names the new file, and whether the program that renews may write it.
    - If the computer's clock is wrong, set it: `timedatectl set-ntp true`

    A server that runs when its certificate is replaced needs nothing: it looks at the files itself. A new file that cannot be used changes nothing; hello says so, and goes on with the old one.
help-certificate-not-yet-valid-title = the certificate is not valid yet
help-certificate-not-yet-valid =
    Its first day is still to come, as this computer's clock has it. Clients with the same clock would refuse it.

    To see its days, and this computer's:
      openssl x509 -in FILE -noout -dates; date -u

    How to mend it:
    - If the clock is wrong, set it: `timedatectl set-ntp true`. A computer without a battery begins in the past at every start; start hello after the clock is set (`After=time-sync.target`).
    - Otherwise wait, or use the certificate that is valid now.
help-issuer-missing-title = the certificate of the issuer is not in the file
help-issuer-missing =
    Clients know a few authorities. Those hardly ever issue a certificate themselves: they let others do it, with certificates in between. The server has to send these along. If it does not, some clients find them elsewhere, and many (curl, Android, programs) refuse the connection.

    What is in the file:
      openssl crl2pkcs7 -nocrl -certfile FILE | openssl pkcs7 -print_certs -noout

    How to mend it:
    - With certbot, name fullchain.pem instead of cert.pem.
    - Otherwise put the issuer's certificate behind your own; your authority has it for download, often as "chain", "bundle" or "intermediate":
      cat cert.pem chain.pem > fullchain.pem

    A certificate of a private authority that signs with its root (mkcert, for instance) needs nothing in between, and hello asks for nothing.
help-certificate-not-for-host-title = a certificate is not for a host of its site
help-certificate-not-for-host =
    A site in hello.toml has a certificate of its own, and a host that the certificate does not name. Clients compare the two: whoever asks for that host is shown the certificate, and breaks off. `hello check` says so beforehand; the server starts all the same, for the other hosts. A host whose site has no certificate of its own is shown one that names it, whosesoever that is; `hello check` also tells of hosts for which there is none.

    What it is for:
      openssl x509 -noout -ext subjectAltName -in FILE

    How to mend it:
    - Have a certificate issued that names all hosts of the site. `*.example.com` stands for the names one label below, and neither for example.com nor for a.b.example.com.
    - Or give the site several: `cert` and `key` as lists of the same length.
    - Or take the host out of the site, if nobody is to find it there.
help-log-unwritable-title = the access log cannot be opened
help-log-unwritable =
    `--access-log` names a file to which a line is written for each request, or the system's log. The file is made if need be, but not its folder; `syslog` and `journald` need a system that listens there. The system's own words stand in the message.

    How to mend it: make the folder, and give it to the user who runs hello. To standard output, which is always there:
      hello ./dist --access-log -
help-unknown-log-field-title = a format of the log names something unknown
help-unknown-log-field =
    In a format of your own, names in braces stand for what is known of a request: "{"{"}client{"}"} {"{"}request{"}"} {"{"}status{"}"}". There are no others than those listed.

    How to mend it: `hello help logs` lists them all.
help-misspelt-log-field-title = a format of the log names something that has another name here
help-misspelt-log-field =
    In a format of your own, names in braces stand for what is known of a request. They are the words of hello's journal; what nginx and Apache call them is understood as far as the right name can be told.

    How to mend it: take the name in the message; `hello help logs` lists them all.
help-lone-brace-title = a brace without its other half
help-lone-brace =
    In a format of the log names stand between braces, and each that is opened is closed.

    How to write it:
      hello ./dist --access-log access.log --access-log-format "{"{"}client{"}"} {"{"}status{"}"}"

    A brace that is meant as such is written twice.
help-bad-log-format-title = a format of the log that is none
help-bad-log-format =
    A format is one of the words combined and json, or a text with at least one name in braces, on one line. Formats of nginx ($remote_addr) and Apache (%h) are written otherwise.

    How to write it:
      hello ./dist --access-log access.log --access-log-format json
      hello ./dist --access-log access.log --access-log-format "{"{"}client{"}"} {"{"}request{"}"} {"{"}status{"}"}"
help-bad-statuses-title = a list of statuses is expected
help-bad-statuses =
    Statuses are written whole or as their class, with commas between.

    How to write it:
      hello ./dist --access-log errors.log --access-log-status 404,5xx
help-bad-path-pattern-title = a path is expected
help-bad-path-pattern =
    A path begins with a slash. A star at its end means everything that begins so; elsewhere it means nothing, and neither does a query.

    How to write it:
      hello ./dist --access-log api.log --access-log-path "/api/*"
help-hints-unreadable-title = the file of early hints cannot be read
help-hints-unreadable =
    `--hints FILE` says what pages link to. The file is read once, at the start; it has to be text (UTF-8), of 1 MiB at most. The system's own words stand in the message.

    How to mend it: check the path, and that the user who runs hello may read it.
help-hints-unusable-title = a line of the file of early hints is none
help-hints-unusable =
    Each line of the file of `--hints` is the path of a page, a space, and the value of a Link field. The path is that of the site, not encoded, and a slash at its end means the page of that folder. Lines that begin with # say nothing.

      /index.html  </style.css>; rel=preload; as=style
      /index.html  </app.js>; rel=modulepreload
      /docs/       <https://fonts.example>; rel=preconnect

    The links stand in each answer with that page; and when hello has to wait for a disk, they go ahead of the answer to browsers (103 Early Hints), which can begin to fetch what they will need.
help-client-ca-unreadable-title = the file of those who vouch for clients cannot be read
help-client-ca-unreadable =
    With `--client-ca FILE` hello lets in only clients whose certificate was issued by an authority in that file. It is read once, at the start. The system's own words stand in the message.

    To find out more:
      ls -l clients.pem

    How to mend it:
    - Look whether the path is right; it counts from the folder hello was started in.
    - Let the user that hello runs as read the file. It holds nothing secret.
help-client-ca-unusable-title = the file of those who vouch for clients is of no use
help-client-ca-unusable =
    The file of `--client-ca` has to hold certificates in PEM (`-----BEGIN CERTIFICATE-----`): those of the authorities that issue certificates to your clients. This one holds none, or one that cannot be understood.

    To find out more:
      openssl x509 -in clients.pem -noout -text

    How to mend it:
    - Name the authority's own certificate, not that of a client, and not a key.
    - A certificate in binary form (DER) becomes PEM with `openssl x509 -inform der -in FILE`.
