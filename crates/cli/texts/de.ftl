# Was Befehle Menschen über das Geschehene sagen. Hilfe, Listen und Einstellungen sprechen Englisch: Man schlägt sie nach dem
# Namen nach.

nothing-recorded = unter diesem Namen ist nichts verzeichnet; was älter ist als die Einstellung audit_retention, wird entfernt
more-left-out = es gibt mehr, als hierher passt; das Älteste ist weggelassen
this-server = dieser Server
other-server = der andere Server
administrator = Administration
somebody = jemand
stranger = jemand Fremdes
it = dort
line = { $who }: { $what }
line-reason = { $who }: { $what } ({ $reason })
attempt = Versuch { $attempt }
status = Status { $status }
said = sagte: { $said }
stage = Stufe { $stage }
reference = Referenz { $reference }
their-reference = dort { $reference }
