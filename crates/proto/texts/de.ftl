# Was zu Problemen gesagt wird. Eine Nachricht ist eine Überschrift; `.detail` sagt, was geschehen ist, `.remedy`, wer am Zug ist.
# Was nicht bekannt ist, ist 0. Nachrichten, deren Namen mit x- beginnen, sind Bausteine und Sache jeder Sprache.

x-peer = { $peer ->
    [0] der andere Server
   *[known] { $peer }
 }
x-Peer = { $peer ->
    [0] Der andere Server
   *[known] { $peer }
 }
# von, mit, zu …
x-peer-dative = { $peer ->
    [0] dem anderen Server
   *[known] { $peer }
 }
# für, nach …
x-peer-accusative = { $peer ->
    [0] den anderen Server
   *[known] { $peer }
 }
x-Inviter = { $inviter ->
    [0] Die Person, die Sie eingeladen hat,
   *[known] { $inviter }
 }
# Der Nebensatz bringt sein Komma mit; dahinter geht der Satz also immer weiter.
x-inviter = { $inviter ->
    [0] die Person, die Sie eingeladen hat,
   *[known] { $inviter }
 }
x-inviter-dative = { $inviter ->
    [0] der Person, die Sie eingeladen hat,
   *[known] { $inviter }
 }
x-reason = { $reason ->
    [0] die Form stimmt nicht
    [empty] es steht nichts da
    [too-long] der Text ist zu lang
    [not-a-host] ein Name sieht aus wie cat.example.org oder cat.example.org:8443
    [port] die Zahl hinter dem Doppelpunkt muss zwischen 1 und 65535 liegen
    [no-at] eine Adresse hat die Form name@server
    [unprintable] der Text enthält Leerzeichen oder nicht druckbare Zeichen
    [no-invitation] der Link enthält keine Einladung
    [bad-server] der genannte Server ist kein Servername
    [several] es steht mehr als eine Einladung darin
    [longer] der Text ist länger als { $limit } Zeichen
    [control] der Text enthält Steuerzeichen
    [direction] der Text enthält Zeichen, die die Schreibrichtung ändern
    [too-short] der Text ist kürzer als { $limit } Zeichen
    [too-many] es gibt schon { $limit }; zuerst muss eines weg
    [differs] die beiden Eingaben sind verschieden
    [no-email] das ist keine E-Mail-Adresse
    [people] erlaubt sind 1 bis 10000 oder anyone
    [life] erlaubt sind 60 (eine Minute) bis 31536000 (ein Jahr) Sekunden
    [languages] erlaubt sind en, zh-CN und de
    [rule] erlaubt sind trusted und blocked
    [other-name] es ist nicht der Benutzername dieses Kontos
    [own-account] es ist Ihr eigenes, und das darf nur ein anderer Administrator
    [user-name] erlaubt sind Kleinbuchstaben, Ziffern und .-_@, am Anfang ein Buchstabe oder eine Ziffer
    [name-taken] jemand anders hat ihn schon
    [subject] erlaubt ist eine Zeile aus Buchstaben, Ziffern und Zeichen, die jede Tastatur hat, höchstens 255
    [linked] das Konto gehört schon jemandem beim Anmeldedienst; zuerst muss das gelöst werden
    [not-ours] sie stammt nicht von hier
    [no-text] erwartet wird ein Text
    [object] erwartet wird ein Objekt
    [list] erwartet wird eine Liste
    [boolean] erwartet wird true oder false
    [number] erwartet wird eine Zahl
    [whole] erwartet wird eine ganze Zahl
    [natural] erwartet wird eine ganze Zahl, die nicht negativ ist
    [choices] erlaubt ist eines von { $choices }
    [syntax] das ist kein JSON
    [ends] mittendrin hört es auf
    [late] er kam nicht rechtzeitig an
    [broken-off] er kam nicht vollständig an
    [twice] sie kommt zweimal vor
    [no-issuers] erwartet werden höchstens { $limit } Zertifikate in PEM und nichts anderes
    [no-keys] erwartet werden ein bis { $limit } Schlüssel wie sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    [no-way] erwartet wird rfc9421, cavage oder unsigned
   *[other] { $reason }
 }
x-Member = { $member ->
    [0] Eine Angabe
   *[known] { $member }
 }

said = Die Antwort lautete: „{ $said }“.

## Der Weg zum anderen Server

bad_address = Das ist kein Servername
    .detail = Der Name des Servers ist nicht lesbar: { x-reason }.
    .remedy = Schreiben Sie den Namen so wie cat.example.org, oder kopieren Sie die Einladung noch einmal.
name_not_found = { x-Peer } ist nicht zu finden
    .detail = Einen Server mit dem Namen { $peer ->
        [0] aus der Einladung
       *[known] { $peer }
     } gibt es nicht, oder der Namensdienst (DNS) antwortet gerade nicht.
    .remedy = Vergleichen Sie den Namen mit dem auf der Einladung. Stimmt er, warten Sie: Wir versuchen es von selbst wieder.
connection_refused = { x-Peer } nimmt keine Verbindung an
    .detail = Der Rechner ist da, aber darauf antwortet kein Server{ $peer ->
        [0] {""}
       *[known] {" "}für { $peer }
     }.
    .remedy = Warten Sie: Wir versuchen es von selbst wieder. Bleibt es so, verständigen Sie die Administration von { x-peer-dative }.
timeout = { x-Peer } antwortet nicht
    .detail = { x-Peer } hat nicht rechtzeitig geantwortet.
    .remedy = Warten Sie: Wir versuchen es von selbst wieder. Bleibt es so, verständigen Sie die Administration von { x-peer-dative }.
network_failed = Die Leitung zu { x-peer-dative } ist abgerissen
    .detail = Die Leitung zu { x-peer-dative } ist abgerissen, bevor eine Antwort kam.
    .remedy = Warten Sie: Wir versuchen es von selbst wieder.
tls_wrong_name = Das Zertifikat von { x-peer-dative } gilt für einen anderen Namen
    .detail = Wer { $peer ->
        [0] unter diesem Namen
       *[known] als { $peer }
     } antwortet, zeigt ein Zertifikat, das für einen anderen Namen ausgestellt ist.
    .remedy = Prüfen Sie, wie der Name geschrieben ist. Stimmt er, verständigen Sie die Administration von { x-peer-dative }. Über Sie wurde nichts gesendet.
tls_unknown_issuer = Das Zertifikat von { x-peer-dative } stammt von niemandem, den wir kennen
    .detail = { x-Peer } zeigt ein Zertifikat, dessen Aussteller dieser Server nicht kennt oder das selbst ausgestellt ist.
    .remedy = Die Administration von { x-peer-dative } braucht ein Zertifikat von einer öffentlichen Stelle; sagen Sie ihr Bescheid. Über Sie wurde nichts gesendet.
tls_expired = Das Zertifikat von { x-peer-dative } gilt heute nicht
    .detail = Das Zertifikat von { x-peer-dative } ist abgelaufen oder gilt noch nicht, oder auf einem der beiden Server geht die Uhr falsch.
    .remedy = Die Administration von { x-peer-dative } muss es erneuern; wir versuchen es von selbst wieder. Über Sie wurde nichts gesendet.
tls_other_key = { x-Peer } zeigt einen anderen Schlüssel als den hier notierten
    .detail = Wer { $peer ->
        [0] unter diesem Namen
       *[known] als { $peer }
     } antwortet, zeigt einen anderen Schlüssel{ $seen ->
        [0] {""}
       *[known] {" "}({ $seen })
     } als den, den die Administration dieses Servers notiert hat{ $expected ->
        [0] {""}
       *[known] {" "}({ $expected })
     }.
    .remedy = Sagen Sie Ihrer Administration Bescheid: Nur die von { x-peer-dative } weiß, ob er gewechselt wurde. Wir versuchen es von selbst wieder. Über Sie wurde nichts gesendet.
tls_failed = { x-Peer } kann sich nicht ausweisen
    .detail = Eine sichere Leitung zu { x-peer-dative } kam nicht zustande.
    .remedy = Verständigen Sie die Administration von { x-peer-dative }. Über Sie wurde nichts gesendet.
address_not_allowed = { x-Peer } liegt nicht im öffentlichen Netz
    .detail = Der Name { $peer ->
        [0] des anderen Servers
       *[known] { $peer }
     } führt zu einer Adresse in einem privaten Netz, und dorthin geht dieser Server nicht.
    .remedy = Vergleichen Sie den Namen mit dem auf der Einladung. Stimmt er, fragen Sie Ihre Administration.
not_an_ocm_server = { x-Peer } macht nicht mit
    .detail = { x-Peer } antwortet, ist aber kein Server, mit dem man sich verbinden kann.
    .remedy = Prüfen Sie, ob { x-inviter } wirklich diesen Server benutzt.
peer_misnamed = { x-Peer } nennt sich selbst anders
    .detail = Der Server, der { $peer ->
        [0] unter diesem Namen
       *[known] als { $peer }
     } antwortet, sagt, er sei ein anderer.
    .remedy = Prüfen Sie, ob { x-inviter } wirklich diesen Server benutzt. Wenn ja, verständigen Sie die Administration von { x-peer-dative }.
ocm_disabled_there = { x-Peer } hat Verbindungen abgeschaltet
    .detail = { x-Peer } könnte mitmachen, aber die Administration dort hat es abgeschaltet.
    .remedy = Sagen Sie { x-inviter-dative } Bescheid; die Administration dort kann es einschalten.
no_invitations_there = { x-Peer } kennt keine Einladungen
    .detail = { x-Peer } teilt zwar Dateien mit anderen Servern, aber einladen und eingeladen werden kann man dort nicht.
    .remedy = Fragen Sie { x-inviter } danach, wie auf dem Server dort geteilt wird.

## Vertrauen und Signaturen

not_trusted_here = Dieser Server vertraut { x-peer-dative } nicht
    .detail = Die Administration dieses Servers erlaubt keine Verbindungen mit { x-peer-dative }.
    .remedy = Fragen Sie Ihre Administration, ob { x-peer } erlaubt werden kann.
nobody_trusted_here = Noch kann niemand auf einem anderen Server eine Einladung von hier annehmen
    .detail = Mit diesem Server dürfen sich nur Server verbinden, denen die Administration namentlich vertraut oder die ein Verzeichnis nennt, und noch gibt es keinen.
    .remedy = Bitten Sie Ihre Administration, dem Server der Person zu vertrauen, die Sie einladen möchten. Dann verbinden Ihre Einladungen, auch die, die Sie schon jetzt weitergeben.
not_trusted_there = { x-Peer } vertraut diesem Server nicht
    .detail = { x-Peer } will mit diesem Server nichts zu tun haben.
    .remedy = Bitten Sie { x-inviter } darum, der Administration dort den Namen Ihres Servers zu nennen.
signature_missing = Die Nachricht ist nicht signiert
    .detail = { x-Peer } veröffentlicht Schlüssel, also müssen Nachrichten von dort signiert sein, und diese war es nicht.
    .remedy = Signieren Sie die Anfrage (RFC 9421, Tag „ocm“), oder sehen Sie nach, welcher Teil von { x-peer-dative } sie geschickt hat.
signature_unknown_key = Die Nachricht ist mit einem unbekannten Schlüssel signiert
    .detail = Der Schlüssel { $key_id ->
        [0] der Nachricht
       *[known] { $key_id }
     } gehört nicht zu denen, die { x-peer } veröffentlicht.
    .remedy = Veröffentlichen Sie den Schlüssel, bevor Sie damit signieren, und versuchen Sie es einen Moment später wieder.
signature_wrong_host = Die Nachricht spricht für einen anderen Server
    .detail = Die Nachricht spricht für { x-peer-accusative }, signiert hat sie aber { $signer ->
        [0] jemand anderes
       *[known] { $signer }
     }.
    .remedy = Signieren Sie mit einem Schlüssel von { x-peer-dative }, oder nennen Sie den Server, der signiert.
signature_clock = Die Uhren der beiden Server gehen { $seconds ->
        [0] verschieden
        [one] eine Sekunde auseinander
       *[other] { $seconds } Sekunden auseinander
    }
    .detail = Die Signatur liegt { $seconds ->
        [0] zu viele Sekunden
        [one] eine Sekunde
       *[other] { $seconds } Sekunden
     } neben der Zeit des Servers, der sie geprüft hat; erlaubt sind 300 in die Vergangenheit und 60 in die Zukunft.
    .remedy = Die Administration jedes der beiden Server sollte ihre Uhr prüfen.
signature_digest = Die Nachricht wurde unterwegs verändert
    .detail = Der Inhalt der Nachricht ist nicht der, der signiert wurde.
    .remedy = Suchen Sie nach einem Proxy zwischen den beiden Servern, der Nachrichten umschreibt.
signature_invalid = Die Signatur ist nicht gültig
    .detail = Die Signatur der Nachricht ist nicht annehmbar: { x-reason }.
    .remedy = Prüfen Sie, wie die Anfrage signiert wird und ob ein Proxy ihre Adresse ändert.
signature_weaker = Die Nachricht ist schwächer signiert als früher
    .detail = { x-Peer } signiert mit RFC 9421, und diese Nachricht ist so signiert, wie es vorher üblich war (draft-cavage).
    .remedy = Signieren Sie die Anfrage mit RFC 9421 (Tag „ocm“). Läuft bei { x-peer-dative } wieder eine ältere Version, spielen Sie die neuere ein.
signature_repeated = Dieselbe Nachricht kam schon einmal
    .detail = Eine Nachricht, die { x-peer } im selben Moment signiert hat, kam schon einmal, und seither hat sich etwas geändert.
    .remedy = Signieren Sie die Anfrage neu und schicken Sie sie noch einmal.
signature_missing_there = { x-Peer } findet keine Signatur dieses Servers
    .detail = Jede Nachricht von hier ist signiert, aber an dieser fand { x-peer } keine lesbare Signatur.
    .remedy = Verständigen Sie Ihre Administration: Vielleicht nimmt etwas zwischen den beiden Servern Signaturen weg.
signature_unknown_key_there = { x-Peer } kennt den Schlüssel dieses Servers nicht
    .detail = Der Schlüssel, mit dem die Nachricht signiert ist, gehört nicht zu denen, die { x-peer } von diesem Server kennt.
    .remedy = Ein neuer Schlüssel spricht sich erst herum. Bleibt es so, verständigen Sie Ihre Administration: symbolon doctor prüft die Schlüssel.
signature_wrong_host_there = { x-Peer } hält diesen Server für einen anderen
    .detail = Nach dem, was { x-peer } sieht, spricht die Nachricht für einen anderen Server als den, der sie signiert hat.
    .remedy = Verständigen Sie Ihre Administration: symbolon doctor vergleicht die Namen, unter denen dieser Server bekannt ist.
signature_clock_there = Die Uhren hier und bei { x-peer-dative } gehen { $seconds ->
        [0] zu weit auseinander
        [one] eine Sekunde auseinander
       *[other] { $seconds } Sekunden auseinander
    }
    .detail = { x-Peer } hat die Signatur dieses Servers nicht angenommen, denn sie liegt { $seconds ->
        [0] zu viele Sekunden
        [one] eine Sekunde
       *[other] { $seconds } Sekunden
     } neben der Zeit dort.
    .remedy = Verständigen Sie Ihre Administration: symbolon doctor prüft die Uhr hier. Geht sie richtig, geht die bei { x-peer-dative } falsch.
signature_digest_there = Die Nachricht wurde auf dem Weg zu { x-peer-dative } verändert
    .detail = Was bei { x-peer-dative } ankam, ist nicht das, was dieser Server signiert hat.
    .remedy = Verständigen Sie Ihre Administration: Vielleicht schreibt etwas zwischen den beiden Servern Nachrichten um.
signature_refused_there = { x-Peer } erkennt die Signatur dieses Servers nicht an
    .detail = Jede Nachricht von hier ist signiert, und { x-peer } hat die Signatur nicht angenommen.
    .remedy = Geben Sie die Referenz unten an Ihre Administration; die Protokolle beider Server sagen mehr.
unreachable_from_there = { x-Peer } kann diesen Server nicht erreichen
    .detail = Bevor { x-peer } einer Nachricht glaubt, fragt { x-peer } bei diesem Server nach, etwa nach den Schlüsseln, und bekam keine brauchbare Antwort.
    .remedy = Verständigen Sie Ihre Administration: symbolon doctor findet heraus, was andere Server daran hindert, diesen zu erreichen.
peer_unreachable_for_keys = { x-Peer } war nicht nach Schlüsseln zu fragen
    .detail = Ob die Nachricht wirklich von { x-peer-dative } kommt, lässt sich nicht prüfen, weil die Schlüssel gerade nicht zu bekommen sind.
    .remedy = Schicken Sie die Nachricht gleich noch einmal; { x-peer } muss von hier aus erreichbar sein.

## Einladungen und Verbindungen

invitation_unknown = { x-Peer } kennt diese Einladung nicht
    .detail = Die Einladung ist { x-peer-dative } nicht oder nicht mehr bekannt.
    .remedy = Bitten Sie { x-inviter } darum, sie noch einmal zu schicken, und prüfen Sie, ob Sie den richtigen Server gewählt haben.
invitation_expired = Die Einladung ist abgelaufen
    .detail = Die Einladung galt nur eine bestimmte Zeit, und die ist vorbei.
    .remedy = { $reason ->
        [yours] Verlängern Sie sie, oder erstellen Sie eine neue.
       *[theirs] Bitten Sie { x-inviter } darum, sie zu verlängern oder eine neue zu schicken.
     }
invitation_withdrawn = Die Einladung wurde zurückgezogen
    .detail = { $reason ->
        [yours] Sie haben die Einladung zurückgezogen.
       *[theirs] { x-Inviter } hat die Einladung zurückgezogen.
     }
    .remedy = { $reason ->
        [yours] Erstellen Sie eine neue.
       *[theirs] Bitten Sie { x-inviter } um eine neue.
     }
invitation_used_up = Die Einladung ist schon benutzt
    .detail = { $reason ->
        [yours] Die Einladung war für eine begrenzte Zahl von Personen, und so viele haben sie angenommen.
       *[theirs] Die Einladung war für eine begrenzte Zahl von Personen, und so viele haben sie angenommen. Waren Sie darunter, stehen Sie dort vielleicht noch in der Liste.
     }
    .remedy = { $reason ->
        [yours] Erstellen Sie eine neue.
       *[theirs] Bitten Sie { x-inviter } um eine neue.
     }
invitation_closed_to_you = Die Einladung gilt für Sie nicht mehr
    .detail = { x-Inviter } hat die Verbindung mit Ihnen getrennt, nachdem die Einladung verschickt war.
    .remedy = Bitten Sie { x-inviter } um eine neue.
invitation_your_own = Das ist Ihre eigene Einladung
    .detail = Mit sich selbst kann man sich nicht verbinden.
    .remedy = Die Einladung gehört zu der Person, mit der Sie sich verbinden möchten.
invitation_malformed = Das ist keine Einladung
    .detail = Die Eingabe ist nicht als Einladung lesbar: { x-reason }.
    .remedy = Kopieren Sie den ganzen Link oder Code aus der Nachricht und fügen Sie ihn noch einmal ein.
invitation_without_provider = Von welchem Server ist die Einladung?
    .detail = Aus der Eingabe geht nicht hervor, von welchem Server sie kommt.
    .remedy = Geben Sie den Namen des Servers ein, den { x-inviter } benutzt, oder fügen Sie den ganzen Link ein.
already_connected = Sie sind schon verbunden
    .detail = Sie und diese Person sind verbunden; es war nichts zu tun.
    .remedy = Sie müssen nichts tun.
listed_there = { x-Peer } führt Sie schon in der Liste
    .detail = { x-Peer } verbindet niemanden zweimal und sagt nicht, mit wem Sie dort verbunden sind.
    .remedy = Bitten Sie { x-inviter } darum, Sie aus der Liste dort zu entfernen und danach eine neue Einladung zu schicken. Geht das dort nicht, muss es die Administration von { x-peer-dative } tun.
perhaps_listed_there = { x-Peer } führt Sie vielleicht in der Liste
    .detail = { x-Peer } nimmt die Einladung nicht an. Dort war schon einmal gefragt worden, vielleicht ohne dass die Antwort hier ankam; vielleicht haben also Sie sie schon benutzt: Dann stehen Sie dort als verbunden in der Liste, und hier sind Sie es nicht.
    .remedy = Bitten Sie { x-inviter } nachzusehen, ob Sie dort in der Liste stehen, Sie dann zu entfernen, und eine neue Einladung zu schicken.
acceptance_pending = Wir warten auf { x-peer-accusative }
    .detail = Ihre Antwort ist hier verwahrt und wird zugestellt, sobald { x-peer } antwortet.
    .remedy = Sie müssen nichts tun: Wir versuchen es von selbst wieder.
acceptance_cancelled = Sie haben das abgebrochen
    .detail = Sie haben das Annehmen dieser Einladung abgebrochen. Falls sie Sie schon verbunden hatte, sind Sie wieder getrennt.
    .remedy = Wenn Sie es sich anders überlegt haben, nehmen Sie die Einladung noch einmal an.
acceptance_out_of_time = { x-Peer } war nicht rechtzeitig zu erreichen
    .detail = { x-Peer } hat drei Tage lang nicht geantwortet; der Versuch ist beendet. Falls doch eine Anfrage angekommen ist, stehen Sie dort vielleicht in der Liste.
    .remedy = Fragen Sie bei { x-inviter-dative } nach, ob der Server dort läuft und ob Sie dort in der Liste stehen (dann sollten Sie entfernt werden), und nehmen Sie die Einladung dann noch einmal an.
disconnected_meanwhile = Verbunden und wieder getrennt
    .detail = Die Verbindung kam zustande, aber einer von Ihnen beiden hat sie inzwischen getrennt.
    .remedy = Bitten Sie { x-inviter } um eine neue Einladung.
connection_stale = Die Anfrage ist älter als eine Trennung
    .detail = Seit diese Anfrage gestellt wurde, sind die beiden getrennt worden.
    .remedy = Fragen Sie mit der Generation aus der Antwort noch einmal; Symbolon tut das von selbst.
provider_mismatch = Die Einladung ist von einem anderen Server
    .detail = Die Einladung ist von { x-peer-dative }, gewählt ist aber { $chosen ->
        [0] ein anderer
       *[known] { $chosen }
     }.
    .remedy = Lassen Sie das Feld leer, oder wählen Sie { x-peer-accusative }.

## Was andere Server antworten

peer_failed = Bei { x-peer-dative } gibt es ein Problem
    .detail = { x-Peer } hat geantwortet, dass dort etwas schiefgegangen ist.
    .remedy = Warten Sie: Wir versuchen es von selbst wieder. Bleibt es so, verständigen Sie die Administration von { x-peer-dative }.
peer_redirected = { x-Peer } schickt Nachrichten woandershin
    .detail = { x-Peer } hat auf eine andere Adresse verwiesen, und Nachrichten über Personen schicken wir niemals weiter.
    .remedy = Sagen Sie der Administration von { x-peer-dative }, dass diese Adresse selbst antworten muss.
peer_refused = { x-Peer } hat abgelehnt
    .detail = { x-Peer } nimmt die Nachricht nicht an und nennt keinen Grund, den wir kennen.
    .remedy = Verständigen Sie die Administration beider Server; mit der Referenz unten ist der Vorgang dort zu finden.
peer_answer_invalid = { x-Peer } gibt eine Antwort, die keinen Sinn ergibt
    .detail = Was { x-peer } geantwortet hat, antwortet ein solcher Server sonst nicht.
    .remedy = Warten Sie: Wir versuchen es von selbst wieder. Bleibt es so, verständigen Sie die Administration von { x-peer-dative }.
peer_busy = { x-Peer } ist ausgelastet
    .detail = { x-Peer } hat gerade zu viel zu tun und bittet darum, es später noch einmal zu versuchen.
    .remedy = Warten Sie: Wir versuchen es von selbst wieder.
notification_unknown = Unbekannte Art von Mitteilung
    .detail = Mitteilungen der Art { $kind ->
        [0] dieser Nachricht
       *[known] { $kind }
     } kennt dieser Server nicht.
    .remedy = Sie müssen nichts tun: Server dürfen übergehen, was sie nicht kennen.

## E-Mails

mail_off = Dieser Server verschickt keine E-Mails
    .detail = Es sollte eine E-Mail verschickt werden, und die Administration dieses Servers hat keinen Mailserver eingerichtet.
    .remedy = Geben Sie den Link oder den Code selbst weiter.
mail_limit = { $reason ->
        [confirmations] Zu viele Adressen zu bestätigen
        [confirmed-address] Zu viele E-Mails an diese Adresse
       *[yours] Zu viele Einladungen per E-Mail
    }
    .detail = { $reason ->
        [to-address] Diese Adresse hat binnen eines Tages mehrere E-Mails von diesem Server bekommen. Noch eine wäre lästig.
        [confirmations] Sie haben binnen eines Tages viele E-Mails schicken lassen, die eine Adresse bestätigen. Die Zahl ist begrenzt, damit niemand diesen Server missbrauchen kann.
        [confirmed-address] Sie hat binnen eines Tages mehrere E-Mails von diesem Server bekommen. Noch eine wäre lästig.
       *[yours] Sie haben in kurzer Zeit viele Einladungen per E-Mail verschickt. Die Zahl ist begrenzt, damit niemand diesen Server missbrauchen kann.
     }
    .remedy = { $reason ->
        [confirmations] Suchen Sie die neueste dieser E-Mails, auch im Spam-Ordner
        [confirmed-address] Suchen Sie die neueste dieser E-Mails, auch im Spam-Ordner
       *[yours] Legen Sie die Einladung ohne E-Mail-Adresse an und geben Sie den Link selbst weiter
     }{ $hours ->
        [0] { $minutes ->
            [0] , oder versuchen Sie es später noch einmal.
           *[known] , oder versuchen Sie es in { $minutes } min noch einmal.
         }
       *[known] , oder versuchen Sie es in { $hours } h noch einmal.
     }
mail_server_unreachable = Der Mailserver ist nicht zu erreichen
    .detail = Der Server, der die E-Mails von hier annimmt, antwortet nicht, oder es kommt keine sichere Verbindung zu ihm zustande.
    .remedy = Sie müssen nichts tun: Wir versuchen es von selbst wieder. Die Einladung gilt trotzdem; Sie können den Link selbst weitergeben.
mail_log_in_refused = Der Mailserver lässt diesen Server nicht ein
    .detail = Benutzername oder Passwort, mit denen sich dieser Server beim Mailserver anmeldet, werden nicht angenommen.
    .remedy = Verständigen Sie Ihre Administration. Wir versuchen es von selbst wieder; Sie können den Link selbst weitergeben.
mail_put_off = Der Mailserver möchte später gefragt werden
    .detail = Der Mailserver nimmt die E-Mail noch nicht an. Manche tun das beim ersten Mal, um unerwünschte E-Mails fernzuhalten.
    .remedy = Sie müssen nichts tun: Wir versuchen es von selbst wieder. Die Einladung gilt trotzdem; Sie können den Link selbst weitergeben.
mail_address_refused = Diese Adresse nimmt keine E-Mails an
    .detail = Der Mailserver kennt die Adresse nicht oder nimmt nichts für sie an.
    .remedy = Vergleichen und berichtigen Sie die Adresse und schicken Sie die E-Mail noch einmal, oder geben Sie den Link selbst weiter.
mail_refused = Der Mailserver hat die E-Mail abgelehnt
    .detail = Der Mailserver nimmt solche E-Mails von hier nicht an.
    .remedy = Verständigen Sie Ihre Administration. Die Einladung gilt trotzdem; Sie können den Link selbst weitergeben.

## Anmelden über einen Dienst

log_in_service_unreachable = Der Anmeldedienst ist nicht zu erreichen
    .detail = Der Dienst, über den man sich anmeldet, antwortet nicht, oder es kommt keine sichere Verbindung zu ihm zustande.
    .remedy = Versuchen Sie es in ein paar Minuten noch einmal. Bleibt es so, verständigen Sie Ihre Administration.
log_in_service_refused = Der Anmeldedienst hat Sie nicht eingelassen
    .detail = Die Anmeldung wurde abgebrochen, oder der Anmeldedienst hat sie abgelehnt.
    .remedy = Versuchen Sie es noch einmal. Lehnt er jedes Mal ab, fragen Sie die Administration des Anmeldedienstes.
log_in_answer_invalid = Der Anmeldedienst gibt eine Antwort, die keinen Sinn ergibt
    .detail = Was der Anmeldedienst über Sie sagt, ist nicht glaubhaft oder nicht zu lesen; Sie sind deshalb nicht angemeldet.
    .remedy = Verständigen Sie Ihre Administration: Der Grund steht im Log dieses Servers.
log_in_set_up_wrong = Dieser Server und der Anmeldedienst sind nicht aufeinander eingestellt
    .detail = Der Anmeldedienst nimmt nicht an, worum dieser Server ihn bittet; darum kann sich niemand über ihn anmelden.
    .remedy = Verständigen Sie Ihre Administration: Im Log dieses Servers steht, welche Einstellung zu prüfen ist, und `symbolon doctor` probiert es aus.
log_in_not_begun_here = Diese Anmeldung lässt sich nicht abschließen
    .detail = Sie wurde in einem anderen Browser begonnen, oder vor zu langer Zeit, oder seither wurde eine andere begonnen.
    .remedy = Melden Sie sich noch einmal an.
log_in_not_allowed = Sie haben hier keinen Zugang
    .detail = Der Anmeldedienst kennt Sie, aber Sie sind in keiner der Gruppen, die diesen Server benutzen dürfen.
    .remedy = Bitten Sie Ihre Administration um Zugang.
log_in_without_account = Sie haben hier kein Konto
    .detail = Der Anmeldedienst kennt Sie, aber niemand hat auf diesem Server ein Konto für Sie angelegt.
    .remedy = Bitten Sie Ihre Administration um ein Konto.
log_in_name_taken = Ihr Name gehört schon zu einem Konto
    .detail = Auf diesem Server gibt es ein Konto mit Ihrem Benutzernamen, und niemand hat gesagt, ob es Ihres ist.
    .remedy = Bitten Sie Ihre Administration, es mit Ihnen zu verknüpfen.
log_in_name_missing = Der Anmeldedienst nennt Ihren Namen nicht
    .detail = Ein Konto braucht einen Benutzernamen, und der Anmeldedienst nennt keinen, der sich verwenden lässt.
    .remedy = Verständigen Sie Ihre Administration.
password_log_in_off = Passwörter gelten hier nicht
    .detail = An den Seiten dieses Servers meldet man sich über den Anmeldedienst an.
    .remedy = Melden Sie sich dort an. App-Passwörter gelten in Apps und Skripten weiter.
second_factor_wrong = Dieser Code gilt nicht
    .detail = { $reason ->
        [recovery] Er ist keiner Ihrer Notfallcodes, oder er wurde schon benutzt. Geändert wurde nichts.
       *[other] Ihre App zeigt jetzt einen anderen, oder er wurde schon benutzt. Geändert wurde nichts.
     }
    .remedy = { $reason ->
        [recovery] Geben Sie einen anderen davon so ein, wie er in Ihrer Liste steht, oder den Code, den Ihre App zeigt.
        [enrolling] Geben Sie den nächsten Code ein, den die App zeigt. Gilt keiner, stellen Sie die Uhr des Geräts mit der App.
        [secret-over] Die Seite zeigt jetzt ein neues Geheimnis: Scannen Sie dieses und geben Sie den Code dazu ein.
       *[other] Geben Sie den nächsten Code ein, den die App zeigt. Gilt keiner, stellen Sie die Uhr des Geräts mit der App, oder nehmen Sie einen Notfallcode; jeder davon gilt einmal.
     }

## Anfragen an diesen Server

account_disabled = Ihr Konto ist gesperrt
    .detail = Das Konto gibt es, aber es darf zurzeit nicht benutzt werden.
    .remedy = Fragen Sie bei Ihrer Administration nach.
not_authenticated = Melden Sie sich an
    .detail = Das ist nur für angemeldete Personen, oder Benutzername oder Passwort stimmen nicht.
    .remedy = Melden Sie sich an, oder schicken Sie Benutzernamen und App-Passwort mit der Anfrage.
log_in_failed = Das hat nicht geklappt
    .detail = Der Benutzername oder das Passwort stimmt nicht.
    .remedy = Prüfen Sie beides und versuchen Sie es noch einmal, oder bitten Sie Ihre Administration um ein neues Passwort.
password_wrong = Das ist nicht Ihr Passwort
    .detail = Dafür wird das Passwort Ihres Kontos gebraucht. Geändert wurde nichts.
    .remedy = Geben Sie das Passwort ein, mit dem Sie sich anmelden, kein App-Passwort.
cross_origin = Die Anfrage kam von einer anderen Seite
    .detail = Eine fremde Seite wollte in Ihrem Namen handeln und wurde daran gehindert.
    .remedy = Waren Sie es selbst, öffnen Sie die Seite dieses Servers und versuchen es dort noch einmal.
too_many_tries = Zu viele Versuche
    .detail = Die Anmeldung ist in kurzer Zeit zu oft fehlgeschlagen.
    .remedy = Warten Sie eine Minute und versuchen Sie es dann noch einmal.
too_many_requests = Zu viel auf einmal
    .detail = Von diesem Server wird gerade mehr verlangt, als er auf einmal tut.
    .remedy = Warten Sie einen Moment und versuchen Sie es dann noch einmal.
not_found = { $what ->
        [address] Unter dieser Adresse gibt es nichts
        [acceptance] Diese Antwort auf eine Einladung gibt es nicht
        [connection] Diese Verbindung gibt es nicht
        [invitation] Diese Einladung gibt es nicht
        [page] Diese Seite gibt es nicht
        [file] Diese Datei gibt es nicht
       *[other] Das gibt es nicht
    }
    .detail = { $what ->
        [address] Dieser Server bietet dort nichts an.
       *[other] Das existiert nicht, oder es gehört Ihnen nicht.
     }
    .remedy = { $what ->
        [address] Nehmen Sie die Adressen, die in der Beschreibung des Servers oder seiner Schnittstelle stehen.
       *[other] Beginnen Sie von vorn und wählen Sie noch einmal.
     }
method_not_allowed = Das geht hier nicht
    .detail = Die Adresse gibt es, aber nicht für diese Art von Anfrage.
    .remedy = Sehen Sie in der Beschreibung der Schnittstelle nach, welche Anfragen es gibt.
malformed_body = Die Anfrage ist nicht lesbar
    .detail = Der Inhalt der Anfrage ist nicht lesbar: { x-reason }{ $line ->
        [0] .
       *[known] , in Zeile { $line }, Spalte { $column }.
     }
    .remedy = Schicken Sie, was die Beschreibung der Schnittstelle zeigt.
member_missing = { x-Member } fehlt
    .detail = { x-Member } muss in der Anfrage stehen.
    .remedy = Ergänzen Sie das und schicken Sie die Anfrage noch einmal.
member_unknown = { x-Member } ist hier nicht bekannt
    .detail = { x-Member } steht in der Anfrage, aber dieser Server kennt es nicht.{ $choices ->
        [0] {""}
       *[known] {" "}Was er an dieser Stelle kennt: { $choices }.
     }
    .remedy = Prüfen Sie die Schreibweise, oder lassen Sie das weg.
member_invalid = { x-Member } geht so nicht
    .detail = { x-Member } geht so nicht: { x-reason }.
    .remedy = Berichtigen Sie das und schicken Sie die Anfrage noch einmal.
body_too_large = Die Anfrage ist zu groß
    .detail = Der Inhalt der Anfrage ist größer als { $limit ->
        [0] erlaubt
       *[other] { $limit } Byte
     }.
    .remedy = Schicken Sie weniger.
unsupported_media_type = Die Anfrage ist von unbekannter Art
    .detail = Den Inhaltstyp der Anfrage lesen wir hier nicht.
    .remedy = Schicken Sie application/json.
storage_full = Die Festplatte des Servers ist voll
    .detail = Geändert wurde nichts, denn es ließ sich nicht aufschreiben.
    .remedy = Verständigen Sie Ihre Administration und versuchen Sie es dann noch einmal.
shutting_down = Der Server hält gerade an
    .detail = Der Server wird angehalten oder neu gestartet; geändert wurde nichts.
    .remedy = Versuchen Sie es gleich noch einmal.
internal = Hier ist etwas schiefgegangen
    .detail = Dieser Server hat einen Fehler gemacht. Was vorher bestätigt war, ist sicher.
    .remedy = Versuchen Sie es noch einmal; bleibt es so, geben Sie die Referenz unten an Ihre Administration.
