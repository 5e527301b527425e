# Was Befehle Menschen sagen. Die Hilfe spricht Englisch, ebenso Namen, die Programme lesen: Zustände in JSON, Einstellungen,
# Arten von Ereignissen.

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
fault = weil: { $fault }
stage = Stufe { $stage ->
    [discovery] Beschreibung
    [here] hier
    [network] Weg
    [trust] Vertrauen
    [signature] Signatur
    [invitation] Einladung
    [storage] Speichern
    [answer] Antwort
   *[other] { $stage }
 }
reference = Referenz { $reference }
their-reference = dort { $reference }

never = nie

## Spaltenköpfe von Listen; sie werden in Großbuchstaben geschrieben

head-address = Adresse
head-answer = letzte Antwort
head-attempts = Versuche
head-by = von
head-directory = Verzeichnis
head-due = fällig
head-email = E-Mail
head-expires = gültig bis
head-fault = Fehler
head-fetched = abgerufen
head-for = wofür
head-id = ID
head-connections = Verbindungen
head-link = Zustand
head-heard = zuletzt gehört
head-silent = stumm seit
head-waiting = warten
head-given-up = aufgegeben
head-is = gilt als
head-algorithm = Verfahren
head-key = Schlüssel
head-last-used = zuletzt benutzt
head-message = Nachricht
head-name = Name
head-note = Notiz
head-published = veröffentlicht seit
head-retired = zurückgezogen
head-server = Server
head-servers = Server
head-shown-as = angezeigt als
head-signs = signiert ab
head-since = seit
head-state = Zustand
head-to = an
head-told = anderer Server
head-used = benutzt
head-browser = Browser
head-system = auf
head-seen = zuletzt gesehen
head-user = Konto
head-why = warum
head-noted = notiert
head-with = mit

## Einladungen

invite-state = { $state ->
    [open] offen
    [expired] abgelaufen
    [withdrawn] zurückgezogen
    [used_up] aufgebraucht
   *[other] { $state }
 }
invite-used = { $used } von { $limit }
invite-used-by-any = { $used }, ohne Grenze
invite-none = es gibt keine Einladungen
invite-not-found = es gibt keine Einladung { $id }
invite-withdrawn = zurückgezogen: Niemand kann sie mehr annehmen
invite-no-mail = dieser Server verschickt keine E-Mails. mail_server setzen, oder --email weglassen und den Link selbst weitergeben
invite-not-made = { $title }. { $detail } { $remedy }
invite-link = Link: { $link }
invite-code = Code: { $code }
invite-until = gültig bis { $until }
invite-mailed = der laufende Server schickt sie binnen einer Sekunde an { $to }

## Verbindungen

connection-state = { $state ->
    [connected] verbunden
    [ended_here] hier getrennt
    [ended_there] drüben getrennt
    [ended_by_sync] durch Vergleich getrennt
    [found_ended_there] beim Vergleich: war drüben getrennt
    [found_ended_here] beim Vergleich: war hier schon getrennt
    [found_not_there] beim Vergleich: drüben nicht bekannt
    [found_not_here] beim Vergleich: hier nicht bekannt
   *[other] { $state }
 }
unverified = nicht bestätigt
connection-told = { $told ->
    [telling] wird verständigt
    [confirmed] hat bestätigt
    [unconfirmed] nicht bestätigt
    [not_understood] versteht es nicht
    [could_not] nicht erreicht
   *[other] { $told }
 }
connection-none = es gibt keine Verbindungen
connection-not-found = es gibt keine Verbindung { $id }
connection-ended-already = sie war schon getrennt; nichts hat sich geändert
connection-ended-here = die Verbindung mit { $with } ist hier getrennt. { $server } wird vom laufenden Server verständigt, oder beim nächsten Start; siehe `symbolon outbox list`
connection-ended = die Verbindung mit { $with } ist auf beiden Seiten getrennt, denn beide sind auf diesem Server

## Nachrichten an andere Server

outbox-kind = { $kind ->
    [invite_accepted] Einladung angenommen
    [user_removed] Verbindung getrennt
    [mail_invitation] E-Mail mit Einladung
    [mail_confirmation] E-Mail: Adresse bestätigen
    [mail_accepted] E-Mail: Einladung angenommen
    [mail_connected] E-Mail: nach Wartezeit verbunden
    [mail_disconnected] E-Mail: Verbindung getrennt
   *[other] { $kind }
 }
outbox-state = { $state ->
    [due] wartet
    [leased] wird gesendet
    [done] beantwortet
    [dead] aufgegeben
    [withdrawn] zurückgezogen
   *[other] { $state }
 }
outbox-none = keine Nachricht wartet
outbox-not-found = es gibt keine Nachricht { $id }, die wartet oder aufgegeben ist
outbox-due = jetzt fällig: Der laufende Server schickt sie binnen einer Sekunde an { $to }
outbox-none-waits = es gibt keine Nachricht { $id }, die wartet
outbox-given-up = aufgegeben: An { $to } wird nichts geschickt
outbox-taken-back = abgebrochen: Was bei { $to } daraus geworden ist, wird erfragt und rückgängig gemacht

## Schlüssel

keys-state = { $state ->
    [signing] signiert
    [next] der nächste
    [old] alt
    [retired] zurückgezogen
   *[other] { $state }
 }
keys-start = dem ersten Start
keys-none = noch gibt es keinen Schlüssel; der Server macht den ersten, wenn er gestartet wird
keys-rotated = { $key } ist ab jetzt veröffentlicht und signiert ab { $from }; bis dahin tut es { $before }.
keys-rsa-rotated = { $key } ist ab jetzt veröffentlicht und signiert, anstelle von { $before }. Nextcloud bis 34 kennt vielleicht bis zu einen Tag lang nur den alten, bis es wieder nachsieht; was es abweist, wird so lange mit diesem signiert.
keys-rsa-rotated-at-once = { $key } ist ab jetzt veröffentlicht und signiert, anstelle von { $before }, den es nicht mehr gibt. Nextcloud bis 34 weist Nachrichten vielleicht bis zu einem Tag lang ab, bis es wieder nachsieht; wer dort war, nimmt Einladungen dann noch einmal an.
keys-retire-later = Wenn er einen Tag lang signiert hat: symbolon keys retire { $before }
keys-retired-already = { $key } ist schon zurückgezogen
keys-retired = { $key } ist zurückgezogen: Was damit signiert ist, glaubt niemand mehr, sobald andere Server wieder nachsehen
keys-no-keys = in { $folder } ist noch kein Schlüssel; der Server macht den ersten, wenn er gestartet wird
keys-waiting = { $key } ist schon veröffentlicht und signiert ab { $from }. Warten Sie darauf, ziehen Sie ihn zurück, oder lassen Sie ihn mit --at-once jetzt signieren
keys-still-used = { $key } wurde ersetzt und wird noch bis { $until } für Server gebraucht, die den neuen Schlüssel nicht kennen. Warten Sie das ab, ziehen Sie ihn zurück, oder lassen Sie ihn mit --at-once sofort fallen
keys-too-many = { $count } Schlüssel sind veröffentlicht, mehr gehen nicht. Ziehen Sie zuerst die alten zurück: symbolon keys list
keys-unknown = es gibt keinen Schlüssel { $key }; symbolon keys list zeigt die vorhandenen
keys-signs = mit { $key } wird gerade signiert. Machen Sie zuerst einen neuen: symbolon keys rotate
keys-under-way = Nachrichten, die mit { $key } signiert sind, können noch bis { $until } unterwegs sein. Warten Sie, oder ziehen Sie ihn mit --at-once jetzt zurück
key-unreadable = { $path }: { $reason }. Das Konto des Servers muss seine Schlüssel lesen und schreiben können
key-open = alle auf dieser Maschine können { $path } lesen und damit im Namen dieses Servers sprechen: chmod 600 { $path }, und wenn jemand ihn gelesen haben kann, ersetzen Sie den Schlüssel (docs/keys.md)
key-malformed = { $path } ist kein Schlüssel dieses Servers: Erwartet werden 32 Bytes in Base64. Holen Sie ihn aus einer Sicherung zurück; sonst lassen sich offene Einladungen nicht mehr anzeigen, und andere Server müssen einen neuen Schlüssel abrufen
key-not-rsa = { $path } ist kein RSA-Schlüssel (unverschlüsseltes PKCS#8 in PEM). Holen Sie ihn aus einer Sicherung zurück, oder entfernen Sie ihn: Der nächste Start macht einen anderen, den Server, die ihn brauchen, binnen einem Tag abrufen
key-missing = { $path } fehlt, und in einem Ordner, der nur lesbar übergeben wird, wird nichts angelegt. Übergeben Sie signing.key, sealing.key und rsa.pem (docs/keys.md)
key-handed-over = { $folder } wird nur lesbar übergeben, Schlüssel werden also dort geändert, woher sie kommen. Rufen Sie das mit --keys für einen eigenen Ordner auf, und übergeben Sie diesen (docs/keys.md)
key-misnamed = in { $path } steht der Schlüssel { $name }, die Datei heißt aber anders. Holen Sie ihn aus einer Sicherung zurück
key-account = { $folder } gehört einem anderen Konto, das einen jetzt gemachten Schlüssel nicht lesen könnte. Rufen Sie das mit dem Konto des Servers auf

## Verzeichnisse

directory-none = kein Verzeichnis ist eingebunden; `symbolon directory add URL --key FILE` bindet eines ein
directory-not-encrypted = { $url } ist nicht verschlüsselt: Ein Verzeichnis wird über https abgerufen
directory-not-added = { $url } lässt sich nicht abrufen oder nicht glauben: { $error }. Nichts wurde hinzugefügt; mit --later geht es trotzdem
directory-too-many = schon { $most } Verzeichnisse sind eingebunden; entfernen Sie zuerst eines
directory-added = { $url } ist eingebunden: { $name }, { $servers } Server{ $left_out ->
    [0] {""}
    [one] , ein Eintrag ohne Servernamen ausgelassen
   *[other] , { $left_out } Einträge ohne Servernamen ausgelassen
 }
directory-added-later = { $url } ist eingebunden und wird später wieder versucht: { $error }
directory-no-jwk = das ist weder ein JWK noch ein JWK-Satz: { $error }
directory-no-key = darin ist kein lesbarer Schlüssel
directory-bad-key = der Schlüssel ist nicht zu gebrauchen: { $error }
directory-not-found = { $url } ist nicht eingebunden
directory-removed = { $url } ist nicht mehr eingebunden, und seine Server sind vergessen

## Einstellungen

config-unsafe = unsicher: { $danger }
config-fine = die Einstellungen sind in Ordnung: { $name }, Datenbank: { $database }
config-unreadable = { $path }: { $reason }. Nennen Sie mit --config oder SYMBOLON_CONFIG eine lesbare Datei
config-place = { $path }, Zeile { $line }, Spalte { $column }
config-invalid = die Einstellung { $key } ({ $origin }) ist so nicht zu gebrauchen. { $key ->
    [data] Nennen Sie einen Ordner, etwa /var/lib/symbolon
    [database] Schreiben Sie sqlite, oder eine Adresse wie postgres://user:password@db.example.org/symbolon
    [listen] Schreiben Sie IP-Adresse und Port, etwa 127.0.0.1:8080 oder [::]:8080
    [dev] Schreiben Sie true oder false; bei true muss der Server auf diesem Rechner bleiben
    [log] Schreiben Sie eine Stufe (error, warn, info, debug, trace), oder eine Liste wie info,symbolon_server=debug
    [log_format] Schreiben Sie auto, pretty oder json
    [name] Schreiben Sie ein bis hundert Zeichen in einer Zeile
    [drain_seconds] Schreiben Sie ganze Sekunden von 0 bis 3600
    [audit_retention] Schreiben Sie Tage wie 90d, von 1d bis 36500d, oder forever
    [invitations_in] Schreiben Sie open, directory oder allowlist
    [invitations_out] Schreiben Sie open, directory oder allowlist
    [key_lead] Schreiben Sie Stunden oder Tage wie 1h, 24h oder 2d, von 1h bis 30d
    [metrics] Schreiben Sie off, public, oder IP-Adresse und Port, etwa 127.0.0.1:9464
    [otlp_endpoint] Schreiben Sie off, oder die Adresse eines Sammlers für OTLP über HTTP, etwa http://127.0.0.1:4318
    [public_url] Schreiben Sie eine Adresse wie https://cloud.example.org; zum Ausprobieren auf diesem Rechner allein: --dev --public-url http://cat.localhost:8080
    [unsigned_acceptances] Schreiben Sie accept, oder refuse für nur die signierten
    [trusted_proxies] Schreiben Sie die Adressen oder Netze der eigenen Proxys, durch Kommas getrennt, etwa 127.0.0.1, 10.0.0.0/8
    [requests_per_address] Schreiben Sie, wie viele in der Minute, von 1 bis 60000, oder off
    [requests_per_server] Schreiben Sie, wie viele in der Minute, von 1 bis 60000, oder off
    [extra_ca] Schreiben Sie off, oder den Pfad einer Datei mit Zertifikaten in PEM, eines nach dem anderen
    [proxy] Schreiben Sie off, oder die Adresse eines Proxys, der CONNECT annimmt, etwa http://proxy.example.org:3128
    [mail_server] Schreiben Sie off, oder smtps://mail.example.org (von Anfang an verschlüsselt), smtp://mail.example.org (STARTTLS), oder smtp+plain://localhost für einen Mailserver auf diesem Rechner
    [mail_from] Schreiben Sie eine Adresse, die dort senden darf, etwa Cat University <symbolon@cat.example.org>
    [mail_user] Benutzen Sie in mail_server smtps:// oder smtp://
    [mail_password_file] Nennen Sie eine Datei, die nur dieser Server lesen kann, mit dem Passwort in der ersten Zeile, oder übergeben Sie sie mit systemd: LoadCredential=mail_password:/etc/symbolon/mail_password; ein Passwort braucht auch mail_user
    [mail_ca] Nennen Sie eine lesbare Datei mit Zertifikaten in PEM
    [oidc_issuer] Schreiben Sie off, oder den Aussteller genau so, wie ihn sein eigenes /.well-known/openid-configuration nennt, etwa https://login.example.org/realms/cat
    [oidc_client_id] Schreiben Sie die Client-ID, unter der der Anmeldedienst diesen Server kennt
    [oidc_client_secret_file] Nennen Sie eine Datei, die nur dieser Server lesen kann, mit dem Geheimnis des Clients in der ersten Zeile, oder übergeben Sie sie mit systemd: LoadCredential=oidc_client_secret:/etc/symbolon/oidc_client_secret
    [oidc_name] Schreiben Sie ein bis sechzig Zeichen in einer Zeile, etwa Cat University
    [oidc_scopes] Schreiben Sie Wörter mit Leerzeichen dazwischen, darunter openid, etwa openid profile email groups
    [oidc_login_claim] Schreiben Sie den Namen eines Claims, etwa groups, oder mit Punkten realm_access.roles
    [oidc_name_claim] Schreiben Sie den Namen eines Claims, etwa groups, oder mit Punkten realm_access.roles
    [oidc_email_claim] Schreiben Sie den Namen eines Claims, etwa groups, oder mit Punkten realm_access.roles
    [oidc_groups_claim] Schreiben Sie den Namen eines Claims, etwa groups, oder mit Punkten realm_access.roles
    [oidc_admin_groups] Schreiben Sie die Gruppen so, wie der Anmeldedienst sie nennt, mit Semikolons dazwischen, etwa it; helpdesk
    [oidc_allowed_groups] Schreiben Sie die Gruppen so, wie der Anmeldedienst sie nennt, mit Semikolons dazwischen, etwa it; helpdesk
    [oidc_create_accounts] Schreiben Sie true oder false
    [password_login] Schreiben Sie true, oder false, wenn oidc_issuer gesetzt ist
    [session_idle] Schreiben Sie Stunden oder Tage wie 8h oder 3d, von 1h bis 365d
    [session_life] Schreiben Sie Stunden oder Tage wie 8h oder 3d, von 1h bis 365d
   *[other] { $remedy }
 }. Genauer, auf Englisch: { $reason }
config-no-public-url = public_url ist nicht gesetzt. Das ist die Adresse, unter der Personen und andere Server diesen erreichen. Setzen Sie sie mit --public-url, SYMBOLON_PUBLIC_URL oder public_url in der Datei, etwa --public-url https://cloud.example.org, oder zum Ausprobieren auf diesem Rechner allein: --dev --public-url http://cat.localhost:8080

## Die Datenbank

no-database = unter { $path } gibt es keine Datenbank. Nennen Sie mit --data oder SYMBOLON_DATA den Datenordner des Servers
cannot-open = die Datenbank ({ $database }) lässt sich nicht öffnen: { $why }
store-unavailable = sie ist nicht erreichbar: { $reason }
store-full = ihre Festplatte ist voll
store-busy = ein anderer Prozess hält die Datenbank zu lange fest
store-too-new = sie hat den Stand { $found }, dieses Programm kennt bis { $known }: Starten Sie die neuere Version, von der sie stammt
store-migration = sie lässt sich nicht auf den neuen Stand bringen: { $reason }
store-refused = die Datenbank lehnt ab: { $reason }
store-defect = mit der Datenbank oder diesem Programm stimmt etwas nicht: { $error }

## Konten

user-active-state = aktiv
user-disabled-state = gesperrt
user-admin-state = Administrator
user-admin = { $name } darf diesen Server auf seinen Seiten verwalten, unter /admin
user-no-admin = { $name } darf diesen Server nicht mehr verwalten
user-taken = der Name { $name } ist vergeben
user-added = { $name } angelegt ({ $id })
user-none = es gibt keine Konten; `symbolon user add NAME` legt eines an
user-not-found = es gibt kein Konto { $name }
user-disabled-already = { $name } ist schon gesperrt
user-active-already = { $name } ist schon aktiv
user-disabled = { $name } ist gesperrt: Niemand kann sich als { $name } anmelden, und offene Einladungen von dort verbinden niemanden
user-enabled = { $name } ist wieder aktiv
user-password = { $name } hat ein neues Passwort; alle Sitzungen von { $name } sind beendet
user-linked = { $name } meldet sich als { $subject } bei { $issuer } an
user-linked-already = { $name } ist schon so verknüpft
user-link-account-taken = { $name } gehört zu { $subject } bei { $issuer }. Nehmen Sie das zuerst zurück: symbolon user unlink { $name }
user-link-person-taken = { $subject } hat schon das Konto { $name }
user-link-subject = wie ein Anmeldedienst eine Person nennt, hat 1 bis 255 Zeichen in ASCII und an keinem Ende ein Leerzeichen
user-link-no-issuer = oidc_issuer ist hier nicht gesetzt: Nennen Sie den Dienst mit --issuer URL, oder die Einstellungen mit --config FILE
user-unlinked = { $name } gehört zu niemandem bei einem Anmeldedienst mehr; alle Sitzungen von { $name } sind beendet
user-unlinked-app-passwords = App-Passwörter von { $name }, die bleiben: { $count }; `symbolon user app-password { $name } --list` zeigt sie, `--remove ID` entfernt eines
user-not-linked = { $name } gehört zu niemandem bei einem Anmeldedienst
user-totp-state = { $state }, zwei Schritte
user-totp-on = { $name } meldet sich seit { $since } in zwei Schritten an; übrige Notfallcodes: { $left }
user-totp-off = { $name } meldet sich nur mit dem Passwort an
user-totp-turned-off = { $name } meldet sich wieder nur mit dem Passwort an
user-leaving = { $name } wird gerade entfernt, ein Zurück gibt es nicht
user-leaving-already = { $name } wird bereits entfernt
user-changed = { $name } ist geändert; wer schon verbunden ist, behält die alten Angaben
user-remove-with = { $people ->
    [0] Mit { $name } ist niemand verbunden
    [one] Mit { $name } ist eine Person verbunden
   *[other] Mit { $name } sind { $people } Personen auf { $servers ->
        [one] einem Server
       *[other] { $servers } Servern
     } verbunden
 }
user-remove-would = { $with }. Beim Entfernen werden alle Verbindungen getrennt und die anderen benachrichtigt, offene Einladungen zurückgezogen und alle Angaben zu { $name } gelöscht. Ein Zurück gibt es nicht. Wenn Sie das wollen: --yes
user-removed = { $name } kann nichts mehr tun. { $with }; der laufende Server, oder der nächste, der startet, trennt die Verbindungen und sagt es den anderen
sessions-none = { $name } ist nirgends angemeldet
session-not-found = { $name } hat keine Sitzung { $id }
session-ended = dort abgemeldet
sessions-ended = { $ended ->
    [0] { $name } war nirgends angemeldet
    [one] { $name } ist überall abgemeldet (es war eine Sitzung)
   *[other] { $name } ist überall abgemeldet ({ $ended } Sitzungen)
 }
app-password-label = von der Administration angelegt
app-password-once = das App-Passwort von { $name }; es wird nur jetzt gezeigt:
app-password-none = { $name } hat keine App-Passwörter
app-password-not-found = { $name } hat kein App-Passwort { $id }
app-password-removed = entfernt: Niemand kann sich mehr damit anmelden
secret-unread = das Passwort lässt sich nicht von der Standardeingabe lesen
secret-no-terminal = hier ist kein Terminal, um nach dem Passwort zu fragen: Geben Sie es mit --password-stdin über die Standardeingabe
secret-new = Neues Passwort:
secret-again = Noch einmal:
secret-differs = die beiden Passwörter sind verschieden
secret-short = es hat weniger als { $least } Zeichen
secret-long = es hat mehr als { $most } Bytes
secret-control = es enthält Steuerzeichen, die niemand tippen kann
secret-unusable = dieses Passwort geht nicht: { $reason }

## Andere Server

peer-rule = { $rule ->
    [trusted] zugelassen
    [blocked] gesperrt
   *[other] { $rule }
 }
peer-link = { $link ->
    [well] antwortet
    [waiting] Nachrichten warten
    [stuck] Nachrichten aufgegeben
    [silent] antwortet nicht
    [blocked] gesperrt
   *[unknown] nie gefragt
 }
peer-no-links = noch ist kein anderer Server bekannt
peer-none = über keinen Server ist etwas entschieden oder notiert; `symbolon peer trust HOST` lässt einen zu
peer-trusted = { $host } ist { $still ->
    [yes] weiterhin
   *[no] jetzt
 } zugelassen: Personen hier und dort dürfen sich verbinden
peer-blocked = { $host } ist { $still ->
    [yes] weiterhin
   *[no] jetzt
 } gesperrt: Niemand verbindet sich mehr damit; { $stopped ->
    [0] keine angenommene Einladung war dorthin unterwegs
    [one] eine angenommene Einladung, die dorthin unterwegs war, ist angehalten
   *[other] { $stopped } angenommene Einladungen, die dorthin unterwegs waren, sind angehalten
 }. Bestehende Verbindungen bleiben, bis jemand sie trennt
peer-ourselves = { $host } ist dieser Server selbst; über ihn wird nichts entschieden
peer-undecided = über { $host } ist nichts entschieden
peer-forgotten = { $host } ist nicht mehr { $was ->
    [trusted] zugelassen
    [blocked] gesperrt
   *[other] { $was }
 }; was jetzt gilt, sagt `symbolon peer explain { $host }`
peer-notes-stay = Was über ihn notiert ist, bleibt: `symbolon peer explain { $host }` zählt es auf
x-aspect = { $aspect ->
    [ca] eigene Aussteller
    [pin] die Schlüssel, an denen er erkannt wird
    [sign] wie Nachrichten an ihn signiert werden
    [take] was von ihm mindestens verlangt wird
    [note] eine Notiz
   *[other] { $aspect }
 }
note-done = notiert über { $host }: { x-aspect }: { $what }
note-removed = zurückgenommen über { $host }: { x-aspect }
note-weaker = Das ist schwächer als das, was sonst gälte; so steht es auch im Protokoll. `symbolon peer quirk { $host } --remove` nimmt es zurück
note-nothing = nichts dergleichen ist über { $host } notiert
note-empty = es gibt nichts zu notieren; --remove nimmt zurück, was notiert ist
note-pin-first = Auch Schlüssel sind notiert: Sie allein entscheiden, und nach Ausstellern wird nicht gefragt.
explain-noted = Notiert { $at }, von { $by }: { x-aspect }: { $what }.
explain-note-back = `symbolon peer { $command } { $host } --remove` nimmt das zurück.
import-would = { $trusted } würden zugelassen, { $left } blieben, wie sie sind
import-done = { $trusted } zugelassen, { $left } bleiben, wie sie sind
import-pattern = das ist ein Muster und nicht der Name eines Servers
import-not-a-name = das ist kein Name eines Servers
import-no-service = ein Dienst der Art OCM fehlt, deshalb lässt ihn auch der Server aus, von dem die Liste stammt
import-ourselves = das ist dieser Server selbst
import-left-out = { $domain }: ausgelassen, { $reason }
import-stays = { $server }: ist schon { $rule ->
    [trusted] zugelassen
    [blocked] gesperrt
   *[other] { $rule }
 } und bleibt es
import-trusted = { $server }: zugelassen
x-way = { $way ->
    [in] Einladungen von { $host }
   *[out] Einladungen an { $host }
 }
explain-trusted = { x-way } werden angenommen: Der Server ist namentlich zugelassen.
explain-open = { x-way } werden angenommen: Das gilt für jeden Server, der nicht gesperrt ist ({ $setting }).
explain-in-directory = { x-way } werden angenommen: Das gilt für Server aus einem Verzeichnis ({ $setting }).
explain-blocked = { x-way } werden abgelehnt: Der Server ist namentlich gesperrt.
explain-not-listed = { x-way } werden abgelehnt: Der Server ist weder namentlich noch durch die Einstellung zugelassen ({ $setting }).
origin-default = Voreinstellung
origin-file = { $path }, Zeile { $line }
origin-credential = Zugangsdaten { $path }
explain-listed = Das Verzeichnis { $directory } führt ihn.
x-ruled = { $rule ->
    [trusted] Zugelassen
    [blocked] Gesperrt
   *[other] { $rule }
 } seit { $at }, von { $by }
explain-ruled = { x-ruled }.
explain-ruled-why = { x-ruled }: { $note }.
explain-forget = `symbolon peer forget { $host }` nimmt das zurück.
explain-signs = Er signiert mit { $dialect ->
    [rfc9421] RFC 9421
   *[cavage] dem älteren draft-cavage
 }; Nachrichten an ihn sind ebenso signiert, und Schwächeres wird nicht geglaubt{ $noted ->
    [yes] , außer wie unten notiert
   *[no] {""}
 }.
explain-trust = `symbolon peer trust { $host }` lässt ihn zu.
check-ourselves = { $server } ist dieser Server selbst; ihn sieht sich `symbolon doctor` an
not-a-server = „{ $name }“ ist kein Name eines Servers: { $reason }

## Das Protokoll der Ereignisse

trace-no-id = „{ $id }“ ist keine ID dieses Servers
audit-no-time = „{ $text }“ ist keine Zeit; schreiben Sie ein Datum wie 2026-11-24, eine Zeit wie 2026-11-24T08:00:00Z, oder 90m, 24h, 7d
audit-none = dazu steht nichts im Protokoll
audit-by-person = von { $user }
audit-by-peer = von { $peer }
audit-by-stranger = von jemand Fremdem
audit-by-stranger-of = von jemand Fremdem ({ $peer })
audit-by-administrator = von der Administration
audit-by-server = von diesem Server
audit-by-nobody = von jemandem, der nicht festgehalten ist
audit-for = { $by } für { $user }
audit-with = { $by } mit { $peer }

## Der Doktor

level-ok = gut
level-off = aus
level-not-checked = nicht geprüft
level-attention = ansehen
level-problem = Problem
x-problems = { $problems ->
    [one] 1 Problem
   *[other] { $problems } Probleme
 }
x-things = { $attention ->
    [one] 1 Sache, die jemand ansehen sollte
   *[other] { $attention } Sachen, die jemand ansehen sollte
 }
doctor-found-problems = gefunden: { x-problems }
doctor-found-attention = gefunden: { x-things }
doctor-found-both = gefunden: { x-problems }, und { x-things }
doctor-mend = Zu tun: { $remedy }
doctor-all-well = Alles ist gut.
doctor-seen-well = Alles Geprüfte ist in Ordnung; Zeilen mit [-] wurden nicht geprüft.
doctor-look-attention = Sehen Sie sich die Zeilen an, die mit [!] beginnen.
doctor-look-problem = Sehen Sie sich zuerst die Zeilen an, die mit [x] beginnen, dann die mit [!].

## Die Prüfung am Entwurf. Was der Entwurf verlangt und was davon zu sehen war, steht in dessen eigener Sprache.

probe-head = { $server } und { $draft }, { $at }
probe-count = { $pass } erfüllt, { $fail } nicht erfüllt, { $unseen } nicht zu sehen
probe-broken = { $count ->
    [one] 1 MUST ist nicht erfüllt
   *[other] { $count } MUST sind nicht erfüllt
 }
probe-unsigned = nichts wird signiert, weil kein eigener Server genannt ist; mit --public-url und --data ist mehr zu sehen
probe-unwritten = { $path } lässt sich nicht schreiben
probe-unread = die Einladung lässt sich nicht von der Standardeingabe lesen
probe-other-invitation = die Einladung stammt von { $other }, nicht von { $server }
probe-ourselves = { $server } kann keine eigene Einladung annehmen; nennen Sie mit --public-url einen anderen Server
probe-no-keys = in { $folder } sind keine Schlüssel: Starten Sie den Server einmal

## Angaben beim Aufruf

arguments-unknown = ein Argument „{ $argument }“ gibt es hier nicht
arguments-no-command = einen Befehl „{ $command }“ gibt es hier nicht
arguments-which-command = zu „{ $command }“ gehört einer seiner Befehle: { $commands }
arguments-missing = es fehlt etwas:
arguments-conflict = „{ $argument }“ geht nicht zusammen mit { $others }
arguments-twice = „{ $argument }“ steht mehrmals da
arguments-value-missing = „{ $argument }“ braucht einen Wert
arguments-values = erlaubt ist eines von { $values }
arguments-bounds = erlaubt ist eine ganze Zahl zwischen { $least } und { $most }
arguments-number = erwartet wird eine ganze Zahl
arguments-too-many = „{ $value }“ ist für { $argument } ein Wert zu viel
arguments-wrong = die Argumente sind nicht verständlich
arguments-meant = Vielleicht ist gemeint: { $meant }
arguments-usage = Aufruf: { $usage }
arguments-help = Mehr dazu mit --help
argument-refused = { $argument } kann nicht „{ $value }“ sein: { $reason }
lang-none = es gibt nur { $languages }
text-long = das ist länger als { $most } Zeichen
text-control = darin sind Steuerzeichen
text-direction = darin sind Zeichen, die die Schreibrichtung ändern
name-empty = da steht nichts
name-upper = „{ $letter }“ ist ein Großbuchstabe: Schreiben Sie „{ $lower }“
name-letter = „{ $letter }“ geht nicht: Erlaubt sind Kleinbuchstaben, Ziffern und .-_@
name-begin = am Anfang muss ein Buchstabe oder eine Ziffer stehen
invite-uses = es muss eine Anzahl von Personen sein, oder „anyone“
name-no-email = das ist keine E-Mail-Adresse
audit-no-kind = diese Art gibt es nicht; es gibt { $kinds }

## Sicherungen

x-keys = { $keys ->
    [one] 1 Schlüsseldatei
   *[other] { $keys } Schlüsseldateien
 }
backup-all = { $path }: die Datenbank und { x-keys }
backup-keys = { $path }: { x-keys }
    Die Datenbank ist nicht dabei. Sichern Sie sie mit pg_dump, jedes Mal vor den Schlüsseln.
restore-all = { $path }: die Datenbank und { x-keys }. Starten Sie jetzt den Server.
restore-keys = { $path }: { x-keys }. Starten Sie jetzt den Server.
backup-exists = { $path } gibt es schon, und ersetzt wird nichts. Nennen Sie einen Ordner, den es noch nicht gibt
restore-in-the-way = { $path } gibt es schon, und ersetzt wird nichts. Räumen Sie es weg, wenn es nicht mehr gebraucht wird, oder nennen Sie einen anderen Datenordner
backup-nothing = { $path } ist nicht da. Nennen Sie mit --data oder SYMBOLON_DATA den Datenordner des Servers
restore-not-whole = { $path } ist nicht da; die Sicherung ist also nicht vollständig
restore-other-database = in der Sicherung ist { $holds ->
    [lacks] keine Datenbank
   *[holds] eine Datenbank
 }, in den Einstellungen steht aber { $settings }. Nennen Sie mit --database die Datenbank jenes Servers
backup-not-noted = Es ist getan, konnte aber nicht im Protokoll vermerkt werden: { $why }
backup-memory = eine Datenbank im Arbeitsspeicher lässt sich nicht sichern
backup-keys-change = die Schlüssel werden gerade geändert; versuchen Sie es gleich noch einmal
backup-io = { $path }: { $reason }

## Die Vorführung

demo-two = Zwei Server laufen auf diesem Rechner.
demo-open = öffnen
demo-log-in = anmelden als
demo-password = Passwort
demo-try = Was Sie ausprobieren können, in zwei Browserfenstern:
demo-try-invite = Auf cat, als bob: eine Einladung erstellen und ihren Link oder Code kopieren.
demo-try-accept = Auf dog, als carol: sie annehmen. Nun stehen beide beim anderen in der Liste.
demo-try-delete = Die Verbindung auf einer Seite trennen und zusehen, wie sie auf der anderen verschwindet.
demo-try-again = Dieselbe Einladung noch einmal annehmen. Das geht, wenn carol getrennt hat; war es bob, steht es da, und eine neue Einladung von ihm geht.
demo-try-administer = Beide verwalten auch ihren Server: „Verwaltung“ zeigt, wie die zwei verbunden sind.
demo-script = Per Skript:  { $command }
demo-whole = Die ganze Geschichte von selbst:  { $command }
demo-stop = Strg-C hält beide Server an und löscht ihre Daten.
demo-left = { $path } lässt sich nicht löschen: { $error }
demo-story-head = Die Geschichte von owncloud/ocis#10813, gespielt von zwei Servern auf diesem Rechner:
demo-story-people = bob auf { $cat }, carol auf { $dog }
demo-story-done = Alle { $steps } Schritte gingen wie versprochen, in { $seconds } s.
demo-story-broke = die Geschichte brach bei Schritt { $step } ab: { $gesture }
demo-story-stopped = mitten in der Geschichte angehalten
demo-story-logs = Die letzten Zeilen beider Protokolle:
demo-at = { $name } auf { $server }
demo-from = { $name } von { $server }
demo-down = Cat läuft nicht, während carol annimmt.
demo-unasked = nicht zu fragen: { $server } läuft nicht
demo-lists = hat in der Liste: { $people }
demo-nobody = niemanden
demo-no-answer = bekam keine Antwort: { $error }
demo-sentences = { $first } { $second }
demo-dog-says = dog sagt: { $words }
demo-dog-died-after = dog starb, nachdem er ihr geantwortet hatte
demo-dog-died-before = dog starb, bevor er ihr geantwortet hatte
demo-new-one = neue
demo-after-accept = nach ihrem Annehmen
demo-after-her-click = nach ihrem Klick
demo-after-his-click = nach seinem Klick
demo-after-try = nach ihrem Versuch
demo-after-clicks = nach beiden Klicks
demo-after-dog = nachdem dog wieder da war
demo-after-cat = nachdem cat wieder da war
demo-connect = Bob auf cat lädt ein, carol auf dog nimmt an.
demo-connect-promise = beide stehen beim anderen in der Liste
demo-deletes = Carol trennt die Verbindung, aus Versehen.
demo-deletes-promise = bobs Liste ist binnen einer Sekunde leer
demo-again = Carol nimmt dieselbe Einladung noch einmal an.
demo-again-promise = beide stehen beim anderen in der Liste, einmal
demo-bob-deletes = Bob trennt die Verbindung.
demo-bob-deletes-promise = carols Liste ist binnen einer Sekunde leer
demo-old = Carol versucht es mit der alten Einladung.
demo-old-promise = abgewiesen, mit dem Rat, um eine neue zu bitten
demo-fresh = Bob schickt eine neue Einladung, und carol nimmt sie an.
demo-fresh-promise = es geht: beide stehen beim anderen in der Liste
demo-twice = Carol trennt und nimmt zweimal im selben Moment an.
demo-twice-promise = eine Verbindung, kein Fehler
demo-own = Carol nimmt eine eigene Einladung an.
demo-own-promise = abgewiesen, nichts aufgeschrieben
demo-killed = Carol trennt, dog wird im selben Moment abgeschossen (kill -9) und wieder gestartet.
demo-killed-promise = bobs Liste ist leer
demo-down-promise = sie sieht, dass es noch wartet, und worauf
demo-back = Cat ist wieder da.
demo-back-promise = beide sind verbunden, ohne dass sie etwas tut
demo-down-deletes = Cat läuft nicht, während carol trennt.
demo-down-deletes-promise = bei ihr sofort weg
demo-back-deletes = Cat ist wieder da.
demo-back-deletes-promise = auch bei bob weg
