# 供管理本服务器的人使用的页面。

admin = 管理
admin-overview = 概览
admin-servers = 服务器
admin-deliveries = 消息
admin-people = 人员
admin-audit = 审计记录
admin-doctor = 诊断
admin-role = 管理员
admin-or-more = { $n } 或更多
admin-since = 自 { $since }
admin-never = 从未
admin-next = 下一页
admin-show-all = 显示全部
admin-see-audit = 相关记录

## 概览

admin-of-them-disabled = 其中 { $n } 个已停用
admin-connections-elsewhere = 连接
admin-troubled = { $n } 个有问题
admin-messages-waiting = 等待中的消息
admin-given-up-too = 另有 { $n } 条已放弃
admin-links = 谁与谁相连
admin-links-lead = 每一条线代表一台服务器：这里有人与它那边的人相连，或者有消息等着发往它。需要处理的排在最前。
admin-links-lead-some = 图中画出最需要处理的 { $n } 台服务器：它们与这里的人相连，或者有消息等着发往它们。
admin-links-none = 这里还没有人与其他服务器上的人相连。
admin-links-cut = 表中列出最需要处理的 { $n } 台服务器。“服务器”页面列出全部。
admin-links-more = 服务器多于这里统计的 { $n } 台。“服务器”页面列出全部。
admin-link = 状态
admin-map-connections = { $n } 个连接
admin-map-connections-or-more = { $n } 个或更多连接
admin-link-well = 有回应
admin-link-waiting = 有消息在等待
admin-link-stuck = 有消息已放弃
admin-link-silent = 没有回应
admin-link-blocked = 已屏蔽
admin-link-unknown = 尚未联系
admin-waiting = { $n } 条消息在等待
admin-given-up = { $n } 条消息已放弃
admin-waiting-and-given-up = { $waiting } 条在等待，{ $n } 条已放弃
admin-rule-trusted = 已单独信任

## 服务器

admin-servers-search = 名称的开头
admin-servers-none = 还没有已知的其他服务器
admin-servers-not-found = 没有名称以“{ $search }”开头的已知服务器
admin-servers-lead = 这里有人与某台服务器打过交道，或者对它作过决定，它就会列在这里。其他服务器可以用完整名称找到。
admin-server-other = 这里还没有人与 <bdi>{ $server }</bdi> 打过交道。
admin-server-open = 检查它，或对它作决定
admin-heard = 最近一次联系
admin-silent = 没有回应
admin-signature = 签名
admin-signs = 它给消息签名；以它的名义发来的未签名消息会被拒绝
admin-signs-older = 它用 RFC 9421 之前的方式（draft-cavage）对消息签名；以它名义发出的未签名消息会被拒绝
admin-signs-noted = 它给消息签名；对它的要求记录在下面
admin-signs-not-yet = 它还没有签过任何消息
admin-holds = 对它的规则
admin-holds-trusted = { $way ->
    [in] 来自那里的邀请可以接受
   *[out] 发往那里的邀请可以接受
 }：该服务器已被单独信任。
admin-holds-open = { $way ->
    [in] 来自那里的邀请可以接受
   *[out] 发往那里的邀请可以接受
 }：没有被屏蔽的服务器都可以。
admin-holds-listed = { $way ->
    [in] 来自那里的邀请可以接受
   *[out] 发往那里的邀请可以接受
 }：目录中的服务器都可以。
admin-holds-blocked = { $way ->
    [in] 来自那里的邀请会被拒绝
   *[out] 发往那里的邀请会被拒绝
 }：该服务器已被单独屏蔽。
admin-holds-not-listed = { $way ->
    [in] 来自那里的邀请会被拒绝
   *[out] 发往那里的邀请会被拒绝
 }：{ $mode ->
    [directory] 它不在任何目录中，也没有被单独信任。
   *[other] 它没有被单独信任。
 }
admin-listed = 目录 <bdi>{ $directory }</bdi> 收录了它。
admin-ruled-trusted = <bdi>{ $by }</bdi> 于 { $at } 信任了它。
admin-ruled-blocked = <bdi>{ $by }</bdi> 于 { $at } 屏蔽了它。
admin-reason = 理由
admin-note-optional = 可选，供以后查看的人参考
admin-decide-hint = 立即对新的连接生效。已有的连接保留。屏蔽还会停止正在发往那里的邀请。
admin-trust = 信任
admin-block = 屏蔽
admin-unblock = 取消屏蔽
admin-untrust = 不再信任
admin-forget-trusted = 撤销后，只按设置处理。
admin-forget-blocked = 撤销后，只按设置处理，正在发往那里的也一样。
admin-done-trusted = 该服务器已被单独信任。
admin-done-blocked = 该服务器已被屏蔽。
admin-done-forgotten = 对该服务器不再有决定，只按设置处理。
admin-noted = 备注与例外
admin-noted-hint = 只适用于这个名称和端口，从下一条消息起生效。清空后保存即删除。
admin-noted-by = 由 <bdi>{ $by }</bdi> 于 { $at } 记录。
admin-noted-digests = SHA-256: <code>{ $digests }</code>
admin-aspect = { $aspect ->
    [ca] 证书颁发机构
    [pin] 证书的密钥
    [sign] 发给它的消息的签名方式
    [take] 对它的最低签名要求
   *[note] 关于该服务器
 }
admin-aspect-hint = { $aspect ->
    [ca] PEM 格式。除通常的机构外，对这台服务器也相信这些机构；名称、日期和证书链照常检查。
    [pin] 写作 sha256/…，每行一个；检查该服务器时会显示它的密钥。请通过其他途径向那边的管理员确认。之后只由密钥决定：证书的颁发机构、名称和日期不再起作用。
    [sign] 代替它提供过或用过的最好方式。更弱的方式会在审计记录中注明。
    [take] 代替它提供过或用过的最好方式，例如它退回到旧版本时。只有它的接受消息可以不签名。
   *[note] 一行或几行，供管理员参考。
 }
admin-aspect-save = { $aspect ->
    [ca] 保存机构
    [pin] 保存密钥
    [sign] 保存签名方式
    [take] 保存最低要求
   *[note] 保存备注
 }
admin-way = { $way ->
    [auto] 自动
    [rfc9421] RFC 9421
    [cavage] draft-cavage（较旧）
   *[unsigned] 不签名
 }
admin-done-noted = 已保存，从下一条消息起生效。
admin-done-noted-weaker = 已保存。这比没有记录时更弱，审计记录中已注明。
admin-done-note-removed = 已删除，那里不再有记录。

## 消息

admin-deliveries-none = 所有消息都已送达
admin-deliveries-empty = 没有立即送达的消息会在这里等待，并在三天内自动重试。
admin-deliveries-lead = 以下消息尚未送达。系统会在三天内自动重试；已放弃的，只有您要求时才会再试。
admin-deliveries-more = 还有更多。命令“symbolon outbox list”列出全部。
admin-delivery-to = 发往 <bdi>{ $server }</bdi>
admin-message = { $kind ->
    [invite_accepted] “接受邀请”的消息
    [user_removed] “双方已断开”的消息
   *[other] 邮件
 }
admin-delivery-given-up = 尝试 { $n } 次后已放弃
admin-delivery-sending = 正在发送
admin-delivery-new = 尚未尝试，下次 { $next }
admin-delivery-waiting = 已尝试 { $n } 次；下次：{ $next }；截止：{ $until }
admin-done-retried = 正在重试。结果会显示在此页。
admin-done-given-up = 这条消息不再发送。
admin-done-taken-back = 将查询它的结果并撤销。
admin-give-up = 放弃
admin-delivery-named = <bdi>{ $name }</bdi>
admin-delivery-somebody = 相关的人
admin-giving-up = { $kind ->
    [invite_accepted] 接受会被取消，{ $person }会看到。如果 { $server } 已经收到，该服务器一有响应就会撤销那个连接。
    [user_removed] { $person }在这里保持断开，{ $server } 可能仍会显示双方。以后两台服务器核对时还会告知。
    [mail_invitation] 邮件不再发送，{ $person }会看到。
    [mail_confirmation] 邮件不再发送，{ $person }会看到。
   *[mail] 邮件不再发送。
}

## 人员

admin-people-counted = { $all } 个账号，{ $disabled ->
    [0] 没有停用的
   *[other] 其中 { $disabled } 个已停用
 }，{ $admins } 名管理员
admin-people-search = 用户名的开头
admin-people-none = 没有找到任何人
admin-people-not-found = 没有找到用户名以“{ $search }”开头的人
admin-people-hint = 命令行也能完成这一切：“symbolon user --help”。
admin-add = 添加人员
admin-add-user-hint = 用于登录：小写字母、数字和 .-_@
admin-add-admin = 可以管理本服务器
admin-add-hint = 下一页会显示一次密码。创建账号的人会记入审计记录。
admin-manage = 管理
admin-account = 账号
admin-address = 地址
admin-off = 未开启
admin-sessions = 登录状态
admin-logged-in = { $n } 个浏览器
admin-logged-in-nowhere = 未登录
admin-logging-in = 登录
admin-fresh = { $name } 的密码
admin-fresh-once = 密码只显示这一次。请以他人看不到的方式转交，并请对方在设置中另选密码。
admin-password-hint = 适用于丢失密码的用户：立即生成新密码，并让对方在所有地方退出登录。应用密码和两步登录保留。请先确认确实是本人提出的请求。
admin-no-password-hint = 对方在此没有密码，从别处登录。有了密码，也可以在此登录。
admin-new-password = 生成新密码
admin-factor-hint = 适用于丢失应用和恢复码的用户。之后只凭密码即可打开账号。
admin-factor-off = 关闭两步登录
admin-log-out = 在所有地方退出登录
admin-linked = 自 { $since } 起在那里登录，标识为
admin-linked-elsewhere = 曾在 { $issuer } 登录（它已不再是登录服务），标识为
admin-unlink-first = 请先解除此关联，再填写对方在新服务那里的标识。
admin-unlink = 解除关联
admin-unlink-hint = 对方不能再从那里登录，其会话会结束。应用密码保留。
admin-subject = 登录服务对此人的固定标识（sub）
admin-subject-hint = 在那里被拒绝的人会连同此标识记入<a href="/admin/audit?kind=session.refused">审计记录</a>。
admin-link-account = 关联
admin-role-title = 角色和访问
admin-role-hint = 管理员可以看到“管理”下的一切，在那里所做的一切都记入审计记录。
admin-role-groups = 每次从 { $service } 登录时，由其群组重新决定。
admin-give-role = 设为管理员
admin-take-role = 取消管理员身份
admin-disable-hint = 被停用的用户会在所有地方退出登录，其邀请不再有效。其连接保留。
admin-enable-hint = 该用户可以重新登录，其邀请恢复有效。
admin-own-account = 这是您自己的账号。密码和两步登录在您的设置中更改，只有其他管理员才能停用它。
admin-done-added = 账号已创建。
admin-done-password = 对方已有新密码，并已在所有地方退出登录。
admin-done-factor-off = 两步登录已关闭。
admin-done-logged-out = 对方已在所有地方退出登录。
admin-done-admin = 对方从下一个页面起可以管理本服务器。
admin-done-no-admin = 对方不能再管理本服务器。
admin-done-linked = 对方现在可以从那里登录。
admin-done-unlinked = 对方不能再从那里登录。
admin-connected-with = { $n ->
    [0] 没有与任何人相连
   *[other] 与 { $n } 人相连
 }
admin-connected-with-more = 与 { $n } 人或更多人相连
admin-account-since = 账号创建于 { $since }
admin-disabled-since = 自 { $since } 停用
admin-disable = 停用
admin-enable = 启用
admin-done-disabled = 账号已停用：在所有地方退出登录，它的邀请不再有效。已有的连接保留。
admin-done-enabled = 账号已重新启用。
admin-add-hint-service = 对方通过 { $service } 登录：在下一页填写其在那里的身份。创建账号的人会记入审计记录。
admin-passwords-off = 这里没有人用密码登录，而是通过 { $service } 登录。应用密码仍然有效。
admin-delete = 删除账号
admin-delete-question = 要删除 { $name } 的账号吗？
admin-delete-log-in = 对方会在所有地方退出登录，此后谁也不能再以其身份登录。应用密码随即失效。
admin-delete-people = 对方与 { $servers } 台服务器上的 { $people } 人断开连接。
admin-delete-told = 会通知另一方所在的 { $servers } 台服务器，让那里的列表也更新。如果联系不上，我们会连续尝试三天。并非每台服务器都能理解这种通知；不能理解的，列表里可能仍有此人。
admin-delete-invitations = 对方的 { $n } 份有效邀请会被收回，不能再用于建立连接。
admin-delete-acceptances = 对方正在接受的 { $n } 份邀请会被取消。可能已经送达的，会在对方服务器答复后立即撤销。
admin-delete-forgets = 其姓名、电子邮件地址和备注会被删除，本服务器所知的有关其连接的内容也会被删除。审计记录会保留发生过的事情，但不含其电子邮件地址。
admin-delete-no-way-back = 此操作无法撤销。新账号将是另一个账号，即使用户名相同。
admin-delete-instead = 如果只想暂时不让某人进入，请改为停用其账号。
admin-delete-user = 对方的用户名
admin-delete-hint = 请输入 { $name } 以确认。
admin-delete-now = 立即删除账号
admin-delete-stay = 保留账号
admin-done-deleted = 正在删除账号：先断开其所有连接，并通知其他服务器。

## 审计记录

admin-audit-filter = 查找
admin-audit-person = 用户名
admin-audit-since = 从这一天起（UTC）
admin-audit-until = 到这一天为止，含当天（UTC）
admin-audit-about = 关于
admin-audit-everything = 全部
admin-audit-reference = 编号
admin-audit-subject = 登录服务对此人的标识（sub）：
admin-audit-by = { $name }（以管理员身份）
admin-audit-command = 管理员（命令行）
admin-audit-kind = 仅 { $kind }
admin-audit-noun = { $noun ->
    [invite] 邀请
    [acceptance] 接受
    [connection] 连接
    [delivery] 消息
    [sync] 比对
    [peer] 服务器
    [directory] 目录
    [session] 登录
    [user] 账号
    [backup] 备份
    [keys] 密钥
    [audit] 审计记录
   *[other] { $noun }
 }
admin-audit-none = 审计记录中没有这样的内容
admin-audit-none-here = 这一段审计记录中没有这样的内容
admin-audit-earlier = 更早的
admin-audit-newest = 回到最新
admin-audit-no-person = 这里没有人用这个用户名。已删除的账号请用记录中显示的编号查找。
admin-audit-no-server = 这不是服务器名称。
admin-audit-no-kind = 没有这个类型。
admin-audit-no-day = 这不是日期。

## 诊断

admin-doctor-lead = 查看数据库、数据文件夹及其密钥、公开地址、代理、时钟、等待中的消息，以及与其他服务器的比对。不作任何更改，最多需要半分钟。
admin-doctor-run = 诊断本服务器
admin-doctor-busy = 此刻有人正在诊断本服务器。请半分钟后再试。
admin-doctor-well = 从这里能看到的一切正常。
admin-doctor-rest = 其余
admin-doctor-attention = 有 { $n } 项值得查看。
admin-doctor-problem = 有 { $n } 项不能正常工作。
