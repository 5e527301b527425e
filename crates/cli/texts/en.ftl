# What commands say to people. Help speaks English, and so do names that programs read: states in JSON, settings, kinds of events.

nothing-recorded = nothing is recorded under that name; events older than the setting audit_retention are removed
more-left-out = there is more than fits; the oldest is left out
this-server = this server
other-server = the other server
administrator = an administrator
somebody = somebody
stranger = a stranger
it = it
line = { $who } { $what }
line-reason = { $who } { $what }: { $reason }
attempt = attempt { $attempt }
status = status { $status }
said = said: { $said }
fault = because: { $fault }
stage = stage { $stage }
reference = reference { $reference }
their-reference = their reference { $reference }

never = never

## Heads of listings, which are written in capitals

head-address = address
head-answer = last answer
head-attempts = attempts
head-by = by
head-directory = directory
head-due = due
head-email = e-mail
head-expires = expires
head-fault = fault
head-fetched = fetched
head-for = for
head-id = id
head-connections = connections
head-link = link
head-heard = last heard of
head-silent = silent since
head-waiting = waiting
head-given-up = given up
head-is = is
head-algorithm = algorithm
head-key = key
head-last-used = last used
head-message = message
head-name = name
head-note = note
head-published = published since
head-retired = retired
head-server = server
head-servers = servers
head-shown-as = shown as
head-signs = signs from
head-since = since
head-state = state
head-to = to
head-told = other server told
head-used = used
head-browser = browser
head-system = on
head-seen = last seen
head-user = user
head-why = why
head-noted = noted
head-with = with

## Invitations

invite-state = { $state ->
    [open] open
    [expired] expired
    [withdrawn] withdrawn
    [used_up] used up
   *[other] { $state }
 }
invite-used = { $used } of { $limit }
invite-used-by-any = { $used } of any
invite-none = there are no invitations
invite-not-found = there is no invitation { $id }
invite-withdrawn = withdrawn: nobody can accept it any more
invite-no-mail = this server sends no mail. Set mail_server, or leave --email out and hand over the link yourself
invite-not-made = { $title }. { $detail } { $remedy }
invite-link = link: { $link }
invite-code = code: { $code }
invite-until = valid until { $until }
invite-mailed = the running server sends it to { $to } within a second

## Connections

connection-state = { $state ->
    [connected] connected
    [ended_here] ended here
    [ended_there] ended there
    [ended_by_sync] ended by sync
    [found_ended_there] was found ended there
    [found_ended_here] was found ended here before
    [found_not_there] was found not known there
    [found_not_here] was found not known here
   *[other] { $state }
 }
unverified = unverified
connection-told = { $told ->
    [telling] being told
    [confirmed] confirmed
    [unconfirmed] not confirmed
    [not_understood] does not understand
    [could_not] could not be told
   *[other] { $told }
 }
connection-none = there are no connections
connection-not-found = there is no connection { $id }
connection-ended-already = it had ended already; nothing changed
connection-ended-here = the connection with { $with } has ended here. { $server } will be told by the running server, or when it is started next; see `symbolon outbox list`
connection-ended = the connection with { $with } has ended on both sides, since both are on this server

## Messages to other servers

outbox-kind = { $kind ->
    [invite_accepted] invitation accepted
    [user_removed] connection ended
    [mail_invitation] mail with an invitation
    [mail_confirmation] mail: confirm an address
    [mail_accepted] mail: invitation accepted
    [mail_connected] mail: connected after a wait
    [mail_disconnected] mail: connection ended
   *[other] { $kind }
 }
outbox-state = { $state ->
    [due] waits
    [leased] being sent
    [done] answered
    [dead] given up
    [withdrawn] withdrawn
   *[other] { $state }
 }
outbox-none = no message is waiting
outbox-not-found = there is no message { $id } that is waiting or given up
outbox-due = due now: the running server sends it to { $to } within a second
outbox-none-waits = there is no message { $id } that is waiting
outbox-given-up = given up: nothing is sent to { $to }
outbox-taken-back = cancelled: what came of it at { $to } is asked for, and undone

## Keys

keys-state = { $state ->
    [signing] signing
    [next] next
    [old] old
    [retired] retired
   *[other] { $state }
 }
keys-start = the start
keys-none = no key is there yet; the server makes the first one when it is started
keys-rotated = { $key } is published from now on and signs from { $from } on; until then { $before } does.
keys-rsa-rotated = { $key } is published and signs from now on, in place of { $before }. Nextcloud up to 34 may know that one alone for up to a day, until it looks again; what it refuses is signed with that one until then.
keys-rsa-rotated-at-once = { $key } is published and signs from now on, in place of { $before }, which is gone. Nextcloud up to 34 may refuse messages for up to a day, until it looks again; people there accept invitations again then.
keys-retire-later = When it has signed for a day: symbolon keys retire { $before }
keys-retired-already = { $key } is retired already
keys-retired = { $key } is retired: what it has signed is no longer believed once other servers look again
keys-no-keys = there is no key in { $folder } yet; the server makes the first one when it is started
keys-waiting = { $key } is published already, and signs from { $from } on. Wait for it, retire it, or let it sign now with --at-once
keys-still-used = { $key } was replaced, and is used until { $until } by servers that do not know the new one yet. Wait for that, retire it, or leave it to nobody with --at-once
keys-too-many = { $count } keys are published, which is the most. Retire the old ones first: symbolon keys list
keys-unknown = there is no key { $key }; symbolon keys list shows those that there are
keys-signs = { $key } is the key that signs. Make another one first: symbolon keys rotate
keys-under-way = messages that { $key } has signed may still be under way until { $until }. Wait, or retire it now with --at-once
key-unreadable = { $path }: { $reason }. The server's keys must be readable and writable by its account
key-open = everybody on this machine can read { $path }, and with it speak in this server's name: chmod 600 { $path }, and if somebody may have read it, replace the key (docs/keys.md)
key-malformed = { $path } is not a key of this server: 32 bytes in base64 were expected. Restore it from a backup; without it, open invitations can no longer be shown and other servers must fetch a new key
key-not-rsa = { $path } is not an RSA key (unencrypted PKCS#8 in PEM). Restore it from a backup, or remove it: the next start makes another one, which servers that need it fetch within a day
key-missing = { $path } is not there, and nothing is made in a folder that is handed over read-only: hand over signing.key, sealing.key and rsa.pem (docs/keys.md)
key-handed-over = { $folder } is handed over read-only, so that keys are changed where they come from: run this with --keys on a folder of your own, and hand that over (docs/keys.md)
key-misnamed = { $path } holds the key { $name }, which is not the one in its name. Restore it from a backup
key-account = { $folder } belongs to another account, which could not read a key that is made now. Run this as the server's account

## Directories

directory-none = no directory is followed; `symbolon directory add URL --key FILE` follows one
directory-not-encrypted = { $url } is not encrypted: a directory is fetched by https
directory-not-added = { $url } cannot be fetched or believed: { $error }. Nothing was added; --later adds it all the same
directory-too-many = { $most } directories are followed already; remove one first
directory-added = { $url } is followed: { $name }, { $servers ->
    [one] 1 server
   *[other] { $servers } servers
 }{ $left_out ->
    [0] {""}
    [one] , one entry left out that names no server
   *[other] , { $left_out } entries left out that name no server
 }
directory-added-later = { $url } is followed, and will be tried again: { $error }
directory-no-jwk = it is no JWK and no JWK set: { $error }
directory-no-key = it has no key that can be read
directory-bad-key = the key cannot be used: { $error }
directory-not-found = { $url } is not followed
directory-removed = { $url } is followed no more, and its servers are forgotten

## Settings

config-unsafe = unsafe: { $danger }
config-fine = the settings are fine: { $name }, with the { $database }
config-unreadable = { $path }: { $reason }. Name a readable file with --config or SYMBOLON_CONFIG
config-place = { $path }, line { $line }, column { $column }
config-invalid = { $key } ({ $origin }): { $reason }. { $remedy }
config-no-public-url = public_url is not set. It is the address under which people and other servers reach this one; set it with --public-url, SYMBOLON_PUBLIC_URL or public_url in the file, for example --public-url https://cloud.example.org, or to try it on this machine only: --dev --public-url http://cat.localhost:8080

## The database

no-database = there is no database at { $path }. Name the server's data folder with --data or SYMBOLON_DATA
cannot-open = cannot open the { $database }: { $why }
store-unavailable = the database is unavailable: { $reason }
store-full = the disk of the database is full
store-busy = the database is busy: another process has been holding it for too long
store-too-new = the database has schema version { $found }, this program knows up to { $known }: start the newer version that made it
store-migration = the database schema cannot be brought up to date: { $reason }
store-refused = the database refused: { $reason }
store-defect = something is wrong with the database or this program: { $error }

## Accounts

user-active-state = active
user-disabled-state = disabled
user-admin-state = administrator
user-admin = { $name } may manage this server on its pages, below /admin
user-no-admin = { $name } may not manage this server any more
user-taken = the name { $name } is taken
user-added = added { $name } ({ $id })
user-none = there are no accounts; make one with `symbolon user add NAME`
user-not-found = there is no user { $name }
user-disabled-already = { $name } is disabled already
user-active-already = { $name } is active already
user-disabled = { $name } is disabled: nobody can log in as { $name }, and open invitations of theirs connect nobody
user-enabled = { $name } is active again
user-password = { $name } has a new password; all sessions of { $name } have ended
user-linked = { $name } logs in as { $subject } of { $issuer }
user-linked-already = { $name } is linked so already
user-link-account-taken = { $name } belongs to { $subject } of { $issuer }. Take that back first: symbolon user unlink { $name }
user-link-person-taken = { $subject } has the account { $name } already
user-link-subject = what a log-in service calls a person has 1 to 255 characters of ASCII, and no space at either end
user-link-no-issuer = oidc_issuer is not set here: name the service with --issuer URL, or the settings with --config FILE
user-unlinked = { $name } belongs to nobody of a log-in service any more; all sessions of { $name } have ended
user-unlinked-app-passwords = app passwords of { $name } that stay: { $count }; `symbolon user app-password { $name } --list` shows them, `--remove ID` takes one away
user-not-linked = { $name } belongs to nobody of a log-in service
user-totp-state = { $state }, two-step log-in
user-totp-on = { $name } logs in in two steps since { $since }; recovery codes left: { $left }
user-totp-off = { $name } logs in with the password alone
user-totp-turned-off = { $name } logs in with the password alone again
user-leaving = { $name } is being removed, and there is no way back
user-leaving-already = { $name } is being removed already
user-changed = changed { $name }; those whom they are connected with keep what they were told
user-remove-with = { $people ->
    [0] nobody is connected with { $name }
    [one] one person is connected with { $name }
   *[other] { $people } people on { $servers ->
        [one] one server
       *[other] { $servers } servers
     } are connected with { $name }
 }
user-remove-would = { $with }. Removing the account would disconnect it from everybody and tell them, take open invitations back, and remove what is known of { $name }. There is no way back. To do it, say --yes
user-removed = { $name } can do nothing any more. { $with }; the running server, or the next that is started, disconnects and tells them
sessions-none = { $name } is logged in nowhere
session-not-found = { $name } has no session { $id }
session-ended = logged out there
sessions-ended = { $ended ->
    [0] { $name } was logged in nowhere
    [one] { $name } is logged out everywhere (it was one session)
   *[other] { $name } is logged out everywhere ({ $ended } sessions)
 }
app-password-label = made by an administrator
app-password-once = the app password of { $name }; it is shown only now:
app-password-none = { $name } has no app passwords
app-password-not-found = { $name } has no app password { $id }
app-password-removed = removed: nobody can log in with it any more
secret-unread = cannot read the password from stdin
secret-no-terminal = there is no terminal to ask for the password on: give it on stdin with --password-stdin
secret-new = New password:
secret-again = Once more:
secret-differs = the two passwords differ
secret-short = it has fewer than { $least } characters
secret-long = it has more than { $most } bytes
secret-control = it has control characters, which nobody can type
secret-unusable = this password cannot be used: { $reason }

## Other servers

peer-rule = { $rule ->
    [trusted] trusted
    [blocked] blocked
   *[other] { $rule }
 }
peer-link = { $link ->
    [well] answers
    [waiting] messages wait
    [stuck] messages given up
    [silent] does not answer
    [blocked] blocked
   *[unknown] never asked
 }
peer-no-links = no other server is known yet
peer-none = nothing has been decided or noted about any server; `symbolon peer trust HOST` lets one in
peer-trusted = { $host } is { $still ->
    [yes] still trusted
   *[no] trusted
 }: people here and there may connect
peer-blocked = { $host } is { $still ->
    [yes] still blocked
   *[no] blocked
 }: nobody connects with it any more; { $stopped ->
    [0] no accepted invitation was on its way there
    [one] one accepted invitation that was on its way there is stopped
   *[other] { $stopped } accepted invitations that were on their way there are stopped
 }. Connections that exist stay until somebody disconnects
peer-ourselves = { $host } is this server itself; nothing is decided about it
peer-undecided = nothing has been decided about { $host }
peer-forgotten = { $host } is no longer { $was ->
    [trusted] trusted
    [blocked] blocked
   *[other] { $was }
 }; `symbolon peer explain { $host }` says what holds for it now
peer-notes-stay = What is noted about it stays: `symbolon peer explain { $host }` lists it
x-aspect = { $aspect ->
    [ca] issuers of its own
    [pin] the keys by which it is recognised
    [sign] how messages to it are signed
    [take] the least that is taken from it
    [note] a note
   *[other] { $aspect }
 }
note-done = noted about { $host }: { x-aspect }: { $what }
note-removed = taken back about { $host }: { x-aspect }
note-weaker = That is weaker than what would hold without it; the trail says so, too. `symbolon peer quirk { $host } --remove` takes it back
note-nothing = nothing of that kind is noted about { $host }
note-empty = there is nothing to note; --remove takes back what is noted
note-pin-first = Keys are noted, too: they alone decide, and issuers are not asked.
explain-noted = Noted { $at }, by { $by }: { x-aspect }: { $what }.
explain-note-back = `symbolon peer { $command } { $host } --remove` takes that back.
import-would = { $trusted } would be trusted, { $left } left as they are
import-done = { $trusted } trusted, { $left } left as they are
import-pattern = it is a pattern, not the name of one server
import-not-a-name = it is not the name of a server
import-no-service = it has no service of the type OCM, so that the list's own server leaves it out, too
import-ourselves = it is this server itself
import-left-out = { $domain }: left out, { $reason }
import-stays = { $server }: is { $rule ->
    [trusted] trusted
    [blocked] blocked
   *[other] { $rule }
 } already, and stays so
import-trusted = { $server }: trusted
x-way = { $way ->
    [in] Invitations from { $host }
   *[out] Invitations to { $host }
 }
explain-trusted = { x-way } are accepted: the server is trusted by name.
explain-open = { x-way } are accepted: every server that is not blocked is accepted ({ $setting }).
explain-in-directory = { x-way } are accepted: those of servers in a directory are ({ $setting }).
explain-blocked = { x-way } are refused: the server is blocked by name.
explain-not-listed = { x-way } are refused: the server is neither trusted by name nor let in by the setting ({ $setting }).
origin-default = default
origin-file = { $path }, line { $line }
origin-credential = credential { $path }
explain-listed = The directory { $directory } lists it.
x-ruled = It is { $rule ->
    [trusted] trusted
    [blocked] blocked
   *[other] { $rule }
 } since { $at }, by { $by }
explain-ruled = { x-ruled }.
explain-ruled-why = { x-ruled }: { $note }.
explain-forget = `symbolon peer forget { $host }` takes that back.
explain-signs = It signs with { $dialect ->
    [rfc9421] RFC 9421
   *[cavage] the older draft-cavage
 }; messages to it are signed so too, and nothing weaker is believed{ $noted ->
    [yes] , except as noted below
   *[no] {""}
 }.
explain-trust = `symbolon peer trust { $host }` lets it in.
check-ourselves = { $server } is this server itself; look at it with `symbolon doctor`
not-a-server = “{ $name }” is no name of a server: { $reason }

## The trail

trace-no-id = “{ $id }” is no id of this server
audit-no-time = “{ $text }” is no time; write a date like 2026-11-24, a time like 2026-11-24T08:00:00Z, or 90m, 24h, 7d
audit-none = nothing in the audit trail fits
audit-by-person = by { $user }
audit-by-peer = by { $peer }
audit-by-stranger = by a stranger
audit-by-stranger-of = by a stranger ({ $peer })
audit-by-administrator = by an administrator
audit-by-server = by this server
audit-by-nobody = by somebody of whom nothing is recorded
audit-for = { $by } for { $user }
audit-with = { $by } with { $peer }

## The doctor

level-ok = ok
level-off = off
level-not-checked = not checked
level-attention = attention
level-problem = problem
x-problems = { $problems ->
    [one] 1 problem
   *[other] { $problems } problems
 }
x-things = { $attention ->
    [one] 1 thing that needs attention
   *[other] { $attention } things that need attention
 }
doctor-found-problems = found { x-problems }
doctor-found-attention = found { x-things }
doctor-found-both = found { x-problems }, and { x-things }
doctor-mend = To mend it: { $remedy }
doctor-all-well = All is well.
doctor-seen-well = All that was looked at is well; lines with [-] were not.
doctor-look-attention = Look at the lines that begin with [!].
doctor-look-problem = Look at the lines that begin with [x] first, then at those with [!].

## The probe. What the draft demands, and what was seen of it, is told in the draft's own language.

probe-head = { $server } and { $draft }, { $at }
probe-count = { $pass } pass, { $fail } fail, { $unseen } not observable
probe-broken = { $count ->
    [one] 1 MUST is not followed
   *[other] { $count } MUSTs are not followed
 }
probe-unsigned = nothing is signed, since no server of yours is named; with --public-url and --data, more is seen
probe-unwritten = cannot write { $path }
probe-unread = cannot read the invitation from stdin
probe-other-invitation = the invitation is one of { $other }, not of { $server }
probe-ourselves = { $server } cannot accept an invitation of its own; name another server with --public-url
probe-no-keys = there are no keys in { $folder }: start the server once

## Arguments

arguments-unknown = there is no argument “{ $argument }” here
arguments-no-command = there is no command “{ $command }” here
arguments-which-command = “{ $command }” needs one of its commands: { $commands }
arguments-missing = something is missing:
arguments-conflict = “{ $argument }” does not go together with { $others }
arguments-twice = “{ $argument }” is there more than once
arguments-value-missing = “{ $argument }” needs a value
arguments-values = it must be one of { $values }
arguments-bounds = it must be a whole number between { $least } and { $most }
arguments-number = it must be a whole number
arguments-too-many = “{ $value }” is one value too many for { $argument }
arguments-wrong = the arguments cannot be understood
arguments-meant = Perhaps you mean: { $meant }
arguments-usage = Usage: { $usage }
arguments-help = More about it with --help
argument-refused = { $argument } cannot be “{ $value }”: { $reason }
lang-none = it is none of { $languages }
text-long = it is longer than { $most } characters
text-control = it has control characters
text-direction = it has characters that change the direction of writing
name-empty = it is empty
name-upper = “{ $letter }” is an upper-case letter: write “{ $lower }”
name-letter = “{ $letter }” is not allowed: use lower-case letters, digits and .-_@
name-begin = it must begin with a letter or a digit
invite-uses = it must be a number of people, or “anyone”
name-no-email = it is not an e-mail address
audit-no-kind = there is no such kind; the kinds are { $kinds }

## Backups

x-keys = { $keys ->
    [one] 1 file of keys
   *[other] { $keys } files of keys
 }
backup-all = { $path }: the database and { x-keys }
backup-keys = { $path }: { x-keys }
    The database is not in it. Keep it with pg_dump, each time before the keys.
restore-all = { $path }: the database and { x-keys }. Start the server now.
restore-keys = { $path }: { x-keys }. Start the server now.
backup-exists = { $path } exists already, and nothing is replaced. Name a folder that does not exist
restore-in-the-way = { $path } exists already, and nothing is replaced. Move it away if it is no longer needed, or name another data folder
backup-nothing = { $path } is not there. Name the server's data folder with --data or SYMBOLON_DATA
restore-not-whole = { $path } is not there, so that this is not a whole backup
restore-other-database = the backup { $holds ->
    [lacks] lacks
   *[holds] holds
 } a database, and the settings say { $settings }. Name the database of that server with --database
backup-not-noted = It is done, but could not be noted in the audit trail: { $why }
backup-memory = a database in memory cannot be backed up
backup-keys-change = the keys are being changed; try again in a moment
backup-io = { $path }: { $reason }

## The demo

demo-two = Two servers are running on this machine.
demo-open = open
demo-log-in = log in as
demo-password = password
demo-try = What to try, in two browser windows:
demo-try-invite = At cat, as bob: make an invitation and copy its link or its code.
demo-try-accept = At dog, as carol: accept it. Both now list each other.
demo-try-delete = Disconnect on one side and watch it go on the other.
demo-try-again = Accept the same invitation once more. It still works if carol was the one who disconnected; if bob was, it says so, and a new invitation of his works.
demo-try-administer = Both manage their servers too: “Administration” shows how the two are linked.
demo-script = By script:  { $command }
demo-whole = The whole story by itself:  { $command }
demo-stop = Ctrl-C stops both servers and removes their data.
demo-left = cannot remove { $path }: { $error }
demo-story-head = The story of owncloud/ocis#10813, played by two servers on this machine:
demo-story-people = bob on { $cat }, carol on { $dog }
demo-story-done = All { $steps } steps went as promised, in { $seconds } s.
demo-story-broke = the story broke off at step { $step }: { $gesture }
demo-story-stopped = stopped in the middle of the story
demo-story-logs = The last lines of both logs:
demo-at = { $name } at { $server }
demo-from = { $name } from { $server }
demo-down = Cat is down while carol accepts.
demo-unasked = cannot ask: { $server } is down
demo-lists = lists { $people }
demo-nobody = nobody
demo-no-answer = got no answer: { $error }
demo-sentences = { $first } { $second }
demo-dog-says = dog says: { $words }
demo-dog-died-after = dog died after it had answered her
demo-dog-died-before = dog died before it had answered her
demo-new-one = new one
demo-after-accept = after she accepted
demo-after-her-click = after her click
demo-after-his-click = after his click
demo-after-try = after she tried
demo-after-clicks = after both clicks
demo-after-dog = after dog was back
demo-after-cat = after cat was back
demo-connect = Bob at cat invites, carol at dog accepts.
demo-connect-promise = both list each other
demo-deletes = Carol deletes the connection, by accident.
demo-deletes-promise = bob's list is empty within a second
demo-again = Carol accepts the same invitation again.
demo-again-promise = both list each other, once
demo-bob-deletes = Bob deletes the connection.
demo-bob-deletes-promise = carol's list is empty within a second
demo-old = Carol tries the old invitation.
demo-old-promise = refused, with words that tell her to ask for a new one
demo-fresh = Bob sends a fresh invitation, and carol accepts it.
demo-fresh-promise = it works: both list each other
demo-twice = Carol deletes, and accepts twice at the same moment.
demo-twice-promise = one connection, no error
demo-own = Carol accepts an invitation of her own.
demo-own-promise = refused, nothing written
demo-killed = Carol deletes, dog is killed (kill -9) that moment, and started again.
demo-killed-promise = bob's list is empty
demo-down-promise = she sees that it is pending, and why
demo-back = Cat comes back.
demo-back-promise = both are connected without her doing anything
demo-down-deletes = Cat is down while carol deletes.
demo-down-deletes-promise = gone for her at once
demo-back-deletes = Cat comes back.
demo-back-deletes-promise = gone for bob, too
