# Was E-Mails sagen. Nichts davon ist HTML. Nachrichten, deren Namen mit x- beginnen, sind Stücke und Sache jeder Sprache.

x-month = { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
 }

somebody = Jemand
no-answers = Antworten auf diese E-Mail liest niemand.
reference = Referenz: { $reference }
why-news = Sie bekommen diese E-Mail, weil Ihre Einstellungen unter { $settings } es so wünschen. Dort können Sie sie abschalten.

invitation-subject = { $name } ({ $server }) lädt Sie ein, sich zu verbinden
invitation-lead = { $name } hat ein Konto bei { $server } und lädt Sie ein, sich zu verbinden. Sobald Sie beide verbunden sind, können Sie miteinander teilen, jeder auf dem eigenen Server.
invitation-link = Die Einladung öffnen:
invitation-choose = Dort wählen Sie den Server, auf dem Sie Ihr Konto haben. Den Link zu öffnen nimmt nichts an und verbindet niemanden; Ihr Server fragt Sie zuerst.
invitation-code = Oder kopieren Sie diesen Code und fügen Sie ihn auf Ihrem Server dort ein, wo Einladungen angenommen werden:
invitation-valid = Die Einladung gilt bis { $day }. { x-month } { $year }, { $clock } UTC, { $people ->
    [0] für alle, die sie haben.
    [1] für eine Person.
   *[other] für { $people } Personen.
 }
invitation-why = Sie bekommen diese E-Mail, weil { $name } bei { $server } Ihre Adresse eingetragen hat. Wenn Sie sie nicht erwarten, können Sie sie übergehen: Ohne Sie geschieht nichts.
invitation-answers = Antworten auf diese E-Mail gehen an { $name }.

confirmation-subject = Ist das Ihre Adresse? ({ $server })
confirmation-lead = { $name } hat bei { $server } diese Adresse als die eigene eingetragen.
confirmation-link = Wenn Sie das waren, öffnen Sie diesen Link und bestätigen Sie sie:
confirmation-valid = Der Link gilt bis { $day }. { x-month } { $year }, { $clock } UTC. Ihn zu öffnen ändert nichts, bevor Sie bestätigt haben.
confirmation-why = Wenn Sie es nicht waren, können Sie diese E-Mail übergehen: Die Adresse wird nicht verwendet.

accepted-subject = { $name } ({ $server }) hat Ihre Einladung angenommen
accepted-lead = { $name } bei { $server } hat Ihre Einladung angenommen. Sie beide sind jetzt verbunden und können miteinander teilen.
accepted-link = Die Verbindung ansehen:

connected-subject = Sie sind mit { $name } ({ $server }) verbunden
connected-lead = Sie haben eine Einladung von { $name } bei { $server } angenommen, und sie musste warten. Sie beide sind jetzt verbunden und können miteinander teilen.

disconnected-subject = { $name } ({ $server }) und Sie sind nicht mehr verbunden
disconnected-by-them = { $name } bei { $server } hat die Verbindung mit Ihnen getrennt.
disconnected-by-neither = Ihre Verbindung mit { $name } bei { $server } ist beendet, weil die Aufzeichnungen der beiden Server nicht mehr übereinstimmten.
disconnected-by-administrator = Ein Administrator Ihres Servers hat Ihre Verbindung mit { $name } bei { $server } beendet.
disconnected-then = Sie beide können nicht mehr miteinander teilen. Wenn das nicht so sein soll, verbindet Sie eine neue Einladung wieder.
disconnected-link = Ansehen, was geschehen ist:
