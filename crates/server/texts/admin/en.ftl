# The pages of those who manage this server.

admin = Administration
admin-overview = Overview
admin-servers = Servers
admin-deliveries = Messages
admin-people = People
admin-audit = Audit trail
admin-doctor = Doctor
admin-role = administrator
admin-or-more = { $n } or more
admin-since = since { $since }
admin-never = never
admin-next = Next page
admin-show-all = Show all
admin-see-audit = What happened

## Overview

admin-of-them-disabled = { $n } disabled
admin-connections-elsewhere = Connections
admin-troubled = { $n } with trouble
admin-messages-waiting = Messages waiting
admin-given-up-too = and { $n } given up
admin-links = Who is linked with whom
admin-links-lead = One line for each server with which people here are connected, or for which messages wait. What needs attention comes first.
admin-links-lead-some = The { $n } servers that most need attention are drawn, of those with which people here are connected, or for which messages wait.
admin-links-none = Nobody here is connected with people of another server yet.
admin-links-cut = The table has the { $n } servers that most need attention. “Servers” lists all of them.
admin-links-more = There are more servers than the { $n } that are counted here. “Servers” lists all of them.
admin-link = Link
admin-map-connections = { $n ->
    [one] 1 connection
   *[other] { $n } connections
 }
admin-map-connections-or-more = { $n } or more connections
admin-link-well = answers
admin-link-waiting = messages wait
admin-link-stuck = messages given up
admin-link-silent = does not answer
admin-link-blocked = blocked
admin-link-unknown = not contacted yet
admin-waiting = { $n ->
    [one] 1 message waits
   *[other] { $n } messages wait
 }
admin-given-up = { $n ->
    [one] 1 message given up
   *[other] { $n } messages given up
 }
admin-waiting-and-given-up = { $waiting } waiting, { $n } given up
admin-rule-trusted = trusted by name

## Servers

admin-servers-search = Beginning of its name
admin-servers-none = No other server is known yet
admin-servers-not-found = No known server has a name beginning with “{ $search }”
admin-servers-lead = A server is listed here once somebody here had to do with it, or something was decided about it. Any other is found by its whole name.
admin-server-other = Nobody here has had to do with <bdi>{ $server }</bdi> yet.
admin-server-open = Check it or decide about it
admin-heard = Last heard from
admin-silent = Does not answer
admin-signature = Signature
admin-signs = it signs its messages; unsigned ones in its name are refused
admin-signs-older = it signs its messages as before RFC 9421 (draft-cavage); unsigned ones in its name are refused
admin-signs-noted = it signs its messages; what is taken from it is noted below
admin-signs-not-yet = it has not signed a message yet
admin-holds = Policy
admin-holds-trusted = { $way ->
    [in] Invitations from there are accepted
   *[out] Invitations to there are accepted
 }: the server is trusted by name.
admin-holds-open = { $way ->
    [in] Invitations from there are accepted
   *[out] Invitations to there are accepted
 }: every server that is not blocked is accepted.
admin-holds-listed = { $way ->
    [in] Invitations from there are accepted
   *[out] Invitations to there are accepted
 }: those of servers in a directory are.
admin-holds-blocked = { $way ->
    [in] Invitations from there are refused
   *[out] Invitations to there are refused
 }: the server is blocked by name.
admin-holds-not-listed = { $way ->
    [in] Invitations from there are refused
   *[out] Invitations to there are refused
 }: { $mode ->
    [directory] it is neither in a directory nor trusted by name.
   *[other] it is not trusted by name.
 }
admin-listed = The directory <bdi>{ $directory }</bdi> lists it.
admin-ruled-trusted = Trusted { $at } by <bdi>{ $by }</bdi>.
admin-ruled-blocked = Blocked { $at } by <bdi>{ $by }</bdi>.
admin-reason = Reason
admin-note-optional = optional, for whoever looks at it later
admin-decide-hint = It takes effect at once, for new connections. Existing ones stay. A block also stops invitations that are on their way there.
admin-trust = Trust
admin-block = Block
admin-unblock = Unblock
admin-untrust = Trust no longer
admin-forget-trusted = Without the decision, the settings alone count again.
admin-forget-blocked = Without the block, the settings alone count again, also for what is on its way there.
admin-done-trusted = The server is trusted by name.
admin-done-blocked = The server is blocked.
admin-done-forgotten = Nothing is decided about the server any more; the settings alone count.
admin-noted = Notes and exceptions
admin-noted-hint = For this name and port alone, and from the next message on. An empty field removes what is noted.
admin-noted-by = Noted { $at } by <bdi>{ $by }</bdi>.
admin-noted-digests = SHA-256: <code>{ $digests }</code>
admin-aspect = { $aspect ->
    [ca] Additional certificate authorities
    [pin] Pinned certificate keys
    [sign] Signing: what we send
    [take] Signing: the weakest we accept
   *[note] Note
 }
admin-aspect-hint = { $aspect ->
    [ca] In PEM. They are believed for this server beside the ordinary ones; its name, the dates and the chain are checked as usual.
    [pin] As sha256/…, one on each line; checking the server shows the one that it has. Ask its administrators by another way whether it is theirs. The key alone decides then: issuer, name and dates of the certificate do not count.
    [sign] Instead of the best way that it has offered or used. Anything weaker is recorded as such in the audit trail.
    [take] Instead of the best way that it has offered or used, for example when it was set back to an older version. Only its acceptances can be unsigned.
   *[note] A line or a few, for administrators.
 }
admin-aspect-save = { $aspect ->
    [ca] Save authorities
    [pin] Save keys
    [sign] Save what we send
    [take] Save what we accept
   *[note] Save the note
 }
admin-way = { $way ->
    [auto] automatic
    [rfc9421] RFC 9421
    [cavage] draft-cavage (older)
   *[unsigned] unsigned
 }
admin-done-noted = Saved; it holds from the next message on.
admin-done-noted-weaker = Saved. It is weaker than what would hold without it, and the audit trail says so.
admin-done-note-removed = Removed; nothing is noted there any more.

## Messages

admin-deliveries-none = Every message has arrived
admin-deliveries-empty = A message that does not arrive at once waits here, and is tried again by itself for three days.
admin-deliveries-lead = These messages have not arrived yet. For three days they are tried again by themselves; those that were given up, only if you say so.
admin-deliveries-more = There are more. The command “symbolon outbox list” shows all of them.
admin-delivery-to = to <bdi>{ $server }</bdi>
admin-message = { $kind ->
    [invite_accepted] Acceptance of an invitation
    [user_removed] Disconnection of two people
   *[other] Mail
 }
admin-delivery-given-up = given up after { $n ->
    [one] one try
   *[other] { $n } tries
 }
admin-delivery-sending = being sent now
admin-delivery-new = not tried yet, next { $next }
admin-delivery-waiting = { $n ->
    [one] 1 try
   *[other] { $n } tries
 }; next { $next }; gives up { $until }
admin-done-retried = It is being tried now. This page shows what comes of it.
admin-done-given-up = This message is not sent any more.
admin-done-taken-back = What came of it is asked for, and undone.
admin-give-up = Give up
admin-delivery-named = <bdi>{ $name }</bdi>
admin-delivery-somebody = whoever it is for
admin-giving-up = { $kind ->
    [invite_accepted] The acceptance is cancelled, and { $person } sees that. If { $server } has it already, that connection is undone as soon as { $server } answers.
    [user_removed] { $person } stays disconnected here, and { $server } may list the two on. It is told after all if the two servers compare one day.
    [mail_invitation] The mail is not sent, and { $person } sees that.
    [mail_confirmation] The mail is not sent, and { $person } sees that.
   *[mail] The mail is not sent.
}

## People

admin-people-counted = { $all ->
    [one] 1 account
   *[other] { $all } accounts
 }, { $disabled ->
    [0] none disabled
   *[other] { $disabled } disabled
 }, { $admins ->
    [0] no administrator
    [one] 1 administrator
   *[other] { $admins } administrators
 }
admin-people-search = Beginning of the user name
admin-people-none = Nobody found
admin-people-not-found = Nobody found whose user name begins with “{ $search }”
admin-people-hint = The command line does all of this too: “symbolon user --help”.
admin-add = Add somebody
admin-add-user-hint = What they log in with: lower-case letters, digits and .-_@
admin-add-admin = They may manage this server
admin-add-hint = The next page shows their password once. The audit trail records who creates an account.
admin-manage = Manage
admin-account = Account
admin-address = Address
admin-off = off
admin-sessions = Logged in
admin-logged-in = in { $n ->
    [one] one browser
   *[other] { $n } browsers
 }
admin-logged-in-nowhere = nowhere
admin-logging-in = Logging in
admin-fresh = The password of { $name }
admin-fresh-once = It is shown only now. Hand it over in a way that nobody else sees, and ask them to choose their own in their settings.
admin-password-hint = If they have lost their password: this makes a new one at once and logs them out everywhere. App passwords and the two-step log-in stay. Make sure first that it is they who ask.
admin-no-password-hint = They have no password here and log in elsewhere. With one they could also log in here.
admin-new-password = Make a new password
admin-factor-hint = For somebody who has lost their app and their recovery codes. The password alone opens the account again.
admin-factor-off = Turn off the two-step log-in
admin-log-out = Log out everywhere
admin-linked = Logs in there, since { $since }, as
admin-linked-elsewhere = Logged in at { $issuer }, which is not the log-in service any more, as
admin-unlink-first = Unlink this, and then say who they are at the new one.
admin-unlink = Unlink
admin-unlink-hint = They log in there no more, and their sessions end. App passwords stay.
admin-subject = What it calls them for good (sub)
admin-subject-hint = Somebody who was turned away there is recorded with this in the <a href="/admin/audit?kind=session.refused">audit trail</a>.
admin-link-account = Link
admin-role-title = Role and access
admin-role-hint = Administrators see everything below “Administration”, and the audit trail records whatever they do there.
admin-role-groups = Groups of { $service } decide it anew with every log-in there.
admin-give-role = Make an administrator
admin-take-role = Remove administrator role
admin-disable-hint = Somebody whose account is disabled is logged out everywhere, and their invitations no longer work. Their connections stay.
admin-enable-hint = They can log in again, and their invitations work again.
admin-own-account = This is your own account. Its password and two-step log-in are changed in your settings, and only another administrator may disable it.
admin-done-added = The account is created.
admin-done-password = They have a new password and are logged out everywhere.
admin-done-factor-off = The two-step log-in is off.
admin-done-logged-out = They are logged out everywhere.
admin-done-admin = They may manage this server, from the next page on.
admin-done-no-admin = They may not manage this server any more.
admin-done-linked = They may log in there now.
admin-done-unlinked = They log in there no more.
admin-connected-with = { $n ->
    [0] connected with nobody
    [one] connected with one person
   *[other] connected with { $n } people
 }
admin-connected-with-more = connected with { $n } people or more
admin-account-since = account since { $since }
admin-disabled-since = disabled since { $since }
admin-disable = Disable
admin-enable = Enable
admin-done-disabled = The account is disabled: logged out everywhere, and its invitations no longer work. Its connections stay.
admin-done-enabled = The account is enabled again.
admin-add-hint-service = They log in with { $service }: who they are there is entered on the next page. The audit trail records who creates an account.
admin-passwords-off = Nobody logs in by password here: they come by { $service }. App passwords go on.
admin-delete = Delete the account
admin-delete-question = Delete the account of { $name }?
admin-delete-log-in = They are logged out everywhere, and nobody can log in as them any more. App passwords stop working.
admin-delete-people = They are disconnected from { $people ->
    [one] one person
   *[other] { $people } people
 } on { $servers ->
    [one] one server
   *[other] { $servers } servers
 }.
admin-delete-told = { $servers ->
    [one] The other server is told, so that it shows there too. If it cannot be reached,
   *[other] The other servers are told, so that it shows there too. Where one cannot be reached,
 } we go on trying for three days. Not every server understands it; one that does not may go on listing the person.
admin-delete-invitations = { $n ->
    [one] Their open invitation is withdrawn and no longer works
   *[other] Their { $n } open invitations are withdrawn and no longer work
 }.
admin-delete-acceptances = { $n ->
    [one] The invitation that they are accepting is
   *[other] The { $n } invitations that they are accepting are
 } cancelled. What may have arrived already is undone as soon as the other server answers.
admin-delete-forgets = Their name, their e-mail address and their notes are removed, and what this server knows of their connections. The audit trail keeps what happened, without their e-mail address.
admin-delete-no-way-back = There is no way back. A new account would be another one, even under the same user name.
admin-delete-instead = To keep somebody out for a time, disable the account instead.
admin-delete-user = Their user name
admin-delete-hint = Type { $name } to confirm.
admin-delete-now = Delete the account now
admin-delete-stay = Keep the account
admin-done-deleted = The account is being deleted: first its connections are ended, and the other servers told.

## Audit trail

admin-audit-filter = Look for something
admin-audit-person = User name
admin-audit-since = From this day on (UTC)
admin-audit-until = Up to and with this day (UTC)
admin-audit-about = About
admin-audit-everything = Everything
admin-audit-reference = Reference
admin-audit-subject = What the log-in service calls them (sub):
admin-audit-by = { $name } as administrator
admin-audit-command = An administrator (command line)
admin-audit-kind = { $kind } alone
admin-audit-noun = { $noun ->
    [invite] Invitations
    [acceptance] Accepting
    [connection] Connections
    [delivery] Messages
    [sync] Comparisons
    [peer] Servers
    [directory] Directories
    [session] Log-ins
    [user] Accounts
    [backup] Backups
    [keys] Keys
    [audit] Audit trail
   *[other] { $noun }
 }
admin-audit-none = Nothing of that kind is in the audit trail
admin-audit-none-here = Nothing of that kind is in this part of the audit trail
admin-audit-earlier = Earlier
admin-audit-newest = Back to the newest
admin-audit-no-person = Nobody here has that user name. Deleted accounts are found by the number that the trail shows.
admin-audit-no-server = That is not the name of a server.
admin-audit-no-kind = There is no such kind.
admin-audit-no-day = That is not a day.

## Doctor

admin-doctor-lead = Looks at the database, the data folder and its keys, the public address, the proxy, the clock, messages that wait, and comparisons with other servers. It changes nothing and takes up to half a minute.
admin-doctor-run = Look at this server
admin-doctor-busy = Somebody is having this server looked at just now. Try again in half a minute.
admin-doctor-well = All is well, as far as it can be seen from here.
admin-doctor-rest = Everything else
admin-doctor-attention = { $n ->
    [one] 1 thing is
   *[other] { $n } things are
 } worth a look.
admin-doctor-problem = { $n ->
    [one] One thing does
   *[other] { $n } things do
 } not work.
