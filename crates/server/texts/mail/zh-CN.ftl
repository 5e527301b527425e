# 邮件中的文字，都不是 HTML。名称以 x- 开头的是片段，由各语言自行决定。

somebody = 有人
no-answers = 请勿回复此邮件，没有人会阅读。
reference = 编号：{ $reference }
why-news = 您收到此邮件，是因为您在 { $settings } 的设置中选择了接收。您可以在那里关闭。

invitation-subject = { $name }（{ $server }）邀请您建立连接
invitation-lead = { $name } 在 { $server } 有账号，邀请您建立连接。连接之后，你们可以在各自的服务器上互相共享。
invitation-link = 打开邀请：
invitation-choose = 在那里选择您的账号所在的服务器。打开链接不会接受任何内容，也不会与任何人连接；您的服务器会先征求您的同意。
invitation-code = 或者复制这个邀请码，粘贴到您的服务器上接受邀请的地方：
invitation-valid = 邀请的有效期至 { $year } 年 { $month } 月 { $day } 日 { $clock }（UTC），{ $people ->
    [0] 任何拿到它的人都可以使用。
   *[other] 可供 { $people } 人使用。
 }
invitation-why = 您收到此邮件，是因为 { $name } 在 { $server } 填写了您的地址。如果您并未期待此邮件，请忽略：没有您的操作，什么都不会发生。
invitation-answers = 对此邮件的回复将发送给 { $name }。

confirmation-subject = 这是您的地址吗？（{ $server }）
confirmation-lead = { $name } 在 { $server } 填写了此地址作为自己的地址。
confirmation-link = 如果是您本人，请打开此链接并确认：
confirmation-valid = 链接的有效期至 { $year } 年 { $month } 月 { $day } 日 { $clock }（UTC）。在您确认之前，打开它不会有任何改变。
confirmation-why = 如果不是您，请忽略此邮件：此地址不会被使用。

accepted-subject = { $name }（{ $server }）接受了您的邀请
accepted-lead = { $server } 的 { $name } 接受了您的邀请。你们现在已经连接，可以互相共享。
accepted-link = 查看连接：

connected-subject = 您已与 { $name }（{ $server }）建立连接
connected-lead = 您接受了 { $server } 的 { $name } 的邀请，当时需要等待。你们现在已经连接，可以互相共享。

disconnected-subject = 您与 { $name }（{ $server }）已不再连接
disconnected-by-them = { $server } 的 { $name } 断开了与您的连接。
disconnected-by-neither = 您与 { $server } 的 { $name } 的连接已结束，因为两台服务器的记录不再一致。
disconnected-by-administrator = 您的服务器的管理员结束了您与 { $server } 的 { $name } 的连接。
disconnected-then = 你们不能再互相共享。如果不该如此，一份新的邀请可以让你们重新连接。
disconnected-link = 查看发生了什么：
