# Was der Doktor der Administration sagt. Eine Nachricht sagt, was gefunden wurde; `.mend` sagt, wie es zu beheben ist, und steht da,
# wo etwas zu beheben ist. Nachrichten, deren Namen mit x- beginnen, sind Bausteine und Sache jeder Sprache.

doctor-area-storage = Datenbank
doctor-area-folder = Datenordner und Schlüssel
doctor-area-running = Dieser Server
doctor-area-public = Öffentliche Adresse
doctor-area-proxy = Proxy
doctor-area-clock = Uhr
doctor-area-deliveries = Nachrichten an andere Server
doctor-area-mail = E-Mail
doctor-area-log-in = Anmeldung
doctor-area-halves = Verbindungen, verglichen mit anderen Servern
doctor-area-directories = Verzeichnisse von Servern

doctor-seconds = { $n ->
    [one] 1 Sekunde
   *[other] { $n } Sekunden
 }
doctor-minutes = { $n ->
    [one] 1 Minute
   *[other] { $n } Minuten
 }
doctor-hours = { $n ->
    [one] 1 Stunde
   *[other] { $n } Stunden
 }
doctor-days = { $n ->
    [one] 1 Tag
   *[other] { $n } Tage
 }
x-messages = { $messages ->
    [one] 1 Nachricht
   *[other] { $messages } Nachrichten
 }
x-mails = { $mails ->
    [one] 1 E-Mail
   *[other] { $mails } E-Mails
 }
x-connections = { $connections ->
    [one] 1 Verbindung
   *[other] { $connections } Verbindungen
 }
# mit, von …
x-other-servers = { $servers ->
    [one] 1 anderen Server
   *[other] { $servers } anderen Servern
 }
x-more-servers = { $more ->
    [one] 1 weiteren Server
   *[other] { $more } weitere Server
 }

doctor-offline = nicht gefragt, wegen --offline
doctor-closed = die Datenbank lässt sich nicht öffnen
doctor-unread = das lässt sich nicht ansehen: { $error }
    .mend = Lesen Sie, was oben zur Datenbank steht.

## Datenbank

doctor-storage-none = unter { $path } gibt es keine Datenbank; der Server legt sie beim ersten Start an
    .mend = Beheben Sie zuerst das; bis dahin lässt sich nichts ansehen, was in der Datenbank steht.
doctor-storage-open = die Datenbank ({ $database }) lässt sich nicht öffnen: { $error }
    .mend = Beheben Sie zuerst das; bis dahin lässt sich nichts ansehen, was in der Datenbank steht.
doctor-storage-works = die Datenbank ({ $database }) lässt sich lesen und schreiben
doctor-storage-full = die Festplatte der Datenbank ist voll; was Personen tun wollen, wird abgelehnt
    .mend = Schaffen Sie Platz, oder legen Sie den Datenordner auf eine größere Festplatte.
doctor-storage-busy = ein anderer Prozess hält die Datenbank seit mehr als zehn Sekunden fest
    .mend = Suchen Sie nach einer Sicherung oder einem anderen Programm, das sie offen hat, und lassen Sie es zu Ende kommen.
doctor-storage-unwritten = die Datenbank ({ $database }) lässt sich nicht schreiben: { $error }
    .mend = Prüfen Sie die Rechte der Datei und ihres Ordners, und sehen Sie ins Protokoll der Datenbank.
doctor-storage-unsaid = die Datenbank ({ $database }) sagt nicht, wie sie behält, was sie bestätigt: { $error }
    .mend = Sehen Sie ins Protokoll der Datenbank.
doctor-storage-keeps = was { $database } bestätigt, steht auf der Festplatte
doctor-storage-forgets = { $database } würde bei einem Stromausfall Bestätigtes vergessen (journal { $journal }, synchronous { $synchronous })
    .mend = Legen Sie den Datenordner auf eine lokale Festplatte, wo ein Write-Ahead-Log möglich ist.
doctor-storage-old = { $database } ist zu alt
    .mend = Aktualisieren Sie auf 13 oder neuer.
doctor-storage-follows = dieses PostgreSQL folgt einem anderen und lässt sich nicht beschreiben
    .mend = Geben Sie Symbolon die Adresse des primären Servers.
doctor-storage-unsafe = { $database } kann bei einem Stromausfall alles verlieren (fsync { $fsync }, full_page_writes { $pages })
    .mend = Setzen Sie in postgresql.conf fsync = on und full_page_writes = on, und starten Sie PostgreSQL neu.
doctor-storage-early = PostgreSQL bestätigt, was noch nicht auf der Festplatte steht (synchronous_commit off)
    .mend = Setzen Sie für die Rolle von Symbolon synchronous_commit = on.
doctor-storage-sound = die Datei ist unbeschädigt
doctor-storage-large = die Datei ist zu groß, um sie in { $seconds } Sekunden durchzusehen; `sqlite3 DATEI 'PRAGMA quick_check'` nimmt sich die Zeit
doctor-storage-damaged = die Datei ist beschädigt: { $damage }
    .mend = Halten Sie den Server an, heben Sie eine Kopie der Datei auf und spielen Sie die letzte Sicherung ein; was sie vergessen hat, sagen andere Server. Die Ursache liegt in der Festplatte oder im Arbeitsspeicher dieses Rechners.
doctor-storage-unseen = die Datei lässt sich nicht durchsehen: { $error }
    .mend = Prüfen Sie die Rechte der Datei, und rufen Sie den Doktor mit dem Konto des Servers auf.
doctor-storage-network = die Datenbank liegt auf einem Netzlaufwerk ({ $kind }), auf dessen Sperren SQLite sich nicht verlassen kann
    .mend = Legen Sie den Datenordner auf eine lokale Festplatte, oder benutzen Sie PostgreSQL.
doctor-storage-room = auf ihrer Festplatte sind { $left } frei
doctor-storage-little = auf ihrer Festplatte sind nur noch { $left } frei
    .mend = Schaffen Sie auf der Festplatte des Datenordners Platz.

## Datenordner und Schlüssel

doctor-folder-no-keys = in { $folder } sind nicht beide Schlüssel
    .mend = Ist dieser Server schon gelaufen, holen Sie sie aus einer Sicherung zurück; sonst starten Sie ihn, dann legt er sie an.
doctor-folder-bad-keys = { $error }
    .mend = Rufen Sie den Doktor mit dem Konto des Servers auf; liegt es nicht daran, holen Sie die Datei aus einer Sicherung zurück.
doctor-folder-keys = die Schlüssel in { $folder } sind da, und nur für den Server lesbar
doctor-folder-old-keys = { $keys } signiert schon { $lasting } lang nichts mehr und wird noch veröffentlicht
    .mend = Rufen Sie `symbolon keys retire { $first }` auf.
doctor-folder-signs = { $key } signiert
doctor-folder-next = { $what }, ab { $from } dann { $next }
doctor-folder-still = { $what }, { $old } wird noch veröffentlicht
doctor-folder-open-folder = { $path } lässt sich von anderen Konten dieses Rechners ändern (Rechte { $mode })
    .mend = Rufen Sie `chmod go-w { $path }` auf.
doctor-folder-open-file = { $path } lässt sich von anderen Konten dieses Rechners lesen (Rechte { $mode })
    .mend = Rufen Sie `chmod 600 { $path }` auf.
doctor-folder-owner = in { $folder } gehört nicht alles demselben Konto; vielleicht kann der Server es nicht lesen
    .mend = Geben Sie mit `chown -R` alles in { $folder } dem Konto des Servers.
doctor-folder-name = diese Datenbank gehört { $served }, in den Einstellungen steht aber { $ours }
    .mend = Geben Sie dem Doktor die Einstellungen des Servers. Wurde die öffentliche Adresse geändert, machen Sie das rückgängig: Andere Server kennen die Personen hier als die von { $served }.
doctor-folder-sealing = die neueste Einladung in der Datenbank lässt sich mit dem Siegelschlüssel nicht öffnen
    .mend = Holen Sie keys/sealing.key aus der Sicherung zurück, aus der auch die Datenbank stammt; sonst lassen sich offene Einladungen nicht mehr anzeigen, und Annahmen, die unterwegs sind, scheitern.

## Dieser Server

doctor-running-dev = er läuft mit --dev: HTTP ohne Verschlüsselung und Server auf diesem Rechner sind zugelassen, und Kontopasswörter gelten über HTTP Basic
    .mend = Zum Ausprobieren ist das in Ordnung. Wo andere diesen Server erreichen, starten Sie ihn ohne --dev.
doctor-running-far = { $address } lässt sich von hier aus nicht fragen
doctor-running-ready = er läuft unter { $address } und ist bereit
doctor-running-not-ready = was unter { $address } läuft, ist nicht bereit ({ $why })
    .mend = Sehen Sie ins Protokoll des Servers; hat ein anderes Programm den Port, wählen Sie mit --listen einen anderen.
doctor-running-none = unter { $address } läuft kein Server
    .mend = Starten Sie ihn, etwa mit `systemctl start symbolon`; lauscht er woanders, geben Sie dem Doktor dieselben Einstellungen.
doctor-running-silent = { $address } antwortet nicht: { $why }
    .mend = Sehen Sie ins Protokoll des Servers, und starten Sie ihn neu.

## Öffentliche Adresse

doctor-public-status = { $url } antwortet mit { $status }
    .mend = { $status ->
        [502] Starten Sie den Server, und sehen Sie nach, wohin der Proxy Anfragen weitergibt.
        [503] Starten Sie den Server, und sehen Sie nach, wohin der Proxy Anfragen weitergibt.
        [504] Starten Sie den Server, und sehen Sie nach, wohin der Proxy Anfragen weitergibt.
        [401] Der Proxy darf vor diesem Pfad keine Anmeldung verlangen.
        [403] Der Proxy darf vor diesem Pfad keine Anmeldung verlangen.
       *[other] Der Proxy muss alles an diesen Server weitergeben, mit unveränderten Pfaden.
     }
doctor-public-reached = { $url } ist zu erreichen
doctor-public-nothing = was { $url } liefert, beschreibt keinen OCM-Server
    .mend = Der Proxy muss diesen Pfad an diesen Server weitergeben.
doctor-public-described = er beschreibt sich so, wie er eingestellt ist
doctor-public-differs = { $url } liefert eine andere Beschreibung, als die Einstellungen ergeben ({ $members })
    .mend = Starten Sie nach einer Änderung der Einstellungen den Server neu; bleibt der Unterschied, antwortet dort ein anderer Server oder ein Cache des Proxys.
doctor-public-no-keys = die Schlüssel im Datenordner lassen sich nicht lesen
doctor-public-keys = er veröffentlicht die Schlüssel aus dem Datenordner
doctor-public-no-key-set = was { $url } liefert, ist nicht als Schlüssel zu lesen
    .mend = Der Proxy muss diesen Pfad an diesen Server weitergeben und die Antwort lassen, wie sie ist.
doctor-public-some-keys = { $url } veröffentlicht { $keys } nicht, im Datenordner ist der Schlüssel aber da
    .mend = Wurden die Schlüssel in den letzten fünf Minuten geändert, warten Sie; sonst suchen Sie nach einem Cache des Proxys, oder nach einem zweiten Prozess dieses Servers mit einem anderen Ordner.
doctor-public-other-keys = { $url } veröffentlicht die Schlüssel aus dem Datenordner nicht; dort antwortet also ein anderer Server
    .mend = Halten Sie den anderen Server an, oder leiten Sie Namen und Proxy zu diesem; wurden die Schlüssel zurückgeholt, starten Sie diesen Server neu.
doctor-public-legacy = { $url }, wonach alte Server fragen, wird nicht weitergegeben ({ $why })
    .mend = Der Proxy muss /ocm-provider weitergeben, mit und ohne Schrägstrich am Ende.

## Eine Adresse, die nicht zu erreichen ist

doctor-unreachable-name = { $url } lässt sich nicht fragen: { $why }
    .mend = Legen Sie einen DNS-Eintrag für { $host } an, der zum Proxy führt.
doctor-unreachable-refused = { $url } lässt sich nicht fragen: { $why }
    .mend = Starten Sie den Proxy, und öffnen Sie seinen Port in der Firewall.
doctor-unreachable-private = { $url } lässt sich nicht fragen: { $why }
    .mend = Solche Adressen lehnen andere Server ab: { $host } muss im DNS der Welt zu einer öffentlichen führen. Tut es das, und nur das DNS dieses Netzes antwortet anders, ist alles gut.
doctor-unreachable-timeout = { $url } lässt sich nicht fragen: { $why }
    .mend = Prüfen Sie Firewall und Proxy; kann nur dieser Rechner seine eigene öffentliche Adresse nicht erreichen, erlauben Sie es ihm.
doctor-unreachable-tls = { $url } lässt sich nicht fragen: { $why }
    .mend = Geben Sie dem Proxy ein Zertifikat für { $host }, von einer Stelle, der Browser vertrauen, mit der ganzen Kette und nicht abgelaufen.
doctor-unreachable-redirect = { $url } lässt sich nicht fragen: { $why }
    .mend = Der Proxy muss diesen Pfad weitergeben, statt umzuleiten: Andere Server folgen nicht.
doctor-unreachable-other = { $url } lässt sich nicht fragen: { $why }
    .mend = Prüfen Sie den Proxy: Was dort antwortet, ist nicht dieser Server.

reach-name = der Name { $host } ist nicht aufzulösen: { $reason }
reach-refused = die Verbindung wurde abgelehnt
reach-private = { $address } ist keine Adresse, die andere Server haben dürfen
reach-timeout = { $stage ->
    [connect] keine Antwort in der Zeit (beim Verbinden)
    [answer] keine Antwort in der Zeit (beim Warten auf die Antwort)
   *[body] keine Antwort in der Zeit (beim Lesen der Antwort)
 }
reach-tls = keine sichere Leitung: { $reason }
reach-other-key = keine sichere Leitung: Der Schlüssel ist { $seen }, und hier notiert ist { $expected }
reach-notes = was über den Server notiert ist, lässt sich nicht lesen: { $reason }
reach-large = die Antwort ist länger als { $limit } Bytes
reach-redirect = es wird nach { $to } umgeleitet, und dem folgen wir nicht
reach-url = die Adresse ist nicht zu gebrauchen: { $reason }
reach-not-http = die Antwort ist kein HTTP: { $reason }
reach-broken = die Leitung ist abgerissen: { $reason }

## Proxy

doctor-proxy-unreached = die öffentliche Adresse lässt sich nicht fragen: { $why }
doctor-proxy-signed = eine signierte Anfrage kommt so an, wie sie abgeschickt wurde
doctor-proxy-unnamed = Anfragen kommen über einen Proxy unter { $address }, den die Einstellungen nicht nennen; seine Clients werden nicht nach ihren Adressen unterschieden
    .mend = Ist es Ihr eigener, setzen Sie `trusted_proxies = '{ $address }'` oder das Netz, in dem er ist, neben denen, die schon dort stehen, und lassen Sie ihn die Adresse seines Clients an X-Forwarded-For anhängen; starten Sie dann den Server neu.
doctor-proxy-host = der Proxy ändert den Header Host
    .mend = Geben Sie ihn unverändert weiter: `proxy_set_header Host $http_host;` in nginx, `ProxyPreserveHost On` in Apache.
doctor-proxy-headers = die Header Signature und Signature-Input kommen nicht an
    .mend = Der Proxy muss alle Header weitergeben.
doctor-proxy-body = der Inhalt einer Anfrage, oder sein Digest, kommt nicht so an, wie er abgeschickt wurde
    .mend = Der Proxy muss den Inhalt und die Header Content-Digest und Content-Length lassen, wie sie sind.
doctor-proxy-time = der Server, der antwortet, hat eine andere Zeit als dieser Rechner
    .mend = Beide sollten die Zeit aus dem Netz (NTP) nehmen.
doctor-proxy-key = der Server, der antwortet, hat einen anderen Schlüssel als der Datenordner
    .mend = Leiten Sie Namen und Proxy zu diesem Server; wurden die Schlüssel zurückgeholt, starten Sie ihn neu.
doctor-proxy-changed = eine signierte Anfrage kommt nicht so an, wie sie abgeschickt wurde
    .mend = Der Proxy muss Methode, Pfad und Header lassen, wie sie sind; vergleichen Sie seine Einstellungen mit denen in der README.
doctor-proxy-other = auf eine Anfrage an /ocm/notifications antwortet etwas anderes als dieser Server mit { $status }
    .mend = { $status ->
        [401] Der Proxy darf vor /ocm keine Anmeldung verlangen, und kein Filter darf POST ablehnen.
        [403] Der Proxy darf vor /ocm keine Anmeldung verlangen, und kein Filter darf POST ablehnen.
       *[other] Der Proxy muss alles unter /ocm weitergeben, POST genauso wie GET.
     }
doctor-proxy-slash = nichts wird umgeleitet
doctor-proxy-no-slash = auf { $url } antwortet etwas anderes als dieser Server mit { $status }
    .mend = Der Proxy muss Pfade weitergeben, wie sie sind, auch mit Schrägstrich am Ende.

## Uhr

doctor-clock-proxy = die Uhren des Proxys und dieses Rechners gehen auseinander, um { $lasting }
    .mend = Beide sollten die Zeit aus dem Netz (NTP) nehmen.
doctor-clock-unknown = kein anderer Server hat geantwortet, mit dem sie zu vergleichen wäre
doctor-clock-agrees = die Uhr stimmt mit { x-other-servers } überein
doctor-clock-ahead = die Uhr dieses Rechners geht vor, um { $lasting }, verglichen mit { x-other-servers }
    .mend = Dieser Rechner sollte die Zeit aus dem Netz (NTP) nehmen, etwa mit `timedatectl set-ntp true`.
doctor-clock-behind = die Uhr dieses Rechners geht nach, um { $lasting }, verglichen mit { x-other-servers }
    .mend = Dieser Rechner sollte die Zeit aus dem Netz (NTP) nehmen, etwa mit `timedatectl set-ntp true`.
doctor-clock-far = { $what }; Nachrichten werden deshalb abgelehnt
    .mend = Dieser Rechner sollte die Zeit aus dem Netz (NTP) nehmen, etwa mit `timedatectl set-ntp true`.

## Nachrichten an andere Server

doctor-deliveries-overdue = { x-messages } hätten um { $since } abgehen sollen, aber niemand schickt sie ab
    .mend = Starten Sie den Server; läuft er, suchen Sie im Protokoll nach Fehlern seiner Datenbank.
doctor-deliveries-waiting = { x-messages } an { $server }: seit { $since } nicht zuzustellen ({ $lasting }): { $why }
    .mend = Sie müssen nichts tun, wenn bekannt ist, dass { $server } gerade nicht läuft: Drei Tage lang wird es wieder versucht. `symbolon outbox list` zeigt jede, `symbolon outbox retry ID` schickt eine jetzt.
doctor-deliveries-dead = { x-messages } an { $server }: aufgegeben: { $why }
    .mend = Ist { $server } wieder zu erreichen, zeigt `symbolon outbox list --state dead` jede, und `symbolon outbox retry ID` schickt sie noch einmal.
doctor-deliveries-more = dasselbe gilt für { x-more-servers }
    .mend = `symbolon outbox list` zeigt sie alle.
doctor-deliveries-none = keine Nachricht wartet
doctor-deliveries-young = { x-messages } unterwegs, keine davon lange
doctor-deliveries-untried = noch nicht versucht

## E-Mail

doctor-mail-off = es werden keine E-Mails verschickt: mail_server steht auf off
doctor-mail-answers = { $server } antwortet und lässt diesen Server ein
doctor-mail-closed = { $server } lässt diesen Server nicht ein: { $said }
    .mend = mail_user und das Passwort in mail_password_file mit dem Konto beim Mailserver vergleichen.
doctor-mail-odd = { $server } antwortet, aber nicht so wie erwartet: { $said }
    .mend = Fragen, wer den Mailserver betreibt; E-Mails warten und werden wieder versucht.
doctor-mail-unreached = { $server } ist nicht zu erreichen: { $said }
    .mend = mail_server mit dem vergleichen, was der Mailserver anbietet: smtps:// ist TLS von Anfang an, smtp:// ist STARTTLS. Ein Zertifikat einer eigenen Stelle gehört in mail_ca.
doctor-mail-dead = { x-mails } aufgegeben: { $why }
    .mend = Wer sie geschickt hat, sieht es. `symbolon outbox list --state dead` zeigt jede, und `symbolon outbox retry ID` schickt eine noch einmal.
doctor-mail-stranded = { $mails ->
    [one] 1 E-Mail wartet
   *[other] { $mails } E-Mails warten
 }, und mail_server steht auf off
    .mend = mail_server wieder setzen, oder sie mit `symbolon outbox give-up ID` aufgeben.
doctor-mail-waiting = { x-mails } seit { $since } nicht abgeschickt ({ $lasting }): { $why }
    .mend = Drei Tage lang wird es wieder versucht. `symbolon outbox list` zeigt jede, `symbolon outbox retry ID` schickt eine jetzt.
doctor-mail-untried = noch nicht versucht

## Anmeldung

doctor-log-in-off = man meldet sich mit Passwörtern an: oidc_issuer steht auf off
doctor-log-in-answers = { $issuer } antwortet und veröffentlicht { $keys ->
    [one] einen Schlüssel
   *[other] { $keys } Schlüssel
 }
doctor-log-in-no-keys = { $issuer } veröffentlicht keinen brauchbaren Schlüssel; niemand kann sich dort anmelden
    .mend = Die Administration des Dienstes fragen, welche Schlüssel ID-Tokens signieren; sie müssen RSA, EC oder Ed25519 sein und eine Kennung haben.
doctor-log-in-fails = { $what ->
    [keys] die Schlüssel von { $issuer } sind nicht zu bekommen
   *[description] was { $issuer } über sich sagt, ist nicht zu bekommen
 }: { $why }
    .mend = oidc_issuer buchstabengetreu mit dem issuer in dessen /.well-known/openid-configuration vergleichen. Ein Zertifikat einer eigenen Stelle gehört in extra_ca.
doctor-log-in-clock = die Uhren von { $issuer } und dieser Maschine gehen um { $lasting } auseinander; niemand kann sich dort anmelden
    .mend = Beide sollten ihre Zeit aus dem Netz nehmen (NTP).
doctor-log-in-client = { $issuer } kennt diesen Server als seinen Client { $client } und schickt Menschen nach { $back } zurück
doctor-log-in-client-unknown = { $issuer } antwortet mit { $status }, wo Menschen sich anmelden, und schickt niemanden zurück
    .mend = { $back } dort buchstabengetreu als Redirect-URI des Clients { $client } eintragen, oder oidc_client_id berichtigen.
doctor-log-in-client-refused = { $issuer } nimmt nicht an, worum dieser Server bittet: { $said }
    .mend = Mit dem Client { $client } vergleichen, wie er dort eingetragen ist: { $setting }.
doctor-log-in-client-untried = ob { $issuer } diesen Server als Client annimmt, lässt sich nicht herausfinden: { $why }
    .mend = Später noch einmal versuchen.

## Verbindungen, verglichen mit anderen Servern

doctor-halves-compared = { x-connections } mit { x-other-servers }, verglichen wie vorgesehen
doctor-halves-not-comparable = { x-connections } mit { x-other-servers } lassen sich nicht vergleichen, weil deren Software das nicht kann
doctor-halves-alone = es gibt keinen anderen Server, mit dem zu vergleichen wäre
doctor-halves-stranger = { $server } hat seit { $since } sein Gedächtnis verloren; bis { $until } richtet sich hier nichts nach dem, was von dort kommt. Danach endet hier, was dort unbekannt ist: bis zu { x-connections }
    .mend = Bitten Sie die Administration von { $server }, ihre Datenbank vorher zurückzuholen; fängt der Server wirklich neu an, ist nichts zu tun.
doctor-halves-overdue = seit { $since } steht ein Vergleich an, aber niemand beginnt ihn
    .mend = Starten Sie den Server; läuft er, suchen Sie im Protokoll nach Fehlern seiner Datenbank.
doctor-halves-failing = { x-connections } mit { $server }: seit { $since } nicht zu vergleichen ({ $lasting }): { $why }
    .mend = { x-away }
doctor-halves-never = { x-connections } mit { $server }: bisher nicht zu vergleichen: { $why }
    .mend = { x-away }
x-away = Sie müssen nichts tun, wenn bekannt ist, dass { $server } gerade nicht läuft: Es wird von selbst wieder gefragt. Kommt er nicht wieder, beendet `symbolon connection remove ID`, was übrig ist.
doctor-halves-silent = es kam keine Antwort
doctor-halves-quoted = { $why } (er sagte: { $said })
doctor-halves-found = { $server }: bisher { $differences ->
    [one] 1 Unterschied
   *[other] { $differences } Unterschiede
 }, zuletzt am { $at }; { x-connections } hier dadurch beendet, aufgeführt von `symbolon connection list --found`
doctor-halves-found-more = Unterschiede gab es auch bei anderen Servern, insgesamt { $more }
doctor-halves-waiting = { $connections ->
    [one] 1 Verbindung unterscheidet
   *[other] { $connections } Verbindungen unterscheiden
 } sich, während eine Annahme unterwegs ist; wird wieder angesehen, wenn die geklärt ist
doctor-halves-more = dasselbe gilt für { x-more-servers }
    .mend = Fangen Sie mit den oben genannten an; im Protokoll stehen alle.

## Verzeichnisse von Servern

doctor-directories-nobody = Personen dürfen sich nur mit Servern aus einem Verzeichnis verbinden, und es gibt von keinem eine Kopie
    .mend = Binden Sie mit `symbolon directory add` eines ein, oder stellen Sie invitations_in und invitations_out anders ein.
doctor-directories-copy = { $url }: { x-copy }
doctor-directories-no-copy = { $url }: es gibt noch keine Kopie
doctor-directories-stale = { $url } lässt sich nicht abrufen oder nicht glauben ({ $fault }); { x-copy }
    .mend = { x-ask-keeper }
doctor-directories-lost = { $url } lässt sich nicht abrufen oder nicht glauben ({ $fault }); es gibt noch keine Kopie
    .mend = { x-ask-keeper }
x-copy = es gilt die Kopie von { $at } mit { $servers ->
    [one] 1 Server
   *[other] { $servers } Servern
 }
x-ask-keeper = Fragen Sie bei denen nach, die das Verzeichnis führen. Ist der Schlüssel jetzt ein anderer, besorgen Sie ihn auf sicherem Weg, und rufen Sie `symbolon directory add` noch einmal auf.

doctor-metrics-refused = { $url } antwortet mit { $status }: Ein Proxy hält die Messwerte von anderen fern
doctor-metrics-open = wer { $url } erreicht, kann lesen, wie viel dieser Server genutzt wird
    .mend = { x-metrics-mend }
doctor-metrics-silent = { $url } ist nach den Einstellungen für alle da; eine Anfrage dort blieb ohne Antwort
    .mend = { x-metrics-mend }
doctor-metrics-unasked = { $url } ist nach den Einstellungen für alle da, wenn nicht ein Proxy ablehnt
    .mend = { x-metrics-mend }
x-metrics-mend = Lassen Sie den Proxy /metrics ablehnen, oder geben Sie den Messwerten eine eigene Adresse: --metrics 127.0.0.1:9464.

directory-fault = { $fault ->
    [status] die Antwort ist { $detail }
    [too-large] es ist größer als 4 MiB
    [not-signed] es ist kein signiertes Dokument (RFC 7515): { $detail }
    [critical] die Signatur hat eine kritische Erweiterung, die hier niemand kennt
    [algorithm] es ist mit { $detail } signiert, und dazu passt keiner der Schlüssel
    [signature] die Signatur stammt von keinem der Schlüssel
   *[payload] es ist signiert, aber kein Verzeichnis von Servern: { $detail }
 }

## Unsichere Einstellungen, und die Datenbank

danger-dev = --dev ist eingeschaltet: HTTP ohne Verschlüsselung und Server auf diesem Rechner sind zugelassen, und Kontopasswörter gelten über HTTP Basic. Nie benutzen, wo andere diesen Server erreichen
danger-metrics = metrics ist public: Wer diesen Server erreicht, kann lesen, wie viel er benutzt wird. Lassen Sie den Proxy /metrics abweisen, oder geben Sie den Zahlen eine eigene Adresse wie 127.0.0.1:9464
danger-mail-open = mail_server ist smtp+plain:// und nicht auf diesem Rechner: Wer unterwegs mithört, kann Einladungen lesen und annehmen. Benutzen Sie smtps:// oder smtp://
database-file = SQLite-Datei { $path }
database-memory = nur im Arbeitsspeicher
database-postgres = PostgreSQL-Datenbank { $name }
