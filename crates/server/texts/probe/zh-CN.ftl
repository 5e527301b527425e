# symbolon probe 对开发者说的话，说的是服务器或它的回答。草案的要求用草案原文。反引号之间是程序中的名称。

probe-pass = 符合
probe-fail = 不符合
probe-not-observable = 看不出

## 报告

probe-report-title = { $server } 对照 { $draft }
probe-report-made = { $at } 用 Symbolon { $version } 查看。
probe-report-summary = 概要
probe-report-demand = 要求级别
probe-report-followed = 符合
probe-report-not-followed = 不符合
probe-report-not-observable = 看不出
probe-report-failures = 不符合的要求
probe-report-id = 编号
probe-report-demanded = 要求内容
probe-report-outcome = 结果
probe-report-asked = 发出的请求
probe-report-request = 请求
probe-report-answer = 回答
probe-report-ms = 毫秒
probe-report-words = “看不出”不等于符合：从外面看不到，或者这次没有看到，原因写在该行。“defined”指草案没有用 MUST 或 SHOULD 写明的内容。草案的要求按原文用英文列出。

## 回答

probe-status = 回答的状态是 { $status }
probe-not-json = 回答不是 JSON
probe-answered = 回答是 { $status }
probe-answered-said = 回答是 { $status }（{ $said }）
probe-no-answer = 没有回答

## 自我说明

probe-no-description = 没有自我说明
probe-no-object = 该文件不是 JSON 对象
probe-took = 用时 { $ms } 毫秒
probe-no-tls = 在一台机器上试用，没有经过 TLS
probe-missing = 缺少 `{ $name }`
probe-not-there = 没有这一项
probe-not-absolute = `{ $name }` 不是完整的网址
probe-no-end-point = 没有 `endPoint`
probe-is-at = 它在 { $origin }
probe-spelled = `{ $name }` 应写作 `{ $spelled }`
probe-beside = 此外还有：{ $names }
probe-no-criterion = 它没有这个条件
probe-criterion-alone = 它有这个条件，却没有这项能力
probe-no-such-shares = 它不发送这种共享
probe-shares-lack = 它发送这种共享，却缺少两者之一
probe-no-notifications = 它没有 `notifications` 能力
probe-no-capability = 它没有这项能力
probe-dialog-elsewhere = `inviteAcceptDialog` 不是这台服务器上的地址
probe-no-types = 没有 `resourceTypes`
probe-types-empty = `resourceTypes` 是空的
probe-twice = `{ $name }` 出现了两次
probe-type-named = `{ $name }`
probe-type-number = 第 { $number } 项
probe-not-kind = `{ $name }` 不是{ $kind ->
    [boolean] 布尔值
    [string] 字符串
    [strings] 字符串数组
   *[objects] 对象数组
 }
probe-type = { $type }：{ $flaw ->
    [name] 没有 `name`
    [shareTypes] 没有由字符串组成的 `shareTypes`
    [user] `shareTypes` 里没有 `user`
    [protocols] 没有 `protocols`
    [webdav] 没有 `webdav`
    [webdav-path] `webdav` 不是字符串
    [webdav-receive] `webdav-receive` 没有 `uri`
   *[webapp-receive] `webapp-receive` 有别的 `targets`
 }

## 密钥

probe-no-key-set = 那里的文件不是密钥集
probe-keys-elsewhere = 密钥只在 `jwksUri` 所指的地方，这是 draft-05 之后的写法
probe-no-keys = 它没有公布密钥
probe-private-key = 有一个密钥连同私钥一起公布了：任何人都能用它签名
probe-no-kid = 有一个密钥没有 `kid`
probe-same-kid = 有两个密钥的 `kid` 都是 { $kid }
probe-key-faults = 不能使用（英文说明）：{ $faults }
probe-no-usable-key = 它没有公布可用的密钥
probe-keys-for = 它的密钥用于 { $names }

## 接受邀请

probe-needs-invitation = 需要那台服务器的一份邀请（--token）
probe-needs-server = 需要您自己的、公布了密钥的服务器（--public-url、--data）
probe-end-point-elsewhere = `endPoint` 没有指向被查的服务器，而邀请不会送到别处
probe-is-kind = 它是 { $kind }
probe-no-kind = 没有内容类型
probe-lacks = 缺少 { $names }
probe-went-elsewhere = 邀请已被一个本应拒绝的请求用掉；回答是 { $status }
probe-went-earlier = 邀请已被更早的一个本应拒绝的请求用掉
probe-no-200 = 没有一次接受得到 200 的回答
probe-maybe-unsigned = 回答是 { $status }，可能是因为没有签名
probe-maybe-signature = 回答是 { $status }，可能与签名有关
probe-let-in-again = 同一个人再次被接纳，回答是 200
probe-acted-on = 它照办了：回答是 { $status }
probe-nothing-to-compare = 回答是 { $status }；要发一个正确的请求来对比，需要您自己的服务器
probe-right-refused = 回答是 { $status }，但正确的请求也没有被接受

## 从外面看不到的

probe-given-by-person = 只有当那边的人输入这样的地址时才看得到
probe-accepts-yours = 要等那边的人接受您的邀请时才看得到
probe-inside = 这在服务器内部
probe-towards-untrusted = 只有那边不信任的服务器才看得到
probe-person-pastes = 要等那边的人粘贴一份时才看得到
probe-person-follows = 要等那边的人点开一个时才看得到
probe-setting = 这是服务器的设置
probe-no-fixed-address = 草案没有给这个页面规定地址
probe-sends = 要等那台服务器给您发送内容时才看得到
probe-writes-share = 这会写入一个共享
probe-writes-request = 这会写入一个请求
probe-nothing-to-notify = 没有共享，就没有可通知的内容
probe-takes-share = 需要一个共享
probe-takes-person = 需要一个共享和一个人
probe-would-stop = 已知有服务器会因错误的请求而停止，所以不发送
probe-directory = 目录是另一项服务
