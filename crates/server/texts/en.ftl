# What the pages say. A text may hold HTML; what goes in for a variable is escaped first. Messages whose names begin with
# x- are pieces, and a matter of each language.

## On every page

skip = Skip to the content
main-menu = Main
connections = Connections
invitations = Invitations
tab-accept = Accept
accept-an-invitation = Accept an invitation
log-out = Log out
settings = Settings
what-to-do = What to do:
field-wrong = “{ $field }” cannot be accepted
field-remedy = Correct it below.
field-back = Go back and correct it.
cannot-be-done = That cannot be done
reference = Reference <code>{ $reference }</code>
quoted = “<bdi>{ $text }</bdi>”
more-about-this = more about this
to-the-start = Go to the start page
from-the-server = from the server
link = Link
code = Code
copy = Copy
copied = Copied
copy-link = Copy link
copy-code = Copy code
try-now = Try now
cancel = Cancel
now-connected-toast = { $name } ({ $server }) and you are connected.
now-disconnected-toast = { $name } ({ $server }) and you are no longer connected.
now-told-toast = The server of { $name } has confirmed that you are no longer connected.
now-untold-toast = The server of { $name } may still list you.
now-refused-toast = The invitation from { $server } did not connect you.
now-unsent-toast = A mail with an invitation of yours could not be sent.

## Times. The number may also be {"{n}"}, which the script of the pages replaces.

x-month = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
    [12] Dec
   *[other] { $month }
 }
month = { x-month }
day = { $day } { x-month } { $year }
moment = { $day } { x-month } { $year }, { $clock } UTC
clock = { $clock } UTC
day-of-year = { $day } { x-month }
moment-here = { $day } { x-month } { $year }, { $clock }
clock-here = { $clock }
soon-now = now
soon-seconds = in { $n } s
soon-minutes = in { $n } min
soon-hours = in { $n } h

## Log-in

log-in = Log in
log-in-with = Log in with { $service }
log-in-invited = Log in to answer the invitation. Nothing is accepted before you say so.
log-in-own-password = Or with a password that is for this server alone, not the one of { $service }:
log-in-forgotten = Forgotten your password? Ask the administrators of { $server }.
logged-out-here = You are logged out here. You may still be logged in at { $service }: if others use this device, log out there, too.
user-name = User name
password = Password
second-step = One more step
second-step-lead = Your password is right, <bdi>{ $name }</bdi>. Now enter the code that your app shows.
second-step-lost = The app is not at hand?
second-step-other = Log in as somebody else
recovery-code = Recovery code
recovery-code-hint = One of those that you got when you turned on the two-step log-in. Each counts once. If you have none either, ask your administrator.

## Settings

on-this-page = On this page
settings-saved = Saved.
language = Language
language-of-browser = As in the browser
language-hint = In which language the pages of this server speak to you.
save = Save
profile = Profile
optional = optional
e-mail-as-given = Addresses are not verified on this server.
e-mail-confirmed = A new address counts once you have confirmed it by a link that is sent there.
email-waiting = { $email } is to be your address. Open the link in the mail that goes there; until then nothing changes.
email-over = { $email } was to be your address. The link that was sent there counts no more; have it sent again.
email-give-up = Do not use it
email-sent = A link is on its way to the new address. It counts once you have opened the link and confirmed it.
email-confirmed = The address is confirmed, and is yours here from now on.
email-confirm = Confirm your e‑mail address
email-confirm-lead = { $email } is to be your address on this server.
email-confirm-button = Yes, this is my address
email-link-over = This link confirms no address: it is too old, was replaced by a newer one, or is for another account than the one you are logged in with. In your settings you can have it sent again.
profile-hint = Whoever connects with you from now on gets your name and your e-mail address. Those you are connected with keep what they have.
your-address = Address for connections
your-address-hint = Servers know you by it; it receives no mail.
password-changed = You have a new password. Every other place where you were logged in is logged out; app passwords stay.
app-password-removed = Removed: nobody can log in with it any more.
session-ended = Logged out there.
sessions = Where you are logged in
browser-on-system = { $browser } on { $system }
browser-alone = { $name }
browser-unknown = A browser that does not say which
this-session = this one
session-since = logged in { $since }
session-seen = last seen { $seen }
end-session = Log out
settings-cut = The newest { $n } are shown here. <a href="/settings">Show all of them</a>
end-other-sessions = Log out everywhere else
logging-in = Logging in
logs-in-with = You log in with { $service }, since { $since }.
no-password-here = You have no password on this server.
change-password = Change password
current-password = Current password
new-password = New password
new-password-again = New password once more
password-hint = At least 8 characters. You will be logged out everywhere else.
second-factor = Two-step log-in
second-factor-lead = Once it is on, logging in with your password also needs a code from an app on your device. Whoever gets hold of your password alone is not let in.
second-factor-scan = Scan this with an app for one-time codes; many password managers can do this. Then enter the code that it shows.
second-factor-qr = The secret for your app as a QR code
second-factor-open = Or open it in an app on this device
second-factor-secret = Or type this secret into the app
second-factor-code = Code from your app
second-factor-code-or-recovery = Code from your app, or a recovery code
second-factor-hint = You will be logged out everywhere else. App passwords stay.
second-factor-turn-on = Turn on
second-factor-turn-off = Turn off
second-factor-off-hint = After turning it off, your password alone lets you in again, and the recovery codes are void. Turn it on again for a new secret and new codes.
second-factor-is-on = The two-step log-in is on. You are logged out everywhere else.
second-factor-is-off = The two-step log-in is off: your password alone lets you in.
second-factor-since = Turned on { $since }.
recovery-codes = Recovery codes
recovery-codes-once = They are shown only now. Keep them where you find them without your device: each lets you in once in place of a code from the app.
recovery-codes-kept = I have kept them
recovery-codes-left = { $n ->
    [0] No recovery code is left.
    [one] One recovery code is left.
   *[other] { $n } recovery codes are left.
 }
app-passwords = App passwords
app-passwords-lead = For apps and scripts, which never need to know your own password. Each can be taken away alone.
app-password-fresh = App password for <bdi>{ $label }</bdi>
app-password-once = It is shown only now. Copy it to where it is needed.
app-password-since = made { $since }
app-password-used = last used { $used }
app-password-unused = never used
app-password-label = What the new one is for
app-password-example = For example: calendar on my phone
create = Create
remove = Remove
your-data = Your data
your-data-lead = A copy of what is kept about you here, and the people you are connected with for your address book. No secrets are in it.
copy-as = { $format ->
    [json] Everything (JSON)
    [vcard] Your connections for most address books (vCard)
   *[jscontact] Your connections for newer address books (JSContact)
 }
leave-title = Delete my account
leave-lead = Disconnects you from everybody and deletes your account on this server.
leave-question = Delete your account on { $server }?
leave-log-in = You are logged out everywhere, and nobody can log in as you any more. App passwords stop working.
leave-people = You are disconnected from { $people ->
    [one] one person
   *[other] { $people } people
 } on { $servers ->
    [one] one server
   *[other] { $servers } servers
 }.
leave-told = { $servers ->
    [one] The other server is told, so that it shows there too. If it cannot be reached,
   *[other] The other servers are told, so that it shows there too. Where one cannot be reached,
 } we go on trying for three days. Not every server understands it; one that does not may go on listing you.
leave-invitations = { $n ->
    [one] Your open invitation is withdrawn and connects
   *[other] Your { $n } open invitations are withdrawn and connect
 } nobody any more.
leave-acceptances = { $n ->
    [one] The invitation that you are accepting is
   *[other] The { $n } invitations that you are accepting are
 } cancelled. What may have arrived already is undone as soon as the other server answers.
leave-forgets = Your name, your e-mail address and your notes are removed, and what this server knows of your connections. The audit trail of the administrators keeps what happened, without your e-mail address.
leave-no-way-back = There is no way back. A new account would be another one: everybody would have to be invited anew.
leave-copy-first = If you want to take your connections along, <a href="/settings#copy-of-data">get a copy of your data</a> first.
your-password = Your password
your-user-name = Your user name
leave-name-hint = You have no password here: type your user name, { $name }, to confirm.
leave-now = Delete my account now
stay = Keep my account
left-title = Your account is deleted
left-lead = Nobody can log in as you on { $server } any more, and you are being disconnected from everybody.
left-told = Other servers are being told. You need not do anything, and you can close this page.

## Connections

invite-someone = Invite someone
search-connections = Search connections
search-hint = Name, e-mail or server
search = Search
under-way = Under way
all-under-way = All that are under way
under-way-newest = The newest { $n } that wait are shown. The others follow as these come to an end.
invitation-from = Invitation from { $server }
connecting-since = connecting: waiting for { $server } since { $since }
connecting-next = connecting: waiting for { $server } since { $since }, trying again { $next }
cancelling-since = cancelling: waiting for { $server } since { $since }
cancelling-next = cancelling: waiting for { $server } since { $since }, trying again { $next }
stopping-since = stopped by your administrators: waiting for { $server } since { $since }
stopping-next = stopped by your administrators: waiting for { $server } since { $since }, trying again { $next }
not-connected = not connected: { $why }
nobody-matches = Nobody here matches “{ $search }”
all-connections = Show all connections
no-more-connections = There are no more connections
back-to-newest = Back to the newest
no-connections = No connections yet
connected-with-nobody = You are connected with nobody now
connections-lead = Connect with a person on another server, and the two of you can share with each other.
connected = Connected
connected-since = connected since { $since }
tells-of-no-disconnects = Their server does not tell when they disconnect there. If they have removed you, this list does not show it; a new invitation of theirs puts it right.
silent-since = their server has not answered since { $since }
unverified-server = unverified server
unverified-lead = The server <bdi>{ $server }</bdi> has not signed this, and nothing there says that it is one for such connections. Whoever had the invitation could have used its name. Make sure by another way that it is the person whom you invited.
disconnect = Disconnect
number = { $n }
only-server = Only people of one server
every-server = All servers
other-servers = { $n ->
    [one] One more: search for its name
   *[other] { $n } more: search for their names
}
really = ({ $name })
nickname = What you call them
nickname-optional = optional, only you see it
by-yours = by <a href="/invitations/{ $id }">your invitation</a>
by-yours-noted = by <a href="/invitations/{ $id }">your invitation “{ $note }”</a>
by-both = by an invitation of theirs and <a href="/invitations/{ $id }">one of yours</a>
by-both-noted = by an invitation of theirs and <a href="/invitations/{ $id }">yours “{ $note }”</a>
by-theirs = by their invitation
connect-again = Connect again
connect-again-with = Connect again with { $name } at { $server }
undo-disconnect = Undo
disconnect-from-at = Disconnect from { $name } at { $server }
earlier-connections = Earlier connections
disconnected = Disconnected
ended-by-them = disconnected by them
ended-by-neither = disconnected, since the two servers no longer agreed; connect again by a fresh invitation
ended-told = disconnected, the other side has been told
ended-telling = disconnected, their server is being told
ended-unconfirmed = disconnected, told but not confirmed; they may still list you
ended-not-understood = disconnected, their server does not understand and may still list you
ended-could-not = disconnected, their server cannot be told and may still list you

## What has just been done

already-connected = { $name } ({ $server }) and you were connected already. Nothing has changed.
already-connected-here = { $name } ({ $server }) and you were connected already. Their server does not tell when they disconnect there: if they have removed you, ask them for a new invitation.
no-longer-connected = You and { $name } ({ $server }) are no longer connected. { $more }
told-here = Both lists show it.
told-confirmed = Their server has been told and has confirmed it.
told-telling = Their server is being told; until then it may still list you.
told-unconfirmed = Their server has been told, but does not say whether it understood. It may still list you.
told-not-understood = Their server does not understand such messages and may still list you.
told-could-not = Their server could not be told and may still list you.
told-by-nobody = The two servers no longer agreed. Your list says why.
told-by-them = It was they who disconnected.
mistake-again = By mistake? While their invitation is valid, one click connects you again.
mistake-new = By mistake? <a href="/invitations">Send { $name } a new invitation</a>: earlier ones no longer let them in.

## Disconnecting

disconnect-from = Disconnect from { $name }
disconnect-from-question = Disconnect from <bdi>{ $name }</bdi>?
what-this-does = What this does
disconnect-here = The two of you can no longer share with each other. This takes effect at once.
disconnect-both-here = Both of you have your accounts on this server, so both lists show it at once.
disconnect-tells-perhaps = { $server } is told, but not every server understands that: theirs may go on listing you. Your list says what came of it.
disconnect-tells = { $server } is told, so that their list shows it too. If it cannot be reached, we go on trying for three days, and your list says what came of it.
disconnect-again = If you change your mind, you can accept the same invitation again while it is valid.
disconnect-new = If you change your mind, { $name } needs a new invitation from you. Earlier ones no longer let them in.
stay-connected = Stay connected

## Invitations

invite-someone-elsewhere = Invite someone on another server
invite-lead = You get a link and a code to hand over, by mail or any other way. Whoever accepts is connected with you, and gets your name and your e-mail address; opening the link alone connects nobody.
note = Note
note-optional = optional, only you see it
note-example = For example: physics workshop
for-how-many = For how many people
crowd = { $people ->
    [0] anyone who has it
    [1] one person
   *[other] up to { $people } people
 }
valid-for = Valid for
life = { $days ->
    [1] one day
    [365] one year
   *[other] { $days } days
 }
create-invitation = Create invitation
open-invitations = Open
invited-nobody = You have not invited anybody yet.
none-open = No invitation is open.
past-invitations = Past
earlier-open-invitations = Earlier open invitations
earlier-invitations = Earlier invitations
invitation-for = Invitation for { $email }
invitation-of = Invitation of { $when }
open-until = open until { $when }
expired-at = expired { $when }
withdrawn-at = withdrawn { $when }
accepted = accepted
accepted-by-everybody = accepted by everybody
for-one = for one person
for-people = for up to { $limit } people
for-people-none-yet = for up to { $limit } people, nobody has accepted yet
for-anyone = for anyone who has it
for-anyone-none-yet = for anyone who has it, nobody has accepted yet
accepted-by = accepted by { $people }
accepted-by-and-more = accepted by { $people } and { $n } more
more-people = More people
list-separator = {", "}
somebody = Somebody

## One invitation

hand-over = Send this link to the person you invite. It leads them to their own server; opening it connects nobody yet.
code-hint = If the link does not help them, they can log in to their server, look for “Accept invitation” or “Open Cloud Mesh”, and paste this code there.
share = Share…
share-text = I would like to connect with you, so that the two of us can share with each other.
qr-code = QR code of the link
qr-hint = For somebody beside you: they open the link with the camera of their telephone.
invitation-is-expired = This invitation connects nobody any more. Renew it, and the link and the code that you sent work again.
invitation-is-withdrawn = You withdrew this invitation; it connects nobody. To invite the same person, <a href="/invitations">create a new invitation</a>.
invitation-is-used-up = As many people as it was meant for have accepted. To invite more, <a href="/invitations">create a new invitation</a>.
accepted-by-title = Accepted by
nobody-yet = Nobody yet.
nobody-yet-look = This page shows it as soon as it happens.
valid-from-now = Valid from now for
valid-hint = Link and code stay the same.
change = Change
renew-for = Valid from now for
renew = Renew
renew-this = Renew “{ $title }”
wrong-person = Sent to the wrong person?
withdraw = Withdraw invitation
withdraw-hint = Link and code stop working at once. Whoever has accepted stays connected.
done-created = The invitation is ready. Hand over the link or the code.
done-renewed = Its time starts again from now. The link and the code are the same as before.
done-withdrawn = Withdrawn. The link and the code no longer connect anybody.

## Accepting

invitation = Invitation
paste-here = Paste the link or the code that you got
looking = Looking where it leads …
paste-hint = The link, the code, or the whole message with it.
their-server = Server of the person who invited you
their-server-hint = This invitation does not say which server it comes from.
look-answers = Leads to <strong>{ $server }</strong>, which answers and takes invitations.
look-here = Leads to <strong>{ $server }</strong>, the server that you are on.
look-silent = Leads to <strong>{ $server }</strong>, which does not answer just now. You can connect all the same: your answer is kept here and delivered when it does.
look-not-now = Leads to <strong>{ $server }</strong>. Whether it answers could not be looked at just now. Try again in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
 }.
look-refused = Leads to <strong>{ $server }</strong>. { $why }
what-they-see = What they will see of you
server-gets = When you connect, { $server } and the person who invited you get:
name = Name
address = Address
server = Server
e-mail = E-mail
e-mail-made-up = a stand-in: your account has no e-mail address
e-mail-none = Keep my e-mail address to myself
e-mail-none-hint = Their server asks for an address. If you keep yours to yourself, it gets { $stand-in }, which receives no mail.
account = Account
connect = Connect
not-now = Not now

## How accepting went

you-are-connected = You and { $name } are connected
you-are-no-longer-connected = You and { $name } are no longer connected
title-cancelling = Cancelling
title-stopping = Stopped by your administrators
title-connecting = Connecting with { $server }
title-cancelled = Cancelled
you-are-not-connected = You are not connected
state-connected = connected
now-connected = You find <bdi>{ $name }</bdi> among your connections, and they find you among theirs. The two of you can now share with each other.
see-connections = See your connections
connected-and-ended = This invitation connected you with <bdi>{ $name }</bdi> ({ $server }), and the connection has ended since.
cancelling-lead = You cancelled it. As the request may have arrived already, we first ask { $server } what came of it, and disconnect you again if it had connected you.
stopping-lead = As the request may have arrived already, we first ask { $server } what came of it, and disconnect you again if it had connected you. You need not do anything.
stopped-before = The administrators of this server stopped it meanwhile: they do not allow connections with { $server }.
pending-lead = Your answer is kept here and delivered as soon as { $server } takes it, until { $until }. You need not keep this page open.
reload-to-see = Reload this page to see how it stands.
disconnected-before = You disconnected from <bdi>{ $name }</bdi> before <bdi>{ $server }</bdi> answered. It had connected you once more; that connection has ended too.
cancelled-too-late = You cancelled it, but <bdi>{ $server }</bdi> had connected you with <bdi>{ $name }</bdi> already. That connection has ended.
overtaken-lead = You disconnected while it waited, and nobody is connected by it. While the invitation is valid, you can accept it again.
cancelled-lead = You cancelled it, and nobody is connected by it. While the invitation is valid, you can accept it again.
accept-after-all = Accept it after all
accept-another = Accept another invitation

## Where a link leads to

you-are-invited = You are invited to connect
wayf-lead = A person on <strong>{ $inviter }</strong> invites you to connect, so that the two of you can share with each other. You answer on your own server, with the account you have there. Opening this page accepts nothing.
wayf-there = Continue on your server
wayf-there-lead = <strong>{ $server }</strong> takes invitations. You log in there, see once more what you are about to accept, and decide.
continue-to = Continue to { $server }
another-server = Another server
your-server = Your server
continue = Continue
your-server-hint = The server where you have your account: its name, its address in the browser, or your own address there (you@cloud.example.org).
wayf-last = Continue where you were last time
wayf-directory = Find your server
wayf-search = Part of its name
wayf-none = No server in the list has that in its name.
wayf-more = There are more. Write a part of the name to find yours.
wayf-code = My server is not found, or I would rather paste a code
wayf-code-hint = Log in to your server, look for “Accept invitation” or “Open Cloud Mesh”, and paste this code there.
wayf-remedy = Check what you entered. If it is right, use the code below on your server.

## Every problem

errors = When something does not work
errors-lead = Every message of this server, by the name that programs and logs know it by. A reference shown beside a message finds the same exchange in the logs of both servers.
errors-you = What you can mend yourself
errors-inviter = What the person who invited you can mend
errors-their-server = The other server
errors-network = The way between the servers
errors-our-server = This server

## What comparing the two servers' lists has found

found-ended-there = was found disconnected on the other side, when the two servers compared their lists
found-ended-here = disconnected by you earlier, which this server had forgotten; connect again by a fresh invitation
found-not-there = disconnected, since their server no longer knows of it; connect again by a fresh invitation
found-not-here = disconnected, since this server had no record of it; connect again by a fresh invitation

## The story of a connection

story-title = What happened
story-more = There is more; the oldest is left out.
story-utc = Times in the drawing are UTC.
story-table = The same as a table
story-when = When
story-who = Who
story-what-head = What
story-not-done = Not completed:
story-waits = Put off:
story-line-waits = Put off: { $line }
story-you = You
story-administrator = An administrator
story-this-server = This server
story-somebody = Somebody unknown
story-stranger = Somebody for { $peer } (unproven)
story-line = { $who } { $what }
story-reason = { $what }: { $reason }
story-what = { $key ->
    [invite-issued] created the invitation
    [invite-shown] looked at the invitation again
    [invite-listed] looked at their invitations
    [invite-accepted] said that somebody there accepts the invitation
    [invite-refused] asked to let somebody in, who was turned away
    [invite-withdrawn] withdrew the invitation
    [invite-renewed] gave the invitation more time
    [invite-expired] noted that the invitation had expired
    [acceptance-started] accepted the invitation
    [acceptance-repeated] accepted the invitation again
    [acceptance-sent] began to deliver it
    [acceptance-waiting] put it off, to try again later
    [acceptance-hurried] asked for another try at once
    [acceptance-cancelling] cancelled; the outcome had to be learnt first
    [acceptance-stopping] did not let the other server in; the outcome had to be learnt first
    [acceptance-refused] could not accept the invitation
    [acceptance-settled] finished accepting the invitation
    [acceptance-settled-for-nothing] ended the accepting without a connection
    [connection-connected] made the connection
    [connection-disconnected] disconnected
    [connection-disconnected-there] said that the connection has ended
    [connection-told] finished telling the other server
    [connection-named] chose what to call the other person
    [delivery-retried] sent the message again
    [invite-mail-asked] asked for the invitation to be sent by mail again
    [invite-mailed] sent the invitation by mail
    [invite-mail-failed] could not send the invitation by mail
    [delivery-given-up] gave up the mail
    [user-notifications-changed] chose what to be told by mail
    [message-mail] handed a mail to its mail server
    [mail-taken] heard that the mail was taken
    [mail-refused] heard that the mail was not taken
    [sync-found] found differences between the two servers
    [sync-doubted] did not recognise the other server's memory
    [peer-trusted] trusted the server
    [peer-blocked] blocked the server
    [peer-forgotten] removed what was decided about the server
    [peer-ca-changed] changed which issuers of certificates count for the server
    [peer-pin-changed] changed the keys by which the server is recognised
    [peer-quirk-changed] changed how messages with the server are signed
    [peer-note-changed] changed the note about the server
    [directory-added] followed the directory
    [directory-removed] stopped following the directory
    [directory-changed] noted that the directory had changed
    [directory-failed] could not fetch or believe the directory
    [peer-signs] signed for the first time in this way; from then on it must
    [peer-weaker] described itself with a weaker way to sign than before
    [peer-refused] sent what was not believed or not understood
    [session-opened] logged in
    [session-renewed] renewed the log-in's secret
    [session-closed] logged out
    [session-ended] ended a log-in elsewhere
    [session-refused] could not log in
    [user-added] created the account
    [user-password-changed] changed the password
    [user-totp-enabled] turned on the two-step log-in
    [user-totp-disabled] turned off the two-step log-in
    [user-recovery-code-used] used a recovery code
    [user-email-asked] entered an e-mail address that has to be confirmed
    [user-profile-changed] changed name or e-mail address
    [user-exported] took a copy of the data
    [user-leaving] asked to delete the account
    [user-left] deleted the account with all that belongs to it
    [user-language-changed] chose a language
    [user-disabled] disabled the account
    [user-enabled] enabled the account
    [user-linked] linked the account with somebody of the log-in service
    [user-unlinked] took the link with the log-in service away
    [user-admin-granted] made the account an administrator
    [user-admin-revoked] removed the administrator role from the account
    [user-app-password-added] created an app password
    [user-app-password-used] logged in with an app password
    [user-app-password-removed] removed an app password
    [backup-made] made a backup
    [backup-restored] put a backup back
    [keys-rotated] made a new signing key
    [keys-retired] retired a signing key
    [audit-pruned] removed old entries of the audit trail
    [message-kept] sent nothing yet
    [peer-asked] asked what kind of server it is
    [peer-tried] tried to reach the other server
    [message-invite-accepted] said who accepts the invitation
    [message-user-removed] said that the connection has ended
    [answered-yes] accepted it
    [answered-no] did not accept it
    [answered-nothing] got no answer
   *[other] { $words }
 }
story-outcome = { $key ->
    [confirmed] it knows
    [unconfirmed] it says that it knows, which proves nothing
    [not-understood] it does not understand
    [could-not] it could not be told
    [connected] connected
    [refused] refused
    [cancelled] cancelled
    [given-up] given up
    [out-of-time] out of time
    [failed] failed
   *[other] { $result }
 }
story-try = try { $attempt }
story-status = status { $status }
story-said = “{ $said }”
story-reference = reference { $reference }
story-theirs = theirs { $reference }

## What the other server said, for whoever wants to know it exactly

details = Details
stage-discovery = failed while asking the server what it is
stage-here = did not get away from here
stage-network = failed on the way
stage-trust = failed at the question whether the servers trust each other
stage-signature = failed at the signature
stage-invitation = failed at the invitation
stage-storage = failed because the other server could not write it down
stage-answer = failed inside the other server
heard-status = answer: HTTP { $status }
heard-words = answer: “{ $said }”
heard-reference = named there <code>{ $reference }</code>

## The same for programs, beside a state

told-text = { $told ->
    [telling] Disconnected here. { $server } is being told.
    [confirmed] Disconnected, and { $server } has confirmed it.
    [unconfirmed] Disconnected here. { $server } was told, but servers of its kind do not act on it.
    [not_understood] Disconnected here. { $server } does not understand such messages and may still list you.
   *[could_not] Disconnected here. { $server } could not be told and may still list you.
 }

## Checking another server: whoever is logged in can ask, and the command for administrators says the same

check-title = Check of { $server }
check-this-server = Check this server
check-lead = This server goes to { $server } step by step, the way an invitation would, and says where it gets stuck. Nothing is changed. It takes a few seconds.
check-again = Check again
check-took = { $n } ms
check-own = This is the server that you are on. Its administrators have a check of their own for it.
check-busy-yours = Your last check is still under way; it takes half a minute at most. Check again when it is over.
check-busy-others = Other people are checking servers just now. Wait half a minute, then check again.
check-busy-often = You can check { $count } servers within a minute, and have done so. Wait a minute, then check again.
check-verdict-ok = Nothing that can be seen from here keeps people here and people on { $server } from connecting.
check-verdict-attention = Nothing that can be seen from here keeps people here and people on { $server } from connecting, but somebody should look at what is marked.
check-verdict-problem = People here and people on { $server } cannot connect as things are.
check-verdict-not-trusted = People here and people on { $server } cannot connect, because this server does not trust it.
check-level-ok = fine
check-level-off = off
check-level-not-checked = not known
check-level-attention = worth a look
check-level-problem = does not work
check-stage-name = Name
check-stage-connect = Way there
check-stage-tls = Certificate
check-stage-description = How it describes itself
check-stage-keys = Keys
check-stage-clock = Clock
check-stage-signature = Our signature
check-stage-invitations = Invitations
check-stage-trusted-here = Trusted here
check-stage-trusts-us = Trusted there
check-stage-kind = Kind of server
check-not-reached = Not checked: it went no further than the step before.
check-blocked = Not checked: the administrators here have blocked it, so it is not asked for anything.
check-unasked = Not checked: this server sends nothing in its own name to a server that it does not trust.
check-rest = The steps after it were not checked.
check-no-time = Not checked: the steps before took too long.
check-name-ok = The name { $server } leads to an address.
check-mend-name = Compare { $server } with an invitation from there. If it is right, its administrators have to look at its entry in the DNS.
check-mend-address = If the name is right, ask its administrators for a public address, or yours whether the name leads somewhere else inside your network.
check-connect-ok = Something answers at that address.
check-mend-connect = Its administrators have to start it, or open its port in the firewall.
check-tls-ok = Its certificate proves that it is { $server }, and what is sent to it cannot be read on the way.
check-tls-none = It has no certificate, which is allowed for trying things out on one machine.
check-tls-pinned = It has the key that is noted here for { $server }, and what is sent to it cannot be read on the way.
check-mend-tls = Its administrators have to give it a certificate for { $server } that comes from a public issuer, has the whole chain, and is valid today.
check-mend-other-key = Ask the administrators of { $server }, by another way, whether the key that it shows is theirs. If it is, yours can note it; until then nothing is sent there.
check-mend-notes = Your administrators have to look at the database and the log of this server.
check-description-ok = It describes itself as it should.
check-description-flaws = It describes itself well enough for invitations; { $count ->
    [one] one thing is
   *[other] { $count } things are
 } not as the specification asks.
check-mend-flaws = It keeps nobody from connecting with people there. What it is, is shown below beside what the specification asks; your administrators can tell those of { $server }.
check-mend-description = If the name is right, its administrators have to look at how it describes itself, and at the proxy in front of it.
check-mend-disabled = Its administrators have to switch connections on.
check-mend-failing = Try again in a moment. If it lasts, its administrators find the reason in its log.
check-fields = What it says, and what the specification asks
check-field-missing = not there
check-field = { $field ->
    [enabled] Required: true or false, whether it takes part at all.
    [apiVersion] Required: the version of the specification that it follows.
    [endPoint] Required: the whole address that other servers send to, on this same server.
    [provider] Optional: what it calls itself.
    [resourceTypes] Required: what can be shared with it, at least one kind of thing. Each has a name, says whom it can be shared with, and by which ways it is reached.
    [capabilities] Optional: words for what it can do. That it can be told something should be among them.
    [criteria] Optional: words for what it demands of others.
    [inviteAcceptDialog] Recommended with invitations: its page for accepting one.
    [tokenEndPoint] Required of servers that hand out access for a short time: where to ask for it.
    [jwksUri] In later versions of the specification only: where its keys are.
    [publicKey] Not in the specification: a key as older Nextcloud releases have it.
    [version] Not in the specification: Nextcloud has it.
   *[other] Not in the specification.
 }
check-flaw-must = Required, but not met: { $flaw }
check-flaw-should = Recommended, but not met: { $flaw }
check-flaw-defined = Expected, and not so: { $flaw }
check-flaw = { $rule ->
    [D2-enabled] it is missing, or neither true nor false.
    [D2-apiVersion] it is missing, or no text.
    [D2-endPoint] it is missing, or no whole web address.
    [D2-endPoint-here] it leads to another server, and nobody sends there what is meant for this one.
    [D2-provider] it is no text.
    [D2-resourceTypes] it is missing, or no list of entries.
    [D3-some] the list is empty.
    [D3-name] an entry has no name.
    [D2-unique] two entries have the same name.
    [D3-shareTypes] an entry cannot be shared with a person (“user”).
    [D3-protocols] an entry does not say by which ways it is reached.
    [D3-webdav] files can be shared, but not by “webdav”.
    [D4-webdav] the path of “webdav” is no text.
    [D4-webdav-receive] “webdav-receive” does not say which addresses it takes.
    [D4-webapp-receive] “webapp-receive” does not say where it opens things.
    [D5] it is no list of words.
    [D5-known] a word is spelled differently, for example with a slash or a capital letter.
    [D6] it is no list of words.
    [D6-known] a word is spelled differently, for example with a slash or a capital letter.
    [D6-exchange] it demands short-lived access of others and does not offer it itself.
    [S7] apps can be shared, which takes short-lived access, and it does not offer that.
    [P1] it does not say that it can be told something (“notifications”).
    [D7] it is missing, or leads to another server.
    [D8] it is missing, or no whole web address.
    [D9] its keys are not at /.well-known/jwks.json.
   *[other] it is not as the specification has it.
 }
check-keys-ok = { $count ->
    [one] Its key
   *[other] Its { $count } keys
 } can be used, so messages from there can be checked.
check-keys-none = It publishes no keys, so messages from there are not signed.
check-keys-cavage = It signs as servers did before RFC 9421 (draft-cavage), with one key. Messages from there can be checked, and those from here are signed in the same way.
check-keys-weaker = It has offered RFC 9421 before, and now offers only the older draft-cavage. No message from there that is signed so is believed.
check-keys-missing = It says that it signs, but its keys cannot be read. No message from there would be believed.
check-keys-forgotten = It has signed before and publishes no keys any more. No message from there would be believed.
check-keys-bad = None of its keys can be used. No message from there would be believed.
check-keys-some = { $count ->
    [one] One of its keys
   *[other] { $count } of its keys
 } cannot be used; the others can.
check-mend-weaker = Its administrators have to switch its newer signatures on again, or bring back the version that had them.
check-mend-keys = Its administrators have to publish its keys where it says that they are.
check-clock-ok = Its clock agrees with ours.
check-clock-ahead = Its clock is { $seconds } seconds ahead of ours.
check-clock-behind = Its clock is { $seconds } seconds behind ours.
check-clock-unseen = It does not say what time it is there.
check-mend-clock = The administrators of both servers should have the clocks set over the network (NTP).
check-signature-ok = It recognises our signature, so it has been able to fetch our key.
check-signature-noted = Nothing is signed for it, since your administrators have noted so.
check-signature-no-key = This server has no key yet to sign with.
check-signature-unasked = It does not say that it checks signatures.
check-signature-unseen = It answers the same with and without a signature, so whether it checks them cannot be seen from here.
check-signature-refused = It does not accept what this server signs.
check-signature-clock = It does not accept what this server signs, because the clocks differ.
check-signature-unreachable = It cannot check what this server signs, because it cannot fetch our keys.
check-mend-signature = Your administrators can examine this server with “symbolon doctor”. If all is well here, the log of the other server tells the reason.
check-mend-reach-us = It must be able to reach { $us }: the administrators of both servers should look at names and firewalls.
check-invitations-ok = People there can invite and be invited.
check-mend-invitations = Its administrators have to switch invitations on, or install a newer version.
check-trusted-ok = People here may connect with people there.
check-trusted-in-only = People here may accept invitations from there, but people there may not accept ours.
check-trusted-out-only = People there may accept our invitations, but people here may not accept invitations from there.
check-trusted-unseen = Not known, because the database of this server cannot be read.
check-mend-trusted = Your administrators decide about { $server }, and can see why it is so.
check-trusts-ok = It deals with this server: asked about an invitation that we had made up, it looked for it and said that there is none.
check-trusts-list = It deals only with servers on its list. Whether this one is on it shows when somebody accepts an invitation.
check-trusts-unseen = That shows only when somebody accepts an invitation.
check-mend-trusts = Its administrators have to put { $us } on their list of servers.
check-kind-known = It seems to be { $kind }.
check-kind-unknown = It is of a kind that is not known here.
check-quirk-agrees = When one side disconnects, the other side shows it.
check-quirk-list = Its administrators must put this server on their list before people can connect.
check-quirk-silent = It does not tell us when somebody there disconnects.
check-quirk-deaf = It does not understand when somebody here disconnects, and goes on listing them there.
check-quirk-old-news = After somebody there has disconnected, it may answer the same invitation as if nothing had happened.
check-quirk-once = An invitation from there can be accepted once only.
check-quirk-unsigned = Acceptances may come from there without a signature; the invitation alone is their proof then.
check-quirk-test = It is made for tests and not for people.

check-fact = { $fact ->
    [asked] asked
    [answer] answer
    [error] error
    [our-clock-minus-its-clock] our clock minus its clock
    [page-to-accept] page to accept
    [reasons] reasons
    [signed] signed
    [without-a-signature] without a signature
    [with-a-signature] with a signature
    [answer-to-an-invitation-that-nobody-made] answer to an invitation that nobody made
    [key-shown] key that it shows
    [keys-noted] keys noted here
    [to-note-it] to note it
   *[other] { $name }
 }
check-fact-key = key { $key }
check-no-page = none: people there have to paste the code
check-old-key = there; a key for signatures of before RFC 9421 (draft-cavage)
check-old-key-bad = there, for signatures of before RFC 9421 (draft-cavage), and cannot be used
check-key-twice = several keys have this id
check-key-fault = cannot be used: { $fault }

## Invitations by mail, and what is told by mail

mail-title = By mail
mail-address = E-mail
mail-address-optional = optional, the invitation is sent there
mail-language = Language of the mail
mail-send = Send by mail
mail-again = Send again
mail-sent = { $when } handed to the mail server for { $email }
mail-waiting = being sent to { $email }
mail-waiting-next = not sent to { $email } yet: { $why }. Next try { $next }
mail-failed = not sent to { $email }, given up { $when }: { $why }
mail-given-up = not sent to { $email }, given up by an administrator { $when }
mail-withdrawn = not sent to { $email }: it was withdrawn before
mail-said = The mail server says: “{ $said }”
done-mailed = The mail is on its way. Below you see what became of it.
told-by-mail = What you are told by mail
told-by-mail-to = Mails go to { $email }.
told-by-mail-nowhere = You have no e-mail address here, so nothing is sent to you.
wish-accepted = Somebody has accepted my invitation
wish-connected = An invitation that I accepted has connected me after a wait
wish-disconnected = A connection has ended, and not by my own hand
wish-replies = Whoever gets an invitation from me by mail may answer me
wish-replies-hint = Answers need your e-mail address in the mail. Without this, nobody learns it before a connection is made.
