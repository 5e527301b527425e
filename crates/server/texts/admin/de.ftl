# Die Seiten derer, die sich um diesen Server kümmern.

admin = Verwaltung
admin-overview = Überblick
admin-servers = Server
admin-deliveries = Nachrichten
admin-people = Personen
admin-audit = Protokoll
admin-doctor = Diagnose
admin-role = Administrator
admin-or-more = { $n } oder mehr
admin-since = seit { $since }
admin-never = nie
admin-next = Nächste Seite
admin-show-all = Alle zeigen
admin-see-audit = Was geschehen ist

## Überblick

admin-of-them-disabled = { $n } gesperrt
admin-connections-elsewhere = Verbindungen
admin-troubled = { $n } mit Schwierigkeiten
admin-messages-waiting = Wartende Nachrichten
admin-given-up-too = und { $n } aufgegeben
admin-links = Wer mit wem verbunden ist
admin-links-lead = Eine Linie für jeden Server, mit dem hier jemand verbunden ist oder für den Nachrichten warten. Was Aufmerksamkeit braucht, steht oben.
admin-links-lead-some = Gezeichnet sind die { $n } Server, die am dringendsten Aufmerksamkeit brauchen, von denen, mit denen hier jemand verbunden ist oder für die Nachrichten warten.
admin-links-none = Noch ist hier niemand mit Personen auf einem anderen Server verbunden.
admin-links-cut = In der Tabelle stehen die { $n } Server, die am dringendsten Aufmerksamkeit brauchen. Unter „Server“ stehen alle.
admin-links-more = Es gibt mehr Server als die { $n }, die hier gezählt sind. Unter „Server“ stehen alle.
admin-link = Zustand
admin-map-connections = { $n ->
    [one] 1 Verbindung
   *[other] { $n } Verbindungen
 }
admin-map-connections-or-more = { $n } oder mehr Verbindungen
admin-link-well = antwortet
admin-link-waiting = Nachrichten warten
admin-link-stuck = Nachrichten aufgegeben
admin-link-silent = antwortet nicht
admin-link-blocked = gesperrt
admin-link-unknown = noch nie angefragt
admin-waiting = { $n ->
    [one] 1 Nachricht wartet
   *[other] { $n } Nachrichten warten
 }
admin-given-up = { $n ->
    [one] 1 Nachricht aufgegeben
   *[other] { $n } Nachrichten aufgegeben
 }
admin-waiting-and-given-up = { $waiting } warten, { $n } aufgegeben
admin-rule-trusted = namentlich zugelassen

## Server

admin-servers-search = Anfang des Namens
admin-servers-none = Noch ist kein anderer Server bekannt
admin-servers-not-found = Kein bekannter Server hat einen Namen, der mit „{ $search }“ beginnt
admin-servers-lead = Ein Server steht hier, sobald jemand hier mit ihm zu tun hatte oder etwas über ihn entschieden ist. Jeder andere ist mit seinem ganzen Namen zu finden.
admin-server-other = Mit <bdi>{ $server }</bdi> hatte hier noch niemand zu tun.
admin-server-open = Prüfen oder über ihn entscheiden
admin-heard = Letzter Kontakt
admin-silent = Keine Antwort
admin-signature = Signatur
admin-signs = er signiert seine Nachrichten; unsignierte in seinem Namen werden abgelehnt
admin-signs-older = er signiert seine Nachrichten, wie es vor RFC 9421 üblich war (draft-cavage); unsignierte in seinem Namen werden abgewiesen
admin-signs-noted = er signiert seine Nachrichten; was von ihm verlangt wird, ist unten notiert
admin-signs-not-yet = er hat noch keine Nachricht signiert
admin-holds = Regeln
admin-holds-trusted = { $way ->
    [in] Einladungen von dort werden angenommen
   *[out] Einladungen dorthin werden angenommen
 }: Der Server ist namentlich zugelassen.
admin-holds-open = { $way ->
    [in] Einladungen von dort werden angenommen
   *[out] Einladungen dorthin werden angenommen
 }: Das gilt für jeden Server, der nicht gesperrt ist.
admin-holds-listed = { $way ->
    [in] Einladungen von dort werden angenommen
   *[out] Einladungen dorthin werden angenommen
 }: Das gilt für Server aus einem Verzeichnis.
admin-holds-blocked = { $way ->
    [in] Einladungen von dort werden abgelehnt
   *[out] Einladungen dorthin werden abgelehnt
 }: Der Server ist namentlich gesperrt.
admin-holds-not-listed = { $way ->
    [in] Einladungen von dort werden abgelehnt
   *[out] Einladungen dorthin werden abgelehnt
 }: { $mode ->
    [directory] Er steht in keinem Verzeichnis und ist nicht namentlich zugelassen.
   *[other] Er ist nicht namentlich zugelassen.
 }
admin-listed = Das Verzeichnis <bdi>{ $directory }</bdi> führt ihn.
admin-ruled-trusted = Zugelassen { $at } von <bdi>{ $by }</bdi>.
admin-ruled-blocked = Gesperrt { $at } von <bdi>{ $by }</bdi>.
admin-reason = Grund
admin-note-optional = freiwillig, für alle, die später nachsehen
admin-decide-hint = Es gilt sofort, für neue Verbindungen. Bestehende bleiben. Eine Sperre hält auch Einladungen auf, die dorthin unterwegs sind.
admin-trust = Zulassen
admin-block = Sperren
admin-unblock = Sperre aufheben
admin-untrust = Nicht mehr zulassen
admin-forget-trusted = Ohne die Entscheidung gelten wieder allein die Einstellungen.
admin-forget-blocked = Ohne die Sperre gelten wieder allein die Einstellungen, auch für das, was dorthin unterwegs ist.
admin-done-trusted = Der Server ist namentlich zugelassen.
admin-done-blocked = Der Server ist gesperrt.
admin-done-forgotten = Über den Server ist nichts mehr entschieden; allein die Einstellungen gelten.
admin-noted = Notizen und Ausnahmen
admin-noted-hint = Nur für diesen Namen und Port, und ab der nächsten Nachricht. Ein leeres Feld entfernt, was notiert ist.
admin-noted-by = Notiert { $at } von <bdi>{ $by }</bdi>.
admin-noted-digests = SHA-256: <code>{ $digests }</code>
admin-aspect = { $aspect ->
    [ca] Weitere Zertifizierungsstellen
    [pin] Festgelegte Schlüssel seines Zertifikats
    [sign] Signatur: was wir senden
    [take] Signatur: was wir mindestens verlangen
   *[note] Notiz
 }
admin-aspect-hint = { $aspect ->
    [ca] In PEM. Ihnen wird für diesen Server neben den üblichen geglaubt; Name, Daten und Kette werden geprüft wie immer.
    [pin] Als sha256/…, in jeder Zeile einer; den vorhandenen zeigt die Prüfung des Servers. Fragen Sie seine Administration auf einem anderen Weg, ob es ihrer ist. Dann entscheidet allein der Schlüssel: Aussteller, Name und Daten des Zertifikats zählen nicht.
    [sign] Statt der besten Art, die er angeboten oder benutzt hat. Was schwächer ist, steht so im Protokoll.
    [take] Statt der besten Art, die er angeboten oder benutzt hat, etwa wenn er auf eine ältere Version zurückgesetzt wurde. Unsigniert können nur seine Annahmen sein.
   *[note] Eine Zeile oder ein paar, für die Administration.
 }
admin-aspect-save = { $aspect ->
    [ca] Zertifizierungsstellen speichern
    [pin] Schlüssel speichern
    [sign] Art zu signieren speichern
    [take] Anforderung speichern
   *[note] Notiz speichern
 }
admin-way = { $way ->
    [auto] automatisch
    [rfc9421] RFC 9421
    [cavage] draft-cavage (älter)
   *[unsigned] unsigniert
 }
admin-done-noted = Gespeichert; es gilt ab der nächsten Nachricht.
admin-done-noted-weaker = Gespeichert. Es ist schwächer als das, was sonst gälte, und so steht es im Protokoll.
admin-done-note-removed = Entfernt; dort ist nichts mehr notiert.

## Nachrichten

admin-deliveries-none = Jede Nachricht ist angekommen
admin-deliveries-empty = Eine Nachricht, die nicht gleich ankommt, wartet hier und wird drei Tage lang von selbst wieder versucht.
admin-deliveries-lead = Diese Nachrichten sind noch nicht angekommen. Drei Tage lang wird es von selbst wieder versucht; was aufgegeben ist, nur wenn Sie es verlangen.
admin-deliveries-more = Es gibt mehr. Der Befehl „symbolon outbox list“ zeigt alle.
admin-delivery-to = an <bdi>{ $server }</bdi>
admin-message = { $kind ->
    [invite_accepted] Annahme einer Einladung
    [user_removed] Trennung zweier Personen
   *[other] E-Mail
 }
admin-delivery-given-up = aufgegeben nach { $n ->
    [one] einem Versuch
   *[other] { $n } Versuchen
 }
admin-delivery-sending = wird gerade gesendet
admin-delivery-new = noch nicht versucht, das nächste Mal { $next }
admin-delivery-waiting = { $n ->
    [one] 1 Versuch
   *[other] { $n } Versuche
 }; nächster { $next }; Ende { $until }
admin-done-retried = Es wird gerade versucht. Diese Seite zeigt, was daraus wird.
admin-done-given-up = Diese Nachricht wird nicht mehr geschickt.
admin-done-taken-back = Was daraus geworden ist, wird erfragt und rückgängig gemacht.
admin-give-up = Aufgeben
admin-delivery-named = <bdi>{ $name }</bdi>
admin-delivery-somebody = die Person, um die es geht,
admin-giving-up = { $kind ->
    [invite_accepted] Die Annahme wird abgebrochen, und { $person } sieht das. Hat { $server } sie schon, wird diese Verbindung gelöst, sobald { $server } antwortet.
    [user_removed] Hier bleibt { $person } getrennt, und { $server } führt die beiden vielleicht weiter. Vergleichen sich die Server eines Tages, wird es doch mitgeteilt.
    [mail_invitation] Die E-Mail wird nicht geschickt, und { $person } sieht das.
    [mail_confirmation] Die E-Mail wird nicht geschickt, und { $person } sieht das.
   *[mail] Die E-Mail wird nicht geschickt.
}

## Personen

admin-people-counted = { $all ->
    [one] 1 Konto
   *[other] { $all } Konten
 }, { $disabled ->
    [0] keines gesperrt
   *[other] { $disabled } gesperrt
 }, { $admins ->
    [0] kein Administrator
    [one] 1 Administrator
   *[other] { $admins } Administratoren
 }
admin-people-search = Anfang des Benutzernamens
admin-people-none = Niemand gefunden
admin-people-not-found = Niemand gefunden, dessen Benutzername mit „{ $search }“ beginnt
admin-people-hint = Die Kommandozeile kann all das auch: „symbolon user --help“.
admin-add = Person hinzufügen
admin-add-user-hint = Womit sie sich anmeldet: Kleinbuchstaben, Ziffern und .-_@
admin-add-admin = Sie darf diesen Server verwalten
admin-add-hint = Die nächste Seite zeigt einmal das Passwort. Wer ein Konto anlegt, steht im Protokoll.
admin-manage = Verwalten
admin-account = Konto
admin-address = Adresse
admin-off = aus
admin-sessions = Angemeldet
admin-logged-in = in { $n ->
    [one] einem Browser
   *[other] { $n } Browsern
 }
admin-logged-in-nowhere = nirgends
admin-logging-in = Anmeldung
admin-fresh = Das Passwort von { $name }
admin-fresh-once = Es wird nur jetzt gezeigt. Geben Sie es so weiter, dass es sonst niemand sieht, und bitten Sie darum, in den Einstellungen ein eigenes zu wählen.
admin-password-hint = Wenn jemand sein Passwort verloren hat: Das macht sofort ein neues und meldet die Person überall ab. App-Passwörter und die Anmeldung in zwei Schritten bleiben. Prüfen Sie erst, dass sie selbst darum bittet.
admin-no-password-hint = Die Person hat hier kein Passwort und meldet sich anderswo an. Mit einem könnte sie sich auch hier anmelden.
admin-new-password = Neues Passwort erzeugen
admin-factor-hint = Für jemanden, der seine App und seine Notfallcodes verloren hat. Das Passwort allein öffnet das Konto wieder.
admin-factor-off = Anmeldung in zwei Schritten ausschalten
admin-log-out = Überall abmelden
admin-linked = Meldet sich dort an, seit { $since }, als
admin-linked-elsewhere = Hat sich bei { $issuer } angemeldet, das nicht mehr der Anmeldedienst ist, als
admin-unlink-first = Lösen Sie diese Verknüpfung, und tragen Sie dann ein, wer die Person beim neuen ist.
admin-unlink = Verknüpfung lösen
admin-unlink-hint = Die Person kann sich dort nicht mehr anmelden, und ihre Sitzungen enden. App-Passwörter bleiben.
admin-subject = Wie der Dienst die Person dauerhaft nennt (sub)
admin-subject-hint = Wer dort abgewiesen wurde, steht damit im <a href="/admin/audit?kind=session.refused">Protokoll</a>.
admin-link-account = Verknüpfen
admin-role-title = Rolle und Zugang
admin-role-hint = Administratoren sehen alles unter „Verwaltung“, und was sie dort tun, steht im Protokoll.
admin-role-groups = Gruppen von { $service } entscheiden das bei jeder Anmeldung dort neu.
admin-give-role = Zum Administrator machen
admin-take-role = Verwaltung entziehen
admin-disable-hint = Wer gesperrt ist, ist überall abgemeldet, und seine Einladungen gelten nicht mehr. Die Verbindungen bleiben.
admin-enable-hint = Die Person kann sich wieder anmelden, und ihre Einladungen gelten wieder.
admin-own-account = Das ist Ihr eigenes Konto. Passwort und Anmeldung in zwei Schritten werden in Ihren Einstellungen geändert, und sperren darf es nur ein anderer Administrator.
admin-done-added = Das Konto ist angelegt.
admin-done-password = Die Person hat ein neues Passwort und ist überall abgemeldet.
admin-done-factor-off = Die Anmeldung in zwei Schritten ist aus.
admin-done-logged-out = Die Person ist überall abgemeldet.
admin-done-admin = Die Person darf diesen Server verwalten, ab der nächsten Seite.
admin-done-no-admin = Die Person darf diesen Server nicht mehr verwalten.
admin-done-linked = Die Person kann sich jetzt dort anmelden.
admin-done-unlinked = Die Person kann sich dort nicht mehr anmelden.
admin-connected-with = { $n ->
    [0] mit niemandem verbunden
    [one] mit einer Person verbunden
   *[other] mit { $n } Personen verbunden
 }
admin-connected-with-more = mit { $n } Personen oder mehr verbunden
admin-account-since = Konto seit { $since }
admin-disabled-since = gesperrt seit { $since }
admin-disable = Sperren
admin-enable = Entsperren
admin-done-disabled = Das Konto ist gesperrt: überall abgemeldet, und seine Einladungen gelten nicht mehr. Seine Verbindungen bleiben.
admin-done-enabled = Das Konto ist wieder frei.
admin-add-hint-service = Die Person meldet sich über { $service } an: Wer sie dort ist, wird auf der nächsten Seite eingetragen. Wer ein Konto anlegt, steht im Protokoll.
admin-passwords-off = Hier meldet sich niemand mit Passwort an, sondern über { $service }. App-Passwörter gelten weiter.
admin-delete = Konto löschen
admin-delete-question = Das Konto von { $name } löschen?
admin-delete-log-in = Die Person wird überall abgemeldet, und niemand kann sich mehr als sie anmelden. App-Passwörter gelten nicht mehr.
admin-delete-people = Sie wird von { $people ->
    [one] einer Person
   *[other] { $people } Personen
 } auf { $servers ->
    [one] einem Server
   *[other] { $servers } Servern
 } getrennt.
admin-delete-told = { $servers ->
    [one] Der andere Server wird verständigt, damit es auch dort zu sehen ist. Ist er nicht zu erreichen,
   *[other] Die anderen Server werden verständigt, damit es auch dort zu sehen ist. Ist einer nicht zu erreichen,
 } versuchen wir es drei Tage lang. Nicht jeder Server versteht das; einer, der es nicht versteht, führt die Person vielleicht weiter in der Liste.
admin-delete-invitations = { $n ->
    [one] Ihre offene Einladung wird zurückgezogen und gilt
   *[other] Ihre { $n } offenen Einladungen werden zurückgezogen und gelten
 } nicht mehr.
admin-delete-acceptances = { $n ->
    [one] Die Einladung, die sie gerade annimmt, wird
   *[other] Die { $n } Einladungen, die sie gerade annimmt, werden
 } abgebrochen. Was schon angekommen sein kann, wird rückgängig gemacht, sobald der andere Server antwortet.
admin-delete-forgets = Ihr Name, ihre E-Mail-Adresse und ihre Notizen werden entfernt, und was dieser Server über ihre Verbindungen weiß. Das Protokoll behält, was geschehen ist, ohne die E-Mail-Adresse.
admin-delete-no-way-back = Einen Weg zurück gibt es nicht. Ein neues Konto wäre ein anderes, auch unter demselben Benutzernamen.
admin-delete-instead = Wer jemanden nur für eine Zeit fernhalten will, sperrt das Konto stattdessen.
admin-delete-user = Benutzername der Person
admin-delete-hint = Zur Bestätigung { $name } eingeben.
admin-delete-now = Konto jetzt löschen
admin-delete-stay = Konto behalten
admin-done-deleted = Das Konto wird gelöscht: Zuerst werden seine Verbindungen beendet und die anderen Server verständigt.

## Protokoll

admin-audit-filter = Etwas suchen
admin-audit-person = Benutzername
admin-audit-since = Von diesem Tag an (UTC)
admin-audit-until = Bis zu diesem Tag einschließlich (UTC)
admin-audit-about = Worum es geht
admin-audit-everything = Alles
admin-audit-reference = Referenz
admin-audit-subject = So nennt der Anmeldedienst die Person (sub):
admin-audit-by = { $name } als Administrator
admin-audit-command = Administration (Kommandozeile)
admin-audit-kind = nur { $kind }
admin-audit-noun = { $noun ->
    [invite] Einladungen
    [acceptance] Annehmen
    [connection] Verbindungen
    [delivery] Nachrichten
    [sync] Abgleiche
    [peer] Server
    [directory] Verzeichnisse
    [session] Anmeldungen
    [user] Konten
    [backup] Sicherungen
    [keys] Schlüssel
    [audit] Protokoll
   *[other] { $noun }
 }
admin-audit-none = Nichts davon steht im Protokoll
admin-audit-none-here = Nichts davon steht in diesem Teil des Protokolls
admin-audit-earlier = Früheres
admin-audit-newest = Zurück zum Neuesten
admin-audit-no-person = Niemand hier hat diesen Benutzernamen. Gelöschte Konten findet man unter der Nummer, die im Protokoll steht.
admin-audit-no-server = Das ist kein Name eines Servers.
admin-audit-no-kind = Eine solche Art gibt es nicht.
admin-audit-no-day = Das ist kein Tag.

## Untersuchung

admin-doctor-lead = Sieht nach der Datenbank, dem Datenordner und seinen Schlüsseln, der öffentlichen Adresse, dem Proxy, der Uhr, wartenden Nachrichten und den Abgleichen mit anderen Servern. Nichts wird verändert; es dauert bis zu einer halben Minute.
admin-doctor-run = Diagnose starten
admin-doctor-busy = Gerade läuft schon eine Diagnose dieses Servers. Versuchen Sie es in einer halben Minute noch einmal.
admin-doctor-well = Alles ist in Ordnung, soweit es von hier zu sehen ist.
admin-doctor-rest = Alles Übrige
admin-doctor-attention = { $n ->
    [one] 1 Hinweis
   *[other] { $n } Hinweise
 }.
admin-doctor-problem = { $n ->
    [one] 1 Fehler
   *[other] { $n } Fehler
 }.
