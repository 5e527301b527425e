# What the doctor says to administrators. A message is what was found; `.mend` says how to mend it, and stands where something
# has to be mended. Messages whose names begin with x- are pieces, and a matter of each language.

doctor-area-storage = Storage
doctor-area-folder = Data folder and keys
doctor-area-running = This server
doctor-area-public = Public address
doctor-area-proxy = Proxy
doctor-area-clock = Clock
doctor-area-deliveries = Messages to other servers
doctor-area-mail = Mail
doctor-area-log-in = Logging in
doctor-area-halves = Connections, compared with other servers
doctor-area-directories = Directories of servers

doctor-seconds = { $n ->
    [one] 1 second
   *[other] { $n } seconds
 }
doctor-minutes = { $n ->
    [one] 1 minute
   *[other] { $n } minutes
 }
doctor-hours = { $n ->
    [one] 1 hour
   *[other] { $n } hours
 }
doctor-days = { $n ->
    [one] 1 day
   *[other] { $n } days
 }
x-messages = { $messages ->
    [one] 1 message
   *[other] { $messages } messages
 }
x-mails = { $mails ->
    [one] 1 mail
   *[other] { $mails } mails
 }
x-connections = { $connections ->
    [one] 1 connection
   *[other] { $connections } connections
 }
x-other-servers = { $servers ->
    [one] 1 other server
   *[other] { $servers } other servers
 }
x-more-servers = { $more ->
    [one] 1 more server
   *[other] { $more } more servers
 }

doctor-offline = not asked, since --offline was given
doctor-closed = the database cannot be opened
doctor-unread = it cannot be looked at: { $error }
    .mend = See what is said about the storage.

## Storage

doctor-storage-none = there is no database at { $path }; the server makes it when it is started first
    .mend = Mend what the sentence names; nothing that is in the database can be looked at until then.
doctor-storage-open = the { $database } cannot be opened: { $error }
    .mend = Mend what the sentence names; nothing that is in the database can be looked at until then.
doctor-storage-works = the { $database } can be read and written
doctor-storage-full = the disk of the database is full; people's gestures are refused
    .mend = Make room on it, or move the data folder to a larger disk.
doctor-storage-busy = another process has been holding the database for more than ten seconds
    .mend = Look for a backup or another program that has the database open, and let it end.
doctor-storage-unwritten = the { $database } cannot be written: { $error }
    .mend = Look at the permissions of the file and its folder, and at the log of the database.
doctor-storage-unsaid = the { $database } does not say how it keeps what it confirms: { $error }
    .mend = Look at the log of the database.
doctor-storage-keeps = what { $database } confirms is on disk
doctor-storage-forgets = { $database } would forget confirmed gestures when the power fails (journal { $journal }, synchronous { $synchronous })
    .mend = Move the data folder to a local disk, where a write-ahead log can be used.
doctor-storage-old = { $database } is too old
    .mend = Upgrade it to 13 or newer.
doctor-storage-follows = this PostgreSQL follows another one and takes no writes
    .mend = Give Symbolon the address of the primary.
doctor-storage-unsafe = { $database } may lose everything when the power fails (fsync { $fsync }, full_page_writes { $pages })
    .mend = Set fsync = on and full_page_writes = on in postgresql.conf, and restart PostgreSQL.
doctor-storage-early = PostgreSQL confirms what is not on disk yet (synchronous_commit off)
    .mend = Set synchronous_commit = on for Symbolon's role.
doctor-storage-sound = the file has no damage
doctor-storage-large = the file is too large to be looked through in { $seconds } seconds; `sqlite3 FILE 'PRAGMA quick_check'` takes the time that it needs
doctor-storage-damaged = the file is damaged: { $damage }
    .mend = Stop the server, keep a copy of the file, and restore the last backup; other servers tell what it has forgotten. Look for the cause in the disk or the memory of this machine.
doctor-storage-unseen = the file cannot be looked through: { $error }
    .mend = Look at the permissions of the file, and run the doctor as the server's account.
doctor-storage-network = the database is on a network file system ({ $kind }), whose locks SQLite cannot rely on
    .mend = Move the data folder to a local disk, or use PostgreSQL.
doctor-storage-room = { $left } are free on its disk
doctor-storage-little = only { $left } are free on its disk
    .mend = Make room on the disk of the data folder.

## Data folder and keys

doctor-folder-no-keys = there are not both keys in { $folder }
    .mend = If this server has run before, restore them from a backup; otherwise start it, which makes them.
doctor-folder-bad-keys = { $error }
    .mend = Run the doctor as the server's account; if that is not it, restore the file from a backup.
doctor-folder-keys = the keys in { $folder } are there, and for the server alone
doctor-folder-old-keys = { $keys } signs nothing any more for { $lasting }, and is published still
    .mend = Run `symbolon keys retire { $first }`.
doctor-folder-signs = { $key } signs
doctor-folder-next = { $what }, { $next } will from { $from } on
doctor-folder-still = { $what }, { $old } is published still
doctor-folder-open-folder = { $path } can be changed by other accounts of this machine (permissions { $mode })
    .mend = Run `chmod go-w { $path }`.
doctor-folder-open-file = { $path } can be read by other accounts of this machine (permissions { $mode })
    .mend = Run `chmod 600 { $path }`.
doctor-folder-owner = not everything in { $folder } belongs to the same account, so the server may not be able to read it
    .mend = Run `chown -R` with the server's account on { $folder }.
doctor-folder-name = this database belongs to { $served }, and the settings say { $ours }
    .mend = Give the doctor the server's own settings; if the public URL was changed, change it back: other servers know the people here as those of { $served }.
doctor-folder-sealing = the sealing key does not open the newest invitation in the database
    .mend = Restore keys/sealing.key from the backup that the database comes from; without it, open invitations can no longer be shown and acceptances under way fail.

## This server

doctor-running-dev = it is started with --dev: plain HTTP and servers on this machine are let in, and account passwords are accepted by HTTP Basic
    .mend = This is for trying things out. Where others can reach this server, start it without --dev.
doctor-running-far = { $address } cannot be asked from here
doctor-running-ready = it runs at { $address } and is ready
doctor-running-not-ready = what runs at { $address } is not ready ({ $why })
    .mend = Look at its log; if another program has the port, choose another with --listen.
doctor-running-none = no server runs at { $address }
    .mend = Start it, for example with `systemctl start symbolon`; if it listens elsewhere, give the doctor the same settings.
doctor-running-silent = { $address } does not answer: { $why }
    .mend = Look at the server's log, and restart it.

## Public address

doctor-public-status = { $url } answers { $status }
    .mend = { $status ->
        [502] Start the server, and look at where the proxy hands requests on to.
        [503] Start the server, and look at where the proxy hands requests on to.
        [504] Start the server, and look at where the proxy hands requests on to.
        [401] Let the proxy ask nobody for a log-in before this path.
        [403] Let the proxy ask nobody for a log-in before this path.
       *[other] Let the proxy hand everything on to this server, with paths as they are.
     }
doctor-public-reached = { $url } is reached
doctor-public-nothing = what { $url } serves is no description of an OCM server
    .mend = Let the proxy hand this path on to this server.
doctor-public-described = it describes itself as its settings say
doctor-public-differs = { $url } serves another description than the settings make ({ $members })
    .mend = Restart the server after a change of settings; if it still differs, another server answers there, or a cache of the proxy.
doctor-public-no-keys = the keys in the data folder could not be read
doctor-public-keys = it publishes the keys of the data folder
doctor-public-no-key-set = what { $url } serves cannot be read as keys
    .mend = Let the proxy hand this path on to this server, and change nothing in the answer.
doctor-public-some-keys = { $url } does not publish { $keys }, which is in the data folder
    .mend = If the keys were changed in the last five minutes, wait; otherwise look for a cache of the proxy, or for another process of this server with another folder.
doctor-public-other-keys = { $url } does not publish the keys of the data folder, so another server answers there
    .mend = Stop the other server, or lead the name and the proxy to this one; if the keys were restored, restart this server.
doctor-public-legacy = { $url }, which old servers ask, is not handed on ({ $why })
    .mend = Let the proxy hand on /ocm-provider with and without a slash at the end.

## An address that cannot be reached

doctor-unreachable-name = { $url } cannot be asked: { $why }
    .mend = Make a DNS record for { $host } that leads to the proxy.
doctor-unreachable-refused = { $url } cannot be asked: { $why }
    .mend = Start the proxy, and open its port in the firewall.
doctor-unreachable-private = { $url } cannot be asked: { $why }
    .mend = Other servers refuse such addresses: { $host } must lead to a public one in the DNS of the world. If it does, and only the DNS of this network answers otherwise, this is well.
doctor-unreachable-timeout = { $url } cannot be asked: { $why }
    .mend = Look at the firewall and the proxy; if only this machine cannot reach its own public address, let it.
doctor-unreachable-tls = { $url } cannot be asked: { $why }
    .mend = Give the proxy a certificate for { $host } from an authority that browsers trust, with its whole chain, that has not expired.
doctor-unreachable-redirect = { $url } cannot be asked: { $why }
    .mend = Let the proxy hand this path on instead of redirecting it: other servers do not follow.
doctor-unreachable-other = { $url } cannot be asked: { $why }
    .mend = Look at the proxy: what answers there is not this server.

reach-name = the name { $host } could not be resolved: { $reason }
reach-refused = the connection was refused
reach-private = { $address } is not an address that other servers may have
reach-timeout = { $stage ->
    [connect] no answer in time (while connecting)
    [answer] no answer in time (while waiting for the answer)
   *[body] no answer in time (while reading the answer)
 }
reach-tls = no secure connection: { $reason }
reach-other-key = no secure connection: the key is { $seen }, and noted here is { $expected }
reach-notes = what is noted about the server cannot be read: { $reason }
reach-large = the answer is larger than { $limit } bytes
reach-redirect = it redirects to { $to }, which is not followed
reach-url = the address cannot be used: { $reason }
reach-not-http = the answer is not HTTP: { $reason }
reach-broken = the connection failed: { $reason }

## Proxy

doctor-proxy-unreached = the public address cannot be asked: { $why }
doctor-proxy-signed = a signed request arrives as it was sent
doctor-proxy-unnamed = requests come through a proxy at { $address } that the settings do not name, so its clients are not told apart by their addresses
    .mend = If it is your own, set `trusted_proxies = '{ $address }'`, or the network that it is in, beside those that are there already, and let it add the address of its client to X-Forwarded-For; then restart the server.
doctor-proxy-host = the proxy changes the header Host
    .mend = Hand it on as it comes: `proxy_set_header Host $http_host;` in nginx, `ProxyPreserveHost On` in Apache.
doctor-proxy-headers = the headers Signature and Signature-Input do not arrive
    .mend = Let the proxy hand on all headers.
doctor-proxy-body = the body of a request, or its digest, does not arrive as it was sent
    .mend = Let the proxy leave bodies and the headers Content-Digest and Content-Length as they are.
doctor-proxy-time = the server that answers has another time than this machine
    .mend = Let both take their time from the network (NTP).
doctor-proxy-key = the server that answers has another key than the data folder
    .mend = Lead the name and the proxy to this server; if the keys were restored, restart it.
doctor-proxy-changed = a signed request does not arrive as it was sent
    .mend = Let the proxy leave method, path and headers as they are; compare its settings with those in the README.
doctor-proxy-other = a request to /ocm/notifications is answered { $status } by something else than this server
    .mend = { $status ->
        [401] Let the proxy ask nobody for a log-in before /ocm, and let no filter refuse POST.
        [403] Let the proxy ask nobody for a log-in before /ocm, and let no filter refuse POST.
       *[other] Let the proxy hand on everything below /ocm, POST as well as GET.
     }
doctor-proxy-slash = nothing is redirected
doctor-proxy-no-slash = { $url } is answered { $status } by something else than this server
    .mend = Let the proxy hand on paths as they are, also with a slash at the end.

## Clock

doctor-clock-proxy = the clock of the proxy and that of this machine differ by { $lasting }
    .mend = Let both take their time from the network (NTP).
doctor-clock-unknown = no other server answered that it could be compared with
doctor-clock-agrees = the clock agrees with { x-other-servers }
doctor-clock-ahead = the clock of this machine is { $lasting } ahead of that of { x-other-servers }
    .mend = Let this machine take its time from the network (NTP), for example with `timedatectl set-ntp true`.
doctor-clock-behind = the clock of this machine is { $lasting } behind that of { x-other-servers }
    .mend = Let this machine take its time from the network (NTP), for example with `timedatectl set-ntp true`.
doctor-clock-far = { $what }, so that messages are refused
    .mend = Let this machine take its time from the network (NTP), for example with `timedatectl set-ntp true`.

## Messages to other servers

doctor-deliveries-overdue = { x-messages } should have been sent at { $since }, and nobody does
    .mend = Start the server; if it runs, look for errors of its database in its log.
doctor-deliveries-waiting = { x-messages } to { $server } cannot be delivered since { $since } ({ $lasting }): { $why }
    .mend = Nothing, if { $server } is known to be away: it is tried again for three days. `symbolon outbox list` shows each, `symbolon outbox retry ID` sends one now.
doctor-deliveries-dead = { x-messages } to { $server } given up: { $why }
    .mend = When { $server } can be reached again, `symbolon outbox list --state dead` shows each, and `symbolon outbox retry ID` sends it again.
doctor-deliveries-more = the same is true of { x-more-servers }
    .mend = `symbolon outbox list` shows all of them.
doctor-deliveries-none = no message waits
doctor-deliveries-young = { x-messages } on the way, none for long
doctor-deliveries-untried = it has not been tried yet

## Mail

doctor-mail-off = no mail is sent: mail_server is off
doctor-mail-answers = { $server } answers, and lets this server in
doctor-mail-closed = { $server } does not let this server in: { $said }
    .mend = Compare mail_user and the password in mail_password_file with the account at the mail server.
doctor-mail-odd = { $server } answers, but not as it should: { $said }
    .mend = Ask whoever runs the mail server; mails wait and are tried again.
doctor-mail-unreached = { $server } cannot be reached: { $said }
    .mend = Compare mail_server with what the mail server offers: smtps:// is TLS from the start, smtp:// is STARTTLS. A certificate of your own issuer goes into mail_ca.
doctor-mail-dead = { x-mails } given up: { $why }
    .mend = The people who sent them see it. `symbolon outbox list --state dead` shows each, and `symbolon outbox retry ID` sends one again.
doctor-mail-stranded = { x-mails } waiting, and mail_server is off
    .mend = Set mail_server again, or give them up by `symbolon outbox give-up ID`.
doctor-mail-waiting = { x-mails } not sent since { $since } ({ $lasting }): { $why }
    .mend = It is tried again for three days. `symbolon outbox list` shows each, `symbolon outbox retry ID` sends one now.
doctor-mail-untried = not tried yet

## Logging in

doctor-log-in-off = people log in with passwords: oidc_issuer is off
doctor-log-in-answers = { $issuer } answers, and publishes { $keys ->
    [one] 1 key
   *[other] { $keys } keys
 }
doctor-log-in-no-keys = { $issuer } publishes no key that can be used, so nobody can log in by it
    .mend = Ask its administrators which keys sign ID tokens; they must be RSA, EC or Ed25519 and have a key id.
doctor-log-in-fails = { $what ->
    [keys] the keys of { $issuer } cannot be had
   *[description] what { $issuer } says of itself cannot be had
 }: { $why }
    .mend = Compare oidc_issuer, to the letter, with the issuer in its own /.well-known/openid-configuration. A certificate of your own issuer goes into extra_ca.
doctor-log-in-clock = the clocks of { $issuer } and of this machine differ by { $lasting }, so that nobody can log in by it
    .mend = Let both take their time from the network (NTP).
doctor-log-in-client = { $issuer } takes this server for its client { $client }, and sends people back to { $back }
doctor-log-in-client-unknown = { $issuer } answers { $status } where people log in, and sends nobody back
    .mend = Register { $back }, to the letter, as a redirect URI of the client { $client } there, or mend oidc_client_id.
doctor-log-in-client-refused = { $issuer } does not accept what this server asks for: { $said }
    .mend = Compare with the client { $client } as it is registered there: { $setting }.
doctor-log-in-client-untried = whether { $issuer } takes this server for its client cannot be found out: { $why }
    .mend = Try again later.

## Connections, compared with other servers

doctor-halves-compared = { x-connections } with { x-other-servers } compared as planned
doctor-halves-not-comparable = { x-connections } with { x-other-servers } cannot be compared, since their software does not know how
doctor-halves-alone = there is no other server to compare with
doctor-halves-stranger = { $server } comes without its memory since { $since }; until { $until } nothing is acted on that it says, then what it does not know ends here, up to { x-connections }
    .mend = Ask the administrators of { $server } to restore their database before then; if it really begins anew, nothing has to be done.
doctor-halves-overdue = a comparison is due since { $since }, and nobody begins it
    .mend = Start the server; if it runs, look for errors of its database in its log.
doctor-halves-failing = { x-connections } could not be compared with { $server } since { $since } ({ $lasting }): { $why }
    .mend = { x-away }
doctor-halves-never = { x-connections } could not be compared with { $server } so far: { $why }
    .mend = { x-away }
x-away = Nothing, if { $server } is known to be away: it is asked again by itself. If it is gone for good, `symbolon connection remove ID` ends what is left.
doctor-halves-silent = it did not answer
doctor-halves-quoted = { $why } (it said: { $said })
doctor-halves-found = { $server }: { $differences ->
    [one] 1 difference
   *[other] { $differences } differences
 } so far, last on { $at }; { x-connections } ended here by it, which `symbolon connection list --found` lists
doctor-halves-found-more = differences were found with { x-more-servers }, too
doctor-halves-waiting = { $connections ->
    [one] 1 connection differs
   *[other] { $connections } connections differ
 } with an acceptance under way, and looked at again when that is settled
doctor-halves-more = the same is true of { x-more-servers }
    .mend = Begin with those above; the log names all of them.

## Directories of servers

doctor-directories-nobody = people may connect only with servers of a directory, and there is no copy of any
    .mend = Follow one with `symbolon directory add`, or set invitations_in and invitations_out to something else.
doctor-directories-copy = { $url }: { x-copy }
doctor-directories-no-copy = { $url }: there is no copy yet
doctor-directories-stale = { $url } cannot be fetched or believed ({ $fault }); { x-copy }
    .mend = { x-ask-keeper }
doctor-directories-lost = { $url } cannot be fetched or believed ({ $fault }); there is no copy yet
    .mend = { x-ask-keeper }
x-copy = the copy of { $at } with { $servers ->
    [one] 1 server
   *[other] { $servers } servers
 } counts
x-ask-keeper = Ask whoever keeps the directory. If its key is another one now, get it by a safe way and run `symbolon directory add` again.

doctor-metrics-refused = { $url } answers { $status }, so a proxy keeps its figures from others
doctor-metrics-open = whoever can reach { $url } can read how much this server is used
    .mend = { x-metrics-mend }
doctor-metrics-silent = { $url } is for everybody, as the settings want it; it could not be asked
    .mend = { x-metrics-mend }
doctor-metrics-unasked = { $url } is for everybody, as the settings want it, unless a proxy refuses it
    .mend = { x-metrics-mend }
x-metrics-mend = Let the proxy refuse /metrics, or give the figures an address of their own: --metrics 127.0.0.1:9464.

directory-fault = { $fault ->
    [status] it answers { $detail }
    [too-large] it has more than 4 MiB
    [not-signed] it is not a signed document (RFC 7515): { $detail }
    [critical] its signature has a critical extension that is not known here
    [algorithm] it is signed with { $detail }, and none of the keys for it has that algorithm
    [signature] its signature was made by none of the keys for it
   *[payload] it is signed, but it is no directory of servers: { $detail }
 }

## Unsafe settings, and the database

danger-dev = --dev is on: plain HTTP and loopback peers are allowed, and account passwords are accepted by HTTP Basic. Never use it where others can reach this server
danger-metrics = metrics is public: whoever can reach this server can read how much it is used. Let the proxy refuse /metrics, or give it an address of its own like 127.0.0.1:9464
danger-mail-open = mail_server is smtp+plain:// and not on this machine: whoever listens on the way can read invitations and accept them. Use smtps:// or smtp://
database-file = SQLite file { $path }
database-memory = memory only
database-postgres = PostgreSQL database { $name }
