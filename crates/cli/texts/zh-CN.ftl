# 命令对人说明所发生的事。帮助、列表和设置使用英文，便于按名称查找。

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
stage = 阶段 { $stage }
reference = 编号 { $reference }
their-reference = 对方编号 { $reference }
