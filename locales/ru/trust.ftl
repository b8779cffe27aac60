## Локальный удостоверяющий центр: «--https», «hello trust» и что с ними бывает.

option-https = --https
option-https-about = говорить по TLS (https) с сертификатом, выпущенным для этого компьютера; чтобы браузеры здесь его принимали — «hello trust»
option-remove-about = отменить и удалить локальный удостоверяющий центр
option-phone-about = передать сертификат телефону в сети, по QR-коду
command-trust = trust
command-trust-about = научить этот компьютер и его браузеры принимать сертификаты --https; «--remove» всё отменит, «--phone» научит и телефон
help-example-https = то же по https, сертификат выпустит сам hello

trust-made = создан { $name }, хранится в { $folder }
trust-found = { $name }, хранится в { $folder }
trust-forgotten = удаляется { $name }, папка { $folder }; следующий «hello --https» создаст новый
trust-unknown = то, что лежит в { $folder }, — уже не центр hello, и под каким именем он в хранилищах, неизвестно; там он зовётся «hello local authority»
trust-none = в { $folder } нет локального удостоверяющего центра
trust-system = система
trust-chromium = Chromium и Chrome
trust-firefox = Firefox
trust-windows = Windows
trust-done-add = { $place }: добавлен
trust-done-remove = { $place }: удалён
trust-already-add = { $place }: уже есть
trust-already-remove = { $place }: его там и не было
trust-no-store = { $place }: хранилище не найдено, делать нечего
trust-by-hand-add = { $place }: не добавлен; это сделает команда:
trust-by-hand-remove = { $place }: не удалён; это сделает команда:
trust-no-tool = { $place }: без изменений, здесь нет программы «{ $tool }»; установите её и повторите команду
trust-failed = { $place }: без изменений: { $said }
trust-kept = сам центр остаётся в { $path }, пока всё не удалено; затем повторите команду
trust-deleted = удалён файл { $path }
trust-restart = открытые браузеры заметят это после перезапуска
trust-all-done = готово; для телефонов — «hello trust --phone»
trust-removed = готово
trust-left = осталось кое-что сделать, см. выше

doctor-on-authority = центр
doctor-authority = за этот компьютер ручается локальный удостоверяющий центр, и здесь ему доверяют
doctor-authority-none = удостоверяющего центра ещё нет: его создаст первый запуск; браузеры будут предупреждать, пока не выполнить «hello trust» (hello help not-trusted)
doctor-authority-not-trusted = за этот компьютер ручается локальный удостоверяющий центр; браузеры будут предупреждать, пока не выполнить «hello trust» (hello help not-trusted)

error-authority-unwritable = локальный удостоверяющий центр негде хранить, { $path }: { $system }
hint-authority-unwritable = разрешите этому пользователю писать туда или укажите другое место: «XDG_DATA_HOME=/папка hello --https»
error-authority-unreadable = не удаётся прочитать локальный удостоверяющий центр { $path }: { $system }
hint-authority-unreadable = посмотрите, что мешает: «ls -ld { $path }»
error-authority-exposed = локальный удостоверяющий центр не защищён: { $path } могут прочитать или подменить другие ({ $mode })
hint-authority-exposed = если за этим компьютером больше никого не было: «{ $fix }»; иначе создайте новый: «hello trust --remove», затем «hello trust»
error-authority-foreign = локальный удостоверяющий центр чужой: { $path } принадлежит пользователю { $owner }
hint-authority-foreign = запустите hello от имени { $owner } или укажите другое место: «XDG_DATA_HOME=/папка hello --https»
error-authority-broken = в { $path } не тот удостоверяющий центр, который создал hello: файл повреждён или подменён
hint-authority-broken = создайте новый: «hello trust --remove», затем «hello trust»
error-authority-expired = срок локального удостоверяющего центра { $path } истёк { $date }
hint-authority-expired = создайте новый: «hello trust --remove», затем «hello trust»; проверьте, верны ли часы: «date»
error-no-network = телефону не достучаться до этого компьютера: у него нет адреса в сети
hint-no-network = подключите его к сети телефона или укажите адрес: «hello trust --phone --listen 192.168.1.20:7879»

topics-authority = Локальный удостоверяющий центр (--https):
help-not-trusted-title = браузеры ещё не доверяют сертификату --https
help-not-trusted =
    С «--https» hello один раз создаёт на этом компьютере свой удостоверяющий центр, и тот выпускает сертификаты на имена и адреса этого компьютера. О таком центре никто не знает, поэтому браузеры предупреждают, а curl отказывается, пока им о нём не скажут:
      hello trust

    Эта команда кладёт сертификат центра (не ключ) в хранилище системы, для curl и программ, и в хранилища Chromium, Chrome и Firefox. О каждом она скажет, что сделала, а где нельзя или не получилось — назовёт команду.

    - В Firefox и Chromium его добавляет «certutil» из пакета libnss3-tools (Fedora: nss-tools, Arch: nss).
    - Открытый браузер нужно перезапустить.
    - Телефон: «hello trust --phone», и навести его камеру на картинку.
    - В контейнер или на другой компьютер: сертификат — { $authority }/authority.crt
    - Для одной команды, без всяких хранилищ:
      curl --cacert { $authority }/authority.crt https://localhost:7878
    - Отменить всё: «hello trust --remove»

    Чего стоит ключ: тот, у кого он окажется, сможет выдать себя за localhost, за имя на .test, .local, .internal или .home.arpa, за адрес частной сети или за этот компьютер. Больше ни за кого: так сказано в сертификате, и браузеры это проверяют. Ключ может читать только владелец, и папку свою он не покидает.
help-authority-unwritable-title = локальный удостоверяющий центр негде хранить
help-authority-unwritable =
    «--https» создаёт удостоверяющий центр один раз и хранит его: иначе доверять пришлось бы заново при каждом запуске. Он лежит в папке hello внутри «$XDG_DATA_HOME», иначе — внутри ~/.local/share; у администратора — внутри /var/lib.

    Как исправить:
    - Разрешить пользователю, от имени которого работает hello, писать туда.
    - В службе systemd:
      StateDirectory=hello
      Environment=XDG_DATA_HOME=/var/lib
    - В контейнере — подключить туда том, иначе центр исчезнет вместе с контейнером.
    - Если диск только для чтения — указать другую папку: «XDG_DATA_HOME=/папка hello --https»
help-authority-unreadable-title = локальный удостоверяющий центр не читается
help-authority-unreadable =
    Локальный удостоверяющий центр есть, но прочитать его система не даёт: права, песочница или диск.

    Посмотреть:
      ls -ld { $authority }; ls -l { $authority }

    - Если он принадлежит другому — запустить hello от имени владельца.
    - В службе systemd с ProtectHome= держать его в другом месте: «Environment=XDG_DATA_HOME=/var/lib» и «StateDirectory=hello»
help-authority-exposed-title = ключ локального удостоверяющего центра могли прочитать другие
help-authority-exposed =
    Тот, у кого есть ключ, может выдать себя за этот компьютер перед каждым браузером, который доверяет центру. Поэтому hello берёт ключ, только если читать его может один владелец (0600) и никто другой не может его подменить (папка: 0700).

    - Если других там быть не могло — закройте доступ: команду hello назвал.
    - Иначе создайте новый центр, и старый потеряет всякую ценность:
      hello trust --remove
      hello trust
    - На телефонах, которым говорили о старом, удалите его в настройках.
help-authority-foreign-title = локальный удостоверяющий центр принадлежит другому пользователю
help-authority-foreign =
    Ключу, который может подменить кто-то другой, доверять нельзя. Так бывает, когда hello запущен от имени одного пользователя, а домашняя папка — другого: «sudo -E» или «docker run --user».

    Как исправить:
    - Запустить hello от имени владельца папки.
    - Низкий порт можно открыть и без sudo: «hello help port-not-permitted»
    - Или завести для этого пользователя свой центр: «XDG_DATA_HOME=/папка hello --https»
help-authority-broken-title = в файле не тот удостоверяющий центр
help-authority-broken =
    В файле должны быть ключ и сертификат, который hello для него выпустил, с ограничением имён. Их там нет: файл обрезали, правили или подменили другим.

    С центром, сертификат которого ничего не ограничивает, hello работать не станет: слишком дорого стоил бы его ключ. Если у вас свой центр (mkcert, корпоративный) — возьмите у него сертификат: «--cert ФАЙЛ --key ФАЙЛ».

    Создать новый:
      hello trust --remove
      hello trust
help-authority-expired-title = срок локального удостоверяющего центра истёк
help-authority-expired =
    Он создаётся на десять лет. Если ему меньше — неверны часы.

    - Проверьте часы: «date»
    - Создайте новый и скажите о нём браузерам и телефонам:
      hello trust --remove
      hello trust
help-no-network-title = нет сети, по которой дотянулся бы телефон
help-no-network =
    «hello trust --phone» передаёт телефону сертификат центра по обычному HTTP, на адресе этого компьютера, до которого телефон может достучаться: оба должны быть в одной сети. У этого компьютера есть только свой внутренний адрес.

    - Подключите его к сети телефона; годится и точка доступа самого телефона.
    - В контейнере или WSL важен адрес компьютера снаружи: запустите там или укажите адрес:
      hello trust --phone --listen 0.0.0.0:7879
