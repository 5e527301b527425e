# What mails say. Nothing here is HTML. Messages whose names begin with x- are pieces, and a matter of each language.

x-month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
 }

somebody = Somebody
no-answers = Nobody reads answers to this mail.
reference = Reference: { $reference }
why-news = You get this mail because your settings at { $settings } wish for it. There you can switch it off.

invitation-subject = { $name } ({ $server }) invites you to connect
invitation-lead = { $name } has an account at { $server } and invites you to connect. Once the two of you are connected, you can share with each other, each on your own server.
invitation-link = Open the invitation:
invitation-choose = There you choose the server where you have your account. Opening the link accepts nothing and connects nobody; your server asks you first.
invitation-code = Or copy this code and paste it on your server where invitations are accepted:
invitation-valid = The invitation is valid until { $day } { x-month } { $year }, { $clock } UTC, { $people ->
    [0] for anyone who has it.
    [1] for one person.
   *[other] for { $people } people.
 }
invitation-why = You get this mail because { $name } entered your address at { $server }. If you do not expect it, ignore it: nothing happens without you.
invitation-answers = Answers to this mail go to { $name }.

confirmation-subject = Is this your address? ({ $server })
confirmation-lead = { $name } has entered this address at { $server } as their own.
confirmation-link = If it was you, open this link and confirm it:
confirmation-valid = The link is valid until { $day } { x-month } { $year }, { $clock } UTC. Opening it changes nothing before you have confirmed it.
confirmation-why = If it was not you, ignore this mail: the address is not used.

accepted-subject = { $name } ({ $server }) has accepted your invitation
accepted-lead = { $name } at { $server } has accepted your invitation. The two of you are connected now and can share with each other.
accepted-link = See the connection:

connected-subject = You are connected with { $name } ({ $server })
connected-lead = You accepted an invitation of { $name } at { $server }, and it had to wait. The two of you are connected now and can share with each other.

disconnected-subject = { $name } ({ $server }) and you are no longer connected
disconnected-by-them = { $name } at { $server } has disconnected from you.
disconnected-by-neither = Your connection with { $name } at { $server } has ended, since the records of the two servers no longer agreed.
disconnected-by-administrator = An administrator of your server has ended your connection with { $name } at { $server }.
disconnected-then = The two of you can no longer share with each other. If that should not be so, a new invitation connects you again.
disconnected-link = See what happened:
