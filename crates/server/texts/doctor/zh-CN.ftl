# doctor 命令对管理员说的话。消息说明发现了什么；`.mend` 说明怎样解决，只在需要解决时出现。名称以 x- 开头的是片段，由各语言自行决定。

doctor-area-storage = 数据库
doctor-area-folder = 数据目录和密钥
doctor-area-running = 本服务器
doctor-area-public = 公网地址
doctor-area-proxy = 反向代理
doctor-area-clock = 时钟
doctor-area-deliveries = 发往其他服务器的消息
doctor-area-mail = 邮件
doctor-area-log-in = 登录
doctor-area-halves = 连接，与其他服务器对照
doctor-area-directories = 服务器目录

doctor-seconds = { $n } 秒
doctor-minutes = { $n } 分钟
doctor-hours = { $n } 小时
doctor-days = { $n } 天

doctor-offline = 没有查，因为用了 --offline
doctor-closed = 数据库打不开
doctor-unread = 无法查看：{ $error }
    .mend = 请先看数据库那一节。

## 数据库

doctor-storage-none = { $path } 没有数据库；服务器第一次启动时会创建
    .mend = 请先解决这一条；在此之前，数据库里的内容都无法查看。
doctor-storage-open = 数据库（{ $database }）打不开：{ $error }
    .mend = 请先解决这一条；在此之前，数据库里的内容都无法查看。
doctor-storage-works = 数据库（{ $database }）可以读写
doctor-storage-full = 数据库所在的磁盘满了，用户的操作都会被拒绝
    .mend = 请腾出空间，或者把数据目录移到更大的磁盘上。
doctor-storage-busy = 另一个进程占用数据库已超过十秒
    .mend = 请看看是不是有备份或别的程序打开了数据库，等它结束。
doctor-storage-unwritten = 数据库（{ $database }）无法写入：{ $error }
    .mend = 请检查文件和所在目录的权限，以及数据库的日志。
doctor-storage-unsaid = 数据库（{ $database }）没有说明怎样保存已确认的内容：{ $error }
    .mend = 请查看数据库的日志。
doctor-storage-keeps = { $database } 确认过的内容都已写入磁盘
doctor-storage-forgets = 断电时 { $database } 会丢失已确认的操作（journal { $journal }，synchronous { $synchronous }）
    .mend = 请把数据目录移到本地磁盘，那里可以使用预写日志。
doctor-storage-old = { $database } 版本太旧
    .mend = 请升级到 13 或更新的版本。
doctor-storage-follows = 这个 PostgreSQL 是从库，不能写入
    .mend = 请把主库的地址配置给 Symbolon。
doctor-storage-unsafe = 断电时 { $database } 可能丢失全部数据（fsync { $fsync }，full_page_writes { $pages }）
    .mend = 请在 postgresql.conf 中设置 fsync = on 和 full_page_writes = on，然后重启 PostgreSQL。
doctor-storage-early = PostgreSQL 在写入磁盘之前就确认（synchronous_commit off）
    .mend = 请为 Symbolon 的角色设置 synchronous_commit = on。
doctor-storage-sound = 文件没有损坏
doctor-storage-large = 文件太大，{ $seconds } 秒内查不完；`sqlite3 FILE 'PRAGMA quick_check'` 可以慢慢查完
doctor-storage-damaged = 文件已损坏：{ $damage }
    .mend = 请停止服务器，保留一份文件副本，再恢复最近的备份；备份之后的变化，其他服务器会告诉它。原因多半在这台机器的磁盘或内存。
doctor-storage-unseen = 无法检查文件：{ $error }
    .mend = 请检查文件的权限，并用服务器的账号运行 doctor。
doctor-storage-network = 数据库放在网络文件系统（{ $kind }）上，SQLite 不能信赖它的锁
    .mend = 请把数据目录移到本地磁盘，或者改用 PostgreSQL。
doctor-storage-room = 磁盘还有 { $left } 可用
doctor-storage-little = 磁盘只剩 { $left } 可用
    .mend = 请在数据目录所在的磁盘上腾出空间。

## 数据目录和密钥

doctor-folder-no-keys = { $folder } 里的两个密钥不齐
    .mend = 如果服务器以前运行过，请从备份恢复；否则启动服务器，它会自己创建。
doctor-folder-bad-keys = { $error }
    .mend = 请用服务器的账号运行 doctor；如果不是这个原因，请从备份恢复该文件。
doctor-folder-keys = { $folder } 里的密钥都在，并且只有服务器能读
doctor-folder-old-keys = { $keys } 已有 { $lasting } 不再用于签名，却仍在公布
    .mend = 请运行 `symbolon keys retire { $first }`。
doctor-folder-signs = 用 { $key } 签名
doctor-folder-next = { $what }，{ $from } 起改用 { $next }
doctor-folder-still = { $what }，{ $old } 仍在公布
doctor-folder-open-folder = 这台机器上的其他账号可以更改 { $path }（权限 { $mode }）
    .mend = 请运行 `chmod go-w { $path }`。
doctor-folder-open-file = 这台机器上的其他账号可以读取 { $path }（权限 { $mode }）
    .mend = 请运行 `chmod 600 { $path }`。
doctor-folder-owner = { $folder } 里的文件不属于同一个账号，服务器可能读不了
    .mend = 请用 `chown -R` 把 { $folder } 改为服务器的账号。
doctor-folder-name = 这个数据库属于 { $served }，而设置里写的是 { $ours }
    .mend = 请让 doctor 使用服务器自己的设置；如果改过公网地址，请改回去：其他服务器是按 { $served } 认识这里的人的。
doctor-folder-sealing = 用封存密钥打不开数据库里最新的邀请
    .mend = 请从数据库所用的同一份备份中恢复 keys/sealing.key；没有它，有效的邀请不能再显示，正在进行的接受也会失败。

## 本服务器

doctor-running-dev = 以 --dev 启动：允许不加密的 HTTP 和本机上的服务器，账号密码也可以通过 HTTP Basic 使用
    .mend = 试用时没有问题。如果别人能访问这台服务器，请不要用 --dev 启动。
doctor-running-far = 从这里无法查 { $address }
doctor-running-ready = 正在 { $address } 运行，已就绪
doctor-running-not-ready = { $address } 上运行的程序没有就绪（{ $why }）
    .mend = 请查看它的日志；如果端口被别的程序占用，请用 --listen 换一个。
doctor-running-none = { $address } 上没有服务器在运行
    .mend = 请启动它，例如 `systemctl start symbolon`；如果它监听别的地址，请让 doctor 使用同样的设置。
doctor-running-silent = { $address } 没有回答：{ $why }
    .mend = 请查看服务器的日志，然后重启。

## 公网地址

doctor-public-status = { $url } 返回 { $status }
    .mend = { $status ->
        [502] 请启动服务器，并检查反向代理把请求转到哪里。
        [503] 请启动服务器，并检查反向代理把请求转到哪里。
        [504] 请启动服务器，并检查反向代理把请求转到哪里。
        [401] 反向代理不能在这个路径前要求登录。
        [403] 反向代理不能在这个路径前要求登录。
       *[other] 反向代理应把所有请求转给本服务器，路径保持不变。
     }
doctor-public-reached = { $url } 可以访问
doctor-public-nothing = { $url } 返回的不是 OCM 服务器的说明
    .mend = 反向代理应把这个路径转给本服务器。
doctor-public-described = 它的自我说明与设置一致
doctor-public-differs = { $url } 返回的说明与设置不一致（{ $members }）
    .mend = 改过设置后请重启服务器；如果仍不一致，那里回答的就是另一台服务器，或者反向代理的缓存。
doctor-public-no-keys = 读不到数据目录里的密钥
doctor-public-keys = 它公布的正是数据目录里的密钥
doctor-public-no-key-set = { $url } 返回的内容不能作为密钥读取
    .mend = 反向代理应把这个路径转给本服务器，并且不改动回答。
doctor-public-some-keys = { $url } 没有公布数据目录里的 { $keys }
    .mend = 如果密钥是五分钟内改的，请稍等；否则请检查反向代理的缓存，或者是否有另一个进程在用别的目录。
doctor-public-other-keys = { $url } 公布的不是数据目录里的密钥，说明那里回答的是另一台服务器
    .mend = 请停掉另一台服务器，或者让名称和反向代理指向这一台；如果密钥是恢复的，请重启本服务器。
doctor-public-legacy = { $url } 没有转过来（{ $why }），旧服务器会查这个地址
    .mend = 反向代理应转发 /ocm-provider，末尾有没有斜杠都要转。

## 访问不到的地址

doctor-unreachable-name = 查不到 { $url }：{ $why }
    .mend = 请为 { $host } 建立指向反向代理的 DNS 记录。
doctor-unreachable-refused = 查不到 { $url }：{ $why }
    .mend = 请启动反向代理，并在防火墙上放行端口。
doctor-unreachable-private = 查不到 { $url }：{ $why }
    .mend = 其他服务器会拒绝这样的地址：{ $host } 在公网 DNS 中必须指向公网地址。如果公网没问题，只是本网的 DNS 另有解析，就不用管。
doctor-unreachable-timeout = 查不到 { $url }：{ $why }
    .mend = 请检查防火墙和反向代理；如果只是这台机器访问不到自己的公网地址，请放行。
doctor-unreachable-tls = 查不到 { $url }：{ $why }
    .mend = 请给反向代理换上 { $host } 的证书：由浏览器信任的机构签发，证书链完整，没有过期。
doctor-unreachable-redirect = 查不到 { $url }：{ $why }
    .mend = 反向代理应转发这个路径，而不是重定向：其他服务器不会跟随。
doctor-unreachable-other = 查不到 { $url }：{ $why }
    .mend = 请检查反向代理：那里回答的不是本服务器。

reach-name = 名称 { $host } 无法解析：{ $reason }
reach-refused = 连接被拒绝
reach-private = 其他服务器不能使用 { $address } 这样的地址
reach-timeout = { $stage ->
    [connect] 超时没有回答（连接时）
    [answer] 超时没有回答（等待回答时）
   *[body] 超时没有回答（读取回答时）
 }
reach-tls = 没有安全连接：{ $reason }
reach-other-key = 没有安全连接：密钥是 { $seen }，而此处记录的是 { $expected }
reach-notes = 关于该服务器的备注无法读取：{ $reason }
reach-large = 回答超过 { $limit } 字节
reach-redirect = 重定向到 { $to }，我们不跟随
reach-url = 地址不能用：{ $reason }
reach-not-http = 回答不是 HTTP：{ $reason }
reach-broken = 连接中断：{ $reason }

## 反向代理

doctor-proxy-unreached = 查不到公网地址：{ $why }
doctor-proxy-signed = 签名的请求原样到达
doctor-proxy-unnamed = 请求经过 { $address } 的反向代理到达，而设置里没有写明它，因此无法按地址区分它的客户端
    .mend = 如果它是您自己的，请设置 `trusted_proxies = '{ $address }'`，或写它所在的网络，保留已有的各项，让它把客户端的地址追加到 X-Forwarded-For，然后重启服务器。
doctor-proxy-host = 反向代理改了 Host 头
    .mend = 请原样转发：nginx 用 `proxy_set_header Host $http_host;`，Apache 用 `ProxyPreserveHost On`。
doctor-proxy-headers = Signature 和 Signature-Input 头没有到达
    .mend = 反向代理应转发所有请求头。
doctor-proxy-body = 请求的正文或其摘要没有原样到达
    .mend = 反向代理不要改动正文，也不要改动 Content-Digest 和 Content-Length 头。
doctor-proxy-time = 回答的服务器与这台机器的时间不同
    .mend = 两边都应从网络对时（NTP）。
doctor-proxy-key = 回答的服务器用的密钥与数据目录里的不同
    .mend = 请让名称和反向代理指向这台服务器；如果密钥是恢复的，请重启服务器。
doctor-proxy-changed = 签名的请求没有原样到达
    .mend = 反向代理不要改动方法、路径和请求头；请把它的设置与 README 里的对照。
doctor-proxy-other = 对 /ocm/notifications 的请求，回答 { $status } 的不是本服务器
    .mend = { $status ->
        [401] 反向代理不能在 /ocm 前要求登录，也不要有过滤器拒绝 POST。
        [403] 反向代理不能在 /ocm 前要求登录，也不要有过滤器拒绝 POST。
       *[other] 反向代理应转发 /ocm 下的所有请求，POST 和 GET 都要。
     }
doctor-proxy-slash = 没有重定向
doctor-proxy-no-slash = 对 { $url } 的请求，回答 { $status } 的不是本服务器
    .mend = 反向代理应原样转发路径，末尾有斜杠的也一样。

## 时钟

doctor-clock-proxy = 反向代理与这台机器的时钟相差 { $lasting }
    .mend = 两边都应从网络对时（NTP）。
doctor-clock-unknown = 没有其他服务器回答，无从比较
doctor-clock-agrees = 时钟与其他 { $servers } 台服务器一致
doctor-clock-ahead = 这台机器的时钟比其他 { $servers } 台服务器快 { $lasting }
    .mend = 请让这台机器从网络对时（NTP），例如 `timedatectl set-ntp true`。
doctor-clock-behind = 这台机器的时钟比其他 { $servers } 台服务器慢 { $lasting }
    .mend = 请让这台机器从网络对时（NTP），例如 `timedatectl set-ntp true`。
doctor-clock-far = { $what }，因此消息会被拒绝
    .mend = 请让这台机器从网络对时（NTP），例如 `timedatectl set-ntp true`。

## 发往其他服务器的消息

doctor-deliveries-overdue = 有 { $messages } 条消息本应在 { $since } 发出，却没有发
    .mend = 请启动服务器；如果它在运行，请在日志里查找数据库错误。
doctor-deliveries-waiting = 发往 { $server } 的 { $messages } 条消息自 { $since } 起（{ $lasting }）无法送达：{ $why }
    .mend = 如果知道 { $server } 暂时不在，就不用管：三天之内会一直重试。`symbolon outbox list` 列出每一条，`symbolon outbox retry ID` 立即发一条。
doctor-deliveries-dead = 发往 { $server } 的 { $messages } 条消息已放弃：{ $why }
    .mend = 等 { $server } 恢复后，用 `symbolon outbox list --state dead` 列出每一条，用 `symbolon outbox retry ID` 重新发送。
doctor-deliveries-more = 另有 { $more } 台服务器也是这样
    .mend = `symbolon outbox list` 会全部列出。
doctor-deliveries-none = 没有消息在等待
doctor-deliveries-young = 有 { $messages } 条消息在路上，都没有等很久
doctor-deliveries-untried = 还没有尝试过

## 邮件

doctor-mail-off = 不发送邮件：mail_server 是 off
doctor-mail-answers = { $server } 有应答，并允许本服务器登录
doctor-mail-closed = { $server } 不允许本服务器登录：{ $said }
    .mend = 请核对 mail_user 和 mail_password_file 里的密码是否与邮件服务器上的账号一致。
doctor-mail-odd = { $server } 有应答，但不正常：{ $said }
    .mend = 请询问邮件服务器的管理者；邮件会等待并自动重试。
doctor-mail-unreached = 无法连接 { $server }：{ $said }
    .mend = 请核对 mail_server 与邮件服务器提供的方式：smtps:// 从一开始就用 TLS，smtp:// 用 STARTTLS。自己的证书颁发机构请写进 mail_ca。
doctor-mail-dead = 有 { $mails } 封邮件已放弃：{ $why }
    .mend = 发送者能看到。`symbolon outbox list --state dead` 列出每一封，`symbolon outbox retry ID` 重新发送一封。
doctor-mail-stranded = 有 { $mails } 封邮件在等待，而 mail_server 是 off
    .mend = 请重新设置 mail_server，或者用 `symbolon outbox give-up ID` 放弃它们。
doctor-mail-waiting = 有 { $mails } 封邮件自 { $since } 起（{ $lasting }）没有发出：{ $why }
    .mend = 三天之内会一直重试。`symbolon outbox list` 列出每一封，`symbolon outbox retry ID` 立即发一封。
doctor-mail-untried = 还没有尝试过

## 登录

doctor-log-in-off = 用密码登录：oidc_issuer 是 off
doctor-log-in-answers = { $issuer } 有应答，并公布了 { $keys } 个密钥
doctor-log-in-no-keys = { $issuer } 没有公布可用的密钥，谁也不能通过它登录
    .mend = 请询问它的管理员用哪些密钥签署 ID 凭证；它们必须是 RSA、EC 或 Ed25519，并且有密钥标识。
doctor-log-in-fails = { $what ->
    [keys] 无法取得 { $issuer } 的密钥
   *[description] 无法取得 { $issuer } 的自我描述
 }：{ $why }
    .mend = 请把 oidc_issuer 与它的 /.well-known/openid-configuration 里的 issuer 逐字核对。自己的证书颁发机构请写进 extra_ca。
doctor-log-in-clock = { $issuer } 的时钟与本机相差 { $lasting }，谁也不能通过它登录
    .mend = 请让两者都从网络校时（NTP）。
doctor-log-in-client = { $issuer } 认得本服务器是它的客户端 { $client }，并会把人送回 { $back }
doctor-log-in-client-unknown = { $issuer } 在登录处的回答是 { $status }，不会把人送回来
    .mend = 请在那里把 { $back } 逐字登记为客户端 { $client } 的重定向 URI，或改正 oidc_client_id。
doctor-log-in-client-refused = { $issuer } 不接受本服务器的请求：{ $said }
    .mend = 请与那里登记的客户端 { $client } 核对：{ $setting }。
doctor-log-in-client-untried = 无法查明 { $issuer } 是否认得本服务器这个客户端：{ $why }
    .mend = 请稍后再试。

## 连接，与其他服务器对照

doctor-halves-compared = 与其他 { $servers } 台服务器的 { $connections } 个连接已按计划对照
doctor-halves-not-comparable = 与其他 { $servers } 台服务器的 { $connections } 个连接无法对照，因为对方的软件不会
doctor-halves-alone = 没有其他服务器可以对照
doctor-halves-stranger = { $server } 自 { $since } 起丢了记录；{ $until } 之前不按它说的办，之后它不知道的连接会在这里结束，最多 { $connections } 个
    .mend = 请让 { $server } 的管理员在此之前恢复数据库；如果它确实是重新开始，就不用做什么。
doctor-halves-overdue = 自 { $since } 起该做的对照一直没有开始
    .mend = 请启动服务器；如果它在运行，请在日志里查找数据库错误。
doctor-halves-failing = 与 { $server } 的 { $connections } 个连接自 { $since } 起（{ $lasting }）无法对照：{ $why }
    .mend = { x-away }
doctor-halves-never = 与 { $server } 的 { $connections } 个连接至今无法对照：{ $why }
    .mend = { x-away }
x-away = 如果知道 { $server } 暂时不在，就不用管：会自动再问。如果它再也不会回来，用 `symbolon connection remove ID` 结束剩下的连接。
doctor-halves-silent = 它没有回答
doctor-halves-quoted = { $why }（原话：{ $said }）
doctor-halves-found = { $server }：至今发现 { $differences } 处差异，最近一次在 { $at }；{ $connections } 个连接因此在这里结束，`symbolon connection list --found` 可以列出
doctor-halves-found-more = 另有 { $more } 台服务器也发现过差异
doctor-halves-waiting = 有 { $connections } 个连接不一致，但接受还在进行中，等有了结果再看
doctor-halves-more = 另有 { $more } 台服务器也是这样
    .mend = 请先处理上面这些；日志里有全部服务器。

## 服务器目录

doctor-directories-nobody = 只允许与目录中的服务器建立连接，但一份目录都没有
    .mend = 请用 `symbolon directory add` 关注一个目录，或者把 invitations_in 和 invitations_out 改成别的值。
doctor-directories-copy = { $url }：{ x-copy }
doctor-directories-no-copy = { $url }：还没有副本
doctor-directories-stale = { $url } 无法获取或不可信（{ $fault }）；{ x-copy }
    .mend = { x-ask-keeper }
doctor-directories-lost = { $url } 无法获取或不可信（{ $fault }）；还没有副本
    .mend = { x-ask-keeper }
x-copy = 以 { $at } 的副本为准，共 { $servers } 台服务器
x-ask-keeper = 请询问目录的维护者。如果密钥换了，请通过可靠的途径取得新密钥，再运行一次 `symbolon directory add`。

doctor-metrics-refused = { $url } 的回答是 { $status }：代理不让别人看到指标
doctor-metrics-open = 能访问 { $url } 的人都能看到这台服务器的使用情况
    .mend = { x-metrics-mend }
doctor-metrics-silent = 按设置，{ $url } 对所有人开放；刚才没能访问它
    .mend = { x-metrics-mend }
doctor-metrics-unasked = 按设置，{ $url } 对所有人开放，除非代理拒绝
    .mend = { x-metrics-mend }
x-metrics-mend = 让代理拒绝 /metrics，或者给指标一个单独的地址：--metrics 127.0.0.1:9464。

directory-fault = { $fault ->
    [status] 回答是 { $detail }
    [too-large] 它超过 4 MiB
    [not-signed] 它不是签名的文件（RFC 7515）：{ $detail }
    [critical] 它的签名有这里不认识的关键扩展
    [algorithm] 它用 { $detail } 签名，而没有一个密钥是这种算法
    [signature] 它的签名不是由给定的任何密钥作出的
   *[payload] 它有签名，但不是服务器目录：{ $detail }
 }

## 不安全的设置，以及数据库

danger-dev = --dev 已打开：允许不加密的 HTTP 和本机上的服务器，账号密码也可以通过 HTTP Basic 使用。别人能访问这台服务器时，切勿使用
danger-metrics = metrics 是 public：能访问这台服务器的人都能看到它的使用情况。请让代理拒绝 /metrics，或者给它单独的地址，例如 127.0.0.1:9464
danger-mail-open = mail_server 是 smtp+plain:// 且不在本机上：在途中窃听的人能看到邀请并接受它。请使用 smtps:// 或 smtp://
database-file = SQLite 文件 { $path }
database-memory = 仅在内存中
database-postgres = PostgreSQL 数据库 { $name }
