/** `--help` in Chinese: what stands in English in `src/main.ts`. What is not here is shown as it stands there. */
export const HELP_ZH: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Options:': '选项：',
  'Arguments:': '参数：',
  'Commands:': '命令：',
  'display help for command': '显示帮助',
  'output the version number': '显示版本',

  'lets a machine in: makes its key, and prints what to copy': '让一台机器加入：生成它的密钥，打印要拷过去的东西',
  'hear that all is well: daily or weekly': '定期报平安：daily（每天）或 weekly（每周）',
  'the configuration (default: ~/.config/lifeline/config.yaml when it exists)':
    '配置文件（默认 ~/.config/lifeline/config.yaml，有的话）',
  'Watches a chat gateway, restarts it when that helps, and tells you on your phone.':
    '看护聊天网关，重启有用就重启，并在手机上告诉你。',
  'the bot; without a configuration it watches the gateways it finds and talks on the console':
    '运行机器人；没有配置时看护找到的网关，在终端里说话',
  'watch, tell and answer, but start, stop and restart nothing: say what would be done':
    '照常看护、告警、回答，但不启动、停止、重启任何东西，只说会怎么做',
  "Lifeline's own log, rotated at 10 MB, 5 kept (default: log_file of the configuration, else stderr)":
    'Lifeline 自己的日志，满 10 MB 换一个，留 5 个（默认用配置里的 log_file，没有就写到 stderr）',
  'the hub of a fleet: many machines, one phone; several may run, and one of them speaks':
    '多台机器的中枢：很多机器，一部手机；可以运行几个，只有一个说话',
  'many machines: begin a fleet, let machines in, put them out': '多台机器：建立、加入、移除',
  'where the fleet is kept (default: fleet, beside the usual configuration)':
    '存放的目录（默认在平常的配置旁边：fleet）',
  "the NATS server's name and port, as the machines reach it: nats.example.com:4222; three of them make a cluster":
    'NATS 服务器的名字和端口，各台机器连得上的：nats.example.com:4222；写三个就是集群',
  "writes the NATS server's configuration and the first hub's key": '写出 NATS 服务器的配置和第一个中枢的密钥',
  "the server's certificate": '服务器的证书',
  'the key of that certificate': '证书的私钥',
  'the certificate of whoever has signed it, for the machines': '签发者的证书，给各台机器用',
  'the name of the machine: web-3': '机器的名字：web-3',
  'it is another hub': '这是另一个中枢',
  'the name of the machine': '机器的名字',
  'takes the rights of a machine': '收回一台机器的权限',
  'one round of checks; prints nothing and exits 0 when all is well': '检查一轮；一切正常时不输出，退出码 0',
  'print the verdicts as JSON, one object a line': '以 JSON 输出结论，一行一个',
  'also do what the policy says: start or restart within the budget': '同时按策略处理：在次数之内启动或重启',
  'say what --heal would do, command by command, and do nothing': '只说 --heal 会执行哪些命令，不动手',
  'what is wrong with a gateway, the way it is kept and Lifeline itself, and what mends it; changes nothing without --fix':
    '检查网关、它的管理方式和 Lifeline 自己有什么问题、怎么改；不加 --fix 不动任何东西',
  'mend what can be mended: shows each change first and keeps a copy of the file':
    '能改的就改：先显示每一处改动，并留一份原文件',
  'list every check, also those that found nothing': '列出每一项检查，没发现问题的也列',
  'ask nothing of the network: neither platforms nor bots are tried': '不用网络：不试平台，也不试机器人',
  'print the findings as JSON, one object a line': '以 JSON 输出发现，一行一个',
  'shows a one-time code; whoever sends it to the bot becomes an operator':
    '显示一次性的配对码；把它发给机器人的人就能发命令',
  'viewer, operator or admin (default: admin for the first, operator for others)':
    'viewer、operator 或 admin（默认第一个人是 admin，其他人是 operator）',
  'how the person is called in the audit': '这个人在审计里叫什么',
  'who may command, from the configuration and by pairing': '谁能发命令：配置里的和配对的',
  'somebody who was paired may command no more, at once': '配对过的人立刻不能再发命令',
  'print them as JSON, one object a line': '以 JSON 输出，一行一个',
  'who asked for what from the phone, and what became of it': '谁在手机上要了什么，结果如何',
  'how many of the last entries': '最近多少条',
  'sets Lifeline up: finds the gateways, connects your bots, pairs your phone, writes the configuration; can be run again':
    '设置 Lifeline：找网关、连机器人、配对手机、写配置；可以再运行',
  'the language: zh-CN or en': '语言：zh-CN 或 en',
  'never ask; what is missing is an error that names the flag': '不提问；缺什么就报错，并说出是哪个选项',
  'a gateway to watch; can be repeated (default: those found)': '要看护的网关，可以重复（默认是找到的）',
  "where Lifeline's memory is to be": 'Lifeline 的记忆放在哪里',
  'of feishu or lark, and qq: feishu,qq': '通道，feishu 或 lark，以及 qq：feishu,qq',
  "the App ID of Lifeline's own app": 'Lifeline 自己的应用的 App ID',
  'a file with the App Secret (or $LIFELINE_FEISHU_SECRET)': '存放 App Secret 的文件（或 $LIFELINE_FEISHU_SECRET）',
  'feishu, lark or an address': 'feishu、lark 或网址',
  "the AppID of Lifeline's own bot": 'Lifeline 自己的机器人的 AppID',
  'a file with the AppSecret (or $LIFELINE_QQ_SECRET)': '存放 AppSecret 的文件（或 $LIFELINE_QQ_SECRET）',
  "another address of QQ's API": 'QQ 接口的另一个网址',
  'another address for access tokens': '取令牌的另一个网址',
  'the person to be paired (default: admin)': '要配对的人（默认 admin）',
  "that person's id, as Lifeline's own app sees it; needs no pairing": '这个人在 Lifeline 应用里的 id；不用再配对',
  'the same on QQ': '同上，QQ 的',
  "a dead man's switch to ping, such as healthchecks.io's": '外部心跳监控的地址，如 healthchecks.io 的',
  'how long to wait for the phone; without a terminal nothing is waited for unless this is given':
    '等手机多久；不在终端里时，不给就不等',
  'pair no phone': '不配对手机',
  'send no test alert': '不发测试提醒',
  'install the service for: user, system or no': '装成服务：user、system 或 no',
  'a test message to everybody on every channel; exits 0 only when all got it. Opens no connection, so a running Lifeline is not disturbed':
    '在每个通道给每个人发测试消息；都收到才退出 0。不另开连接，不打扰正在运行的 Lifeline',
  'only this one: feishu, qq or webhook': '只发这个通道：feishu、qq 或 webhook',
  'keeps Lifeline running: a service of systemd, or an agent of launchd on a Mac':
    '让 Lifeline 一直运行：systemd 服务，Mac 上是 launchd',
  'installs it, starts it and waits until it watches; changes nothing when all is so already':
    '安装、启动，等到开始看护；已经如此就不动',
  'a service of your own account (default, unless you are root)': '你这个用户的服务（默认，root 除外）',
  'a service of the machine; needs root': '系统服务，要 root',
  "with --system: whose process it is (default: the owner of the gateway's home)":
    '和 --system 一起：以谁的身份运行（默认是网关目录的主人）',
  'with --user: also let your services start with the machine and outlive your login':
    '和 --user 一起：开机就启动，退出登录也不停',
  'show what would be written and run, and do nothing': '只显示会写什么、执行什么，不动手',
  'stops and removes it; configuration, data and gateway stay as they are': '停止并移除；配置、数据、网关都不动',
  'that of your own account': '你这个用户的',
  'that of the machine; needs root': '系统的，要 root',
  'whether it runs, what looks after it, and the end of its log; exits 0 when it runs and starts with the machine':
    '是否在运行、由谁管理、日志的结尾；在运行并且开机启动时退出码 0',
  'print it as JSON': '以 JSON 输出',
  'in depth: this one (default: all at a glance, or the only one in depth)':
    '细看这一个（默认全部略看，只有一个就细看）',
  'how the gateways are at this moment, and whether Lifeline runs; exits 1 when something needs you':
    '当场看网关怎么样，Lifeline 是否在运行；有事要你处理时退出码 1',
  'print one object a line: each gateway, then Lifeline itself': '一行一个 JSON：先是各个网关，最后是 Lifeline 自己',
  'one from its beginning to its end': '从头到尾看这一个',
  'the incidents of the last days and how much of the time each gateway was well':
    '最近几天的故障，和每个网关有多少时间正常',
  'how far back, such as 12h or 30d (default: 7d)': '往前多久，如 12h、30d（默认 7d）',
  'all that are remembered': '记得的全部',
  'print them as JSON, one object a line, the newest first': '以 JSON 输出，一行一个，最新的在前',
  'in any order: a gateway, a number of lines (default: 20), the least level':
    '不分先后：网关、行数（默认 20）、最低级别',
  "the last lines of a gateway's log, without secrets": '网关日志的最后几行，不含密钥',
  'only what is younger, such as 10m or 2h': '只看这段时间以内的，如 10m、2h',
  'only records that hold this text, or match it as a /pattern/': '只看含有这段文字的，或符合 /模式/ 的',
  'then show what is written, until Ctrl-C': '接着显示新写的，直到 Ctrl-C',
  'its name': '它的名字',
  'do not ask': '不提问',
  'only say how, and do nothing': '只说会怎么做，不动手',
  'a time such as 30m or 2h, and a gateway (default: all)': '时长（如 30m、2h）和网关（默认全部）',
  'the running bot heals, but tells nothing for a while': '运行中的机器人照常处理，一段时间内不告警',
  'its name (default: all)': '它的名字（默认全部）',
  'ends that': '结束静音',
  'the number of the incident, or a gateway (default: all that are open)': '故障的编号，或网关名（默认全部未结束的）',
  'you know of it: the running bot sends no more reminders': '你知道了：运行中的机器人不再提醒',
  'how everything is, live, in this terminal; Q ends': '在终端里实时看全部状态，按 Q 退出',
  'where it goes (default: lifeline-TIME.db, here)': '放到哪里（默认当前目录的 lifeline-时间.db）',
  "a copy of Lifeline's memory, also while it runs; whoever has it knows who your operators are":
    '备份 Lifeline 的记忆，运行时也行；拿到它的人会知道谁能发命令',
  'replace the file': '覆盖已有的文件',
  'bring the copy back; the present memory is kept beside it, and Lifeline must not run':
    '恢复备份；现有的记忆留在旁边，Lifeline 不能在运行',
  'prints a script that lets your shell complete commands, options, gateways and incidents':
    '输出补全脚本：命令、选项、网关、故障',
  'the configuration: check it, explain it, help an editor with it': '配置：检查、说明、帮编辑器补全',
  'the configuration (default: that of --config)': '配置文件（默认是 --config 的）',
  'what is wrong with it, with file, line and column and what to write; every schedule in words; changes and sends nothing':
    '哪里不对：文件、行、列、该怎么写；每个时间表用文字说明；什么都不改，什么都不发',
  'print the result as one JSON object': '以一个 JSON 输出结果',
  'prints its JSON schema, for editors': '输出 JSON schema，给编辑器用',
  'prints what every key is, as Markdown': '以 Markdown 输出每个键的说明',
  'the language (default: that of the configuration, else of the environment)':
    '语言（默认用配置的，没有就看环境变量）',
  "the gateway's home folder, or a copy of it": '网关的目录，或它的副本',
  'what the diagnosis would have concluded from recorded logs; changes nothing':
    '用记录下来的日志重放，看会得出什么结论；不动任何东西',
  'the kind of gateway; by default what its home looks like': '网关的种类；默认看目录像什么',
  'let time run on to here, so that grace periods expire': '让时间走到这里，好让宽限到期',
  'print one object a line for each change of verdict': '结论每变一次输出一行 JSON',
  'the bot against a sandbox of its own, with three phones on a page': '在沙盒里演示，网页上有三部手机',
  'the port of the page': '网页的端口',
  'no page': '不要网页',
  'play a fixed story, print it, and exit': '演一段固定的故事，打印出来，然后退出',
  'three hosts, two hubs and a NATS server in the place of one gateway':
    '不是一个网关，而是三台机器、两个中枢和一个 NATS 服务器',
  'leave the temporary folder with all logs behind': '留下临时目录和全部日志',
};

/** What else commander says beside a description. */
export const EXTRAS_ZH: readonly (readonly [string, string])[] = [
  ['(default: ', '（默认：'],
  ['(choices: ', '（可选：'],
  ['(env: ', '（环境变量：'],
];

/** How commander begins its complaints; what follows in quotes stays. */
export const ERRORS_ZH: readonly (readonly [string, string])[] = [
  ['error: unknown option ', '错误：没有这个选项 '],
  ['error: unknown command ', '错误：没有这个命令 '],
  ['error: missing required argument ', '错误：缺少参数 '],
  ['error: too many arguments for ', '错误：参数太多：'],
  ['error: too many arguments.', '错误：参数太多。'],
  ['error: option ', '错误：选项 '],
  ['error: command-argument value ', '错误：参数的值 '],
  ['error: ', '错误：'],
  [' argument missing', ' 后面缺少值'],
  [' is invalid for argument ', ' 不对，参数 '],
  [' is invalid.', ' 不对。'],
  ['Allowed choices are ', '可选：'],
  ['(Did you mean ', '（是不是 '],
];
