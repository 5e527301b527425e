# Was `symbolon probe` denen sagt, die einen Server bauen: von ihm oder seiner Antwort. Was der Entwurf verlangt, steht in dessen
# eigenen Worten. Zwischen Gravis steht, was zu einem Programm gehört.

probe-pass = erfüllt
probe-fail = nicht erfüllt
probe-not-observable = nicht zu sehen

## Der Bericht

probe-report-title = { $server } und { $draft }
probe-report-made = Angesehen am { $at } mit Symbolon { $version }.
probe-report-summary = Übersicht
probe-report-demand = Forderung
probe-report-followed = Erfüllt
probe-report-not-followed = Nicht erfüllt
probe-report-not-observable = Nicht zu sehen
probe-report-failures = Was nicht erfüllt ist
probe-report-id = Name
probe-report-demanded = Was verlangt ist
probe-report-outcome = Ergebnis
probe-report-asked = Was gefragt wurde
probe-report-request = Anfrage
probe-report-answer = Antwort
probe-report-ms = Millisekunden
probe-report-words = „Nicht zu sehen“ ist kein Ja: Von außen, oder auf diese Weise, war es nicht zu sehen, und die Zeile sagt, warum. „Defined“ ist, was der Entwurf ohne MUST oder SHOULD sagt. Was er verlangt, steht hier auf Englisch, wie er selbst.

## Antworten

probe-status = die Antwort hat den Status { $status }
probe-not-json = die Antwort ist kein JSON
probe-answered = die Antwort ist { $status }
probe-answered-said = die Antwort ist { $status } ({ $said })
probe-no-answer = es kam keine Antwort

## Die Beschreibung

probe-no-description = es gibt keine Beschreibung
probe-no-object = das Dokument ist kein JSON-Objekt
probe-took = das dauerte { $ms } ms
probe-no-tls = zum Ausprobieren auf einem einzelnen Rechner wurde ohne TLS gefragt
probe-missing = `{ $name }` fehlt
probe-not-there = es ist nicht da
probe-not-absolute = `{ $name }` ist keine vollständige Webadresse
probe-no-end-point = es gibt kein `endPoint`
probe-is-at = sie ist unter { $origin }
probe-spelled = statt `{ $name }` heißt es `{ $spelled }`
probe-beside = daneben noch: { $names }
probe-no-criterion = diese Bedingung stellt er nicht
probe-criterion-alone = er stellt die Bedingung, kann es aber selbst nicht
probe-no-such-shares = solche Freigaben verschickt er nicht
probe-shares-lack = er verschickt solche Freigaben, und eines von beiden fehlt ihm
probe-no-notifications = die Fähigkeit `notifications` hat er nicht
probe-no-capability = diese Fähigkeit hat er nicht
probe-dialog-elsewhere = `inviteAcceptDialog` ist keine Adresse auf diesem Server
probe-no-types = es gibt keine `resourceTypes`
probe-types-empty = `resourceTypes` ist leer
probe-twice = `{ $name }` kommt zweimal vor
probe-type-named = `{ $name }`
probe-type-number = Nummer { $number }
probe-not-kind = `{ $name }` ist { $kind ->
    [boolean] kein Wahrheitswert
    [string] kein Text
    [strings] keine Liste von Texten
   *[objects] keine Liste von Objekten
 }
probe-type = { $type }: { $flaw ->
    [name] hat kein `name`
    [shareTypes] hat keine `shareTypes`, die Texte sind
    [user] hat kein `user` unter seinen `shareTypes`
    [protocols] hat keine `protocols`
    [webdav] hat kein `webdav`
    [webdav-path] hat ein `webdav`, das kein Text ist
    [webdav-receive] hat ein `webdav-receive` ohne `uri`
   *[webapp-receive] hat ein `webapp-receive` mit anderen `targets`
 }

## Schlüssel

probe-no-key-set = das Dokument dort ist keine Sammlung von Schlüsseln
probe-keys-elsewhere = die Schlüssel sind nur dort, wo `jwksUri` hinzeigt, wie in Fassungen nach draft-05
probe-no-keys = er veröffentlicht keine Schlüssel
probe-private-key = ein Schlüssel ist mitsamt seiner privaten Hälfte veröffentlicht: Damit kann jeder signieren
probe-no-kid = ein Schlüssel hat kein `kid`
probe-same-kid = zwei Schlüssel haben das `kid` { $kid }
probe-key-faults = nicht zu gebrauchen, auf Englisch: { $faults }
probe-no-usable-key = er veröffentlicht keinen brauchbaren Schlüssel
probe-keys-for = er hat Schlüssel für { $names }

## Eine Einladung annehmen

probe-needs-invitation = dazu braucht es eine Einladung von diesem Server (--token)
probe-needs-server = dazu braucht es einen eigenen Server, der seinen Schlüssel veröffentlicht (--public-url, --data)
probe-end-point-elsewhere = `endPoint` führt nicht zu dem Server, der gefragt wurde, und woandershin geht die Einladung nicht
probe-is-kind = sie ist { $kind }
probe-no-kind = sie hat keinen Inhaltstyp
probe-lacks = es fehlt: { $names }
probe-went-elsewhere = die Einladung war schon an eine Anfrage gegangen, die hätte abgelehnt werden müssen; die Antwort ist { $status }
probe-went-earlier = die Einladung war schon an eine frühere Anfrage gegangen, die hätte abgelehnt werden müssen
probe-no-200 = keine Annahme wurde mit 200 beantwortet
probe-maybe-unsigned = die Antwort ist { $status }, vielleicht wegen der fehlenden Signatur
probe-maybe-signature = die Antwort ist { $status }, vielleicht wegen der Signatur
probe-let-in-again = dieselbe Person wird noch einmal eingelassen, mit 200
probe-acted-on = er hat sich danach gerichtet: Die Antwort ist { $status }
probe-nothing-to-compare = die Antwort ist { $status }; für eine richtige Anfrage zum Vergleich braucht es einen eigenen Server
probe-right-refused = die Antwort ist { $status }, aber auch die richtige Anfrage wurde nicht angenommen

## Was von außen nicht zu sehen ist

probe-given-by-person = das zeigt sich nur, wenn eine Person dort eine solche Adresse eingibt
probe-accepts-yours = das zeigt sich, wenn eine Person dort eine Einladung von Ihnen annimmt
probe-inside = das geschieht im Inneren des Servers
probe-towards-untrusted = das zeigt sich nur einem Server, dem dort nicht vertraut wird
probe-person-pastes = das zeigt sich, wenn eine Person dort eine einfügt
probe-person-follows = das zeigt sich, wenn eine Person dort einem folgt
probe-setting = das ist eine Einstellung des Servers
probe-no-fixed-address = der Entwurf gibt dieser Seite keine feste Adresse
probe-sends = das zeigt sich, wenn der Server Ihnen etwas schickt
probe-writes-share = dabei entstünde eine Freigabe
probe-writes-request = dabei entstünde eine Anfrage
probe-nothing-to-notify = ohne Freigabe gibt es nichts mitzuteilen
probe-takes-share = dazu braucht es eine Freigabe
probe-takes-person = dazu braucht es eine Freigabe und eine Person
probe-would-stop = bekannte Server sind an einer falschen Anfrage stehen geblieben, darum wird keine geschickt
probe-directory = ein Verzeichnis ist ein eigener Dienst
