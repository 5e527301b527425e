# What is said of problems. A message is a title; `.detail` says what happened, `.remedy` whose turn it is and to do what.
# A fact that is not known is 0. Messages whose names begin with x- are pieces, and a matter of each language.

x-peer = { $peer ->
    [0] the other server
   *[known] { $peer }
 }
x-Peer = { $peer ->
    [0] The other server
   *[known] { $peer }
 }
x-inviter = { $inviter ->
    [0] the person who invited you
   *[known] { $inviter }
 }
x-Inviter = { $inviter ->
    [0] The person who invited you
   *[known] { $inviter }
 }
x-reason = { $reason ->
    [0] it has the wrong form
    [empty] nothing is there
    [too-long] it is too long
    [not-a-host] a name looks like cat.example.org or cat.example.org:8443
    [port] the number behind the colon must be between 1 and 65535
    [no-at] an address has the form name@server
    [unprintable] it contains spaces or unprintable characters
    [no-invitation] the link contains no invitation
    [bad-server] the server that it names is not the name of a server
    [several] there is more than one invitation in it
    [longer] it is longer than { $limit } characters
    [control] it contains control characters
    [direction] it contains characters that change the direction of writing
    [too-short] it is shorter than { $limit } characters
    [too-many] there are { $limit } already; remove one first
    [differs] the two entries differ
    [no-email] it is not an e-mail address
    [people] it must be between 1 and 10000, or anyone
    [life] it must be between 60 (a minute) and 31536000 (a year) seconds
    [languages] expected en, zh-CN or de
    [rule] expected trusted or blocked
    [other-name] it is not the user name of this account
    [own-account] it is your own, and only another administrator may do that to it
    [user-name] it is made of lower-case letters, digits and .-_@, and begins with a letter or a digit
    [name-taken] somebody else has it
    [subject] it is one line of letters, digits and signs that every keyboard has, and no longer than 255
    [linked] the account belongs to somebody of the log-in service already; unlink it first
    [not-ours] it is not one of ours
    [no-text] it must be a text
    [object] it must be an object
    [list] it must be a list
    [boolean] it must be true or false
    [number] it must be a number
    [whole] it must be a whole number
    [natural] it must be a whole number that is not negative
    [choices] it must be one of { $choices }
    [syntax] it is not JSON
    [ends] it ends in the middle
    [late] it did not arrive in time
    [broken-off] it did not arrive whole
    [twice] it is there twice
    [no-issuers] expected { $limit } certificates in PEM at most, and nothing else
    [no-keys] expected one to { $limit } keys such as sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    [no-way] expected rfc9421, cavage or unsigned
   *[other] { $reason }
 }
x-member = { $member ->
    [0] a member
   *[known] { $member }
 }
x-Member = { $member ->
    [0] A member
   *[known] { $member }
 }

## Behind a detail, if the other server said something.

said = It said: “{ $said }”.

## Reaching the other server

bad_address = That is not the name of a server
    .detail = The server's name cannot be read: { x-reason }.
    .remedy = Write it as in cat.example.org, or copy the invitation again.
name_not_found = { x-Peer } cannot be found
    .detail = There is no server { $peer ->
        [0] that is called as the invitation says
       *[known] with the name { $peer }
     }, or the name service (DNS) does not answer just now.
    .remedy = Compare the name with the one on the invitation. If it is right, wait: it is tried again by itself.
connection_refused = { x-Peer } refuses connections
    .detail = The machine of { x-peer } is there, but no server answers on it.
    .remedy = Wait: it is tried again by itself. If it lasts, tell the administrators of { x-peer }.
timeout = { x-Peer } does not answer
    .detail = { x-Peer } did not answer in time.
    .remedy = Wait: it is tried again by itself. If it lasts, tell the administrators of { x-peer }.
network_failed = The connection to { x-peer } broke
    .detail = The connection to { x-peer } broke before an answer came.
    .remedy = Wait: it is tried again by itself.
tls_wrong_name = The certificate of { x-peer } is for another name
    .detail = Whoever answers { $peer ->
        [0] under this name
       *[known] as { $peer }
     } shows a certificate that was made for another name.
    .remedy = Check the spelling of the name. If it is right, tell the administrators of { x-peer }. Nothing about you was sent.
tls_unknown_issuer = The certificate of { x-peer } comes from nobody known here
    .detail = { x-Peer } shows a certificate from an issuer that this server does not know, or one that it made itself.
    .remedy = Tell the administrators of { x-peer } to get a certificate from a public issuer. Nothing about you was sent.
tls_expired = The certificate of { x-peer } is not valid today
    .detail = The certificate of { x-peer } has run out or begins later, or the clock of one of the two servers is wrong.
    .remedy = Tell the administrators of { x-peer } to renew it; it is tried again by itself. Nothing about you was sent.
tls_other_key = { x-Peer } shows another key than the one noted here
    .detail = Whoever answers { $peer ->
        [0] under this name
       *[known] as { $peer }
     } shows another key{ $seen ->
        [0] {""}
       *[known] {" "}({ $seen })
     } than the one that the administrators of this server have noted{ $expected ->
        [0] {""}
       *[known] {" "}({ $expected })
     }.
    .remedy = Tell your administrator: only those of { x-peer } know whether it was changed. It is tried again by itself. Nothing about you was sent.
tls_failed = { x-Peer } cannot prove who it is
    .detail = A secure connection to { x-peer } could not be made.
    .remedy = Tell the administrators of { x-peer }. Nothing about you was sent.
address_not_allowed = { x-Peer } is not on the public network
    .detail = The name { $peer ->
        [0] of the other server
       *[known] { $peer }
     } leads to an address inside a private network, and this server does not go there.
    .remedy = Compare the name with the one on the invitation. If it is right, ask your administrator.
not_an_ocm_server = { x-Peer } does not take part
    .detail = { x-Peer } answers, but it is not a server that people can connect with.
    .remedy = Check that you chose the server that { x-inviter } uses.
peer_misnamed = { x-Peer } calls itself by another name
    .detail = { $peer ->
        [0] The server that answers under this name
       *[known] The server that answers as { $peer }
     } says that it is another one.
    .remedy = Check that you chose the server that { x-inviter } uses. If you did, tell the administrators of { x-peer }.
ocm_disabled_there = { x-Peer } has switched connections off
    .detail = { x-Peer } could take part, but its administrators have switched it off.
    .remedy = Tell { x-inviter }; their administrators can switch it on.
no_invitations_there = { x-Peer } does not know invitations
    .detail = { x-Peer } shares files with other servers, but people there cannot be invited or invite.
    .remedy = Tell { x-inviter } to look at how their server shares.

## Trust and signatures

not_trusted_here = This server does not trust { x-peer }
    .detail = The administrators of this server do not allow connections with { x-peer }.
    .remedy = Ask your administrator whether { x-peer } can be allowed.
nobody_trusted_here = Nobody on another server can accept an invitation from here yet
    .detail = Only servers that the administrators trust by name, or that a directory lists, may connect with this one, and there is none yet.
    .remedy = Ask your administrator to trust the server of the person you want to invite. Your invitations connect them then, also those that you hand over now.
not_trusted_there = { x-Peer } does not trust this server
    .detail = { x-Peer } refused to deal with this server.
    .remedy = Ask { x-inviter } to tell their administrators the name of your server.
signature_missing = The message is not signed
    .detail = { x-Peer } publishes keys, so its messages must be signed, and this one was not.
    .remedy = Sign the request (RFC 9421, tag "ocm"), or check which part of { x-peer } sent it.
signature_unknown_key = The message is signed with an unknown key
    .detail = The key { $key_id ->
        [0] that was used
       *[known] { $key_id }
     } is not among those that { x-peer } publishes.
    .remedy = Publish the key before signing with it; a moment later, try again.
signature_wrong_host = The message speaks for another server
    .detail = The message speaks for { x-peer }, but was signed by { $signer ->
        [0] somebody else
       *[known] { $signer }
     }.
    .remedy = Sign with a key of { x-peer }, or name the server that signs.
signature_clock = The clocks of the two servers { $seconds ->
        [0] differ
        [one] are one second apart
       *[other] are { $seconds } seconds apart
    }
    .detail = The signature was made { $seconds ->
        [0] too many seconds
        [one] one second
       *[other] { $seconds } seconds
     } away from the time of the server that checked it; 300 into the past and 60 into the future are allowed.
    .remedy = The administrators of both servers should check their clocks.
signature_digest = The message was changed on its way
    .detail = The body of the message is not the one that was signed.
    .remedy = Look for a proxy between the two servers that rewrites messages.
signature_invalid = The signature is not valid
    .detail = The signature of the message cannot be accepted: { x-reason }.
    .remedy = Check how the request is signed, and whether a proxy changes its address.
signature_weaker = The message is signed in a weaker way than before
    .detail = { x-Peer } signs with RFC 9421, and this message is signed as servers did before there was that (draft-cavage).
    .remedy = Sign the request with RFC 9421 (tag "ocm"). If { x-peer } was set back to an older version, bring the newer one back.
signature_repeated = The same message came before
    .detail = A message that { x-peer } signed at the very same moment came before, and something has changed since.
    .remedy = Sign the request anew, and send it again.
signature_missing_there = { x-Peer } finds no signature of this server
    .detail = Every message from here is signed, but on this one { x-peer } found no signature that it can read.
    .remedy = Tell your administrator: something between the two servers may take signatures away.
signature_unknown_key_there = { x-Peer } does not know the key of this server
    .detail = The key that signed the message is not among those that { x-peer } knows of this server.
    .remedy = A new key takes a moment to get around. If it lasts, tell your administrator: symbolon doctor looks at the keys.
signature_wrong_host_there = { x-Peer } takes this server for another one
    .detail = To { x-peer }, the server that the message speaks for is not the one that signed it.
    .remedy = Tell your administrator: symbolon doctor compares the names by which this server is known.
signature_clock_there = The clocks here and at { x-peer } { $seconds ->
        [0] differ too much
        [one] are one second apart
       *[other] are { $seconds } seconds apart
    }
    .detail = { x-Peer } did not accept the signature of this server, because it was made { $seconds ->
        [0] too many seconds
        [one] one second
       *[other] { $seconds } seconds
     } away from the time there.
    .remedy = Tell your administrator: symbolon doctor looks at the clock here. If it is right, the one at { x-peer } is not.
signature_digest_there = The message was changed on its way to { x-peer }
    .detail = What came to { x-peer } is not what this server has signed.
    .remedy = Tell your administrator: something between the two servers may rewrite messages.
signature_refused_there = { x-Peer } does not recognise the signature of this server
    .detail = Every message from here is signed, and { x-peer } did not accept the signature.
    .remedy = Give your administrator the reference below; both servers' logs tell more.
unreachable_from_there = { x-Peer } cannot reach this server
    .detail = Before { x-peer } believes a message it asks this server, for its keys for example, and got no usable answer.
    .remedy = Tell your administrator: symbolon doctor finds out what keeps other servers from reaching this one.
peer_unreachable_for_keys = { x-Peer } could not be asked for its keys
    .detail = Whether the message really comes from { x-peer } cannot be checked, because its keys cannot be had just now.
    .remedy = Send the message again in a moment; { x-peer } must be reachable from here.

## Invitations and connections

invitation_unknown = { x-Peer } does not know this invitation
    .detail = The invitation is not, or no longer, known to { x-peer }.
    .remedy = Ask { x-inviter } to send it again, and check that you chose the server that they use.
invitation_expired = The invitation has expired
    .detail = The invitation was valid for a limited time, which is over.
    .remedy = { $reason ->
        [yours] Renew it, or create a new one.
       *[theirs] Ask { x-inviter } to renew it or to send a new one.
     }
invitation_withdrawn = The invitation was withdrawn
    .detail = { $reason ->
        [yours] You withdrew the invitation.
       *[theirs] { x-Inviter } withdrew the invitation.
     }
    .remedy = { $reason ->
        [yours] Create a new one.
       *[theirs] Ask { x-inviter } for a new one.
     }
invitation_used_up = The invitation has been used
    .detail = { $reason ->
        [yours] The invitation was for a limited number of people, and as many have accepted it.
       *[theirs] The invitation was for a limited number of people, and as many have accepted it. If you were one of them, you may still be on the list there.
     }
    .remedy = { $reason ->
        [yours] Create a new one.
       *[theirs] Ask { x-inviter } for a new one.
     }
invitation_closed_to_you = The invitation is no longer open to you
    .detail = { x-Inviter } has disconnected from you since they sent this invitation.
    .remedy = Ask { x-inviter } to send you a new one.
invitation_your_own = This is your own invitation
    .detail = You cannot connect with yourself.
    .remedy = Send the invitation to the person you want to connect with.
invitation_malformed = That is not an invitation
    .detail = What you entered cannot be read as an invitation: { x-reason }.
    .remedy = Copy the whole link or code from the message and paste it again.
invitation_without_provider = From which server is the invitation?
    .detail = What you entered does not say which server it comes from.
    .remedy = Enter the name of the server that { x-inviter } uses, or paste the whole link.
already_connected = You are connected already
    .detail = You and this person are connected; nothing had to be done.
    .remedy = Nothing.
listed_there = { x-Peer } has you on its list already
    .detail = { x-Peer } does not connect anybody twice, and does not say with whom you are connected there.
    .remedy = Ask { x-inviter } to remove you from their connections, and to send you a new invitation after that. If they have no way to remove you, the administrators of { x-peer } have to.
perhaps_listed_there = { x-Peer } may have you on its list
    .detail = { x-Peer } does not take the invitation. It was asked before, perhaps without our hearing the answer, so you may have used it already: then you are listed as connected there, and here you are not.
    .remedy = Ask { x-inviter } whether you are among their connections, to remove you if so, and to send you a new invitation.
acceptance_pending = Waiting for { x-peer }
    .detail = Your answer is kept and will be delivered as soon as { x-peer } answers.
    .remedy = Nothing: it is tried again by itself.
acceptance_cancelled = You cancelled this
    .detail = You cancelled accepting this invitation. If it had connected you already, you are disconnected again.
    .remedy = Accept the invitation again if you have changed your mind.
acceptance_out_of_time = { x-Peer } could not be reached in time
    .detail = { x-Peer } did not answer for three days, so the attempt was given up. If a request has arrived there all the same, you may be on its list.
    .remedy = Ask { x-inviter } whether their server is well and whether you are among their connections, to remove you if so, then accept the invitation again.
disconnected_meanwhile = Connected, and disconnected again
    .detail = The connection was made, but one of you has disconnected since.
    .remedy = Ask { x-inviter } for a new invitation.
connection_stale = The request is older than a disconnect
    .detail = The two have been disconnected since this request was made.
    .remedy = Ask again with the generation in the answer; Symbolon does so by itself.
provider_mismatch = The invitation is from another server
    .detail = The invitation is from { x-peer }, but you chose { $chosen ->
        [0] another server
       *[known] { $chosen }
     }.
    .remedy = Leave the choice empty, or choose { x-peer }.

## What other servers answer

peer_failed = { x-Peer } has a problem
    .detail = { x-Peer } answered that something went wrong there.
    .remedy = Wait: it is tried again by itself. If it lasts, tell the administrators of { x-peer }.
peer_redirected = { x-Peer } sends messages elsewhere
    .detail = { x-Peer } answered with a redirect, and messages about people are never sent on to another address.
    .remedy = Tell the administrators of { x-peer } that this address must answer itself.
peer_refused = { x-Peer } refused
    .detail = { x-Peer } does not accept the message and gives no reason that is known here.
    .remedy = Tell the administrators of both servers; the reference below finds the exchange.
peer_answer_invalid = { x-Peer } gave an answer that makes no sense
    .detail = What { x-peer } answered is not what such a server answers.
    .remedy = Wait: it is tried again by itself. If it lasts, tell the administrators of { x-peer }.
peer_busy = { x-Peer } is busy
    .detail = { x-Peer } has too much to do just now and asks to come again later.
    .remedy = Wait: it is tried again by itself.
notification_unknown = Unknown kind of notification
    .detail = This server does not know notifications of the kind { $kind ->
        [0] that was sent
       *[known] { $kind }
     }.
    .remedy = Nothing: servers may ignore what others do not know.

## Mails

mail_off = This server sends no mail
    .detail = A mail was asked for, and the administrators of this server have not set up a mail server.
    .remedy = Hand over the link or the code yourself.
mail_limit = { $reason ->
        [confirmations] Too many addresses to confirm
        [confirmed-address] Too many mails to this address
       *[yours] Too many invitations by mail
    }
    .detail = { $reason ->
        [to-address] This address has got several mails from this server within a day. One more would be a nuisance.
        [confirmations] You have had many mails sent within a day that confirm an address. The number is limited, so that nobody can misuse this server.
        [confirmed-address] It has got several mails from this server within a day. One more would be a nuisance.
       *[yours] You have sent many invitations by mail in a short time. The number is limited, so that nobody can misuse this server.
     }
    .remedy = { $reason ->
        [confirmations] Look for the newest of these mails, also among spam
        [confirmed-address] Look for the newest of these mails, also among spam
       *[yours] Make the invitation without an e-mail address and hand over the link yourself
     }{ $hours ->
        [0] { $minutes ->
            [0] , or try again later.
           *[known] , or try again in { $minutes } min.
         }
       *[known] , or try again in { $hours } h.
     }
mail_server_unreachable = The mail server cannot be reached
    .detail = The server that takes the mail from here does not answer, or no secure connection to it can be made.
    .remedy = Wait: it is tried again by itself. The invitation is valid all the same; you can hand over the link yourself.
mail_log_in_refused = The mail server does not let this server in
    .detail = The user name or the password of this server's account for mail is not accepted.
    .remedy = Tell your administrator. It is tried again by itself; you can hand over the link yourself.
mail_put_off = The mail server wants to be asked later
    .detail = The mail server does not take the mail yet. Some do so once, to keep out unwanted mail.
    .remedy = Wait: it is tried again by itself. The invitation is valid all the same; you can hand over the link yourself.
mail_address_refused = This address takes no mail
    .detail = The mail server does not know the address, or takes nothing for it.
    .remedy = Compare the address, mend it, and send the mail again; or hand over the link yourself.
mail_refused = The mail server refused the mail
    .detail = The mail server does not take mail like this from here.
    .remedy = Tell your administrator. The invitation is valid all the same; you can hand over the link yourself.

## Logging in by a service

log_in_service_unreachable = The log-in service cannot be reached
    .detail = The service that people log in by does not answer, or no secure connection to it can be made.
    .remedy = Try again in a few minutes. If it lasts, tell your administrator.
log_in_service_refused = The log-in service did not let you in
    .detail = The log-in was cancelled, or the log-in service refused it.
    .remedy = Try again. If it refuses you each time, ask the administrators of the log-in service.
log_in_answer_invalid = The log-in service gave an answer that makes no sense
    .detail = What the log-in service says of you cannot be believed or read, so you are not logged in.
    .remedy = Tell your administrator: the reason is in the log of this server.
log_in_set_up_wrong = This server and the log-in service are not set up for each other
    .detail = The log-in service does not accept what this server asks it for, so nobody can log in by it.
    .remedy = Tell your administrator: the log of this server says which setting to look at, and `symbolon doctor` tries it out.
log_in_not_begun_here = This log-in cannot be finished
    .detail = It was begun in another browser, or too long ago, or another one was begun since.
    .remedy = Log in again.
log_in_not_allowed = You have no access here
    .detail = The log-in service knows you, but you are in none of the groups that may use this server.
    .remedy = Ask your administrator for access.
log_in_without_account = You have no account here
    .detail = The log-in service knows you, but nobody has made an account for you on this server.
    .remedy = Ask your administrator for an account.
log_in_name_taken = Your name belongs to an account already
    .detail = There is an account with your user name on this server, and nobody has said whether it is yours.
    .remedy = Ask your administrator to link it with you.
log_in_name_missing = The log-in service does not tell your name
    .detail = An account needs a user name, and the log-in service tells none that can be used.
    .remedy = Tell your administrator.
password_log_in_off = Passwords are not for here
    .detail = People log in to the pages of this server by the log-in service.
    .remedy = Log in there. App passwords go on working in apps and scripts.
second_factor_wrong = That code does not count
    .detail = { $reason ->
        [recovery] It is none of your recovery codes, or it was used before. Nothing was changed.
       *[other] It is not the one that your app shows now, or it was used before. Nothing was changed.
     }
    .remedy = { $reason ->
        [recovery] Enter another one of them, as it stands in your list, or the code that your app shows.
        [enrolling] Enter the next code that the app shows. If none is right, set the clock of the device with the app.
        [secret-over] The page shows a new secret now: scan that one, and enter the code for it.
       *[other] Enter the next code that the app shows. If none is right, set the clock of the device with the app, or use a recovery code; each of those counts once.
     }

## Requests to this server

account_disabled = Your account is disabled
    .detail = The account exists, but it may not be used at present.
    .remedy = Ask your administrator.
not_authenticated = Please log in
    .detail = This is only for people who are logged in, or the user name or password is wrong.
    .remedy = Log in, or send the user name and an app password with the request.
log_in_failed = That did not work
    .detail = The user name or the password is wrong.
    .remedy = Check both and try again, or ask your administrator for a new password.
password_wrong = That is not your password
    .detail = This needs the password of your account. Nothing was changed.
    .remedy = Enter the password that you log in with, not an app password.
cross_origin = The request came from another page
    .detail = A page of another site tried to act in your name, and was stopped.
    .remedy = If you did this yourself, open this server's own page and try again there.
too_many_tries = Too many tries
    .detail = The log-in failed too often in a short time.
    .remedy = Wait a minute, then try again.
too_many_requests = Too much at once
    .detail = This server is asked for more of this than it does at once.
    .remedy = Wait a moment, then try again.
not_found = { $what ->
        [address] There is nothing at this address
        [acceptance] There is no such answer to an invitation
        [connection] There is no such connection
        [invitation] There is no such invitation
        [page] There is no such page
        [file] There is no such file
       *[other] There is no such thing
    }
    .detail = { $what ->
        [address] This server offers nothing there.
       *[other] It does not exist, or it is not yours.
     }
    .remedy = { $what ->
        [address] Take the addresses from the server's description of itself or of its API.
       *[other] Start from the beginning and choose again.
     }
method_not_allowed = That cannot be done here
    .detail = The address exists, but not for this kind of request.
    .remedy = See the list of requests in the API's description.
malformed_body = The request cannot be read
    .detail = The body of the request cannot be read: { x-reason }{ $line ->
        [0] .
       *[known] , at line { $line }, column { $column }.
     }
    .remedy = Send what the API's description shows.
member_missing = { x-Member } is missing
    .detail = The request must contain { x-member }.
    .remedy = Add it and send the request again.
member_unknown = { x-Member } is not known here
    .detail = The request contains { x-member }, which this server does not know.{ $choices ->
        [0] {""}
       *[known] {" "}What it knows there: { $choices }.
     }
    .remedy = Check its spelling, or leave it out.
member_invalid = { x-Member } cannot be accepted
    .detail = { x-Member } cannot be accepted: { x-reason }.
    .remedy = Correct it and send the request again.
body_too_large = The request is too large
    .detail = The body of the request is larger than { $limit ->
        [0] allowed
       *[other] { $limit } bytes
     }.
    .remedy = Send less.
unsupported_media_type = The request has an unknown type
    .detail = The content type of the request is not one that is read here.
    .remedy = Send application/json.
storage_full = The server's disk is full
    .detail = Nothing was changed, because it could not be written down.
    .remedy = Tell your administrator, then try again.
shutting_down = The server is stopping
    .detail = The server is being stopped or restarted; nothing was changed.
    .remedy = Try again in a moment.
internal = Something went wrong here
    .detail = This server made a mistake. What was confirmed before is safe.
    .remedy = Try again; if it lasts, give your administrator the reference below.
