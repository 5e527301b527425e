# 页面上的文字。文字中可以有 HTML；代入变量的内容会先转义。名称以 x- 开头的消息是片段，由各语言自行决定。

## 每个页面

skip = 跳到正文
main-menu = 主菜单
connections = 连接
invitations = 邀请
tab-accept = 接受
accept-an-invitation = 接受邀请
log-out = 退出登录
settings = 设置
what-to-do = 怎么办：
field-wrong = 不能接受“{ $field }”
field-remedy = 请在下面改正。
field-back = 请返回并改正。
cannot-be-done = 不能这样做
reference = 编号 <code>{ $reference }</code>
quoted = “<bdi>{ $text }</bdi>”
more-about-this = 详细说明
to-the-start = 回到首页
from-the-server = 来自服务器
link = 链接
code = 邀请码
copy = 复制
copied = 已复制
copy-link = 复制链接
copy-code = 复制邀请码
try-now = 立即重试
cancel = 取消
now-connected-toast = 您和 { $name }（{ $server }）已连接。
now-disconnected-toast = 您和 { $name }（{ $server }）已断开连接。
now-told-toast = { $name } 的服务器已确认您与对方不再连接。
now-untold-toast = 您可能还在 { $name } 的服务器的列表里。
now-refused-toast = 来自 { $server } 的邀请未能建立连接。
now-unsent-toast = 您有一封邀请邮件未能发出。

## 时间。数字也可能是 {"{n}"}，由页面脚本替换。

month = { $month }
day = { $year }年{ $month }月{ $day }日
moment = { $year }年{ $month }月{ $day }日 { $clock } UTC
clock = { $clock } UTC
day-of-year = { $month }月{ $day }日
moment-here = { $year }年{ $month }月{ $day }日 { $clock }
clock-here = { $clock }
soon-now = 现在
soon-seconds = { $n } 秒后
soon-minutes = { $n } 分钟后
soon-hours = { $n } 小时后

## 登录

log-in = 登录
log-in-with = 通过 { $service } 登录
log-in-invited = 登录后即可答复邀请。在您确认之前，不会接受任何邀请。
log-in-own-password = 或使用本服务器专用的密码（不是 { $service } 的密码）：
log-in-forgotten = 忘记密码？请联系 { $server } 的管理员。
logged-out-here = 您已在这里退出登录，但可能仍登录着 { $service }：如果别人也使用这台设备，请在那里也退出登录。
user-name = 用户名
password = 密码
second-step = 还有一步
second-step-lead = <bdi>{ $name }</bdi>，您的密码正确。现在请输入您的应用显示的验证码。
second-step-lost = 应用不在手边？
second-step-other = 以其他身份登录
recovery-code = 恢复码
recovery-code-hint = 您开启两步登录时得到的恢复码之一。每个只能用一次。如果恢复码也没有，请联系您的管理员。

## 设置

on-this-page = 本页内容
settings-saved = 已保存。
language = 语言
language-of-browser = 与浏览器一致
language-hint = 本服务器的页面用哪种语言。
save = 保存
profile = 个人资料
optional = 选填
e-mail-as-given = 本服务器不验证地址。
e-mail-confirmed = 新地址需要您通过发送到该地址的链接确认后才会生效。
email-waiting = { $email } 将成为您的地址。请打开发送到该地址的邮件中的链接；在此之前不会有任何改变。
email-over = { $email } 原本将成为您的地址。发送到该地址的链接已经失效；请重新发送。
email-give-up = 不使用它
email-sent = 链接正在发送到新地址。您打开链接并确认之后，新地址才会生效。
email-confirmed = 地址已确认，从现在起是您在此的地址。
email-confirm = 确认您的电子邮件地址
email-confirm-lead = { $email } 将成为您在本服务器上的地址。
email-confirm-button = 是的，这是我的地址
email-link-over = 这个链接不能确认任何地址：它已过期、已被更新的链接取代，或属于另一个账号。您可以在设置中重新发送。
profile-hint = 今后与您建立连接的人会得到您的姓名和电子邮件地址。已经连接的人保留原有的资料。
your-address = 用于连接的地址
your-address-hint = 其他服务器以此识别您；它收不到邮件。
password-changed = 新密码已生效。您在其他地方的登录已全部退出；应用密码保持不变。
app-password-removed = 已删除：不能再用它登录。
session-ended = 已在那里退出登录。
sessions = 您登录的地方
browser-on-system = { $system } 上的 { $browser }
browser-alone = { $name }
browser-unknown = 未说明名称的浏览器
this-session = 当前
session-since = 登录于 { $since }
session-seen = 最近使用 { $seen }
end-session = 退出登录
settings-cut = 这里只显示最新的 { $n } 项。<a href="/settings">显示全部</a>
end-other-sessions = 退出其他所有地方的登录
logging-in = 登录
logs-in-with = 您自 { $since } 起通过 { $service } 登录。
no-password-here = 您在本服务器上没有密码。
change-password = 更改密码
current-password = 当前密码
new-password = 新密码
new-password-again = 再次输入新密码
password-hint = 至少 8 个字符。您在其他地方的登录会全部退出。
second-factor = 两步登录
second-factor-lead = 开启后，用密码登录还需要您设备上的应用给出的验证码。只拿到您的密码的人无法登录。
second-factor-scan = 请用一次性验证码应用扫描；许多密码管理器都可以。然后输入它显示的验证码。
second-factor-qr = 供您的应用使用的密钥二维码
second-factor-open = 或在本设备的应用中打开
second-factor-secret = 或把这个密钥输入应用
second-factor-code = 应用中的验证码
second-factor-code-or-recovery = 应用中的验证码，或一个恢复码
second-factor-hint = 您在其他地方的登录会全部退出。应用密码保持不变。
second-factor-turn-on = 开启
second-factor-turn-off = 关闭
second-factor-off-hint = 关闭后，只用密码就能登录，恢复码随即作废。再次开启会得到新的密钥和新的恢复码。
second-factor-is-on = 两步登录已开启。您在其他地方的登录已全部退出。
second-factor-is-off = 两步登录已关闭：只用密码就能登录。
second-factor-since = 开启于 { $since }。
recovery-codes = 恢复码
recovery-codes-once = 它们只显示这一次。请保存在没有该设备也能找到的地方：每个恢复码可以代替应用的验证码登录一次。
recovery-codes-kept = 我已保存
recovery-codes-left = { $n ->
    [0] 恢复码已全部用完。
   *[other] 还剩 { $n } 个恢复码。
 }
app-passwords = 应用密码
app-passwords-lead = 供应用和脚本使用，它们不需要知道您自己的密码。每个应用密码都可以单独删除。
app-password-fresh = 用于“<bdi>{ $label }</bdi>”的应用密码
app-password-once = 它只显示这一次。请复制到需要的地方。
app-password-since = 创建于 { $since }
app-password-used = 最近使用 { $used }
app-password-unused = 从未使用
app-password-label = 新密码的用途
app-password-example = 例如：手机上的日历
create = 创建
remove = 删除
your-data = 您的数据
your-data-lead = 这里保存的有关您的内容的副本，以及可导入通讯录的连接名单。其中没有任何机密。
copy-as = { $format ->
    [json] 全部内容（JSON）
    [vcard] 您的连接，适用于大多数通讯录（vCard）
   *[jscontact] 您的连接，适用于较新的通讯录（JSContact）
 }
leave-title = 删除我的账号
leave-lead = 断开您与所有人的连接，并删除您在本服务器上的账号。
leave-question = 要删除您在 { $server } 的账号吗？
leave-log-in = 您会在所有地方退出登录，此后谁也不能再以您的身份登录。应用密码随即失效。
leave-people = 您与 { $servers } 台服务器上的 { $people } 人断开连接。
leave-told = 会通知对方所在的 { $servers } 台服务器，让对方的列表也更新。如果联系不上，我们会连续尝试三天。并非每台服务器都能理解这种通知；不能理解的，列表里可能仍有您。
leave-invitations = 您的 { $n } 份有效邀请会被收回，不能再用于建立连接。
leave-acceptances = 您正在接受的 { $n } 份邀请会被取消。可能已经送达的，会在对方服务器答复后立即撤销。
leave-forgets = 您的姓名、电子邮件地址和备注会被删除，本服务器所知的有关您的连接的内容也会被删除。管理员的审计记录会保留发生过的事情，但不含您的电子邮件地址。
leave-no-way-back = 此操作无法撤销。新账号将是另一个账号：所有人都需要重新邀请。
leave-copy-first = 如果想带走您的连接，请先<a href="/settings#copy-of-data">下载一份您的数据</a>。
your-password = 您的密码
your-user-name = 您的用户名
leave-name-hint = 您在这里没有密码：请输入您的用户名 { $name } 以确认。
leave-now = 立即删除我的账号
stay = 保留我的账号
left-title = 您的账号已删除
left-lead = 谁也不能再以您的身份登录 { $server }，您与所有人的连接正在断开。
left-told = 正在通知其他服务器。您无需再做任何事，可以关闭此页面。

## 连接

invite-someone = 邀请他人
search-connections = 搜索连接
search-hint = 姓名、电子邮件或服务器
search = 搜索
under-way = 进行中
all-under-way = 全部进行中的
under-way-newest = 这里显示最新的 { $n } 个等待中的连接。其中有结束的，其余的会随之显示。
invitation-from = 来自 { $server } 的邀请
connecting-since = 正在连接：自 { $since } 起等待 { $server }
connecting-next = 正在连接：自 { $since } 起等待 { $server }，重试时间：{ $next }
cancelling-since = 正在取消：自 { $since } 起等待 { $server }
cancelling-next = 正在取消：自 { $since } 起等待 { $server }，重试时间：{ $next }
stopping-since = 已被您的管理员停止：自 { $since } 起等待 { $server }
stopping-next = 已被您的管理员停止：自 { $since } 起等待 { $server }，重试时间：{ $next }
not-connected = 未连接：{ $why }
nobody-matches = 没有与“{ $search }”相符的人
all-connections = 显示全部连接
no-more-connections = 没有更多连接了
back-to-newest = 回到最新的
no-connections = 还没有连接
connected-with-nobody = 您目前没有连接任何人
connections-lead = 与其他服务器上的人建立连接后，你们就可以互相共享。
connected = 已连接
connected-since = 自 { $since } 起已连接
tells-of-no-disconnects = 对方在那里断开连接时，对方服务器不会通知我们。如果对方已经移除了您，此列表不会显示；接受对方的一份新邀请即可恢复一致。
silent-since = 对方的服务器自 { $since } 起没有回应
unverified-server = 未经验证的服务器
unverified-lead = 服务器 <bdi>{ $server }</bdi> 没有为此签名，那里也没有任何内容说明它是用于此类连接的服务器。任何拿到邀请的人都可能使用了它的名称。请通过其他方式确认这就是您邀请的人。
disconnect = 断开连接
number = { $n }
only-server = 只看某台服务器上的人
every-server = 全部服务器
other-servers = 还有 { $n } 台：请搜索其名称
really = （{ $name }）
nickname = 您对此人的称呼
nickname-optional = 选填，只有您能看到
by-yours = 通过<a href="/invitations/{ $id }">您的邀请</a>
by-yours-noted = 通过<a href="/invitations/{ $id }">您的邀请“{ $note }”</a>
by-both = 通过对方的邀请和<a href="/invitations/{ $id }">您的邀请</a>
by-both-noted = 通过对方的邀请和<a href="/invitations/{ $id }">您的邀请“{ $note }”</a>
by-theirs = 通过对方的邀请
connect-again = 重新连接
connect-again-with = 与 { $name }（{ $server }）重新连接
undo-disconnect = 撤销
disconnect-from-at = 断开与 { $name }（{ $server }）的连接
earlier-connections = 更早的连接
disconnected = 已断开
ended-by-them = 由对方断开
ended-by-neither = 已断开，因为两台服务器的记录不一致；可用新的邀请重新连接
ended-told = 已断开，对方已得知
ended-telling = 已断开，正在通知对方服务器
ended-unconfirmed = 已断开，已通知但未得到确认；您可能还在对方的列表里
ended-not-understood = 已断开，但对方服务器不理解这种消息；您可能还在对方的列表里
ended-could-not = 已断开，但无法通知对方服务器；您可能还在对方的列表里

## 刚才发生的事

already-connected = 您和 { $name }（{ $server }）此前已经连接，没有任何变化。
already-connected-here = 您和 { $name }（{ $server }）此前已经连接。对方在那里断开连接时，对方服务器不会通知我们：如果对方已经移除了您，请向对方索取一份新邀请。
no-longer-connected = 您和 { $name }（{ $server }）已断开连接。{ $more }
told-here = 双方的列表都已更新。
told-confirmed = 对方服务器已得知并确认。
told-telling = 正在通知对方服务器；在此之前您可能还在对方的列表里。
told-unconfirmed = 已通知对方服务器，但它没有说明是否理解。您可能还在对方的列表里。
told-not-understood = 对方服务器不理解这种消息，您可能还在对方的列表里。
told-could-not = 无法通知对方服务器，您可能还在对方的列表里。
told-by-nobody = 两台服务器的记录不再一致。原因见您的列表。
told-by-them = 是对方断开的。
mistake-again = 不小心断开的？只要对方的邀请仍然有效，点一下就能重新连接。
mistake-new = 不小心断开的？请<a href="/invitations">给 { $name } 发一份新的邀请</a>：以前的邀请已不再有效。

## 断开连接

disconnect-from = 断开与 { $name } 的连接
disconnect-from-question = 要断开与 <bdi>{ $name }</bdi> 的连接吗？
what-this-does = 这样做的后果
disconnect-here = 你们不能再互相共享，立即生效。
disconnect-both-here = 你们的账号都在本服务器上，双方的列表会立即更新。
disconnect-tells-perhaps = 会通知 { $server }，但并非每台服务器都能理解这种通知：对方的列表里可能仍有您。结果会显示在您的列表里。
disconnect-tells = 会通知 { $server }，让对方的列表也更新。如果联系不上，我们会连续尝试三天，结果会显示在您的列表里。
disconnect-again = 如果改变主意，只要邀请仍然有效，您可以再次接受同一份邀请。
disconnect-new = 如果改变主意，需要您给 { $name } 发一份新的邀请。以前的邀请已不再有效。
stay-connected = 保持连接

## 邀请

invite-someone-elsewhere = 邀请其他服务器上的人
invite-lead = 您会得到一个链接和一个邀请码，可以用邮件或任何方式交给对方。接受邀请的人就与您建立连接，并会得到您的姓名和电子邮件地址；仅仅打开链接不会连接任何人。
note = 备注
note-optional = 选填，只有您能看到
note-example = 例如：物理研讨会
for-how-many = 可供几人使用
crowd = { $people ->
    [0] 任何拿到的人
    [1] 一人
   *[other] 最多 { $people } 人
 }
valid-for = 有效期
life = { $days ->
    [1] 一天
    [365] 一年
   *[other] { $days } 天
 }
create-invitation = 创建邀请
open-invitations = 有效的邀请
invited-nobody = 您还没有邀请过任何人。
none-open = 没有有效的邀请。
past-invitations = 以往的邀请
earlier-open-invitations = 更早的有效邀请
earlier-invitations = 更早的邀请
invitation-for = 给 { $email } 的邀请
invitation-of = { $when }的邀请
open-until = 有效至 { $when }
expired-at = 已于 { $when } 过期
withdrawn-at = 已于 { $when } 收回
accepted = 已接受
accepted-by-everybody = 所有人均已接受
for-one = 供一人使用
for-people = 最多供 { $limit } 人使用
for-people-none-yet = 最多供 { $limit } 人使用，尚无人接受
for-anyone = 供任何拿到的人使用
for-anyone-none-yet = 供任何拿到的人使用，尚无人接受
accepted-by = 已接受：{ $people }
accepted-by-and-more = 已接受：{ $people }，另有 { $n } 人
more-people = 更多的人
list-separator = 、
somebody = 某人

## 一份邀请

hand-over = 请把这个链接发给您邀请的人。链接会引导对方前往自己的服务器；仅仅打开还不会建立连接。
code-hint = 如果链接不管用，对方可以登录自己的服务器，找到“接受邀请”或“Open Cloud Mesh”，把这个邀请码粘贴进去。
share = 分享…
share-text = 我想与您建立连接，以便我们互相共享。
qr-code = 链接的二维码
qr-hint = 给身边的人：用手机摄像头扫一扫即可打开链接。
invitation-is-expired = 这份邀请已不能再建立连接。延长期限后，您发出的链接和邀请码会重新有效。
invitation-is-withdrawn = 您已收回这份邀请，它不能再用于建立连接。如需邀请同一个人，请<a href="/invitations">创建新的邀请</a>。
invitation-is-used-up = 接受的人数已达到上限。如需邀请更多人，请<a href="/invitations">创建新的邀请</a>。
accepted-by-title = 接受的人
nobody-yet = 还没有人。
nobody-yet-look = 一有人接受，这里就会显示。
valid-from-now = 有效期（从现在起）
valid-hint = 链接和邀请码不变。
change = 更改
renew-for = 有效期（从现在起）
renew = 延长期限
renew-this = 延长“{ $title }”的期限
wrong-person = 发错人了？
withdraw = 收回邀请
withdraw-hint = 链接和邀请码会立即失效。已接受的人仍保持连接。
done-created = 邀请已创建。请把链接或邀请码交给对方。
done-renewed = 有效期已从现在起重新计算。链接和邀请码与之前相同。
done-withdrawn = 已收回。链接和邀请码不能再用于建立连接。

## 接受邀请

invitation = 邀请
paste-here = 请粘贴收到的链接或邀请码
looking = 正在查看它通向哪里……
paste-hint = 链接、邀请码，或者包含它们的整条消息都可以。
their-server = 邀请您的人使用的服务器
their-server-hint = 这份邀请没有说明来自哪台服务器。
look-answers = 指向 <strong>{ $server }</strong>，该服务器有响应，并接受邀请。
look-here = 指向 <strong>{ $server }</strong>，就是您所在的服务器。
look-silent = 指向 <strong>{ $server }</strong>，该服务器暂时没有响应。您仍然可以建立连接：您的答复会保存在这里，等它响应后送达。
look-not-now = 指向 <strong>{ $server }</strong>。暂时无法查看它是否有响应，请在 { $seconds } 秒后再试。
look-refused = 指向 <strong>{ $server }</strong>。{ $why }
what-they-see = 对方会看到您的哪些信息
server-gets = 建立连接时，{ $server } 和邀请您的人会得到：
name = 姓名
address = 地址
server = 服务器
e-mail = 电子邮件
e-mail-made-up = 替代地址：您的账号没有电子邮件地址
e-mail-none = 不提供我的电子邮件地址
e-mail-none-hint = 对方的服务器需要一个地址。如果您不想提供自己的，它会得到 { $stand-in }，该地址收不到邮件。
account = 账号
connect = 建立连接
not-now = 以后再说

## 接受的结果

you-are-connected = 您和 { $name } 已连接
you-are-no-longer-connected = 您和 { $name } 已断开连接
title-cancelling = 正在取消
title-stopping = 已被您的管理员停止
title-connecting = 正在与 { $server } 建立连接
title-cancelled = 已取消
you-are-not-connected = 没有建立连接
state-connected = 已连接
now-connected = <bdi>{ $name }</bdi> 已在您的连接列表里，您也在对方的列表里。现在你们可以互相共享了。
see-connections = 查看连接
connected-and-ended = 这份邀请曾让您与 <bdi>{ $name }</bdi>（{ $server }）建立连接，之后连接已断开。
cancelling-lead = 您已取消。由于请求可能已经送达，我们会先向 { $server } 询问结果；如果已经建立了连接，就再断开。
stopping-lead = 由于请求可能已经送达，我们会先向 { $server } 询问结果；如果已经建立了连接，就再断开。您无需做任何事。
stopped-before = 本服务器的管理员在此期间已中止了它：他们不允许与 { $server } 建立连接。
pending-lead = 您的答复已保存在这里，{ $server } 一接收就会送达，最晚到 { $until }。不必一直开着这个页面。
reload-to-see = 重新加载此页，即可查看进展。
disconnected-before = 在 <bdi>{ $server }</bdi> 答复之前，您已与 <bdi>{ $name }</bdi> 断开连接。该服务器又为您建立了一次连接，这次连接也已断开。
cancelled-too-late = 您已取消，但 <bdi>{ $server }</bdi> 此前已让您与 <bdi>{ $name }</bdi> 建立连接。该连接已断开。
overtaken-lead = 在等待期间您断开了连接，没有因此建立任何连接。只要邀请仍然有效，您可以再次接受。
cancelled-lead = 您已取消，没有因此建立任何连接。只要邀请仍然有效，您可以再次接受。
accept-after-all = 还是接受
accept-another = 接受另一份邀请

## 链接指向哪里

you-are-invited = 有人邀请您建立连接
wayf-lead = <strong>{ $inviter }</strong> 上有人邀请您建立连接，这样你们就可以互相共享。请在您自己的服务器上，用您在那里的账号答复。仅仅打开这个页面不会接受任何邀请。
wayf-there = 前往您的服务器
wayf-there-lead = <strong>{ $server }</strong> 可以接受邀请。请在那里登录，再看一遍将要接受的内容，然后决定。
continue-to = 前往 { $server }
another-server = 换一台服务器
your-server = 您的服务器
continue = 继续
your-server-hint = 您的账号所在的服务器：它的名称、浏览器里的地址，或您在那里的个人地址（you@cloud.example.org）。
wayf-last = 继续使用上次的服务器
wayf-directory = 查找您的服务器
wayf-search = 名称的一部分
wayf-none = 列表中没有名称包含这些字的服务器。
wayf-more = 还有更多服务器。输入名称的一部分即可找到。
wayf-code = 找不到我的服务器，或者我想粘贴邀请码
wayf-code-hint = 请登录您的服务器，找到“接受邀请”或“Open Cloud Mesh”，把这个邀请码粘贴进去。
wayf-remedy = 请检查输入的内容。如果没有错，请在您的服务器上使用下面的邀请码。

## 所有问题

errors = 遇到问题时
errors-lead = 本服务器的全部提示，以及程序和日志中使用的名称。提示旁边的编号可以在两边服务器的日志里找到同一次往来。
errors-you = 您自己可以解决的
errors-inviter = 邀请您的人可以解决的
errors-their-server = 对方服务器
errors-network = 服务器之间的网络
errors-our-server = 本服务器

## 比较两台服务器的列表后的发现

found-ended-there = 两台服务器比较列表时，发现对方那里已断开
found-ended-here = 您以前已断开，但本服务器忘记了；可用新的邀请重新连接
found-not-there = 已断开，因为对方服务器不再有记录；可用新的邀请重新连接
found-not-here = 已断开，因为本服务器没有记录；可用新的邀请重新连接

## 一个连接的经过

story-title = 经过
story-more = 还有更多内容，最早的没有显示。
story-utc = 图中的时间为 UTC。
story-table = 以表格显示
story-when = 时间
story-who = 谁
story-what-head = 内容
story-not-done = 未完成：
story-waits = 已推迟：
story-line-waits = 已推迟：{ $line }
story-you = 您
story-administrator = 管理员
story-this-server = 本服务器
story-somebody = 身份未证实者
story-stranger = 以 { $peer } 名义的人（未经证实）
story-line = { $who }：{ $what }
story-reason = { $what }（{ $reason }）
story-what = { $key ->
    [invite-issued] 创建了邀请
    [invite-shown] 再次查看了邀请
    [invite-listed] 查看了自己的邀请
    [invite-accepted] 告知那里有人接受邀请
    [invite-refused] 请求接纳某人，但被拒绝
    [invite-withdrawn] 收回了邀请
    [invite-renewed] 延长了邀请
    [invite-expired] 记下了邀请已过期
    [acceptance-started] 接受了邀请
    [acceptance-repeated] 再次接受了邀请
    [acceptance-sent] 开始送达
    [acceptance-waiting] 推迟到稍后重试
    [acceptance-hurried] 要求立即重试
    [acceptance-cancelling] 已取消；需要先得知结果
    [acceptance-stopping] 不允许与对方服务器连接；需要先得知结果
    [acceptance-refused] 未能接受邀请
    [acceptance-settled] 完成了接受邀请
    [acceptance-settled-for-nothing] 结束了接受邀请，没有建立连接
    [connection-connected] 建立了连接
    [connection-disconnected] 断开了连接
    [connection-disconnected-there] 告知连接已断开
    [connection-told] 完成了对对方服务器的通知
    [connection-named] 给对方起了自己的称呼
    [delivery-retried] 重新发送了消息
    [invite-mail-asked] 要求再次通过邮件发送邀请
    [invite-mailed] 已通过邮件发送邀请
    [invite-mail-failed] 未能通过邮件发送邀请
    [delivery-given-up] 放弃了这封邮件
    [user-notifications-changed] 选择了邮件通知的内容
    [message-mail] 把邮件交给邮件服务器
    [mail-taken] 得知邮件已被收下
    [mail-refused] 得知邮件未被收下
    [sync-found] 发现两台服务器之间有差异
    [sync-doubted] 认不出对方服务器的记录
    [peer-trusted] 信任了该服务器
    [peer-blocked] 屏蔽了该服务器
    [peer-forgotten] 撤销了对该服务器的决定
    [peer-ca-changed] 更改了适用于该服务器的证书颁发机构
    [peer-pin-changed] 更改了用于识别该服务器的密钥
    [peer-quirk-changed] 更改了与该服务器往来消息的签名方式
    [peer-note-changed] 更改了关于该服务器的备注
    [directory-added] 关注了该目录
    [directory-removed] 不再关注该目录
    [directory-changed] 记下了目录已变更
    [directory-failed] 无法获取或验证该目录
    [peer-signs] 第一次这样签名；从此必须签名
    [peer-weaker] 自我说明里的签名方式比以前弱
    [peer-refused] 发来的内容不可信或无法理解
    [session-opened] 登录
    [session-renewed] 更新了登录的密钥
    [session-closed] 退出登录
    [session-ended] 退出了别处的登录
    [session-refused] 登录失败
    [user-added] 创建了账号
    [user-password-changed] 修改了密码
    [user-totp-enabled] 开启了两步登录
    [user-totp-disabled] 关闭了两步登录
    [user-recovery-code-used] 使用了一个恢复码
    [user-email-asked] 填写了有待确认的电子邮件地址
    [user-profile-changed] 更改了姓名或电子邮件地址
    [user-exported] 下载了数据副本
    [user-leaving] 要求删除账号
    [user-left] 删除了账号及其所属的一切
    [user-language-changed] 选择了语言
    [user-disabled] 停用了账号
    [user-enabled] 启用了账号
    [user-linked] 把账号与登录服务中的一个人关联
    [user-unlinked] 取消了与登录服务的关联
    [user-admin-granted] 把该账号设为管理员
    [user-admin-revoked] 取消了该账号的管理员身份
    [user-app-password-added] 创建了应用密码
    [user-app-password-used] 用应用密码登录
    [user-app-password-removed] 删除了应用密码
    [backup-made] 做了备份
    [backup-restored] 恢复了备份
    [keys-rotated] 生成了新的签名密钥
    [keys-retired] 停用了一个签名密钥
    [audit-pruned] 清除了审计记录中的旧内容
    [message-kept] 暂时什么也没有发送
    [peer-asked] 询问对方是什么服务器
    [peer-tried] 尝试连接对方服务器
    [message-invite-accepted] 告知谁接受邀请
    [message-user-removed] 告知连接已断开
    [answered-yes] 接受了
    [answered-no] 没有接受
    [answered-nothing] 没有得到回答
   *[other] { $words }
 }
story-outcome = { $key ->
    [confirmed] 它已得知
    [unconfirmed] 它说已得知，但无法证实
    [not-understood] 它不理解
    [could-not] 无法通知它
    [connected] 已连接
    [refused] 被拒绝
    [cancelled] 已取消
    [given-up] 已放弃
    [out-of-time] 超时
    [failed] 失败
   *[other] { $result }
 }
story-try = 第 { $attempt } 次尝试
story-status = 状态 { $status }
story-said = “{ $said }”
story-reference = 编号 { $reference }
story-theirs = 对方编号 { $reference }

## 对方服务器说了什么，供想了解详情的人查看

details = 详细信息
stage-discovery = 在询问服务器信息时失败
stage-here = 没有从这里发出
stage-network = 在途中失败
stage-trust = 因两台服务器的信任问题失败
stage-signature = 在签名这一步失败
stage-invitation = 在邀请这一步失败
stage-storage = 因对方服务器无法保存而失败
stage-answer = 在对方服务器内部失败
heard-status = 回答：HTTP { $status }
heard-words = 回答：“{ $said }”
heard-reference = 在那里的编号 <code>{ $reference }</code>

## 供程序使用的同样内容，写在状态旁边

told-text = { $told ->
    [telling] 本服务器已断开，正在通知 { $server }。
    [confirmed] 已断开，{ $server } 已确认。
    [unconfirmed] 本服务器已断开。已通知 { $server }，但这类服务器不会据此更新。
    [not_understood] 本服务器已断开。{ $server } 不理解这种消息，您可能还在对方的列表里。
   *[could_not] 本服务器已断开。无法通知 { $server }，您可能还在对方的列表里。
 }

## 检查另一台服务器：登录的人可以查，管理员的命令说的也一样

check-title = 检查 { $server }
check-this-server = 检查这台服务器
check-lead = 本服务器会像邀请那样一步一步走到 { $server }，看看卡在哪里。什么都不会改变，需要几秒钟。
check-again = 再检查一次
check-took = { $n } 毫秒
check-own = 这就是您所在的服务器。它的管理员有专门的检查办法。
check-busy-yours = 您上一次检查还没有结束，最多需要半分钟。请等它结束后再检查。
check-busy-others = 现在有别人在检查服务器。请等半分钟再检查。
check-busy-often = 一分钟内可以检查 { $count } 次，您已经用完。请等一分钟再检查。
check-verdict-ok = 从这里看，没有什么妨碍这里的人和 { $server } 上的人建立连接。
check-verdict-attention = 从这里看，没有什么妨碍这里的人和 { $server } 上的人建立连接，但标出的地方应该有人看一看。
check-verdict-problem = 目前这里的人和 { $server } 上的人无法建立连接。
check-verdict-not-trusted = 本服务器不信任 { $server }，所以这里的人和那边的人无法建立连接。
check-level-ok = 正常
check-level-off = 已关闭
check-level-not-checked = 不清楚
check-level-attention = 需要看一看
check-level-problem = 有问题
check-stage-name = 名称
check-stage-connect = 网络
check-stage-tls = 证书
check-stage-description = 自我说明
check-stage-keys = 密钥
check-stage-clock = 时钟
check-stage-signature = 我们的签名
check-stage-invitations = 邀请
check-stage-trusted-here = 这边是否信任它
check-stage-trusts-us = 那边是否信任我们
check-stage-kind = 服务器类型
check-not-reached = 没有检查：前面一步就走不通了。
check-blocked = 没有检查：这里的管理员屏蔽了它，所以不会向它询问任何内容。
check-unasked = 没有检查：对于不信任的服务器，本服务器不会以自己的名义发送任何内容。
check-rest = 后面的步骤没有检查。
check-no-time = 没有检查：前面的步骤太慢。
check-name-ok = 名称 { $server } 能找到地址。
check-mend-name = 请把 { $server } 和那边发来的邀请核对一下。如果没写错，那边的管理员需要检查 DNS 记录。
check-mend-address = 如果名称没写错，请向那边的管理员要一个公网地址，或者问问您的管理员，这个名称在内网是不是指向别处。
check-connect-ok = 这个地址有回应。
check-mend-connect = 那边的管理员需要启动服务器，或者在防火墙上放行端口。
check-tls-ok = 证书证明它就是 { $server }，发给它的内容在途中不会被别人看到。
check-tls-none = 没有证书；在一台机器上试用时允许这样。
check-tls-pinned = 它拥有此处为 { $server } 记录的密钥，发给它的内容在途中不会被别人看到。
check-mend-tls = 那边的管理员需要给 { $server } 换上公共机构签发的证书，证书链要完整，并且今天有效。
check-mend-other-key = 请通过其他途径询问 { $server } 的管理员，它出示的密钥是不是他们的。如果是，您的管理员可以把它记录下来；在此之前不会向那里发送任何内容。
check-mend-notes = 您的管理员需要检查本服务器的数据库和日志。
check-description-ok = 它的自我说明没有问题。
check-description-flaws = 它的自我说明足够用来处理邀请；有 { $count } 处不符合规范。
check-mend-flaws = 这不妨碍与那边的人建立连接。具体是哪些地方，写在下面规范的要求旁边；您的管理员可以转告 { $server } 的管理员。
check-mend-description = 如果名称没写错，那边的管理员需要检查它的自我说明，以及它前面的代理。
check-mend-disabled = 那边的管理员需要打开连接功能。
check-mend-failing = 请稍后再试。如果一直这样，那边的管理员可以在日志里找到原因。
check-fields = 它说了什么，规范要求什么
check-field-missing = 没有
check-field = { $field ->
    [enabled] 必需：真或假，表示是否开放。
    [apiVersion] 必需：它遵循的规范版本。
    [endPoint] 必需：其他服务器发送消息的完整地址，必须在这台服务器上。
    [provider] 可选：它怎样称呼自己。
    [resourceTypes] 必需：可以和它共享什么，至少一种。每一种都要有名称，说明能共享给谁、怎样访问。
    [capabilities] 可选：表示它能做什么的词。其中应该包括可以接收通知。
    [criteria] 可选：表示它对别人有什么要求的词。
    [inviteAcceptDialog] 支持邀请时建议提供：接受邀请的页面。
    [tokenEndPoint] 发放短期访问权的服务器必需：向哪里申请。
    [jwksUri] 只在规范的较新版本里：它的密钥在哪里。
    [publicKey] 不在规范里：Nextcloud 旧版本的密钥。
    [version] 不在规范里：Nextcloud 才有。
   *[other] 不在规范里。
 }
check-flaw-must = 必需而不符合：{ $flaw }
check-flaw-should = 建议而不符合：{ $flaw }
check-flaw-defined = 与约定不符：{ $flaw }
check-flaw = { $rule ->
    [D2-enabled] 没有这一项，或者既不是真也不是假。
    [D2-apiVersion] 没有这一项，或者不是文字。
    [D2-endPoint] 没有这一项，或者不是完整的网址。
    [D2-endPoint-here] 它指向另一台服务器，别人不会把发给这台的内容送到那里。
    [D2-provider] 不是文字。
    [D2-resourceTypes] 没有这一项，或者不是条目的列表。
    [D3-some] 列表是空的。
    [D3-name] 有一条没有名称。
    [D2-unique] 有两条名称相同。
    [D3-shareTypes] 有一条不能共享给个人（“user”）。
    [D3-protocols] 有一条没有说明怎样访问。
    [D3-webdav] 可以共享文件，却不支持“webdav”。
    [D4-webdav] “webdav”的路径不是文字。
    [D4-webdav-receive] “webdav-receive”没有说明接受哪种地址。
    [D4-webapp-receive] “webapp-receive”没有说明在哪里打开。
    [D5] 不是词的列表。
    [D5-known] 有一个词的写法不同，例如带斜杠或大写字母。
    [D6] 不是词的列表。
    [D6-known] 有一个词的写法不同，例如带斜杠或大写字母。
    [D6-exchange] 它要求别人使用短期访问权，自己却不提供。
    [S7] 可以共享应用，这需要短期访问权，它却不提供。
    [P1] 它没有说可以接收通知（“notifications”）。
    [D7] 没有这一项，或者指向另一台服务器。
    [D8] 没有这一项，或者不是完整的网址。
    [D9] 它的密钥不在 /.well-known/jwks.json。
   *[other] 与规范不同。
 }
check-keys-ok = 它的 { $count } 个密钥可以使用，那边发来的消息能够核对。
check-keys-none = 它没有公布密钥：那边发来的消息没有签名。
check-keys-cavage = 它用 RFC 9421 之前的方式（draft-cavage）签名，只有一个密钥。那边发来的消息能够核对，这边发出的消息也用同样的方式签名。
check-keys-weaker = 它以前提供 RFC 9421，现在只提供较旧的 draft-cavage。那边用旧方式签名的消息都不会被采信。
check-keys-missing = 它说自己会签名，但读不到它的密钥。那边发来的消息都不会被采信。
check-keys-forgotten = 它以前签过名，现在却不公布密钥。那边发来的消息都不会被采信。
check-keys-bad = 它的密钥一个都不能用。那边发来的消息都不会被采信。
check-keys-some = 它有 { $count } 个密钥不能用，其余的可以。
check-mend-weaker = 那边的管理员需要重新打开较新的签名方式，或恢复原来的版本。
check-mend-keys = 那边的管理员需要把密钥公布在自我说明所写的地方。
check-clock-ok = 它的时钟和我们的一致。
check-clock-ahead = 它的时钟比我们的快 { $seconds } 秒。
check-clock-behind = 它的时钟比我们的慢 { $seconds } 秒。
check-clock-unseen = 它没有说那边是几点。
check-mend-clock = 两边的管理员都应该让服务器从网络对时（NTP）。
check-signature-ok = 它认得我们的签名，可见它取到过我们的密钥。
check-signature-noted = 按照您的管理员的备注，发给它的消息不签名。
check-signature-no-key = 本服务器还没有可以用来签名的密钥。
check-signature-unasked = 它没有说自己会核对签名。
check-signature-unseen = 有没有签名，它的回答都一样，所以从这里看不出它是否核对。
check-signature-refused = 它不接受本服务器的签名。
check-signature-clock = 它不接受本服务器的签名，因为两边时钟不一致。
check-signature-unreachable = 它无法核对本服务器的签名，因为它取不到我们的密钥。
check-mend-signature = 您的管理员可以用“symbolon doctor”检查本服务器。如果这边没问题，原因在那边的日志里。
check-mend-reach-us = 它必须能访问到 { $us }：请两边的管理员检查名称和防火墙。
check-invitations-ok = 那边的人可以邀请别人，也可以接受邀请。
check-mend-invitations = 那边的管理员需要打开邀请功能，或者安装较新的版本。
check-trusted-ok = 这里的人可以和那边的人建立连接。
check-trusted-in-only = 这里的人可以接受那边的邀请，但那边的人不能接受这里的邀请。
check-trusted-out-only = 那边的人可以接受这里的邀请，但这里的人不能接受那边的邀请。
check-trusted-unseen = 不清楚，因为读不到本服务器的数据库。
check-mend-trusted = 是否允许 { $server } 由您的管理员决定，他们也可以查到原因。
check-trusts-ok = 它愿意和本服务器往来：我们问起一份编造的邀请，它查找后回答说没有。
check-trusts-list = 它只和名单上的服务器往来。本服务器在不在名单上，要等有人接受邀请时才知道。
check-trusts-unseen = 要等有人接受邀请时才知道。
check-mend-trusts = 那边的管理员需要把 { $us } 加到他们的服务器名单里。
check-kind-known = 看起来是 { $kind }。
check-kind-unknown = 这里不认得这种服务器。
check-quirk-agrees = 一边断开连接，另一边也会显示。
check-quirk-list = 那边的管理员要先把本服务器加到名单里，人们才能建立连接。
check-quirk-silent = 那边有人断开连接时，它不会告诉我们。
check-quirk-deaf = 这边有人断开连接时，它不明白，那边的列表上还会留着。
check-quirk-old-news = 那边的人断开之后，它对同一份邀请的回答可能像什么都没发生过一样。
check-quirk-once = 来自那边的邀请只能接受一次。
check-quirk-unsigned = 那边发来的接受消息可能没有签名，这时只能以邀请为证。
check-quirk-test = 它是用来测试的，不是给人用的。

check-fact = { $fact ->
    [asked] 请求
    [answer] 回答
    [error] 错误
    [our-clock-minus-its-clock] 我们的时钟减去它的时钟
    [page-to-accept] 接受邀请的页面
    [reasons] 原因
    [signed] 签名用的密钥
    [without-a-signature] 没有签名时
    [with-a-signature] 有签名时
    [answer-to-an-invitation-that-nobody-made] 对一份编造的邀请的回答
    [key-shown] 它出示的密钥
    [keys-noted] 此处记录的密钥
    [to-note-it] 记录方法
   *[other] { $name }
 }
check-fact-key = 密钥 { $key }
check-no-page = 没有：那边的人只能粘贴邀请码
check-old-key = 有；用于 RFC 9421 之前的签名（draft-cavage）
check-old-key-bad = 有，用于 RFC 9421 之前的签名（draft-cavage），但不能使用
check-key-twice = 有几个密钥使用这个编号
check-key-fault = 不能使用（英文说明）：{ $fault }

## 通过邮件发出的邀请和邮件通知

mail-title = 通过邮件
mail-address = 电子邮件
mail-address-optional = 可选，邀请将发送到这里
mail-language = 邮件的语言
mail-send = 通过邮件发送
mail-again = 再次发送
mail-sent = { $when } 已交给邮件服务器，发往 { $email }
mail-waiting = 正在发往 { $email }
mail-waiting-next = 尚未发往 { $email }：{ $why }。下次尝试：{ $next }
mail-failed = 未能发往 { $email }，{ $when } 已放弃：{ $why }
mail-given-up = 未能发往 { $email }，{ $when } 已由管理员放弃
mail-withdrawn = 没有发往 { $email }：此前已收回
mail-said = 邮件服务器说：“{ $said }”
done-mailed = 邮件已在途中，结果见下方。
told-by-mail = 邮件通知
told-by-mail-to = 邮件将发送到 { $email }。
told-by-mail-nowhere = 您在这里没有电子邮件地址，因此不会向您发送邮件。
wish-accepted = 有人接受了我的邀请
wish-connected = 我接受的邀请在等待之后建立了连接
wish-disconnected = 一个连接已结束，且不是我自己断开的
wish-replies = 通过邮件收到我的邀请的人可以回复我
wish-replies-hint = 要能回复，邮件中就必须写有您的电子邮件地址。否则在建立连接之前，没有人会得知它。
