# What commands say to people of what has happened. Help, listings and settings speak English: they are looked up by name.

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
stage = stage { $stage }
reference = reference { $reference }
their-reference = their reference { $reference }
