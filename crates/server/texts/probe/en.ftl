# What `symbolon probe` says to implementers, of a server or of its answer. What the draft demands is told in the draft's own words.
# Between grave accents stands what belongs to a program.

probe-pass = pass
probe-fail = fail
probe-not-observable = not observable

## The report

probe-report-title = { $server } and { $draft }
probe-report-made = Looked at on { $at } with Symbolon { $version }.
probe-report-summary = Summary
probe-report-demand = Demand
probe-report-followed = Followed
probe-report-not-followed = Not followed
probe-report-not-observable = Not observable
probe-report-failures = What is not followed
probe-report-id = Id
probe-report-demanded = What is demanded
probe-report-outcome = Outcome
probe-report-asked = What was asked
probe-report-request = Request
probe-report-answer = Answer
probe-report-ms = Milliseconds
probe-report-words = “Not observable” is no yes: it could not be seen from outside, or not by this look, and the line says why. “Defined” is what the draft says without MUST or SHOULD.

## Answers

probe-status = the answer has status { $status }
probe-not-json = the answer is not JSON
probe-answered = the answer is { $status }
probe-answered-said = the answer is { $status } ({ $said })
probe-no-answer = there was no answer

## The description

probe-no-description = there is no description
probe-no-object = the document is no JSON object
probe-took = it took { $ms } ms
probe-no-tls = it was asked without TLS, for testing on one machine
probe-missing = `{ $name }` is missing
probe-not-there = it is not there
probe-not-absolute = `{ $name }` is no absolute web address
probe-no-end-point = there is no `endPoint`
probe-is-at = it is at { $origin }
probe-spelled = `{ $name }` is written `{ $spelled }`
probe-beside = beside these: { $names }
probe-no-criterion = it does not have that criterion
probe-criterion-alone = it has the criterion and not the capability
probe-no-such-shares = it does not send such shares
probe-shares-lack = it sends such shares and lacks one of the two
probe-no-notifications = it does not have the capability `notifications`
probe-no-capability = it does not have that capability
probe-dialog-elsewhere = `inviteAcceptDialog` is no address on this server
probe-no-types = there are no `resourceTypes`
probe-types-empty = `resourceTypes` is empty
probe-twice = `{ $name }` is there twice
probe-type-named = `{ $name }`
probe-type-number = number { $number }
probe-not-kind = `{ $name }` is not { $kind ->
    [boolean] a boolean
    [string] a string
    [strings] an array of strings
   *[objects] an array of objects
 }
probe-type = { $type } { $flaw ->
    [name] has no `name`
    [shareTypes] has no `shareTypes` that are strings
    [user] has no `user` among its `shareTypes`
    [protocols] has no `protocols`
    [webdav] has no `webdav`
    [webdav-path] has a `webdav` that is no string
    [webdav-receive] has a `webdav-receive` without `uri`
   *[webapp-receive] has a `webapp-receive` with other `targets`
 }

## Keys

probe-no-key-set = the document there is no set of keys
probe-keys-elsewhere = the keys are only where `jwksUri` says, as in texts later than draft-05
probe-no-keys = it publishes no keys
probe-private-key = a key is published with its private half: everybody can sign with it
probe-no-kid = a key has no `kid`
probe-same-kid = two keys have the `kid` { $kid }
probe-key-faults = { $faults }
probe-no-usable-key = it publishes no key that can be used
probe-keys-for = it has keys for { $names }

## Accepting an invitation

probe-needs-invitation = it takes an invitation of that server (--token)
probe-needs-server = it takes a server of your own that publishes its key (--public-url, --data)
probe-end-point-elsewhere = `endPoint` does not lead to the server that was asked, and the invitation goes nowhere else
probe-is-kind = it is { $kind }
probe-no-kind = it has no content type
probe-lacks = it lacks { $names }
probe-went-elsewhere = the invitation had gone to a request that should have been refused; the answer is { $status }
probe-went-earlier = the invitation had gone to an earlier request that should have been refused
probe-no-200 = no acceptance was answered 200
probe-maybe-unsigned = the answer is { $status }, which may be about the missing signature
probe-maybe-signature = the answer is { $status }, which may be about the signature
probe-let-in-again = the same person is let in again, with 200
probe-acted-on = it was acted on: the answer is { $status }
probe-nothing-to-compare = the answer is { $status }; a right request to compare it with takes a server of your own
probe-right-refused = the answer is { $status }, but the right request was not accepted either

## What no look from outside shows

probe-given-by-person = it shows only when the server is given such an address by a person
probe-accepts-yours = it shows when a person there accepts an invitation of yours
probe-inside = it is inside the server
probe-towards-untrusted = it shows only towards a server that is not trusted there
probe-person-pastes = it shows when a person there pastes one
probe-person-follows = it shows when a person there follows one
probe-setting = it is a setting of the server
probe-no-fixed-address = the draft gives that page no fixed address
probe-sends = it shows when the server sends something to you
probe-writes-share = it would write a share
probe-writes-request = it would write a request
probe-nothing-to-notify = without a share there is nothing to notify of
probe-takes-share = it takes a share
probe-takes-person = it takes a share and a person
probe-would-stop = known servers have stopped at a request that was wrong, so none is sent
probe-directory = a directory is a service of its own
