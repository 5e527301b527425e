# Was die Seiten sagen. Ein Text darf HTML enthalten; was für eine Variable eingesetzt wird, wird vorher maskiert.
# Nachrichten, deren Namen mit x- beginnen, sind Bausteine und Sache jeder Sprache.

## Auf jeder Seite

skip = Zum Inhalt springen
main-menu = Hauptmenü
connections = Verbindungen
invitations = Einladungen
tab-accept = Annehmen
accept-an-invitation = Einladung annehmen
log-out = Abmelden
settings = Einstellungen
what-to-do = Was jetzt hilft:
field-wrong = „{ $field }“ geht so nicht
field-remedy = Berichtigen Sie das unten.
field-back = Gehen Sie zurück und berichtigen Sie das.
cannot-be-done = Das geht nicht
reference = Referenz <code>{ $reference }</code>
quoted = „<bdi>{ $text }</bdi>“
more-about-this = mehr dazu
to-the-start = Zur Startseite
from-the-server = vom Server
link = Link
code = Code
copy = Kopieren
copied = Kopiert
copy-link = Link kopieren
copy-code = Code kopieren
try-now = Jetzt versuchen
cancel = Abbrechen
now-connected-toast = { $name } ({ $server }) und Sie sind verbunden.
now-disconnected-toast = { $name } ({ $server }) und Sie sind nicht mehr verbunden.
now-told-toast = Der Server von { $name } hat bestätigt, dass Sie nicht mehr verbunden sind.
now-untold-toast = Auf dem Server von { $name } stehen Sie vielleicht noch in der Liste.
now-refused-toast = Durch die Einladung von { $server } sind Sie nicht verbunden worden.
now-unsent-toast = Eine E-Mail mit einer Ihrer Einladungen konnte nicht verschickt werden.

## Zeiten. Statt der Zahl kann {"{n}"} stehen, was das Skript der Seiten ersetzt.

x-month = { $month ->
    [1] Jan.
    [2] Feb.
    [3] März
    [4] Apr.
    [5] Mai
    [6] Juni
    [7] Juli
    [8] Aug.
    [9] Sept.
    [10] Okt.
    [11] Nov.
    [12] Dez.
   *[other] { $month }
 }
month = { x-month }
day = { $day }. { x-month } { $year }
moment = { $day }. { x-month } { $year }, { $clock } UTC
clock = { $clock } Uhr UTC
day-of-year = { $day }. { x-month }
moment-here = { $day }. { x-month } { $year }, { $clock }
clock-here = { $clock } Uhr
soon-now = jetzt
soon-seconds = in { $n } s
soon-minutes = in { $n } min
soon-hours = in { $n } h

## Anmeldung

log-in = Anmelden
log-in-with = Anmelden mit { $service }
log-in-invited = Melden Sie sich an, um die Einladung zu beantworten. Angenommen wird erst, wenn Sie es sagen.
log-in-own-password = Oder mit einem Passwort, das nur für diesen Server ist, nicht mit dem von { $service }:
log-in-forgotten = Passwort vergessen? Fragen Sie die Administration von { $server }.
logged-out-here = Sie sind hier abgemeldet. Bei { $service } sind Sie vielleicht noch angemeldet: Wenn andere dieses Gerät benutzen, melden Sie sich auch dort ab.
user-name = Benutzername
password = Passwort
second-step = Noch ein Schritt
second-step-lead = Ihr Passwort stimmt, <bdi>{ $name }</bdi>. Geben Sie jetzt den Code ein, den Ihre App zeigt.
second-step-lost = Sie haben die App nicht zur Hand?
second-step-other = Als jemand anders anmelden
recovery-code = Notfallcode
recovery-code-hint = Einer von denen, die Sie beim Einschalten der Anmeldung in zwei Schritten bekommen haben. Jeder gilt einmal. Haben Sie auch davon keinen, fragen Sie Ihre Administration.

## Einstellungen

on-this-page = Auf dieser Seite
settings-saved = Gespeichert.
language = Sprache
language-of-browser = Wie im Browser
language-hint = In welcher Sprache die Seiten dieses Servers mit Ihnen sprechen.
save = Speichern
profile = Profil
optional = freiwillig
e-mail-as-given = Adressen werden auf diesem Server nicht bestätigt.
e-mail-confirmed = Eine neue Adresse gilt, sobald Sie sie durch einen Link bestätigt haben, der dorthin geschickt wird.
email-waiting = { $email } soll Ihre Adresse werden. Öffnen Sie den Link in der E-Mail, die dorthin geht; bis dahin ändert sich nichts.
email-over = { $email } sollte Ihre Adresse werden. Der Link, der dorthin ging, gilt nicht mehr; lassen Sie ihn noch einmal schicken.
email-give-up = Doch nicht verwenden
email-sent = Ein Link ist unterwegs zur neuen Adresse. Sie gilt, sobald Sie ihn geöffnet und sie bestätigt haben.
email-confirmed = Die Adresse ist bestätigt und gilt hier von jetzt an.
email-confirm = E‑Mail-Adresse bestätigen
email-confirm-lead = { $email } soll auf diesem Server Ihre Adresse werden.
email-confirm-button = Ja, das ist meine Adresse
email-link-over = Dieser Link bestätigt keine Adresse: Er ist zu alt, durch einen neueren ersetzt, oder für ein anderes Konto als das, mit dem Sie angemeldet sind. In Ihren Einstellungen können Sie ihn noch einmal schicken lassen.
profile-hint = Wer sich von jetzt an mit Ihnen verbindet, bekommt Ihren Namen und Ihre E-Mail-Adresse. Wer schon verbunden ist, behält die bisherigen Angaben.
your-address = Adresse für Verbindungen
your-address-hint = So erkennen andere Server Sie; dort kommt keine Post an.
password-changed = Sie haben ein neues Passwort. Überall sonst, wo Sie angemeldet waren, sind Sie abgemeldet; App-Passwörter bleiben.
app-password-removed = Entfernt: Damit kann sich niemand mehr anmelden.
session-ended = Dort abgemeldet.
sessions = Wo Sie angemeldet sind
browser-on-system = { $browser } auf { $system }
browser-alone = { $name }
browser-unknown = Ein Browser, der seinen Namen nicht nennt
this-session = hier
session-since = angemeldet { $since }
session-seen = zuletzt gesehen { $seen }
end-session = Abmelden
settings-cut = Hier stehen die neuesten { $n }. <a href="/settings">Alle anzeigen</a>
end-other-sessions = Überall sonst abmelden
logging-in = Anmeldung
logs-in-with = Sie melden sich mit { $service } an, seit { $since }.
no-password-here = Auf diesem Server haben Sie kein Passwort.
change-password = Passwort ändern
current-password = Bisheriges Passwort
new-password = Neues Passwort
new-password-again = Neues Passwort noch einmal
password-hint = Mindestens 8 Zeichen. Überall sonst werden Sie abgemeldet.
second-factor = Anmeldung in zwei Schritten
second-factor-lead = Ist sie eingeschaltet, gehört zum Anmelden mit Ihrem Passwort auch ein Code aus einer App auf Ihrem Gerät. Wer nur an Ihr Passwort kommt, kommt nicht herein.
second-factor-scan = Scannen Sie das mit einer App für Einmalcodes; viele Passwortmanager können das. Geben Sie dann den Code ein, den sie zeigt.
second-factor-qr = Das Geheimnis für Ihre App als QR-Code
second-factor-open = Oder in einer App auf diesem Gerät öffnen
second-factor-secret = Oder dieses Geheimnis in die App eintippen
second-factor-code = Code aus Ihrer App
second-factor-code-or-recovery = Code aus Ihrer App, oder ein Notfallcode
second-factor-hint = Überall sonst werden Sie abgemeldet. App-Passwörter bleiben.
second-factor-turn-on = Einschalten
second-factor-turn-off = Ausschalten
second-factor-off-hint = Nach dem Ausschalten genügt wieder Ihr Passwort, und die Notfallcodes gelten nicht mehr. Ein neues Geheimnis und neue Codes bekommen Sie, wenn Sie es wieder einschalten.
second-factor-is-on = Die Anmeldung in zwei Schritten ist eingeschaltet. Überall sonst sind Sie abgemeldet.
second-factor-is-off = Die Anmeldung in zwei Schritten ist ausgeschaltet: Ihr Passwort genügt.
second-factor-since = Eingeschaltet { $since }.
recovery-codes = Notfallcodes
recovery-codes-once = Sie sind nur jetzt zu sehen. Bewahren Sie sie dort auf, wo Sie sie ohne Ihr Gerät finden: Jeder lässt Sie einmal herein, anstelle eines Codes aus der App.
recovery-codes-kept = Ich habe sie aufbewahrt
recovery-codes-left = { $n ->
    [0] Es ist kein Notfallcode mehr übrig.
    [one] Ein Notfallcode ist noch übrig.
   *[other] { $n } Notfallcodes sind noch übrig.
 }
app-passwords = App-Passwörter
app-passwords-lead = Für Apps und Skripte, die Ihr eigenes Passwort nie zu kennen brauchen. Jedes lässt sich einzeln wegnehmen.
app-password-fresh = App-Passwort für <bdi>{ $label }</bdi>
app-password-once = Es ist nur jetzt zu sehen. Kopieren Sie es dorthin, wo es gebraucht wird.
app-password-since = angelegt { $since }
app-password-used = zuletzt benutzt { $used }
app-password-unused = nie benutzt
app-password-label = Wofür das neue ist
app-password-example = Zum Beispiel: Kalender auf meinem Telefon
create = Anlegen
remove = Entfernen
your-data = Ihre Daten
your-data-lead = Eine Kopie dessen, was hier über Sie gespeichert ist, und die Menschen, mit denen Sie verbunden sind, für Ihr Adressbuch. Geheimnisse sind nicht dabei.
copy-as = { $format ->
    [json] Alles (JSON)
    [vcard] Ihre Verbindungen für die meisten Adressbücher (vCard)
   *[jscontact] Ihre Verbindungen für neuere Adressbücher (JSContact)
 }
leave-title = Mein Konto löschen
leave-lead = Trennt Sie von allen und löscht Ihr Konto auf diesem Server.
leave-question = Ihr Konto auf { $server } löschen?
leave-log-in = Sie werden überall abgemeldet, und niemand kann sich mehr als Sie anmelden. App-Passwörter gelten nicht mehr.
leave-people = Sie werden von { $people ->
    [one] einer Person
   *[other] { $people } Personen
 } auf { $servers ->
    [one] einem Server
   *[other] { $servers } Servern
 } getrennt.
leave-told = { $servers ->
    [one] Der andere Server wird verständigt, damit es auch dort zu sehen ist. Ist er nicht zu erreichen,
   *[other] Die anderen Server werden verständigt, damit es auch dort zu sehen ist. Ist einer nicht zu erreichen,
 } versuchen wir es drei Tage lang. Nicht jeder Server versteht das; einer, der es nicht versteht, führt Sie vielleicht weiter in der Liste.
leave-invitations = { $n ->
    [one] Ihre offene Einladung wird zurückgezogen und verbindet
   *[other] Ihre { $n } offenen Einladungen werden zurückgezogen und verbinden
 } niemanden mehr.
leave-acceptances = { $n ->
    [one] Die Einladung, die Sie gerade annehmen, wird
   *[other] Die { $n } Einladungen, die Sie gerade annehmen, werden
 } abgebrochen. Was schon angekommen sein kann, wird rückgängig gemacht, sobald der andere Server antwortet.
leave-forgets = Ihr Name, Ihre E-Mail-Adresse und Ihre Notizen werden entfernt, und was dieser Server über Ihre Verbindungen weiß. Das Protokoll für die Administration behält, was geschehen ist, ohne Ihre E-Mail-Adresse.
leave-no-way-back = Einen Weg zurück gibt es nicht. Ein neues Konto wäre ein anderes: Alle müssten neu eingeladen werden.
leave-copy-first = Wenn Sie Ihre Verbindungen mitnehmen möchten, holen Sie sich zuerst <a href="/settings#copy-of-data">eine Kopie Ihrer Daten</a>.
your-password = Ihr Passwort
your-user-name = Ihr Benutzername
leave-name-hint = Sie haben hier kein Passwort: Bestätigen Sie mit Ihrem Benutzernamen, { $name }.
leave-now = Mein Konto jetzt löschen
stay = Mein Konto behalten
left-title = Ihr Konto ist gelöscht
left-lead = Auf { $server } kann sich niemand mehr als Sie anmelden, und Sie werden gerade von allen getrennt.
left-told = Andere Server werden verständigt. Sie brauchen nichts weiter zu tun und können diese Seite schließen.

## Verbindungen

invite-someone = Jemanden einladen
search-connections = Verbindungen durchsuchen
search-hint = Name, E-Mail oder Server
search = Suchen
under-way = Ausstehend
all-under-way = Alle ausstehenden
under-way-newest = Gezeigt werden die neuesten { $n }, die warten. Die anderen folgen, sobald von diesen welche zu Ende sind.
invitation-from = Einladung von { $server }
connecting-since = wird verbunden: wartet auf { $server } seit { $since }
connecting-next = wird verbunden: wartet auf { $server } seit { $since }, neuer Versuch { $next }
cancelling-since = wird abgebrochen: wartet auf { $server } seit { $since }
cancelling-next = wird abgebrochen: wartet auf { $server } seit { $since }, neuer Versuch { $next }
stopping-since = von Ihrer Administration angehalten: wartet auf { $server } seit { $since }
stopping-next = von Ihrer Administration angehalten: wartet auf { $server } seit { $since }, neuer Versuch { $next }
not-connected = nicht verbunden: { $why }
nobody-matches = Niemand hier passt zu „{ $search }“
all-connections = Alle Verbindungen zeigen
no-more-connections = Weitere Verbindungen gibt es nicht
back-to-newest = Zurück zu den neuesten
no-connections = Noch keine Verbindungen
connected-with-nobody = Zurzeit sind Sie mit niemandem verbunden
connections-lead = Verbinden Sie sich mit einer Person auf einem anderen Server; dann können Sie beide miteinander teilen.
connected = Verbunden
connected-since = verbunden seit { $since }
tells-of-no-disconnects = Der andere Server meldet nicht, wenn dort jemand die Verbindung trennt. Hat die andere Seite Sie entfernt, zeigt diese Liste das nicht; eine neue Einladung von dort bringt beide wieder in Einklang.
silent-since = der andere Server hat seit { $since } nicht geantwortet
unverified-server = unbestätigter Server
unverified-lead = Der Server <bdi>{ $server }</bdi> hat das nicht signiert, und nichts dort sagt, dass er einer für solche Verbindungen ist. Wer immer die Einladung hatte, kann seinen Namen benutzt haben. Vergewissern Sie sich auf einem anderen Weg, dass es die eingeladene Person ist.
disconnect = Trennen
number = { $n }
only-server = Nur Personen eines Servers
every-server = Alle Server
other-servers = { $n ->
    [one] Noch einer: bitte nach seinem Namen suchen
   *[other] Noch { $n }: bitte nach ihrem Namen suchen
}
really = ({ $name })
nickname = Wie Sie diese Person nennen
nickname-optional = freiwillig, nur für Sie sichtbar
by-yours = durch <a href="/invitations/{ $id }">Ihre Einladung</a>
by-yours-noted = durch <a href="/invitations/{ $id }">Ihre Einladung „{ $note }“</a>
by-both = durch eine Einladung von dort und <a href="/invitations/{ $id }">eine von Ihnen</a>
by-both-noted = durch eine Einladung von dort und <a href="/invitations/{ $id }">Ihre „{ $note }“</a>
by-theirs = durch eine Einladung von dort
connect-again = Wieder verbinden
connect-again-with = Wieder mit { $name } auf { $server } verbinden
undo-disconnect = Rückgängig machen
disconnect-from-at = Verbindung mit { $name } auf { $server } trennen
earlier-connections = Frühere Verbindungen
disconnected = Getrennt
ended-by-them = von der anderen Seite getrennt
ended-by-neither = getrennt, weil die beiden Server sich nicht mehr einig waren; eine neue Einladung verbindet wieder
ended-told = getrennt, die andere Seite weiß es
ended-telling = getrennt, der andere Server wird gerade verständigt
ended-unconfirmed = getrennt, mitgeteilt, aber nicht bestätigt; dort stehen Sie vielleicht noch in der Liste
ended-not-understood = getrennt, aber der andere Server versteht das nicht; dort stehen Sie vielleicht noch in der Liste
ended-could-not = getrennt, aber dem anderen Server war es nicht mitzuteilen; dort stehen Sie vielleicht noch in der Liste

## Was gerade geschehen ist

already-connected = { $name } ({ $server }) und Sie waren schon verbunden. Geändert hat sich nichts.
already-connected-here = Sie und { $name } ({ $server }) waren schon verbunden. Der andere Server meldet nicht, wenn dort jemand die Verbindung trennt: Hat die andere Seite Sie entfernt, bitten Sie um eine neue Einladung.
no-longer-connected = Sie und { $name } ({ $server }) sind nicht mehr verbunden. { $more }
told-here = Beide Listen zeigen es.
told-confirmed = Der andere Server weiß es und hat es bestätigt.
told-telling = Der andere Server wird gerade verständigt; bis dahin stehen Sie dort vielleicht noch in der Liste.
told-unconfirmed = Dem anderen Server ist es mitgeteilt; ob er es verstanden hat, sagt er nicht. Dort stehen Sie vielleicht noch in der Liste.
told-not-understood = Der andere Server versteht solche Nachrichten nicht. Dort stehen Sie vielleicht noch in der Liste.
told-could-not = Dem anderen Server war es nicht mitzuteilen. Dort stehen Sie vielleicht noch in der Liste.
told-by-nobody = Die beiden Server stimmten nicht mehr überein. Warum, steht in Ihrer Liste.
told-by-them = Getrennt hat die andere Seite.
mistake-again = Aus Versehen? Solange die Einladung gilt, verbindet Sie ein Klick wieder.
mistake-new = Aus Versehen? <a href="/invitations">Schicken Sie { $name } eine neue Einladung</a>: Mit früheren geht es nicht mehr.

## Trennen

disconnect-from = Verbindung mit { $name } trennen
disconnect-from-question = Verbindung mit <bdi>{ $name }</bdi> trennen?
what-this-does = Was dann geschieht
disconnect-here = Sie beide können nicht mehr miteinander teilen. Das gilt sofort.
disconnect-both-here = Sie haben beide Ihr Konto auf diesem Server; beide Listen zeigen es sofort.
disconnect-tells-perhaps = { $server } bekommt Bescheid, aber nicht jeder Server versteht das: Dort stehen Sie vielleicht weiter in der Liste. In Ihrer Liste steht, was daraus geworden ist.
disconnect-tells = { $server } wird verständigt, damit die Liste dort es auch zeigt. Ist der Server nicht zu erreichen, versuchen wir es drei Tage lang, und Ihre Liste sagt, was daraus geworden ist.
disconnect-again = Wenn Sie es sich anders überlegen, können Sie dieselbe Einladung noch einmal annehmen, solange sie gilt.
disconnect-new = Wenn Sie es sich anders überlegen, braucht { $name } eine neue Einladung von Ihnen. Mit früheren geht es nicht mehr.
stay-connected = Verbunden bleiben

## Einladungen

invite-someone-elsewhere = Jemanden auf einem anderen Server einladen
invite-lead = Sie bekommen einen Link und einen Code zum Weitergeben, per E-Mail oder wie Sie möchten. Wer annimmt, ist mit Ihnen verbunden und bekommt Ihren Namen und Ihre E-Mail-Adresse; den Link nur zu öffnen, verbindet niemanden.
note = Notiz
note-optional = freiwillig, nur für Sie sichtbar
note-example = Zum Beispiel: Physik-Workshop
for-how-many = Für wie viele Personen
crowd = { $people ->
    [0] alle, die sie haben
    [1] eine Person
   *[other] bis zu { $people } Personen
 }
valid-for = Gültig für
life = { $days ->
    [1] einen Tag
    [365] ein Jahr
   *[other] { $days } Tage
 }
create-invitation = Einladung erstellen
open-invitations = Offen
invited-nobody = Sie haben noch niemanden eingeladen.
none-open = Es ist keine Einladung offen.
past-invitations = Vergangen
earlier-open-invitations = Frühere offene Einladungen
earlier-invitations = Frühere Einladungen
invitation-for = Einladung für { $email }
invitation-of = Einladung vom { $when }
open-until = offen bis { $when }
expired-at = abgelaufen { $when }
withdrawn-at = zurückgezogen { $when }
accepted = angenommen
accepted-by-everybody = von allen angenommen
for-one = für eine Person
for-people = für bis zu { $limit } Personen
for-people-none-yet = für bis zu { $limit } Personen, noch von niemandem angenommen
for-anyone = für alle, die sie haben
for-anyone-none-yet = für alle, die sie haben, noch von niemandem angenommen
accepted-by = angenommen von { $people }
accepted-by-and-more = { $n ->
    [one] angenommen von { $people } und einer weiteren Person
   *[other] angenommen von { $people } und { $n } weiteren Personen
 }
more-people = Weitere Personen
list-separator = {", "}
somebody = Jemand

## Eine Einladung

hand-over = Schicken Sie diesen Link der Person, die Sie einladen. Er führt sie zu ihrem eigenen Server; ihn zu öffnen, verbindet noch niemanden.
code-hint = Wenn der Link nicht weiterhilft: Auf dem eigenen Server anmelden, dort „Einladung annehmen“ oder „Open Cloud Mesh“ suchen und diesen Code einfügen.
share = Teilen…
share-text = Ich möchte mich mit Ihnen verbinden, damit wir miteinander teilen können.
qr-code = QR-Code des Links
qr-hint = Für jemanden neben Ihnen: Die Kamera des Telefons öffnet den Link.
invitation-is-expired = Diese Einladung verbindet niemanden mehr. Verlängern Sie sie, dann gelten der Link und der Code, die Sie verschickt haben, wieder.
invitation-is-withdrawn = Sie haben diese Einladung zurückgezogen; sie verbindet niemanden. Um dieselbe Person einzuladen, <a href="/invitations">erstellen Sie eine neue</a>.
invitation-is-used-up = So viele Personen, wie gemeint waren, haben angenommen. Für weitere <a href="/invitations">erstellen Sie eine neue Einladung</a>.
accepted-by-title = Angenommen von
nobody-yet = Noch niemand.
nobody-yet-look = Diese Seite zeigt es, sobald es geschieht.
valid-from-now = Ab jetzt gültig für
valid-hint = Link und Code bleiben dieselben.
change = Ändern
renew-for = Ab jetzt gültig für
renew = Verlängern
renew-this = „{ $title }“ verlängern
wrong-person = An die falsche Person geschickt?
withdraw = Einladung zurückziehen
withdraw-hint = Link und Code gelten sofort nicht mehr. Wer angenommen hat, bleibt verbunden.
done-created = Die Einladung ist fertig. Geben Sie den Link oder den Code weiter.
done-renewed = Die Gültigkeit zählt neu ab jetzt. Link und Code sind dieselben wie vorher.
done-withdrawn = Zurückgezogen. Link und Code verbinden niemanden mehr.

## Annehmen

invitation = Einladung
paste-here = Hier den Link oder den Code einfügen
looking = Wir sehen nach, wohin die Einladung führt …
paste-hint = Der Link, der Code oder die ganze Nachricht, in der er steht.
their-server = Server der Person, die Sie eingeladen hat
their-server-hint = Aus dieser Einladung geht nicht hervor, von welchem Server sie kommt.
look-answers = Führt zu <strong>{ $server }</strong>; dieser Server antwortet und nimmt Einladungen an.
look-here = Führt zu <strong>{ $server }</strong>, dem Server, auf dem Sie sind.
look-silent = Führt zu <strong>{ $server }</strong>; dieser Server antwortet gerade nicht. Sie können sich trotzdem verbinden: Ihre Antwort wird hier verwahrt und zugestellt, sobald er antwortet.
look-not-now = Führt zu <strong>{ $server }</strong>. Ob dieser Server antwortet, ließ sich gerade nicht nachsehen. Versuchen Sie es in { $seconds ->
    [one] einer Sekunde
   *[other] { $seconds } Sekunden
 } noch einmal.
look-refused = Führt zu <strong>{ $server }</strong>. { $why }
what-they-see = Was dort von Ihnen zu sehen ist
server-gets = Wenn Sie sich verbinden, erfahren { $server } und die Person, die Sie eingeladen hat:
name = Name
address = Adresse
server = Server
e-mail = E-Mail
e-mail-made-up = ein Ersatz: Ihr Konto hat keine E-Mail-Adresse
e-mail-none = Meine E-Mail-Adresse für mich behalten
e-mail-none-hint = Der andere Server verlangt eine Adresse. Wenn Sie Ihre für sich behalten, bekommt er { $stand-in }; dort kommt keine Post an.
account = Konto
connect = Verbinden
not-now = Jetzt nicht

## Wie das Annehmen ausging

you-are-connected = Sie und { $name } sind verbunden
you-are-no-longer-connected = Sie und { $name } sind nicht mehr verbunden
title-cancelling = Wird abgebrochen
title-stopping = Von Ihrer Administration angehalten
title-connecting = Wird mit { $server } verbunden
title-cancelled = Abgebrochen
you-are-not-connected = Sie sind nicht verbunden
state-connected = verbunden
now-connected = <bdi>{ $name }</bdi> steht jetzt unter Ihren Verbindungen, und Sie stehen dort ebenso. Sie beide können nun miteinander teilen.
see-connections = Verbindungen ansehen
connected-and-ended = Diese Einladung hatte Sie mit <bdi>{ $name }</bdi> ({ $server }) verbunden; die Verbindung ist inzwischen getrennt.
cancelling-lead = Sie haben es abgebrochen. Vielleicht ist die Anfrage schon angekommen; darum fragen wir { $server } zuerst, was daraus geworden ist, und trennen Sie wieder, falls sie Sie verbunden hat.
stopping-lead = Vielleicht ist die Anfrage schon angekommen; darum fragen wir { $server } zuerst, was daraus geworden ist, und trennen Sie wieder, falls sie Sie verbunden hat. Sie müssen nichts tun.
stopped-before = Ihre Administration hat es inzwischen angehalten: Sie lässt keine Verbindungen mit { $server } zu.
pending-lead = Ihre Antwort ist hier verwahrt und wird zugestellt, sobald { $server } sie annimmt, längstens bis { $until }. Diese Seite muss dafür nicht offen bleiben.
reload-to-see = Laden Sie diese Seite neu, um zu sehen, wie es steht.
disconnected-before = Sie haben sich von <bdi>{ $name }</bdi> getrennt, bevor <bdi>{ $server }</bdi> geantwortet hat. Der Server hatte Sie noch einmal verbunden; auch diese Verbindung ist getrennt.
cancelled-too-late = Sie haben es abgebrochen, aber <bdi>{ $server }</bdi> hatte Sie schon mit <bdi>{ $name }</bdi> verbunden. Diese Verbindung ist getrennt.
overtaken-lead = Sie haben sich getrennt, während es wartete, und verbunden ist dadurch niemand. Solange die Einladung gilt, können Sie sie noch einmal annehmen.
cancelled-lead = Sie haben es abgebrochen, und verbunden ist dadurch niemand. Solange die Einladung gilt, können Sie sie noch einmal annehmen.
accept-after-all = Doch annehmen
accept-another = Eine andere Einladung annehmen

## Wohin ein Link führt

you-are-invited = Sie sind eingeladen, sich zu verbinden
wayf-lead = Eine Person auf <strong>{ $inviter }</strong> lädt Sie ein, sich zu verbinden, damit Sie beide miteinander teilen können. Sie antworten auf Ihrem eigenen Server, mit dem Konto, das Sie dort haben. Diese Seite zu öffnen, nimmt noch nichts an.
wayf-there = Weiter auf Ihrem Server
wayf-there-lead = <strong>{ $server }</strong> nimmt Einladungen entgegen. Dort melden Sie sich an, sehen noch einmal, was Sie annehmen, und entscheiden.
continue-to = Weiter zu { $server }
another-server = Ein anderer Server
your-server = Ihr Server
continue = Weiter
your-server-hint = Der Server, auf dem Sie Ihr Konto haben: sein Name, seine Adresse im Browser oder Ihre eigene Adresse dort (sie@cloud.example.org).
wayf-last = Weiter wie beim letzten Mal
wayf-directory = Den eigenen Server finden
wayf-search = Ein Teil seines Namens
wayf-none = Kein Server auf der Liste hat das im Namen.
wayf-more = Es gibt noch mehr. Geben Sie einen Teil des Namens ein, um Ihren zu finden.
wayf-code = Mein Server ist nicht zu finden, oder ich möchte lieber einen Code einfügen
wayf-code-hint = Melden Sie sich auf Ihrem Server an, suchen Sie dort „Einladung annehmen“ oder „Open Cloud Mesh“ und fügen Sie diesen Code ein.
wayf-remedy = Prüfen Sie die Eingabe. Stimmt sie, hilft der Code unten auf Ihrem Server weiter.

## Alle Probleme

errors = Wenn etwas nicht klappt
errors-lead = Alle Meldungen dieses Servers, mit dem Namen, unter dem Programme und Protokolle sie kennen. Die Referenz neben einer Meldung findet denselben Vorgang in den Protokollen beider Server.
errors-you = Was Sie selbst beheben können
errors-inviter = Was die Person beheben kann, die Sie eingeladen hat
errors-their-server = Der andere Server
errors-network = Der Weg zwischen den Servern
errors-our-server = Dieser Server

## Was der Vergleich der Listen beider Server ergeben hat

found-ended-there = drüben getrennt; das zeigte sich, als die beiden Server ihre Listen verglichen
found-ended-here = früher von Ihnen getrennt, was dieser Server vergessen hatte; eine neue Einladung verbindet wieder
found-not-there = getrennt, weil der andere Server nichts mehr davon weiß; eine neue Einladung verbindet wieder
found-not-here = getrennt, weil dieser Server nichts davon wusste; eine neue Einladung verbindet wieder

## Die Geschichte einer Verbindung

story-title = Was geschehen ist
story-more = Es gibt noch mehr; das Älteste ist weggelassen.
story-utc = Die Zeiten in der Zeichnung sind UTC.
story-table = Dasselbe als Tabelle
story-when = Wann
story-who = Wer
story-what-head = Was
story-not-done = Nicht abgeschlossen:
story-waits = Verschoben:
story-line-waits = Verschoben: { $line }
story-you = Sie
story-administrator = Administration
story-this-server = Dieser Server
story-somebody = Jemand Unbekanntes
story-stranger = Jemand im Namen von { $peer } (unbestätigt)
story-line = { $who }: { $what }
story-reason = { $what } ({ $reason })
story-what = { $key ->
    [invite-issued] Einladung erstellt
    [invite-shown] Einladung noch einmal angesehen
    [invite-listed] eigene Einladungen angesehen
    [invite-accepted] gemeldet, dass dort jemand die Einladung annimmt
    [invite-refused] um Einlass für jemanden gebeten und abgewiesen worden
    [invite-withdrawn] Einladung zurückgezogen
    [invite-renewed] Einladung verlängert
    [invite-expired] festgestellt, dass die Einladung abgelaufen ist
    [acceptance-started] Einladung angenommen
    [acceptance-repeated] Einladung noch einmal angenommen
    [acceptance-sent] mit der Zustellung begonnen
    [acceptance-waiting] auf einen späteren Versuch verschoben
    [acceptance-hurried] sofort noch einen Versuch verlangt
    [acceptance-cancelling] abgebrochen; erst muss klar sein, was daraus wurde
    [acceptance-stopping] den anderen Server nicht zugelassen; erst muss klar sein, was daraus wurde
    [acceptance-refused] vergeblich versucht, die Einladung anzunehmen
    [acceptance-settled] Annahme abgeschlossen
    [acceptance-settled-for-nothing] Annahme ohne Verbindung beendet
    [connection-connected] Verbindung hergestellt
    [connection-disconnected] Verbindung getrennt
    [connection-disconnected-there] gemeldet, dass die Verbindung getrennt ist
    [connection-told] Verständigung des anderen Servers abgeschlossen
    [connection-named] der anderen Person einen eigenen Namen gegeben
    [delivery-retried] Nachricht noch einmal geschickt
    [invite-mail-asked] die Einladung noch einmal per E-Mail verlangt
    [invite-mailed] Einladung per E-Mail verschickt
    [invite-mail-failed] vergeblich versucht, die Einladung per E-Mail zu schicken
    [delivery-given-up] E-Mail aufgegeben
    [user-notifications-changed] ausgewählt, was per E-Mail mitgeteilt wird
    [message-mail] eine E-Mail an den Mailserver übergeben
    [mail-taken] vom Mailserver gehört, dass die E-Mail angenommen ist
    [mail-refused] vom Mailserver gehört, dass die E-Mail nicht angenommen ist
    [sync-found] Unterschiede zwischen den beiden Servern gefunden
    [sync-doubted] das Gedächtnis des anderen Servers nicht wiedererkannt
    [peer-trusted] dem Server das Vertrauen ausgesprochen
    [peer-blocked] Server gesperrt
    [peer-forgotten] Entscheidung über den Server aufgehoben
    [peer-ca-changed] geändert, welche Aussteller von Zertifikaten für den Server gelten
    [peer-pin-changed] geändert, an welchen Schlüsseln der Server erkannt wird
    [peer-quirk-changed] geändert, wie Nachrichten mit dem Server signiert werden
    [peer-note-changed] Notiz über den Server geändert
    [directory-added] Verzeichnis eingebunden
    [directory-removed] Verzeichnis entfernt
    [directory-changed] vermerkt, dass das Verzeichnis sich geändert hat
    [directory-failed] Verzeichnis vergeblich abgerufen, oder ihm nicht geglaubt
    [peer-signs] zum ersten Mal auf diese Art signiert; von nun an ist es Pflicht
    [peer-weaker] sich mit einer schwächeren Art zu signieren beschrieben als früher
    [peer-refused] geschickt, was nicht geglaubt oder nicht verstanden wurde
    [session-opened] angemeldet
    [session-renewed] Sitzung mit neuem Geheimnis fortgesetzt
    [session-closed] abgemeldet
    [session-ended] eine Anmeldung anderswo beendet
    [session-refused] Anmeldung fehlgeschlagen
    [user-added] Konto angelegt
    [user-password-changed] Passwort geändert
    [user-totp-enabled] Anmeldung in zwei Schritten eingeschaltet
    [user-totp-disabled] Anmeldung in zwei Schritten ausgeschaltet
    [user-recovery-code-used] Notfallcode benutzt
    [user-email-asked] eine E-Mail-Adresse eingetragen, die zu bestätigen ist
    [user-profile-changed] Namen oder E-Mail-Adresse geändert
    [user-exported] eine Kopie der Daten geholt
    [user-leaving] die Löschung des Kontos verlangt
    [user-left] Konto mit allem, was dazugehört, gelöscht
    [user-language-changed] Sprache gewählt
    [user-disabled] Konto gesperrt
    [user-enabled] Konto entsperrt
    [user-linked] Konto mit einer Person beim Anmeldedienst verknüpft
    [user-unlinked] Verknüpfung mit dem Anmeldedienst aufgehoben
    [user-admin-granted] Konto zum Administrator gemacht
    [user-admin-revoked] dem Konto die Verwaltung entzogen
    [user-app-password-added] App-Passwort angelegt
    [user-app-password-used] mit einem App-Passwort angemeldet
    [user-app-password-removed] App-Passwort entfernt
    [backup-made] Sicherung angelegt
    [backup-restored] Sicherung zurückgespielt
    [keys-rotated] neuen Signaturschlüssel erzeugt
    [keys-retired] Signaturschlüssel zurückgezogen
    [audit-pruned] alte Einträge des Protokolls entfernt
    [message-kept] noch nichts geschickt
    [peer-asked] gefragt, was für ein Server es ist
    [peer-tried] versucht, den anderen Server zu erreichen
    [message-invite-accepted] mitgeteilt, wer die Einladung annimmt
    [message-user-removed] mitgeteilt, dass die Verbindung getrennt ist
    [answered-yes] angenommen
    [answered-no] nicht angenommen
    [answered-nothing] keine Antwort bekommen
   *[other] { $words }
 }
story-outcome = { $key ->
    [confirmed] er weiß es
    [unconfirmed] er sagt, dass er es weiß, aber das sagt ein solcher Server immer
    [not-understood] er versteht es nicht
    [could-not] es war ihm nicht mitzuteilen
    [connected] verbunden
    [refused] abgelehnt
    [cancelled] abgebrochen
    [given-up] aufgegeben
    [out-of-time] zu lange gedauert
    [failed] fehlgeschlagen
   *[other] { $result }
 }
story-try = Versuch { $attempt }
story-status = Status { $status }
story-said = „{ $said }“
story-reference = Referenz { $reference }
story-theirs = dort { $reference }

## Was der andere Server gesagt hat, für alle, die es genau wissen wollen

details = Einzelheiten
stage-discovery = gescheitert bei der Frage, was das für ein Server ist
stage-here = ist hier nicht losgekommen
stage-network = gescheitert auf dem Weg
stage-trust = gescheitert an der Frage, ob die Server einander vertrauen
stage-signature = gescheitert an der Signatur
stage-invitation = gescheitert an der Einladung
stage-storage = gescheitert, weil der andere Server es nicht aufschreiben konnte
stage-answer = gescheitert im anderen Server
heard-status = Antwort: HTTP { $status }
heard-words = Antwort: „{ $said }“
heard-reference = heißt dort <code>{ $reference }</code>

## Dasselbe für Programme, neben einem Zustand

told-text = { $told ->
    [telling] Hier getrennt. { $server } wird gerade verständigt.
    [confirmed] Getrennt, und { $server } hat es bestätigt.
    [unconfirmed] Hier getrennt. { $server } wurde verständigt, aber solche Server richten sich nicht danach.
    [not_understood] Hier getrennt. { $server } versteht solche Nachrichten nicht; dort stehen Sie vielleicht noch in der Liste.
   *[could_not] Hier getrennt. { $server } war es nicht mitzuteilen; dort stehen Sie vielleicht noch in der Liste.
 }

## Einen anderen Server prüfen: Wer angemeldet ist, kann fragen, und der Befehl für die Administration sagt dasselbe

check-title = Prüfung von { $server }
check-this-server = Diesen Server prüfen
check-lead = Dieser Server geht Schritt für Schritt zu { $server }, wie es auch eine Einladung täte, und sagt, wo es hakt. Geändert wird nichts. Das dauert ein paar Sekunden.
check-again = Noch einmal prüfen
check-took = { $n } ms
check-own = Das ist der Server, auf dem Sie gerade sind. Für ihn hat seine Administration eine eigene Prüfung.
check-busy-yours = Ihre letzte Prüfung läuft noch; sie dauert höchstens eine halbe Minute. Prüfen Sie danach noch einmal.
check-busy-others = Gerade prüfen andere. Warten Sie eine halbe Minute und prüfen Sie dann noch einmal.
check-busy-often = In einer Minute können Sie { $count } Server prüfen, und das haben Sie getan. Warten Sie eine Minute und prüfen Sie dann noch einmal.
check-verdict-ok = Von hier aus gesehen spricht nichts dagegen, dass sich Personen hier und auf { $server } verbinden.
check-verdict-attention = Von hier aus gesehen spricht nichts dagegen, dass sich Personen hier und auf { $server } verbinden; was markiert ist, sollte sich aber jemand ansehen.
check-verdict-problem = So, wie es gerade ist, können sich Personen hier und auf { $server } nicht verbinden.
check-verdict-not-trusted = Personen hier und auf { $server } können sich nicht verbinden, weil dieser Server ihm nicht vertraut.
check-level-ok = in Ordnung
check-level-off = ausgeschaltet
check-level-not-checked = nicht bekannt
check-level-attention = sollte sich jemand ansehen
check-level-problem = geht nicht
check-stage-name = Name
check-stage-connect = Weg dorthin
check-stage-tls = Zertifikat
check-stage-description = Wie er sich beschreibt
check-stage-keys = Schlüssel
check-stage-clock = Uhr
check-stage-signature = Unsere Signatur
check-stage-invitations = Einladungen
check-stage-trusted-here = Vertrauen hier
check-stage-trusts-us = Vertrauen dort
check-stage-kind = Art des Servers
check-not-reached = Nicht geprüft: Schon vor diesem Schritt ging es nicht weiter.
check-blocked = Nicht geprüft: Die Administration hier hat ihn gesperrt, deshalb wird er nach nichts gefragt.
check-unasked = Nicht geprüft: Einem Server, dem er nicht vertraut, schickt dieser Server nichts in seinem Namen.
check-rest = Die Schritte danach wurden nicht geprüft.
check-no-time = Nicht geprüft: Die Schritte davor haben zu lange gedauert.
check-name-ok = Der Name { $server } führt zu einer Adresse.
check-mend-name = Vergleichen Sie { $server } mit einer Einladung von dort. Stimmt der Name, muss die Administration dort ihren DNS-Eintrag prüfen.
check-mend-address = Stimmt der Name, fragen Sie die Administration dort nach einer öffentlichen Adresse, oder Ihre eigene, ob der Name in Ihrem Netz woandershin führt.
check-connect-ok = Unter dieser Adresse antwortet jemand.
check-mend-connect = Die Administration dort muss ihn starten oder seinen Port in der Firewall öffnen.
check-tls-ok = Sein Zertifikat weist ihn als { $server } aus, und was ihm geschickt wird, kann unterwegs niemand lesen.
check-tls-none = Er hat kein Zertifikat; zum Ausprobieren auf einem einzelnen Rechner ist das erlaubt.
check-tls-pinned = Er hat den Schlüssel, der hier für { $server } notiert ist, und was ihm geschickt wird, kann unterwegs niemand lesen.
check-mend-tls = Die Administration dort muss ihm ein Zertifikat für { $server } geben, das von einer öffentlichen Stelle kommt, die ganze Kette enthält und heute gültig ist.
check-mend-other-key = Fragen Sie die Administration von { $server } auf einem anderen Weg, ob der gezeigte Schlüssel ihrer ist. Wenn ja, kann Ihre Administration ihn notieren; bis dahin wird nichts dorthin geschickt.
check-mend-notes = Ihre Administration muss sich die Datenbank und das Protokoll dieses Servers ansehen.
check-description-ok = Er beschreibt sich, wie es sein soll.
check-description-flaws = Für Einladungen beschreibt er sich gut genug; { $count ->
    [one] ein Punkt ist
   *[other] { $count } Punkte sind
 } nicht so, wie die Spezifikation es verlangt.
check-mend-flaws = Das hindert niemanden, sich mit Personen dort zu verbinden. Was es ist, steht unten neben dem, was die Spezifikation verlangt; Ihre Administration kann es der von { $server } sagen.
check-mend-description = Stimmt der Name, muss die Administration dort nachsehen, wie er sich beschreibt und was der Proxy vor ihm daraus macht.
check-mend-disabled = Die Administration dort muss Verbindungen einschalten.
check-mend-failing = Versuchen Sie es gleich noch einmal. Bleibt es dabei, findet die Administration dort den Grund im Protokoll.
check-fields = Was er sagt, und was die Spezifikation verlangt
check-field-missing = nicht vorhanden
check-field = { $field ->
    [enabled] Verlangt: wahr oder falsch, ob er überhaupt mitmacht.
    [apiVersion] Verlangt: die Version der Spezifikation, an die er sich hält.
    [endPoint] Verlangt: die ganze Adresse, an die andere Server schicken, und zwar auf diesem Server selbst.
    [provider] Freiwillig: wie er sich nennt.
    [resourceTypes] Verlangt: was sich mit ihm teilen lässt, mindestens eine Art von Dingen. Jede hat einen Namen und sagt, mit wem sie sich teilen lässt und auf welchen Wegen man sie erreicht.
    [capabilities] Freiwillig: Stichwörter für das, was er kann. Dass man ihm etwas mitteilen kann, sollte dabei sein.
    [criteria] Freiwillig: Stichwörter für das, was er von anderen verlangt.
    [inviteAcceptDialog] Empfohlen, wenn er Einladungen kennt: seine Seite zum Annehmen.
    [tokenEndPoint] Verlangt, wenn er Zugang auf kurze Zeit vergibt: wo man danach fragt.
    [jwksUri] Erst in späteren Fassungen der Spezifikation: wo seine Schlüssel sind.
    [publicKey] Nicht in der Spezifikation: ein Schlüssel, wie ihn ältere Versionen von Nextcloud haben.
    [version] Nicht in der Spezifikation: Nextcloud hat es.
   *[other] Nicht in der Spezifikation.
 }
check-flaw-must = Verlangt, aber nicht so: { $flaw }
check-flaw-should = Empfohlen, aber nicht so: { $flaw }
check-flaw-defined = Erwartet, aber nicht so: { $flaw }
check-flaw = { $rule ->
    [D2-enabled] Es fehlt, oder es ist weder wahr noch falsch.
    [D2-apiVersion] Es fehlt, oder es ist kein Text.
    [D2-endPoint] Es fehlt, oder es ist keine ganze Webadresse.
    [D2-endPoint-here] Es führt zu einem anderen Server, und dorthin schickt niemand, was für diesen bestimmt ist.
    [D2-provider] Es ist kein Text.
    [D2-resourceTypes] Es fehlt, oder es ist keine Liste von Einträgen.
    [D3-some] Die Liste ist leer.
    [D3-name] Ein Eintrag hat keinen Namen.
    [D2-unique] Zwei Einträge haben denselben Namen.
    [D3-shareTypes] Ein Eintrag lässt sich nicht mit einer Person („user“) teilen.
    [D3-protocols] Ein Eintrag sagt nicht, auf welchen Wegen man ihn erreicht.
    [D3-webdav] Dateien lassen sich teilen, aber nicht über „webdav“.
    [D4-webdav] Der Pfad von „webdav“ ist kein Text.
    [D4-webdav-receive] „webdav-receive“ sagt nicht, welche Adressen er nimmt.
    [D4-webapp-receive] „webapp-receive“ sagt nicht, wo er etwas öffnet.
    [D5] Es ist keine Liste von Wörtern.
    [D5-known] Ein Wort ist anders geschrieben, etwa mit Schrägstrich oder Großbuchstaben.
    [D6] Es ist keine Liste von Wörtern.
    [D6-known] Ein Wort ist anders geschrieben, etwa mit Schrägstrich oder Großbuchstaben.
    [D6-exchange] Er verlangt von anderen Zugang auf kurze Zeit und bietet ihn selbst nicht an.
    [S7] Anwendungen lassen sich teilen, wozu Zugang auf kurze Zeit gehört, und den bietet er nicht an.
    [P1] Er sagt nicht, dass man ihm etwas mitteilen kann („notifications“).
    [D7] Es fehlt, oder es führt zu einem anderen Server.
    [D8] Es fehlt, oder es ist keine ganze Webadresse.
    [D9] Seine Schlüssel sind nicht unter /.well-known/jwks.json.
   *[other] Es ist nicht so, wie es in der Spezifikation steht.
 }
check-keys-ok = { $count ->
    [one] Sein Schlüssel ist
   *[other] Seine { $count } Schlüssel sind
 } brauchbar: Nachrichten von dort lassen sich prüfen.
check-keys-none = Er veröffentlicht keine Schlüssel: Nachrichten von dort sind nicht signiert.
check-keys-cavage = Er signiert, wie es vor RFC 9421 üblich war (draft-cavage), mit einem Schlüssel. Nachrichten von dort lassen sich prüfen, und die von hier sind ebenso signiert.
check-keys-weaker = Er hat früher RFC 9421 angeboten und bietet jetzt nur noch das ältere draft-cavage an. Keiner so signierten Nachricht von dort wird geglaubt.
check-keys-missing = Er sagt, dass er signiert, aber seine Schlüssel lassen sich nicht lesen. Keiner Nachricht von dort würde geglaubt.
check-keys-forgotten = Er hat früher signiert und veröffentlicht jetzt keine Schlüssel mehr. Keiner Nachricht von dort würde geglaubt.
check-keys-bad = Keiner seiner Schlüssel ist brauchbar. Keiner Nachricht von dort würde geglaubt.
check-keys-some = { $count ->
    [one] Einer seiner Schlüssel ist
   *[other] { $count } seiner Schlüssel sind
 } nicht brauchbar, die anderen schon.
check-mend-weaker = Die Administration dort muss die neueren Signaturen wieder einschalten oder die Version zurückholen, die sie hatte.
check-mend-keys = Die Administration dort muss seine Schlüssel dort veröffentlichen, wo sie laut seiner Beschreibung sind.
check-clock-ok = Seine Uhr stimmt mit unserer überein.
check-clock-ahead = Seine Uhr geht { $seconds } Sekunden vor, verglichen mit unserer.
check-clock-behind = Seine Uhr geht { $seconds } Sekunden nach, verglichen mit unserer.
check-clock-unseen = Er sagt nicht, wie spät es dort ist.
check-mend-clock = Die Administration jedes der beiden Server sollte die Uhr über das Netz (NTP) stellen lassen.
check-signature-ok = Er erkennt unsere Signatur, hat unseren Schlüssel also holen können.
check-signature-noted = Für ihn wird nichts signiert; so hat Ihre Administration es notiert.
check-signature-no-key = Dieser Server hat noch keinen Schlüssel zum Signieren.
check-signature-unasked = Er sagt nicht, dass er Signaturen prüft.
check-signature-unseen = Er antwortet mit und ohne Signatur gleich; ob er sie prüft, ist von hier aus nicht zu sehen.
check-signature-refused = Er nimmt nicht an, was dieser Server signiert.
check-signature-clock = Er nimmt nicht an, was dieser Server signiert, weil die Uhren auseinandergehen.
check-signature-unreachable = Er kann nicht prüfen, was dieser Server signiert, weil er unsere Schlüssel nicht holen kann.
check-mend-signature = Ihre Administration kann diesen Server mit „symbolon doctor“ untersuchen. Ist hier alles in Ordnung, steht der Grund im Protokoll des anderen Servers.
check-mend-reach-us = Er muss { $us } erreichen können: Die Administration jedes der beiden Server sollte Namen und Firewall prüfen.
check-invitations-ok = Personen dort können einladen und eingeladen werden.
check-mend-invitations = Die Administration dort muss Einladungen einschalten oder eine neuere Version installieren.
check-trusted-ok = Personen hier dürfen sich mit Personen dort verbinden.
check-trusted-in-only = Personen hier dürfen Einladungen von dort annehmen, Personen dort aber keine von hier.
check-trusted-out-only = Personen dort dürfen Einladungen von hier annehmen, Personen hier aber keine von dort.
check-trusted-unseen = Nicht bekannt, weil sich die Datenbank dieses Servers nicht lesen lässt.
check-mend-trusted = Über { $server } entscheidet Ihre Administration; sie kann auch sehen, warum es so ist.
check-trusts-ok = Er lässt diesen Server zu: Nach einer erfundenen Einladung gefragt, hat er nachgesehen und gesagt, dass es sie nicht gibt.
check-trusts-list = Er lässt nur Server zu, die auf seiner Liste stehen. Ob dieser darauf steht, zeigt sich, wenn jemand eine Einladung annimmt.
check-trusts-unseen = Das zeigt sich erst, wenn jemand eine Einladung annimmt.
check-mend-trusts = Die Administration dort muss { $us } auf ihre Liste der Server setzen.
check-kind-known = Es ist anscheinend { $kind }.
check-kind-unknown = Diese Art von Server ist hier nicht bekannt.
check-quirk-agrees = Trennt eine Seite die Verbindung, zeigt das auch die andere.
check-quirk-list = Die Administration dort muss diesen Server auf ihre Liste setzen, bevor sich jemand verbinden kann.
check-quirk-silent = Er sagt uns nicht Bescheid, wenn dort jemand die Verbindung trennt.
check-quirk-deaf = Er versteht nicht, wenn hier jemand die Verbindung trennt, und führt sie dort weiter in der Liste.
check-quirk-old-news = Hat dort jemand die Verbindung getrennt, beantwortet er dieselbe Einladung vielleicht, als wäre nichts gewesen.
check-quirk-once = Eine Einladung von dort kann nur einmal angenommen werden.
check-quirk-unsigned = Annahmen kommen von dort oft ohne Signatur; dann beweist sie allein die Einladung.
check-quirk-test = Er ist für Tests gemacht und nicht für Personen.

check-fact = { $fact ->
    [asked] gefragt
    [answer] Antwort
    [error] Fehler
    [our-clock-minus-its-clock] unsere Uhr minus seine
    [page-to-accept] Seite zum Annehmen
    [reasons] Gründe
    [signed] signiert mit
    [without-a-signature] ohne Signatur
    [with-a-signature] mit Signatur
    [answer-to-an-invitation-that-nobody-made] Antwort auf eine erfundene Einladung
    [key-shown] gezeigter Schlüssel
    [keys-noted] hier notierte Schlüssel
    [to-note-it] um ihn zu notieren
   *[other] { $name }
 }
check-fact-key = Schlüssel { $key }
check-no-page = keine: Personen dort müssen den Code einfügen
check-old-key = vorhanden; ein Schlüssel für Signaturen aus der Zeit vor RFC 9421 (draft-cavage)
check-old-key-bad = vorhanden, für Signaturen aus der Zeit vor RFC 9421 (draft-cavage), und nicht zu gebrauchen
check-key-twice = mehrere Schlüssel haben diese ID
check-key-fault = nicht zu gebrauchen, auf Englisch: { $fault }

## Einladungen per E-Mail, und was per E-Mail mitgeteilt wird

mail-title = Per E-Mail
mail-address = E-Mail
mail-address-optional = freiwillig; dorthin geht die Einladung
mail-language = Sprache der E-Mail
mail-send = Per E-Mail schicken
mail-again = Noch einmal schicken
mail-sent = { $when } dem Mailserver für { $email } übergeben
mail-waiting = wird an { $email } geschickt
mail-waiting-next = noch nicht an { $email } geschickt: { $why }. Nächster Versuch { $next }
mail-failed = nicht an { $email } geschickt, aufgegeben { $when }: { $why }
mail-given-up = nicht an { $email } geschickt, von Ihrer Administration aufgegeben { $when }
mail-withdrawn = nicht an { $email } geschickt: vorher zurückgezogen
mail-said = Der Mailserver sagt: „{ $said }“
done-mailed = Die E-Mail ist unterwegs. Unten steht, was aus ihr geworden ist.
told-by-mail = Was Ihnen per E-Mail mitgeteilt wird
told-by-mail-to = E-Mails gehen an { $email }.
told-by-mail-nowhere = Sie haben hier keine E-Mail-Adresse, deshalb wird Ihnen nichts geschickt.
wish-accepted = Jemand hat meine Einladung angenommen
wish-connected = Eine Einladung, die ich angenommen habe, hat mich nach einer Wartezeit verbunden
wish-disconnected = Eine Verbindung ist beendet, und nicht durch mich selbst
wish-replies = Wer von mir eine Einladung per E-Mail bekommt, darf mir antworten
wish-replies-hint = Für Antworten muss Ihre E-Mail-Adresse in der E-Mail stehen. Sonst erfährt sie niemand, bevor eine Verbindung besteht.
