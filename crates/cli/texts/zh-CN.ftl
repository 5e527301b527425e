# 命令对人说的话。帮助使用英文，程序读取的名称也是：JSON 里的状态、设置、事件类型。

nothing-recorded = 没有与此名称有关的记录；早于 audit_retention 设置的记录会被清除
more-left-out = 内容过多，最早的没有显示
this-server = 本服务器
other-server = 对方服务器
administrator = 管理员
somebody = 某人
stranger = 身份未证实者
it = 对方
line = { $who }：{ $what }
line-reason = { $who }：{ $what }（{ $reason }）
attempt = 第 { $attempt } 次尝试
status = 状态 { $status }
said = 原话：{ $said }
fault = 原因：{ $fault }
stage = 阶段：{ $stage ->
    [discovery] 服务器说明
    [here] 本机
    [network] 网络
    [trust] 信任
    [signature] 签名
    [invitation] 邀请
    [storage] 存储
    [answer] 回答
   *[other] { $stage }
 }
reference = 编号 { $reference }
their-reference = 对方编号 { $reference }

never = 从未

## 列表的表头

head-address = 地址
head-answer = 最近的回答
head-attempts = 次数
head-by = 由谁
head-directory = 目录
head-due = 应发时间
head-email = 电子邮件
head-expires = 有效至
head-fault = 问题
head-fetched = 获取时间
head-for = 用途
head-id = 编号
head-connections = 连接数
head-link = 状态
head-heard = 最近一次听到
head-silent = 失联自
head-waiting = 等待
head-given-up = 已放弃
head-is = 状态
head-algorithm = 算法
head-key = 密钥
head-last-used = 上次使用
head-message = 消息
head-name = 名称
head-note = 备注
head-published = 公布时间
head-retired = 停用时间
head-server = 服务器
head-servers = 服务器数
head-shown-as = 显示名
head-signs = 开始签名
head-since = 起始时间
head-state = 状态
head-to = 发往
head-told = 对方服务器
head-used = 已用
head-browser = 浏览器
head-system = 系统
head-seen = 最近使用
head-user = 账号
head-why = 原因
head-noted = 记录
head-with = 对方

## 邀请

invite-state = { $state ->
    [open] 有效
    [expired] 已过期
    [withdrawn] 已收回
    [used_up] 名额已满
   *[other] { $state }
 }
invite-used = { $used } / { $limit }
invite-used-by-any = { $used }，不限人数
invite-none = 没有邀请
invite-not-found = 没有编号为 { $id } 的邀请
invite-withdrawn = 已收回：不能再被接受
invite-no-mail = 本服务器不发送邮件。请设置 mail_server，或者去掉 --email，自己转交链接
invite-not-made = { $title }。{ $detail }{ $remedy }
invite-link = 链接：{ $link }
invite-code = 邀请码：{ $code }
invite-until = 有效至 { $until }
invite-mailed = 正在运行的服务器会在一秒内把它发到 { $to }

## 连接

connection-state = { $state ->
    [connected] 已连接
    [ended_here] 在这里断开
    [ended_there] 由对方断开
    [ended_by_sync] 对照后断开
    [found_ended_there] 对照发现：对方早已断开
    [found_ended_here] 对照发现：这里早已断开
    [found_not_there] 对照发现：对方没有记录
    [found_not_here] 对照发现：这里没有记录
   *[other] { $state }
 }
unverified = 未经证实
connection-told = { $told ->
    [telling] 正在通知
    [confirmed] 已确认
    [unconfirmed] 没有确认
    [not_understood] 不理解
    [could_not] 联系不上
   *[other] { $told }
 }
connection-none = 没有连接
connection-not-found = 没有编号为 { $id } 的连接
connection-ended-already = 早已断开，没有任何变化
connection-ended-here = 与 { $with } 的连接已在这里断开。正在运行的服务器会通知 { $server }，没有运行则在下次启动时通知；参见 `symbolon outbox list`
connection-ended = 与 { $with } 的连接已在两边断开，因为双方都在本服务器上

## 发往其他服务器的消息

outbox-kind = { $kind ->
    [invite_accepted] 接受邀请
    [user_removed] 断开连接
    [mail_invitation] 邀请邮件
    [mail_confirmation] 邮件：确认地址
    [mail_accepted] 邮件：邀请已接受
    [mail_connected] 邮件：等待之后已连接
    [mail_disconnected] 邮件：连接已断开
   *[other] { $kind }
 }
outbox-state = { $state ->
    [due] 等待中
    [leased] 正在发送
    [done] 已有回答
    [dead] 已放弃
    [withdrawn] 已撤回
   *[other] { $state }
 }
outbox-none = 没有消息在等待
outbox-not-found = 没有编号为 { $id } 的等待中或已放弃的消息
outbox-due = 立即发送：正在运行的服务器会在一秒内发给 { $to }
outbox-none-waits = 没有编号为 { $id } 的等待中的消息
outbox-given-up = 已放弃：不会向 { $to } 发送任何内容
outbox-taken-back = 已取消：将查询它在 { $to } 的结果并撤销

## 密钥

keys-state = { $state ->
    [signing] 正在签名
    [next] 下一个
    [old] 旧的
    [retired] 已停用
   *[other] { $state }
 }
keys-start = 首次启动
keys-none = 还没有密钥；服务器启动时会生成第一个
keys-rotated = { $key } 已公布，{ $from } 起用它签名；在此之前仍用 { $before }。
keys-rsa-rotated = { $key } 现在起公布并签名，取代 { $before }。Nextcloud 34 及更早版本可能在一天之内只认旧密钥，直到重新查看；在此之前，被它拒收的消息改用旧密钥签名。
keys-rsa-rotated-at-once = { $key } 现在起公布并签名，取代已经不在的 { $before }。Nextcloud 34 及更早版本可能在一天之内拒收消息，直到重新查看；之后请再次接受邀请。
keys-retire-later = 签名满一天后：symbolon keys retire { $before }
keys-retired-already = { $key } 早已停用
keys-retired = { $key } 已停用：其他服务器下次查看之后，就不再相信它的签名
keys-no-keys = { $folder } 里还没有密钥；服务器启动时会生成第一个
keys-waiting = { $key } 已公布，{ $from } 起用它签名。请等待，或停用它，或用 --at-once 让它立即签名
keys-still-used = { $key } 已被替换，在 { $until } 之前仍供尚不知道新密钥的服务器使用。请等到那时，或停用它，或用 --at-once 立即放弃它
keys-too-many = 已公布 { $count } 个密钥，达到上限。请先停用旧的：symbolon keys list
keys-unknown = 没有密钥 { $key }；symbolon keys list 会列出现有的
keys-signs = { $key } 是正在签名的密钥。请先生成另一个：symbolon keys rotate
keys-under-way = 用 { $key } 签名的消息在 { $until } 之前可能还在路上。请等待，或用 --at-once 立即停用
key-unreadable = { $path }：{ $reason }。服务器的账号必须能读写自己的密钥
key-open = 本机上任何人都能读取 { $path }，从而以本服务器的名义发言：请执行 chmod 600 { $path }；如果可能已有人读过，请更换密钥（docs/keys.md）
key-malformed = { $path } 不是本服务器的密钥：应为 32 字节的 base64。请从备份恢复；没有它，有效的邀请不能再显示，其他服务器也得重新获取密钥
key-not-rsa = { $path } 不是 RSA 密钥（未加密的 PKCS#8，PEM 格式）。请从备份恢复，或把它删除：下次启动会生成另一个，需要它的服务器会在一天内获取
key-missing = { $path } 不存在，而以只读方式交付的文件夹中不会生成任何内容：请交付 signing.key、sealing.key 和 rsa.pem（docs/keys.md）
key-handed-over = { $folder } 是以只读方式交付的，因此密钥要在其来源处更改：请用 --keys 在自己的文件夹上运行此命令，然后交付该文件夹（docs/keys.md）
key-misnamed = { $path } 里是密钥 { $name }，与文件名不符。请从备份恢复
key-account = { $folder } 属于另一个账号，它读不了现在生成的密钥。请用服务器的账号运行

## 目录

directory-none = 没有关注任何目录；`symbolon directory add URL --key FILE` 可以关注一个
directory-not-encrypted = { $url } 没有加密：目录只通过 https 获取
directory-not-added = { $url } 无法获取或不可信：{ $error }。没有添加；用 --later 可以照样添加
directory-too-many = 已关注 { $most } 个目录；请先移除一个
directory-added = 已关注 { $url }：{ $name }，{ $servers } 台服务器{ $left_out ->
    [0] {""}
   *[other] ，略去 { $left_out } 个没有服务器名称的条目
 }
directory-added-later = 已关注 { $url }，稍后再试：{ $error }
directory-no-jwk = 这不是 JWK，也不是 JWK 集：{ $error }
directory-no-key = 里面没有能读的密钥
directory-bad-key = 密钥不能用：{ $error }
directory-not-found = 没有关注 { $url }
directory-removed = 不再关注 { $url }，其中的服务器已忘记

## 设置

config-unsafe = 不安全：{ $danger }
config-fine = 设置没有问题：{ $name }，数据库：{ $database }
config-unreadable = { $path }：{ $reason }。请用 --config 或 SYMBOLON_CONFIG 指定一个能读的文件
config-place = { $path } 第 { $line } 行第 { $column } 列
config-invalid = 设置 { $key }（{ $origin }）的值不能用。{ $key ->
    [data] 请写一个目录，例如 /var/lib/symbolon
    [database] 请写 sqlite，或者像 postgres://user:password@db.example.org/symbolon 这样的地址
    [listen] 请写 IP 地址和端口，例如 127.0.0.1:8080 或 [::]:8080
    [dev] 请写 true 或 false；写 true 时服务器只能留在这台机器上
    [log] 请写一个级别（error、warn、info、debug、trace），或者像 info,symbolon_server=debug 这样的列表
    [log_format] 请写 auto、pretty 或 json
    [name] 请写一到一百个字符，不换行
    [drain_seconds] 请写 0 到 3600 的整秒数
    [audit_retention] 请写天数，如 90d，从 1d 到 36500d，或 forever
    [invitations_in] 请写 open、directory 或 allowlist
    [invitations_out] 请写 open、directory 或 allowlist
    [key_lead] 请写小时或天数，如 1h、24h 或 2d，从 1h 到 30d
    [metrics] 请写 off、public，或者 IP 地址和端口，例如 127.0.0.1:9464
    [otlp_endpoint] 请写 off，或者接收 OTLP（HTTP）的收集器地址，例如 http://127.0.0.1:4318
    [public_url] 请写像 https://cloud.example.org 这样的地址；只在这台机器上试用：--dev --public-url http://cat.localhost:8080
    [unsigned_acceptances] 请写 accept，或者写 refuse，只接受已签名的
    [trusted_proxies] 请写您自己的代理的地址或网段，用逗号分隔，例如 127.0.0.1, 10.0.0.0/8
    [requests_per_address] 请写每分钟多少次，从 1 到 60000，或 off
    [requests_per_server] 请写每分钟多少次，从 1 到 60000，或 off
    [extra_ca] 请写 off，或者一个 PEM 证书文件的路径，证书一个接一个
    [proxy] 请写 off，或者支持 CONNECT 的代理地址，例如 http://proxy.example.org:3128
    [mail_server] 请写 off，或者 smtps://mail.example.org（从一开始就加密）、smtp://mail.example.org（STARTTLS），或者 smtp+plain://localhost（这台机器上的邮件服务器）
    [mail_from] 请写一个允许从那里发信的地址，例如 Cat University <symbolon@cat.example.org>
    [mail_user] 请在 mail_server 中使用 smtps:// 或 smtp://
    [mail_password_file] 请写一个只有本服务器能读、第一行是密码的文件，或者用 systemd 传入：LoadCredential=mail_password:/etc/symbolon/mail_password；有密码时也要设置 mail_user
    [mail_ca] 请写一个可读的 PEM 证书文件
    [oidc_issuer] 请写 off，或者与其 /.well-known/openid-configuration 中完全一致的颁发者，例如 https://login.example.org/realms/cat
    [oidc_client_id] 请写登录服务给本服务器的客户端 ID
    [oidc_client_secret_file] 请写一个只有本服务器能读、第一行是客户端密钥的文件，或者用 systemd 传入：LoadCredential=oidc_client_secret:/etc/symbolon/oidc_client_secret
    [oidc_name] 请写一行一到六十个字符，例如 Cat University
    [oidc_scopes] 请写用空格隔开的词，其中要有 openid，例如 openid profile email groups
    [oidc_login_claim] 请写一个声明的名字，例如 groups，或带点的 realm_access.roles
    [oidc_name_claim] 请写一个声明的名字，例如 groups，或带点的 realm_access.roles
    [oidc_email_claim] 请写一个声明的名字，例如 groups，或带点的 realm_access.roles
    [oidc_groups_claim] 请写一个声明的名字，例如 groups，或带点的 realm_access.roles
    [oidc_admin_groups] 请写登录服务里的组名，用分号隔开，例如 it; helpdesk
    [oidc_allowed_groups] 请写登录服务里的组名，用分号隔开，例如 it; helpdesk
    [oidc_create_accounts] 请写 true 或 false
    [password_login] 请写 true；只有设置了 oidc_issuer 才能写 false
    [session_idle] 请写小时或天，例如 8h 或 3d，从 1h 到 365d
    [session_life] 请写小时或天，例如 8h 或 3d，从 1h 到 365d
   *[other] { $remedy }
 }。英文说明：{ $reason }
config-no-public-url = 没有设置 public_url。它是用户和其他服务器访问本服务器的地址；可用 --public-url、SYMBOLON_PUBLIC_URL 或文件里的 public_url 设置，例如 --public-url https://cloud.example.org，只在这台机器上试用：--dev --public-url http://cat.localhost:8080

## 数据库

no-database = { $path } 没有数据库。请用 --data 或 SYMBOLON_DATA 指定服务器的数据目录
cannot-open = 数据库（{ $database }）打不开：{ $why }
store-unavailable = 无法连接：{ $reason }
store-full = 所在的磁盘满了
store-busy = 另一个进程占用数据库太久
store-too-new = 它的版本是 { $found }，本程序只认得到 { $known }：请启动当初创建它的较新版本
store-migration = 无法升级到新版本：{ $reason }
store-refused = 数据库拒绝了：{ $reason }
store-defect = 数据库或本程序有问题：{ $error }

## 账号

user-active-state = 正常
user-disabled-state = 已停用
user-admin-state = 管理员
user-admin = { $name } 可以在网页 /admin 下管理本服务器
user-no-admin = { $name } 不再能管理本服务器
user-taken = 名称 { $name } 已被占用
user-added = 已创建 { $name }（{ $id }）
user-none = 没有账号；可用 `symbolon user add NAME` 创建
user-not-found = 没有账号 { $name }
user-disabled-already = { $name } 早已停用
user-active-already = { $name } 本来就正常
user-disabled = 已停用 { $name }：不能再以 { $name } 登录，其有效的邀请也不再连接任何人
user-enabled = { $name } 已恢复正常
user-password = { $name } 有了新密码；{ $name } 的所有登录都已结束
user-linked = { $name } 以 { $issuer } 的 { $subject } 登录
user-linked-already = { $name } 已经这样关联
user-link-account-taken = { $name } 属于 { $issuer } 的 { $subject }。请先取消：symbolon user unlink { $name }
user-link-person-taken = { $subject } 已有账号 { $name }
user-link-subject = 登录服务对一个人的称呼是 1 到 255 个 ASCII 字符，两端没有空格
user-link-no-issuer = 这里没有设置 oidc_issuer：请用 --issuer URL 指明登录服务，或用 --config FILE 指明设置
user-unlinked = { $name } 不再属于登录服务的任何人；{ $name } 的登录已全部退出
user-unlinked-app-passwords = { $name } 仍有效的应用密码：{ $count } 个；`symbolon user app-password { $name } --list` 可查看，`--remove ID` 可删除
user-not-linked = { $name } 不属于登录服务的任何人
user-totp-state = { $state }，两步登录
user-totp-on = { $name } 自 { $since } 起使用两步登录；剩余恢复码：{ $left }
user-totp-off = { $name } 只用密码登录
user-totp-turned-off = { $name } 又只用密码登录了
user-leaving = 正在删除 { $name }，无法撤回
user-leaving-already = { $name } 已经在删除中
user-changed = 已更改 { $name }；已经建立连接的人仍保留原来得到的信息
user-remove-with = { $people ->
    [0] 没有人与 { $name } 建立连接
   *[other] 有 { $people } 人与 { $name } 建立了连接，分布在 { $servers } 台服务器上
 }
user-remove-would = { $with }。删除该账号会断开它的全部连接并通知对方、撤回未用的邀请，并清除有关 { $name } 的资料。此操作无法撤回。确定要删除，请加上 --yes
user-removed = { $name } 已不能再进行任何操作。{ $with }；正在运行的服务器（或下次启动的服务器）会断开连接并通知对方
sessions-none = { $name } 没有在任何地方登录
session-not-found = { $name } 没有会话 { $id }
session-ended = 已在该处退出登录
sessions-ended = { $ended ->
    [0] { $name } 没有在任何地方登录
   *[other] { $name } 已在所有地方退出登录（{ $ended } 个会话）
 }
app-password-label = 由管理员创建
app-password-once = { $name } 的应用密码；只在此时显示：
app-password-none = { $name } 没有应用密码
app-password-not-found = { $name } 没有编号为 { $id } 的应用密码
app-password-removed = 已删除：不能再用它登录
secret-unread = 无法从标准输入读取密码
secret-no-terminal = 没有终端可以询问密码：请用 --password-stdin 从标准输入给出
secret-new = 新密码：
secret-again = 再输一遍：
secret-differs = 两次输入的密码不同
secret-short = 少于 { $least } 个字符
secret-long = 超过 { $most } 字节
secret-control = 含有无法输入的控制字符
secret-unusable = 这个密码不能用：{ $reason }

## 其他服务器

peer-rule = { $rule ->
    [trusted] 受信任
    [blocked] 已屏蔽
   *[other] { $rule }
 }
peer-link = { $link ->
    [well] 有回应
    [waiting] 有消息在等待
    [stuck] 有消息已放弃
    [silent] 没有回应
    [blocked] 已屏蔽
   *[unknown] 从未询问
 }
peer-no-links = 目前还不知道其他服务器
peer-none = 没有对任何服务器作过决定或记录；`symbolon peer trust HOST` 可以放行一台
peer-trusted = { $host } { $still ->
    [yes] 仍受信任
   *[no] 已受信任
 }：这里和那里的人可以建立连接
peer-blocked = { $host } { $still ->
    [yes] 仍被屏蔽
   *[no] 已被屏蔽
 }：不再有人能与它建立连接；{ $stopped ->
    [0] 没有发往那里的已接受邀请
   *[other] 发往那里的 { $stopped } 份已接受邀请已停止
 }。已有的连接会保留，直到有人断开
peer-ourselves = { $host } 就是本服务器；不能对它作决定
peer-undecided = 没有对 { $host } 作过决定
peer-forgotten = { $host } 不再{ $was ->
    [trusted] 受信任
    [blocked] 被屏蔽
   *[other] { $was }
 }；`symbolon peer explain { $host }` 说明现在的规则
peer-notes-stay = 关于它的备注保留：`symbolon peer explain { $host }` 会列出
x-aspect = { $aspect ->
    [ca] 专用的证书颁发机构
    [pin] 用于识别它的密钥
    [sign] 发给它的消息的签名方式
    [take] 对它的最低签名要求
    [note] 备注
   *[other] { $aspect }
 }
note-done = 已记录 { $host } 的{ x-aspect }：{ $what }
note-removed = 已撤销 { $host } 的{ x-aspect }
note-weaker = 这比没有记录时更弱；审计记录中也会注明。`symbolon peer quirk { $host } --remove` 可以撤销
note-nothing = 没有关于 { $host } 的这类记录
note-empty = 没有可记录的内容；--remove 撤销已有的记录
note-pin-first = 也记录了密钥：只由密钥决定，不再询问颁发机构。
explain-noted = 由 { $by } 于 { $at } 记录：{ x-aspect }：{ $what }。
explain-note-back = `symbolon peer { $command } { $host } --remove` 可以撤销。
import-would = 将信任 { $trusted } 台，{ $left } 台保持不变
import-done = 已信任 { $trusted } 台，{ $left } 台保持不变
import-pattern = 这是通配模式，不是一台服务器的名称
import-not-a-name = 这不是服务器的名称
import-no-service = 没有 OCM 类型的服务，列表原来的服务器也会略去它
import-ourselves = 这就是本服务器
import-left-out = { $domain }：略去，{ $reason }
import-stays = { $server }：早已{ $rule ->
    [trusted] 受信任
    [blocked] 被屏蔽
   *[other] { $rule }
 }，保持不变
import-trusted = { $server }：已信任
x-way = { $way ->
    [in] 来自 { $host } 的邀请
   *[out] 发给 { $host } 的邀请
 }
explain-trusted = { x-way }可以接受：该服务器已被单独信任。
explain-open = { x-way }可以接受：没有被屏蔽的服务器都可以（{ $setting }）。
explain-in-directory = { x-way }可以接受：目录中的服务器都可以（{ $setting }）。
explain-blocked = { x-way }会被拒绝：该服务器已被单独屏蔽。
explain-not-listed = { x-way }会被拒绝：该服务器既没有被单独信任，设置也不放行（{ $setting }）。
origin-default = 默认值
origin-file = { $path } 第 { $line } 行
origin-credential = 凭据 { $path }
explain-listed = 目录 { $directory } 收录了它。
x-ruled = 自 { $at } 起由 { $by } { $rule ->
    [trusted] 信任
    [blocked] 屏蔽
   *[other] { $rule }
 }
explain-ruled = { x-ruled }。
explain-ruled-why = { x-ruled }：{ $note }。
explain-forget = `symbolon peer forget { $host }` 可以撤销。
explain-signs = 它使用 { $dialect ->
    [rfc9421] RFC 9421
   *[cavage] 较旧的 draft-cavage
 } 签名；发给它的消息也这样签名，更弱的一律不采信{ $noted ->
    [yes] （下面记录的除外）
   *[no] {""}
 }。
explain-trust = `symbolon peer trust { $host }` 可以放行。
check-ourselves = { $server } 就是本服务器；请用 `symbolon doctor` 检查
not-a-server = “{ $name }”不是服务器的名称：{ $reason }

## 记录

trace-no-id = “{ $id }”不是本服务器的编号
audit-no-time = “{ $text }”不是时间；请写日期如 2026-11-24，时间如 2026-11-24T08:00:00Z，或 90m、24h、7d
audit-none = 记录中没有符合的内容
audit-by-person = 由 { $user }
audit-by-peer = 由 { $peer }
audit-by-stranger = 由身份未证实者
audit-by-stranger-of = 由身份未证实者（{ $peer }）
audit-by-administrator = 由管理员
audit-by-server = 由本服务器
audit-by-nobody = 由未记录的人
audit-for = { $by } 对 { $user }
audit-with = { $by }，涉及 { $peer }

## 检查本服务器

level-ok = 正常
level-off = 已关闭
level-not-checked = 没有查
level-attention = 需要看
level-problem = 有问题
doctor-found-problems = 发现 { $problems } 个问题
doctor-found-attention = 发现 { $attention } 处需要看一看
doctor-found-both = 发现 { $problems } 个问题，另有 { $attention } 处需要看一看
doctor-mend = 解决办法：{ $remedy }
doctor-all-well = 一切正常。
doctor-seen-well = 查过的都正常；标 [-] 的没有查。
doctor-look-attention = 请看标 [!] 的行。
doctor-look-problem = 请先看标 [x] 的行，再看标 [!] 的行。

## 对照草案的检查。草案的要求和所见，用草案自己的语言。

probe-head = { $server } 对照 { $draft }，{ $at }
probe-count = { $pass } 项符合，{ $fail } 项不符合，{ $unseen } 项看不出
probe-broken = 有 { $count } 项 MUST 不符合
probe-unsigned = 没有签名，因为没有指定您的服务器；加上 --public-url 和 --data 可以看到更多
probe-unwritten = 无法写入 { $path }
probe-unread = 无法从标准输入读取邀请
probe-other-invitation = 这份邀请来自 { $other }，不是 { $server }
probe-ourselves = { $server } 不能接受自己的邀请；请用 --public-url 指定另一台服务器
probe-no-keys = { $folder } 里没有密钥：请先启动一次服务器

## 命令行参数

arguments-unknown = 这里没有参数“{ $argument }”
arguments-no-command = 这里没有命令“{ $command }”
arguments-which-command = “{ $command }”后面需要一个子命令：{ $commands }
arguments-missing = 缺少：
arguments-conflict = “{ $argument }”不能与 { $others } 一起使用
arguments-twice = “{ $argument }”出现了不止一次
arguments-value-missing = “{ $argument }”需要一个值
arguments-values = 必须是 { $values } 之一
arguments-bounds = 必须是 { $least } 到 { $most } 之间的整数
arguments-number = 必须是整数
arguments-too-many = “{ $value }”对 { $argument } 来说是多余的
arguments-wrong = 无法理解这些参数
arguments-meant = 您要找的可能是：{ $meant }
arguments-usage = 用法：{ $usage }
arguments-help = 更多说明请用 --help 查看
argument-refused = { $argument } 不能是“{ $value }”：{ $reason }
lang-none = 只能是 { $languages }
text-long = 超过 { $most } 个字符
text-control = 含有控制字符
text-direction = 含有改变书写方向的字符
name-empty = 内容为空
name-upper = “{ $letter }”是大写字母：请写“{ $lower }”
name-letter = 不能用“{ $letter }”：请用小写字母、数字和 .-_@
name-begin = 必须以字母或数字开头
invite-uses = 应为人数，或“anyone”
name-no-email = 这不是电子邮件地址
audit-no-kind = 没有这种类型；现有的类型有 { $kinds }

## 备份

backup-all = { $path }：数据库和 { $keys } 个密钥文件
backup-keys = { $path }：{ $keys } 个密钥文件
    数据库不在其中。请用 pg_dump 备份，每次都先于密钥。
restore-all = { $path }：数据库和 { $keys } 个密钥文件。请现在启动服务器。
restore-keys = { $path }：{ $keys } 个密钥文件。请现在启动服务器。
backup-exists = { $path } 已经存在，不会替换任何内容。请指定一个不存在的目录
restore-in-the-way = { $path } 已经存在，不会替换任何内容。如果不再需要，请把它移走，或者指定另一个数据目录
backup-nothing = 没有 { $path }。请用 --data 或 SYMBOLON_DATA 指定服务器的数据目录
restore-not-whole = 没有 { $path }，所以这份备份不完整
restore-other-database = 备份里{ $holds ->
    [lacks] 没有数据库
   *[holds] 有数据库
 }，而设置里写的是 { $settings }。请用 --database 指定那台服务器的数据库
backup-not-noted = 已完成，但未能记入审计日志：{ $why }
backup-memory = 内存中的数据库无法备份
backup-keys-change = 密钥正在更改，请稍后再试
backup-io = { $path }：{ $reason }

## 演示

demo-two = 这台机器上正在运行两台服务器。
demo-open = 打开
demo-log-in = 登录名
demo-password = 密码
demo-try = 可以在两个浏览器窗口里试试：
demo-try-invite = 在 cat 上以 bob 登录：创建一份邀请，复制它的链接或邀请码。
demo-try-accept = 在 dog 上以 carol 登录：接受它。这时双方的列表里都有对方。
demo-try-delete = 在一边断开连接，看它在另一边消失。
demo-try-again = 再次接受同一份邀请。如果是 carol 断开的，仍然有效；如果是 bob，会说明原因，他的新邀请则有效。
demo-try-administer = 两人也管理各自的服务器：“管理”页面显示两台服务器怎样相连。
demo-script = 用脚本：{ $command }
demo-whole = 自动演示全过程：{ $command }
demo-stop = 按 Ctrl-C 停止两台服务器并删除它们的数据。
demo-left = 无法删除 { $path }：{ $error }
demo-story-head = owncloud/ocis#10813 的经过，由这台机器上的两台服务器演示：
demo-story-people = bob 在 { $cat }，carol 在 { $dog }
demo-story-done = 全部 { $steps } 步都如承诺完成，用时 { $seconds } 秒。
demo-story-broke = 在第 { $step } 步中断：{ $gesture }
demo-story-stopped = 演示中途被停止
demo-story-logs = 两份日志的最后几行：
demo-at = { $server } 上的 { $name }
demo-from = { $server } 的 { $name }
demo-down = carol 接受时 cat 已停止。
demo-unasked = 无法询问：{ $server } 已停止
demo-lists = 列表：{ $people }
demo-nobody = 无
demo-no-answer = 没有得到回答：{ $error }
demo-sentences = { $first }{ $second }
demo-dog-says = dog 说：{ $words }
demo-dog-died-after = dog 在回答她之后被杀死
demo-dog-died-before = dog 在回答她之前被杀死
demo-new-one = 新的
demo-after-accept = 在她接受之后
demo-after-her-click = 在她点击之后
demo-after-his-click = 在他点击之后
demo-after-try = 在她尝试之后
demo-after-clicks = 在两次点击之后
demo-after-dog = 在 dog 恢复之后
demo-after-cat = 在 cat 恢复之后
demo-connect = bob 在 cat 上发出邀请，carol 在 dog 上接受。
demo-connect-promise = 双方的列表里都有对方
demo-deletes = carol 不小心断开了连接。
demo-deletes-promise = bob 的列表在一秒内变空
demo-again = carol 再次接受同一份邀请。
demo-again-promise = 双方的列表里都有对方，各一条
demo-bob-deletes = bob 断开连接。
demo-bob-deletes-promise = carol 的列表在一秒内变空
demo-old = carol 试用旧的邀请。
demo-old-promise = 被拒绝，并告诉她请对方发一份新的
demo-fresh = bob 发来新的邀请，carol 接受。
demo-fresh-promise = 成功：双方的列表里都有对方
demo-twice = carol 断开，然后同时接受两次。
demo-twice-promise = 一个连接，没有错误
demo-own = carol 接受自己的邀请。
demo-own-promise = 被拒绝，什么都没有写下
demo-killed = carol 断开，同一时刻 dog 被杀死（kill -9），然后重新启动。
demo-killed-promise = bob 的列表是空的
demo-down-promise = 她看到还在等待，以及原因
demo-back = cat 恢复。
demo-back-promise = 双方已连接，她什么也不用做
demo-down-deletes = carol 断开时 cat 已停止。
demo-down-deletes-promise = 她那里立刻消失
demo-back-deletes = cat 恢复。
demo-back-deletes-promise = bob 那里也消失了
