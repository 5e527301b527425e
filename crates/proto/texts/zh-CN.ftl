# 关于问题的文字。消息本身是标题；`.detail` 说明发生了什么，`.remedy` 说明该由谁做什么。
# 未知的内容为 0。名称以 x- 开头的消息是片段，由各语言自行决定。

x-peer = { $peer ->
    [0] 对方服务器
   *[known] { $peer }
 }
x-inviter = { $inviter ->
    [0] 邀请您的人
   *[known] {" "}{ $inviter }{" "}
 }
x-reason = { $reason ->
    [0] 格式不正确
    [empty] 内容为空
    [too-long] 内容太长
    [not-a-host] 服务器名称应类似 cat.example.org 或 cat.example.org:8443
    [port] 冒号后的数字必须在 1 到 65535 之间
    [no-at] 地址的形式是 name@server
    [unprintable] 其中有空格或无法显示的字符
    [no-invitation] 链接里没有邀请
    [bad-server] 其中写的服务器名称不正确
    [several] 里面有不止一份邀请
    [longer] 超过了 { $limit } 个字符
    [control] 其中有控制字符
    [direction] 其中有改变书写方向的字符
    [too-short] 少于 { $limit } 个字符
    [too-many] 已经有 { $limit } 个；请先删除一个
    [differs] 两次输入不一致
    [no-email] 这不是电子邮件地址
    [people] 必须在 1 到 10000 之间，或为 anyone
    [life] 必须在 60 秒（一分钟）到 31536000 秒（一年）之间
    [languages] 必须是 en、zh-CN 或 de
    [rule] 必须是 trusted 或 blocked
    [other-name] 这不是这个账号的用户名
    [own-account] 这是您自己的账号，只有其他管理员才能这样做
    [user-name] 只能使用小写字母、数字和 .-_@，并以字母或数字开头
    [name-taken] 已经有人使用
    [subject] 只能是一行字母、数字和键盘上的常用符号，且不超过 255 个
    [linked] 此账号已属于登录服务中的某人，请先解除关联
    [not-ours] 它不是由本服务器发出的
    [no-text] 必须是文字
    [object] 必须是一个对象
    [list] 必须是一个列表
    [boolean] 必须是 true 或 false
    [number] 必须是数字
    [whole] 必须是整数
    [natural] 必须是不小于 0 的整数
    [choices] 必须是 { $choices } 之一
    [syntax] 它不是 JSON
    [ends] 内容不完整，中途结束
    [late] 它没有及时送到
    [broken-off] 它没有完整送到
    [twice] 它出现了两次
    [no-issuers] 应为不超过 { $limit } 个 PEM 格式的证书，不能有其他内容
    [no-keys] 应为 1 到 { $limit } 个密钥，例如 sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    [no-way] 应为 rfc9421、cavage 或 unsigned
   *[other] { $reason }
 }
x-member = { $member ->
    [0] 某一项
   *[known] { $member }
 }

said = 它的回答是：“{ $said }”。

## 连到对方服务器

bad_address = 这不是服务器的名称
    .detail = 无法识别服务器名称：{ x-reason }。
    .remedy = 请写成 cat.example.org 这样的形式，或重新复制邀请。
name_not_found = 找不到 { x-peer }
    .detail = 没有{ $peer ->
        [0] 邀请上写的那台服务器
       *[known] 名为 { $peer } 的服务器
     }，或者域名服务暂时没有响应。
    .remedy = 请与邀请上的名称核对。如果没有错，请稍等：系统会自动重试。
connection_refused = { x-peer } 拒绝连接
    .detail = 机器是通的，但上面没有{ $peer ->
        [0] 能应答的服务器
       *[known] 为 { $peer } 应答的服务器
     }。
    .remedy = 请稍等：系统会自动重试。如果一直这样，请告诉 { x-peer } 的管理员。
timeout = { x-peer } 没有响应
    .detail = { x-peer } 没有及时回答。
    .remedy = 请稍等：系统会自动重试。如果一直这样，请告诉 { x-peer } 的管理员。
network_failed = 与 { x-peer } 的通信中断了
    .detail = 还没收到回答，与 { x-peer } 的通信就中断了。
    .remedy = 请稍等：系统会自动重试。
tls_wrong_name = { x-peer } 的证书属于另一个名称
    .detail = 以{ $peer ->
        [0] 这个名称
       *[known] {" "}{ $peer } 的名义
     }应答的服务器，出示的是另一个名称的证书。
    .remedy = 请检查名称的拼写。如果没有错，请告诉 { x-peer } 的管理员。没有发送任何关于您的信息。
tls_unknown_issuer = { x-peer } 的证书来源不明
    .detail = { x-peer } 的证书由本服务器不认识的机构签发，或者是自己签发的。
    .remedy = 请告诉 { x-peer } 的管理员换用公共机构签发的证书。没有发送任何关于您的信息。
tls_expired = { x-peer } 的证书目前无效
    .detail = { x-peer } 的证书已过期或尚未生效，也可能是其中一台服务器的时钟不准。
    .remedy = 请告诉 { x-peer } 的管理员更新证书；系统会自动重试。没有发送任何关于您的信息。
tls_other_key = { x-peer } 的密钥与此处记录的不同
    .detail = 以 { x-peer } 的名义应答的服务器出示的密钥{ $seen ->
        [0] {""}
       *[known] （{ $seen }）
     }与本服务器管理员记录的{ $expected ->
        [0] {""}
       *[known] （{ $expected }）
     }不同。
    .remedy = 请告诉您的管理员：只有 { x-peer } 的管理员知道密钥是否已更换。系统会自动重试。没有发送任何关于您的信息。
tls_failed = { x-peer } 无法证明自己的身份
    .detail = 无法与 { x-peer } 建立安全的连接。
    .remedy = 请告诉 { x-peer } 的管理员。没有发送任何关于您的信息。
address_not_allowed = { x-peer } 不在公共网络上
    .detail = { $peer ->
        [0] 对方服务器的名称
       *[known] 名称 { $peer }{" "}
     }指向内部网络的地址，本服务器不会访问那里。
    .remedy = 请与邀请上的名称核对。如果没有错，请询问您的管理员。
not_an_ocm_server = { x-peer } 不支持连接
    .detail = { x-peer } 有回应，但不是可以与人建立连接的服务器。
    .remedy = 请确认您选的是{ x-inviter }使用的服务器。
peer_misnamed = { x-peer } 自称是另一台服务器
    .detail = 以{ $peer ->
        [0] 这个名称
       *[known] {" "}{ $peer } 的名义
     }应答的服务器，说自己是另一台。
    .remedy = 请确认您选的是{ x-inviter }使用的服务器。如果没有选错，请告诉 { x-peer } 的管理员。
ocm_disabled_there = { x-peer } 关闭了连接功能
    .detail = { x-peer } 本来可以使用，但被那里的管理员关闭了。
    .remedy = 请告诉{ x-inviter }，那里的管理员可以重新打开。
no_invitations_there = { x-peer } 不支持邀请
    .detail = { x-peer } 能与其他服务器共享文件，但那里的人不能发出或接受邀请。
    .remedy = 请让{ x-inviter }看看他们的服务器怎样共享。

## 信任与签名

not_trusted_here = 本服务器不信任 { x-peer }
    .detail = 本服务器的管理员不允许与 { x-peer } 建立连接。
    .remedy = 请询问您的管理员能否允许 { x-peer }。
nobody_trusted_here = 目前其他服务器上还没有人能接受这里的邀请
    .detail = 只有管理员指名信任的服务器，或目录中列出的服务器，才能与本服务器建立连接，而目前一台也没有。
    .remedy = 请联系您的管理员，请其信任您想邀请的人所在的服务器。之后您的邀请即可使用，现在转交的也一样。
not_trusted_there = { x-peer } 不信任本服务器
    .detail = { x-peer } 拒绝与本服务器往来。
    .remedy = 请让{ x-inviter }把您的服务器名称告诉那里的管理员。
signature_missing = 消息没有签名
    .detail = { x-peer } 公布了密钥，所以它的消息必须签名，而这一条没有。
    .remedy = 请对请求签名（RFC 9421，标签“ocm”），或查明是 { x-peer } 的哪个部分发出的。
signature_unknown_key = 消息的签名密钥未知
    .detail = { $key_id ->
        [0] 所用的密钥
       *[known] 密钥 { $key_id }
     } 不在 { x-peer } 公布的密钥之中。
    .remedy = 请先公布密钥再用它签名；稍后重试。
signature_wrong_host = 消息以另一台服务器的名义发出
    .detail = 消息以 { x-peer } 的名义发出，签名的却是 { $signer ->
        [0] 别人
       *[known] { $signer }
     }。
    .remedy = 请用 { x-peer } 的密钥签名，或写明实际签名的服务器。
signature_clock = 两台服务器的时钟{ $seconds ->
        [0] 不一致
       *[other] 相差 { $seconds } 秒
    }
    .detail = 签名时间与检查它的服务器的时间相差{ $seconds ->
        [0] 太多
       *[other] {" "}{ $seconds } 秒
     }；允许早 300 秒、晚 60 秒。
    .remedy = 请两边的管理员检查时钟。
signature_digest = 消息在途中被改动
    .detail = 消息的内容与签名时不同。
    .remedy = 请检查两台服务器之间是否有改写消息的代理。
signature_invalid = 签名无效
    .detail = 无法接受消息的签名：{ x-reason }。
    .remedy = 请检查请求是怎样签名的，以及代理是否改动了地址。
signature_weaker = 消息的签名方式比以前弱
    .detail = { x-peer } 使用 RFC 9421 签名，而这条消息是用在它之前的方式（draft-cavage）签名的。
    .remedy = 请用 RFC 9421（标签“ocm”）对请求签名。如果 { x-peer } 退回了旧版本，请恢复新版本。
signature_repeated = 同一条消息已经来过
    .detail = { x-peer } 在同一时刻签名的同一条消息已经来过，此后情况有了变化。
    .remedy = 请重新签名并再次发送。
signature_missing_there = { x-peer } 没有找到本服务器的签名
    .detail = 本服务器发出的每条消息都有签名，但 { x-peer } 在这一条上没有找到能识别的签名。
    .remedy = 请告诉您的管理员：两台服务器之间可能有什么去掉了签名。
signature_unknown_key_there = { x-peer } 不认识本服务器的密钥
    .detail = 消息签名所用的密钥，不在 { x-peer } 所知道的本服务器密钥之中。
    .remedy = 新密钥需要一点时间才能让各处知道。如果一直这样，请告诉您的管理员：symbolon doctor 会检查密钥。
signature_wrong_host_there = { x-peer } 把本服务器当成了另一台
    .detail = 在 { x-peer } 看来，消息所代表的服务器与签名的服务器不是同一台。
    .remedy = 请告诉您的管理员：symbolon doctor 会核对本服务器对外的名称。
signature_clock_there = 本服务器与 { x-peer } 的时钟{ $seconds ->
        [0] 相差太多
       *[other] 相差 { $seconds } 秒
    }
    .detail = { x-peer } 没有接受本服务器的签名，因为签名时间与那里的时间相差{ $seconds ->
        [0] 太多
       *[other] {" "}{ $seconds } 秒
     }。
    .remedy = 请告诉您的管理员：symbolon doctor 会检查这里的时钟。如果这里没有错，那就是 { x-peer } 的时钟不准。
signature_digest_there = 消息在送往 { x-peer } 的途中被改动
    .detail = 送到 { x-peer } 的内容，与本服务器签名的内容不同。
    .remedy = 请告诉您的管理员：两台服务器之间可能有什么改写了消息。
signature_refused_there = { x-peer } 不认可本服务器的签名
    .detail = 本服务器发出的每条消息都有签名，但 { x-peer } 没有接受。
    .remedy = 请把下面的编号告诉您的管理员；两边的日志里有更多信息。
unreachable_from_there = { x-peer } 无法访问本服务器
    .detail = { x-peer } 在相信一条消息之前会先询问本服务器，例如查询密钥，但没有得到可用的回答。
    .remedy = 请告诉您的管理员：symbolon doctor 会找出是什么让其他服务器访问不到本服务器。
peer_unreachable_for_keys = 无法向 { x-peer } 查询密钥
    .detail = 暂时无法取得 { x-peer } 的密钥，因此无法确认消息是否真的来自 { x-peer }。
    .remedy = 请稍后重新发送；本服务器必须能访问 { x-peer }。

## 邀请与连接

invitation_unknown = { x-peer } 不认识这份邀请
    .detail = { x-peer } 那里没有这份邀请，或者已经没有了。
    .remedy = 请让{ x-inviter }重新发送，并确认您选的是对方使用的服务器。
invitation_expired = 邀请已过期
    .detail = 邀请有期限，现在已经过了。
    .remedy = { $reason ->
        [yours] 请延长期限，或创建一份新的。
       *[theirs] 请让{ x-inviter }延长期限，或发一份新的。
     }
invitation_withdrawn = 邀请已被收回
    .detail = { $reason ->
        [yours] 您收回了邀请。
       *[theirs] { x-inviter }收回了邀请。
     }
    .remedy = { $reason ->
        [yours] 请创建一份新的。
       *[theirs] 请让{ x-inviter }发一份新的。
     }
invitation_used_up = 邀请已被使用
    .detail = { $reason ->
        [yours] 邀请限定了人数，名额已满。
       *[theirs] 邀请限定了人数，名额已满。如果您曾是其中之一，您可能还在那边的列表里。
     }
    .remedy = { $reason ->
        [yours] 请创建一份新的。
       *[theirs] 请让{ x-inviter }发一份新的。
     }
invitation_closed_to_you = 这份邀请对您不再有效
    .detail = { x-inviter }发出邀请之后，又断开了与您的连接。
    .remedy = 请让{ x-inviter }给您发一份新的。
invitation_your_own = 这是您自己的邀请
    .detail = 不能与自己建立连接。
    .remedy = 请把邀请发给想要连接的人。
invitation_malformed = 这不是邀请
    .detail = 无法从输入的内容中读出邀请：{ x-reason }。
    .remedy = 请从消息中复制完整的链接或邀请码，再粘贴一次。
invitation_without_provider = 邀请来自哪台服务器？
    .detail = 输入的内容没有说明它来自哪台服务器。
    .remedy = 请输入{ x-inviter }使用的服务器名称，或粘贴完整的链接。
already_connected = 你们已经连接
    .detail = 您和对方已经是连接状态，无需再做什么。
    .remedy = 无需操作。
listed_there = { x-peer } 的列表里已经有您
    .detail = { x-peer } 不会重复建立连接，也没有说明您在那里与谁连接。
    .remedy = 请让{ x-inviter }先把您从对方的连接列表中移除，再给您发一份新的邀请。如果对方没有办法移除您，就要由 { x-peer } 的管理员来移除。
perhaps_listed_there = { x-peer } 的列表里可能有您
    .detail = { x-peer } 不接受这份邀请。之前询问过它，也许答复没有送到，所以您可能已经使用过邀请：那样您在那里会显示为已连接，而这里并没有连接。
    .remedy = 请让{ x-inviter }查看连接列表里是否有您，如果有就先移除您，再给您发一份新的邀请。
acceptance_pending = 正在等待 { x-peer }
    .detail = 您的答复已保存，{ x-peer } 一有响应就会送达。
    .remedy = 无需操作：系统会自动重试。
acceptance_cancelled = 您已取消
    .detail = 您取消了接受这份邀请。如果它此前已让您与对方建立连接，该连接已断开。
    .remedy = 如果改变主意，可以再次接受邀请。
acceptance_out_of_time = 没能及时联系上 { x-peer }
    .detail = { x-peer } 三天没有响应，已不再尝试。如果请求其实已经送达，您可能已在对方的列表里。
    .remedy = 请向{ x-inviter }打听对方服务器是否正常、对方的列表里是否有您（如果有，请对方移除），然后再次接受邀请。
disconnected_meanwhile = 连接后又断开了
    .detail = 连接曾经建立，但之后被其中一方断开。
    .remedy = 请让{ x-inviter }发一份新的邀请。
connection_stale = 请求早于一次断开
    .detail = 发出这个请求之后，双方的连接已断开。
    .remedy = 请按答复中的代次重新请求；Symbolon 会自动这样做。
provider_mismatch = 邀请来自另一台服务器
    .detail = 邀请来自 { x-peer }，您选的却是 { $chosen ->
        [0] 另一台
       *[known] { $chosen }
     }。
    .remedy = 请把选择留空，或选 { x-peer }。

## 其他服务器的回答

peer_failed = { x-peer } 出了问题
    .detail = { x-peer } 回答说那里出了错。
    .remedy = 请稍等：系统会自动重试。如果一直这样，请告诉 { x-peer } 的管理员。
peer_redirected = { x-peer } 把消息转到别处
    .detail = { x-peer } 的回答是转向另一个地址，而关于人的消息绝不转发到别的地址。
    .remedy = 请告诉 { x-peer } 的管理员，这个地址必须自己应答。
peer_refused = { x-peer } 拒绝了
    .detail = { x-peer } 没有接受消息，也没有给出本服务器能理解的理由。
    .remedy = 请告诉两边的管理员；用下面的编号可以找到这次往来。
peer_answer_invalid = { x-peer } 的回答无法理解
    .detail = 这样的服务器不会像 { x-peer } 这样回答。
    .remedy = 请稍等：系统会自动重试。如果一直这样，请告诉 { x-peer } 的管理员。
peer_busy = { x-peer } 正忙
    .detail = { x-peer } 要求过一会儿再来。
    .remedy = 请稍等：系统会自动重试。
notification_unknown = 未知的通知类型
    .detail = 本服务器不认识{ $kind ->
        [0] 这种
       *[known] “{ $kind }”类型的
     }通知。
    .remedy = 无需操作：服务器可以忽略自己不认识的内容。

## 邮件

mail_off = 本服务器不发送邮件
    .detail = 您要求发送邮件，但本服务器的管理员没有设置邮件服务器。
    .remedy = 请自行转交链接或邀请码。
mail_limit = { $reason ->
        [confirmations] 需要确认的地址太多
        [confirmed-address] 发往这个地址的邮件太多
       *[yours] 通过邮件发出的邀请太多
    }
    .detail = { $reason ->
        [to-address] 一天之内，本服务器已向这个地址发送了多封邮件。再发就成了打扰。
        [confirmations] 您在一天之内请求了很多封确认地址的邮件。为防止本服务器被滥用，邮件数量有限制。
        [confirmed-address] 一天之内，本服务器已向它发送了多封邮件。再发就成了打扰。
       *[yours] 您在短时间内通过邮件发出了很多邀请。为防止本服务器被滥用，邮件数量有限制。
     }
    .remedy = { $reason ->
        [confirmations] 请查找其中最新的一封邮件，也看看垃圾邮件
        [confirmed-address] 请查找其中最新的一封邮件，也看看垃圾邮件
       *[yours] 请创建不带电子邮件地址的邀请并自行转交链接
     }{ $hours ->
        [0] { $minutes ->
            [0] ，或者稍后再试。
           *[known] ，或者 { $minutes } 分钟后再试。
         }
       *[known] ，或者 { $hours } 小时后再试。
     }
mail_server_unreachable = 无法连接邮件服务器
    .detail = 为本服务器收取邮件的服务器没有应答，或者无法与它建立安全连接。
    .remedy = 请稍等：系统会自动重试。邀请仍然有效，您可以自行转交链接。
mail_log_in_refused = 邮件服务器不让本服务器登录
    .detail = 本服务器的邮件账号的用户名或密码未被接受。
    .remedy = 请告知您的管理员。系统会自动重试；您可以自行转交链接。
mail_put_off = 邮件服务器要求稍后再试
    .detail = 邮件服务器暂时不收这封邮件。有些服务器为了挡住垃圾邮件会先拒绝一次。
    .remedy = 请稍等：系统会自动重试。邀请仍然有效，您可以自行转交链接。
mail_address_refused = 这个地址不收邮件
    .detail = 邮件服务器不认识这个地址，或者不为它收取邮件。
    .remedy = 请核对并更正地址，然后重新发送；或者自行转交链接。
mail_refused = 邮件服务器拒绝了邮件
    .detail = 邮件服务器不接受从这里发出的这类邮件。
    .remedy = 请告知您的管理员。邀请仍然有效，您可以自行转交链接。

## 通过服务登录

log_in_service_unreachable = 无法连接登录服务
    .detail = 用来登录的服务没有应答，或者无法与它建立安全连接。
    .remedy = 请过几分钟再试。如果一直这样，请告诉您的管理员。
log_in_service_refused = 登录服务没有让您登录
    .detail = 登录已取消，或者登录服务拒绝了登录。
    .remedy = 请再试一次。如果每次都被拒绝，请询问登录服务的管理员。
log_in_answer_invalid = 登录服务的回答无法理解
    .detail = 登录服务关于您的说法不可信或无法读取，因此您没有登录。
    .remedy = 请告诉您的管理员：原因在本服务器的日志里。
log_in_set_up_wrong = 本服务器与登录服务的设置不相符
    .detail = 登录服务不接受本服务器的请求，因此谁也不能通过它登录。
    .remedy = 请告诉您的管理员：本服务器的日志里写明应检查哪项设置，`symbolon doctor` 会试一遍。
log_in_not_begun_here = 这次登录无法完成
    .detail = 它是在另一个浏览器里开始的，或者开始得太久，或者之后又开始了另一次登录。
    .remedy = 请重新登录。
log_in_not_allowed = 您无权使用本服务器
    .detail = 登录服务认识您，但您不在可以使用本服务器的任何一个组里。
    .remedy = 请向您的管理员申请权限。
log_in_without_account = 您在这里没有账号
    .detail = 登录服务认识您，但还没有人在本服务器上为您创建账号。
    .remedy = 请向您的管理员申请账号。
log_in_name_taken = 您的用户名已属于一个账号
    .detail = 本服务器上已有一个与您用户名相同的账号，还没有人说明它是不是您的。
    .remedy = 请管理员把它与您关联。
log_in_name_missing = 登录服务没有告知您的用户名
    .detail = 账号需要用户名，而登录服务没有给出可以使用的用户名。
    .remedy = 请告诉您的管理员。
password_log_in_off = 这里不能用密码登录
    .detail = 本服务器的页面要通过登录服务登录。
    .remedy = 请到那里登录。应用密码在应用和脚本中仍然有效。
second_factor_wrong = 这个验证码无效
    .detail = { $reason ->
        [recovery] 它不是您的恢复码，或者已经用过。没有做任何更改。
       *[other] 它不是您的应用现在显示的验证码，或者已经用过。没有做任何更改。
     }
    .remedy = { $reason ->
        [recovery] 请照您列表中的样子输入另一个恢复码，或输入应用显示的验证码。
        [enrolling] 请输入应用显示的下一个验证码。如果都不对，请校准装有该应用的设备的时间。
        [secret-over] 页面现在显示的是新的密钥：请扫描它，再输入对应的验证码。
       *[other] 请输入应用显示的下一个验证码。如果都不对，请校准装有该应用的设备的时间，或使用恢复码；每个恢复码只能用一次。
     }

## 对本服务器的请求

account_disabled = 您的账号已停用
    .detail = 账号存在，但目前不能使用。
    .remedy = 请询问您的管理员。
not_authenticated = 请登录
    .detail = 只有登录后才能使用，或者用户名或密码不正确。
    .remedy = 请登录，或在请求中附上用户名和应用密码。
log_in_failed = 登录失败
    .detail = 用户名或密码不正确。
    .remedy = 请检查后重试，或请管理员重设密码。
password_wrong = 这不是您的密码
    .detail = 这项操作需要您账号的密码。没有做任何更改。
    .remedy = 请输入您登录时使用的密码，而不是应用密码。
cross_origin = 请求来自别的页面
    .detail = 另一个网站的页面试图以您的名义操作，已被阻止。
    .remedy = 如果是您自己操作的，请打开本服务器的页面，在那里重试。
too_many_tries = 尝试次数过多
    .detail = 短时间内登录失败的次数太多。
    .remedy = 请等一分钟再试。
too_many_requests = 请求过多
    .detail = 本服务器同时收到的这类请求太多。
    .remedy = 请稍等片刻再试。
not_found = { $what ->
        [address] 这个地址没有内容
        [acceptance] 没有这个对邀请的答复
        [connection] 没有这个连接
        [invitation] 没有这份邀请
        [page] 没有这个页面
        [file] 没有这个文件
       *[other] 没有找到
    }
    .detail = { $what ->
        [address] 本服务器在这个地址没有提供任何功能。
       *[other] 它不存在，或者不属于您。
     }
    .remedy = { $what ->
        [address] 请使用服务器说明或接口说明中写明的地址。
       *[other] 请从头开始，重新选择。
     }
method_not_allowed = 这里不能这样做
    .detail = 地址存在，但不支持这种请求。
    .remedy = 接口说明中列有全部请求。
malformed_body = 无法读取请求
    .detail = 无法读取请求的内容：{ x-reason }{ $line ->
        [0] 。
       *[known] （第 { $line } 行，第 { $column } 列）。
     }
    .remedy = 请按接口说明发送。
member_missing = 缺少 { x-member }
    .detail = 请求中必须有 { x-member }。
    .remedy = 请补上后重新发送。
member_unknown = 不认识 { x-member }
    .detail = 请求中有 { x-member }，但本服务器不认识它。{ $choices ->
        [0] {""}
       *[known] 这里可以写的有：{ $choices }。
     }
    .remedy = 请检查拼写，或去掉它。
member_invalid = 不能接受 { x-member }
    .detail = 不能接受 { x-member }：{ x-reason }。
    .remedy = 请改正后重新发送。
body_too_large = 请求太大
    .detail = 请求的内容超过了{ $limit ->
        [0] 限制
       *[other] {" "}{ $limit } 字节
     }。
    .remedy = 请减少内容。
unsupported_media_type = 请求的类型未知
    .detail = 本服务器不读取这种内容类型。
    .remedy = 请发送 application/json。
storage_full = 服务器磁盘已满
    .detail = 因为无法写入，什么都没有改变。
    .remedy = 请告诉您的管理员，然后重试。
shutting_down = 服务器正在停止
    .detail = 服务器正在停止或重启；什么都没有改变。
    .remedy = 请稍后再试。
internal = 这里出了错
    .detail = 本服务器出了错。之前已确认的内容是安全的。
    .remedy = 请重试；如果一直这样，请把下面的编号告诉您的管理员。
