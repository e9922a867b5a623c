<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AddressField</name>
    <message>
        <source>hf:OWNER/NAME:Q4_K_M, ms:OWNER/NAME, or an address</source>
        <translation>hf:所有者/名称:Q4_K_M、ms:所有者/名称，或网址</translation>
    </message>
    <message>
        <source>Model to download</source>
        <translation>要下载的模型</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
</context>
<context>
    <name>AdvancedOptions</name>
    <message numerus="yes">
        <source>Advanced (%n changed)</source>
        <translation>
            <numerusform>高级（已改 %n 项）</numerusform>
        </translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>高级</translation>
    </message>
    <message>
        <source>Unfolded</source>
        <translation>已展开</translation>
    </message>
    <message>
        <source>Folded</source>
        <translation>已折叠</translation>
    </message>
    <message>
        <source>Choose an importance matrix</source>
        <translation>选择重要性矩阵</translation>
    </message>
    <message>
        <source>Importance matrices (*.gguf *.dat *.imatrix)</source>
        <translation>重要性矩阵 (*.gguf *.dat *.imatrix)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Importance matrix:</source>
        <translation>重要性矩阵：</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Importance matrix: %1</source>
        <translation>重要性矩阵：%1</translation>
    </message>
    <message>
        <source>Use no importance matrix</source>
        <translation>不使用重要性矩阵</translation>
    </message>
    <message>
        <source>Says which weights matter most. Targets of few bits need one; all become better with it. “corral imatrix” makes one.</source>
        <translation>说明哪些权重最重要。位数很少的目标必须有它，其他目标有了它也会更好。可以用“corral imatrix”生成。</translation>
    </message>
    <message>
        <source>Only its entries with:</source>
        <translation>只用包含以下文字的条目：</translation>
    </message>
    <message>
        <source>ffn_down, attn</source>
        <translation>ffn_down, attn</translation>
    </message>
    <message>
        <source>Only entries of the matrix that contain</source>
        <translation>只用矩阵中包含这些文字的条目</translation>
    </message>
    <message>
        <source>Without entries with:</source>
        <translation>不用包含以下文字的条目：</translation>
    </message>
    <message>
        <source>Without entries of the matrix that contain</source>
        <translation>不用矩阵中包含这些文字的条目</translation>
    </message>
    <message>
        <source>Aim for:</source>
        <translation>目标大小：</translation>
    </message>
    <message>
        <source>The target in the table</source>
        <translation>按表中所选</translation>
    </message>
    <message>
        <source>A size</source>
        <translation>指定大小</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>指定每个权重的位数</translation>
    </message>
    <message>
        <source>Aim for</source>
        <translation>目标大小</translation>
    </message>
    <message>
        <source>Size in GB</source>
        <translation>大小（GB）</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>GB</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>位</translation>
    </message>
    <message>
        <source>Each tensor gets the type with which all together lose least. Their losses are measured first, which takes a while.</source>
        <translation>为每个张量选择类型，使整体损失最小。要先逐一测量损失，需要一些时间。</translation>
    </message>
    <message>
        <source>Output tensor:</source>
        <translation>输出张量：</translation>
    </message>
    <message>
        <source>Type of the output tensor</source>
        <translation>输出张量的类型</translation>
    </message>
    <message>
        <source>Token embedding:</source>
        <translation>词嵌入：</translation>
    </message>
    <message>
        <source>Type of the token embedding</source>
        <translation>词嵌入的类型</translation>
    </message>
    <message>
        <source>Leave the output tensor as it is</source>
        <translation>输出张量保持原样</translation>
    </message>
    <message>
        <source>One type for all tensors, no mixing</source>
        <translation>所有张量用同一种类型，不混合</translation>
    </message>
    <message>
        <source>Quantize again what is quantized already</source>
        <translation>允许对已量化的张量再次量化</translation>
    </message>
    <message>
        <source>Types by name:</source>
        <translation>按名称指定类型：</translation>
    </message>
    <message>
        <source>Types of tensors by name, one rule a line</source>
        <translation>按名称指定张量类型，每行一条规则</translation>
    </message>
    <message>
        <source>Regular expression = type, one a line; the first one that matches counts.</source>
        <translation>正则表达式=类型，每行一条；以第一条匹配的为准。</translation>
    </message>
    <message>
        <source>Metadata:</source>
        <translation>元数据：</translation>
    </message>
    <message>
        <source>Metadata to set, one a line</source>
        <translation>要设置的元数据，每行一条</translation>
    </message>
    <message>
        <source>Leave out layers:</source>
        <translation>去掉的层：</translation>
    </message>
    <message>
        <source>Layers to leave out</source>
        <translation>要去掉的层</translation>
    </message>
    <message>
        <source>Split into files of:</source>
        <translation>拆分为每个文件：</translation>
    </message>
    <message>
        <source>Size of a file in GB, 0 for one file</source>
        <translation>每个文件的大小（GB），0 表示只用一个文件</translation>
    </message>
    <message>
        <source>GB at most</source>
        <translation>GB 以内</translation>
    </message>
    <message>
        <source>GB (0: one file)</source>
        <translation>GB（0：一个文件）</translation>
    </message>
    <message>
        <source>As many files as the model has now</source>
        <translation>文件个数与原模型相同</translation>
    </message>
    <message>
        <source>Threads:</source>
        <translation>线程数：</translation>
    </message>
    <message>
        <source>Threads, 0 for all cores</source>
        <translation>线程数，0 表示使用所有核心</translation>
    </message>
    <message>
        <source>all cores</source>
        <translation>所有核心</translation>
    </message>
    <message>
        <source>Measure the error of each tensor, for the report</source>
        <translation>测量每个张量的误差，供质量报告使用</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Reset the advanced choices</source>
        <translation>重置高级选项</translation>
    </message>
</context>
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
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 词元/秒</translation>
    </message>
</context>
<context>
    <name>Choices</name>
    <message>
        <source>Full</source>
        <translation>全量</translation>
    </message>
    <message>
        <source>LoRA</source>
        <translation>LoRA</translation>
    </message>
    <message>
        <source>QLoRA</source>
        <translation>QLoRA</translation>
    </message>
    <message>
        <source>AdamW, mixed precision</source>
        <translation>AdamW，混合精度</translation>
    </message>
    <message>
        <source>AdamW, all in BF16</source>
        <translation>AdamW，全部 BF16</translation>
    </message>
    <message>
        <source>AdamW, all in FP32</source>
        <translation>AdamW，全部 FP32</translation>
    </message>
    <message>
        <source>8-bit Adam</source>
        <translation>8 位 Adam</translation>
    </message>
    <message>
        <source>SGD with momentum</source>
        <translation>带动量的 SGD</translation>
    </message>
    <message>
        <source>Adafactor</source>
        <translation>Adafactor</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>全部保留</translation>
    </message>
    <message>
        <source>Scores computed again</source>
        <translation>重算注意力分数</translation>
    </message>
    <message>
        <source>Layers computed again</source>
        <translation>逐层重算</translation>
    </message>
    <message>
        <source>Queries and values</source>
        <translation>查询与值</translation>
    </message>
    <message>
        <source>All of attention</source>
        <translation>整个注意力</translation>
    </message>
    <message>
        <source>All matrices</source>
        <translation>所有矩阵</translation>
    </message>
</context>
<context>
    <name>ClientPrograms</name>
    <message>
        <source>Use it from other programs</source>
        <translation>在其他程序中使用</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>The same without this window</source>
        <translation>不用窗口，用命令启动</translation>
    </message>
</context>
<context>
    <name>ClosingDialog</name>
    <message>
        <source>The server is on</source>
        <translation>服务器正在运行</translation>
    </message>
    <message>
        <source>Do not ask again</source>
        <translation>不再询问</translation>
    </message>
    <message>
        <source>Keep it on</source>
        <translation>保持运行</translation>
    </message>
    <message>
        <source>Stop it and quit</source>
        <translation>停止并退出</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message numerus="yes">
        <source>%n answer(s) are being written. Quitting ends them, and programs can no longer use the model.</source>
        <translation>
            <numerusform>正在生成 %n 个回答。退出会中断它们，其他程序也将无法再使用模型。</numerusform>
        </translation>
    </message>
    <message>
        <source>Quitting stops it: programs can no longer use the model.</source>
        <translation>退出后服务器会停止，其他程序将无法再使用模型。</translation>
    </message>
    <message>
        <source>This desktop has no system tray, so Corral cannot stay there. You can minimize the window instead.</source>
        <translation>当前桌面没有系统托盘，Corral 无法驻留在那里。您可以改为最小化窗口。</translation>
    </message>
    <message>
        <source>Minimize</source>
        <translation>最小化</translation>
    </message>
</context>
<context>
    <name>CodeBox</name>
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
    <name>ContentsView</name>
    <message>
        <source>The weights could not be read: %1</source>
        <translation>无法读取权重：%1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>重新读取</translation>
    </message>
    <message>
        <source>Read all weights</source>
        <translation>读取全部权重</translation>
    </message>
    <message>
        <source>Counts zeros and finds the extremes, mean and deviation of every tensor</source>
        <translation>统计每个张量的零值、极值、平均值和标准差</translation>
    </message>
    <message>
        <source>and what is lost in</source>
        <translation>并试算损失：</translation>
    </message>
    <message>
        <source>Type whose loss is tried</source>
        <translation>要试算损失的类型</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>停止读取</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>Zeros</source>
        <translation>零值</translation>
    </message>
    <message>
        <source>Smallest … largest</source>
        <translation>最小 … 最大</translation>
    </message>
    <message>
        <source>Deviation</source>
        <translation>标准差</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Mean %1</source>
        <translation>平均值 %1</translation>
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
    <name>DetailsView</name>
    <message>
        <source>Choose a model to see what is in it</source>
        <translation>选择一个模型，查看其内容</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>返回列表</translation>
    </message>
    <message>
        <source>New name of the file</source>
        <translation>文件的新名称</translation>
    </message>
    <message>
        <source>Rename the file</source>
        <translation>重命名文件</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>校验</translation>
    </message>
    <message>
        <source>Reads every byte and compares the checksum</source>
        <translation>读取每个字节并比对校验和</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>移到回收站</translation>
    </message>
    <message>
        <source>%1 · belongs to %2, only read</source>
        <translation>%1 · 属于 %2，只读</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop verifying</source>
        <translation>停止校验</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>聊天</translation>
    </message>
    <message>
        <source>Chat with this model</source>
        <translation>与此模型聊天</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>How much memory this model takes</source>
        <translation>此模型需要多少内存</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Quantize this model</source>
        <translation>量化此模型</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>概览</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>元数据</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>聊天模板</translation>
    </message>
</context>
<context>
    <name>DeviceCard</name>
    <message>
        <source>Hide the limits</source>
        <translation>隐藏限制</translation>
    </message>
    <message>
        <source>Show the limits</source>
        <translation>显示限制</translation>
    </message>
</context>
<context>
    <name>Devices</name>
    <message>
        <source>a program that stands in for a graphics card: the processor itself is faster</source>
        <translation>这是代替显卡的程序，处理器自己计算更快</translation>
    </message>
    <message>
        <source>its driver speaks Vulkan %1; 1.2 is needed</source>
        <translation>其驱动只支持 Vulkan %1，需要 1.2</translation>
    </message>
    <message>
        <source>it only draws, it does not compute</source>
        <translation>它只能绘图，不能计算</translation>
    </message>
    <message>
        <source>its driver does not let programs read 16-bit numbers from memory</source>
        <translation>其驱动不允许程序从显存读取 16 位数</translation>
    </message>
    <message>
        <source>it has no memory of its own to offer</source>
        <translation>它没有可用的显存</translation>
    </message>
    <message>
        <source>the same card is used through another driver, %1</source>
        <translation>同一张显卡已通过另一驱动 %1 使用</translation>
    </message>
    <message>
        <source>Graphics card with memory of its own</source>
        <translation>独立显卡，有自己的显存</translation>
    </message>
    <message>
        <source>Part of the processor</source>
        <translation>集成在处理器中</translation>
    </message>
    <message>
        <source>Of a virtual machine</source>
        <translation>属于虚拟机</translation>
    </message>
    <message>
        <source>A program, no hardware</source>
        <translation>软件模拟，并非硬件</translation>
    </message>
    <message>
        <source>Of another kind</source>
        <translation>其他类型</translation>
    </message>
    <message>
        <source>Not used: %1.</source>
        <comment>a reason</comment>
        <translation>未使用：%1。</translation>
    </message>
    <message>
        <source>16-bit numbers</source>
        <translation>16 位数</translation>
    </message>
    <message>
        <source>8-bit integers</source>
        <translation>8 位整数</translation>
    </message>
    <message>
        <source>fast products of bytes</source>
        <translation>快速字节乘积</translation>
    </message>
    <message>
        <source>matrix units</source>
        <translation>矩阵单元</translation>
    </message>
    <message>
        <source>32-bit numbers only</source>
        <translation>仅 32 位数</translation>
    </message>
    <message>
        <source>, </source>
        <comment>between the parts of a list</comment>
        <translation>、</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>%1, of which %2 are free</source>
        <translation>%1，其中 %2 可用</translation>
    </message>
    <message>
        <source>%1; shared with the processor</source>
        <translation>%1；与处理器共用</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>显存</translation>
    </message>
    <message>
        <source>Computes with</source>
        <translation>计算方式</translation>
    </message>
    <message>
        <source>Driver</source>
        <translation>驱动</translation>
    </message>
    <message>
        <source>Largest piece of memory</source>
        <translation>单次最大分配</translation>
    </message>
    <message>
        <source>Largest argument</source>
        <translation>单个参数上限</translation>
    </message>
    <message>
        <source>Shared memory</source>
        <translation>共享内存</translation>
    </message>
    <message>
        <source>Workgroup</source>
        <translation>工作组</translation>
    </message>
    <message>
        <source>up to %1 threads</source>
        <translation>最多 %1 个线程</translation>
    </message>
    <message>
        <source>Subgroup</source>
        <translation>子组</translation>
    </message>
    <message>
        <source>%1 threads (%2 to %3)</source>
        <translation>%1 个线程（%2 至 %3）</translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation>%1 个线程</translation>
    </message>
    <message>
        <source>Identity</source>
        <translation>标识</translation>
    </message>
</context>
<context>
    <name>DevicesPage</name>
    <message>
        <source>Processor and graphics cards</source>
        <translation>处理器与显卡</translation>
    </message>
    <message>
        <source>Back to the settings</source>
        <translation>返回设置</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新查找</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>复制为文本</translation>
    </message>
    <message>
        <source>Corral puts as many of a model&apos;s layers on the first graphics card as fit there. The processor computes the others.</source>
        <translation>Corral 会把模型中能放下的层放到第一张显卡上，其余的层由处理器计算。</translation>
    </message>
    <message>
        <source>Used</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Can be used</source>
        <translation>可以使用</translation>
    </message>
    <message>
        <source>Looking for graphics cards…</source>
        <translation>正在查找显卡…</translation>
    </message>
    <message>
        <source>%1 The processor computes. If this computer has a graphics card, install its driver for Vulkan: the package &lt;b&gt;mesa-vulkan-drivers&lt;/b&gt; for AMD and Intel, the manufacturer&apos;s driver for NVIDIA.</source>
        <translation>%1目前由处理器计算。如果这台电脑有显卡，请安装它的 Vulkan 驱动：AMD 和英特尔显卡安装软件包 &lt;b&gt;mesa-vulkan-drivers&lt;/b&gt;，英伟达显卡安装厂商驱动。</translation>
    </message>
    <message>
        <source>Computes with</source>
        <translation>计算方式</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
</context>
<context>
    <name>DiscoverView</name>
    <message>
        <source>Search, or hf:OWNER/NAME</source>
        <translation>搜索，或输入 hf:所有者/名称</translation>
    </message>
    <message>
        <source>Search for models</source>
        <translation>搜索模型</translation>
    </message>
    <message>
        <source>Where to search</source>
        <translation>搜索来源</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>排序</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>正在搜索…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Models found</source>
        <translation>找到的模型</translation>
    </message>
    <message>
        <source>Nothing was found</source>
        <translation>没有找到</translation>
    </message>
    <message>
        <source>Fewer words, or another place to search, may find more.</source>
        <translation>减少关键词，或换一个来源，也许能找到更多。</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择一个模型</translation>
    </message>
    <message>
        <source>Its files appear here, with what each needs in memory, before anything is downloaded.</source>
        <translation>它的文件会列在这里，下载之前就能看到每个文件需要多少内存。</translation>
    </message>
</context>
<context>
    <name>DownloadCard</name>
    <message numerus="yes">
        <source>%n files</source>
        <comment>shards of a model</comment>
        <translation>
            <numerusform>%n 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>提前</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>从列表中移除</translation>
    </message>
    <message>
        <source>Cancel and delete what has arrived</source>
        <translation>取消并删除已下载的部分</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Chat with %1</source>
        <translation>与 %1 对话</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>DownloadWords</name>
    <message>
        <source>There is no connection to %1.</source>
        <translation>无法连接到 %1。</translation>
    </message>
    <message>
        <source>The connection to %1 broke. What has arrived is kept.</source>
        <translation>与 %1 的连接中断。已下载的部分会保留。</translation>
    </message>
    <message>
        <source>%1 has stopped sending. What has arrived is kept.</source>
        <translation>%1 已停止发送。已下载的部分会保留。</translation>
    </message>
    <message>
        <source>%1 is busy (%2). What has arrived is kept; try again later.</source>
        <translation>%1 正忙（%2）。已下载的部分会保留，请稍后重试。</translation>
    </message>
    <message>
        <source>%1 asks for an access token. Enter yours in Discover, then try again.</source>
        <translation>%1 需要访问令牌。请在“发现”中填写令牌，然后重试。</translation>
    </message>
    <message>
        <source>%1 gives no access. Accept the model&apos;s terms on its page and enter your token in Discover, then try again.</source>
        <translation>%1 拒绝访问。请先在模型页面上接受其条款，并在“发现”中填写令牌，然后重试。</translation>
    </message>
    <message>
        <source>%1 does not have this file any more.</source>
        <translation>%1 上已没有这个文件。</translation>
    </message>
    <message>
        <source>%1 refused (%2).</source>
        <translation>%1 拒绝了请求（%2）。</translation>
    </message>
    <message>
        <source>%1 gave a wrong answer: %2.</source>
        <translation>%1 的回应有误：%2。</translation>
    </message>
    <message>
        <source>The file on %1 changes while it is fetched.</source>
        <translation>%1 上的文件在下载过程中不断变化。</translation>
    </message>
    <message>
        <source>%1 leads to an address without encryption. Corral does not follow.</source>
        <translation>%1 跳转到了未加密的地址，Corral 不会继续。</translation>
    </message>
    <message>
        <source>%1 leads in a circle.</source>
        <translation>%1 循环跳转。</translation>
    </message>
    <message>
        <source>There is not enough room: %1 are needed, %2 are free.</source>
        <translation>磁盘空间不足：需要 %1，可用 %2。</translation>
    </message>
    <message>
        <source>Writing to the disk failed: %1.</source>
        <translation>写入磁盘失败：%1。</translation>
    </message>
    <message>
        <source>Another program is fetching “%1” at this moment.</source>
        <translation>另一个程序正在下载“%1”。</translation>
    </message>
    <message>
        <source>“%1” is in the folder already and is another file. Rename it, then try again.</source>
        <translation>文件夹中已有另一个名为“%1”的文件。请将其改名后重试。</translation>
    </message>
    <message>
        <source>What %1 sent is damaged: its checksum is wrong, twice. It was deleted.</source>
        <translation>%1 发来的数据已损坏：两次校验和都不符，已删除。</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Waiting for its turn · %1</source>
        <translation>排队等待中 · %1</translation>
    </message>
    <message>
        <source>Waiting for its turn</source>
        <translation>排队等待中</translation>
    </message>
    <message>
        <source>Asking what there is…</source>
        <translation>正在查询文件…</translation>
    </message>
    <message>
        <source>%1 Trying again soon.</source>
        <translation>%1稍后自动重试。</translation>
    </message>
    <message>
        <source>Verifying the checksum…</source>
        <translation>正在验证校验和…</translation>
    </message>
    <message>
        <source>Paused at %1</source>
        <translation>已暂停于 %1</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>%1, verified</source>
        <comment>size of a download</comment>
        <translation>%1，已验证</translation>
    </message>
</context>
<context>
    <name>DownloadsView</name>
    <message>
        <source>Clear finished</source>
        <translation>清除已完成</translation>
    </message>
    <message>
        <source>Nothing is being downloaded</source>
        <translation>没有正在进行的下载</translation>
    </message>
    <message>
        <source>What you choose in Discover is fetched here. It goes on after a lost network or a restart, and is verified before it is used.</source>
        <translation>在“发现”中选择的模型会在这里下载。断网或重启后会接着下载，使用前会经过验证。</translation>
    </message>
</context>
<context>
    <name>DropZone</name>
    <message>
        <source>Drop a model here to make it smaller</source>
        <translation>把模型拖到这里，让它变小</translation>
    </message>
    <message>
        <source>A .gguf file to quantize or split, one part of several to merge, or a Hugging Face folder to convert.</source>
        <translation>可以是要量化或拆分的 .gguf 文件、要合并的任一分卷，或要转换的 Hugging Face 文件夹。</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Or take one of yours</source>
        <translation>或者从已有模型中选择</translation>
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
        <source>This is a small starter model: quick, but easily wrong. &lt;a href=&quot;discover&quot;&gt;Find better ones&lt;/a&gt;, with what each needs in memory.</source>
        <translation>这是一个入门小模型：速度快，但容易出错。&lt;a href=&quot;discover&quot;&gt;查找更好的模型&lt;/a&gt;，并了解每个模型需要多少内存。</translation>
    </message>
</context>
<context>
    <name>Figure</name>
    <message>
        <source>%1: %2</source>
        <comment>what is counted: number</comment>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>FileDelegate</name>
    <message>
        <source>Recommended</source>
        <translation>推荐</translation>
    </message>
    <message>
        <source>%1 is among the downloads</source>
        <translation>%1 已在下载列表中</translation>
    </message>
    <message>
        <source>Download %1</source>
        <translation>下载 %1</translation>
    </message>
</context>
<context>
    <name>FitTable</name>
    <message>
        <source>Ways to train</source>
        <translation>训练方式</translation>
    </message>
    <message>
        <source>Quantizations</source>
        <translation>量化类型</translation>
    </message>
    <message>
        <source>Ways to train it</source>
        <translation>可选的训练方式</translation>
    </message>
    <message>
        <source>Quantizations of it</source>
        <translation>可选的量化类型</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>A weight</source>
        <translation>每个权重</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Needs</source>
        <translation>需要</translation>
    </message>
    <message>
        <source>In the memory that is free</source>
        <translation>对照空闲内存</translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>Where Corral looks</source>
        <translation>Corral 查找的位置</translation>
    </message>
    <message>
        <source>%1 · only read</source>
        <comment>12 models · size</comment>
        <translation>%1 · 只读</translation>
    </message>
    <message>
        <source>Take the folder out of the library</source>
        <translation>从模型库中移除此文件夹</translation>
    </message>
    <message>
        <source>Take the folder out of the library; its files stay</source>
        <translation>从模型库中移除此文件夹；其中的文件保留</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
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
    <name>HeatField</name>
    <message>
        <source>Error by layer and kind of tensor</source>
        <translation>各层各类张量的误差</translation>
    </message>
    <message>
        <source>Layer 0</source>
        <translation>第 0 层</translation>
    </message>
    <message>
        <source>0 %</source>
        <translation>0 %</translation>
    </message>
    <message>
        <source>Point at a field to see its tensor.</source>
        <translation>指向方格可查看对应的张量。</translation>
    </message>
</context>
<context>
    <name>HitDelegate</name>
    <message>
        <source>Changed on %1</source>
        <translation>更新于 %1</translation>
    </message>
    <message>
        <source>Its owner must let you in</source>
        <translation>需要所有者批准访问</translation>
    </message>
</context>
<context>
    <name>HubSettings</name>
    <message>
        <source>Where models come from</source>
        <translation>模型来源</translation>
    </message>
    <message>
        <source>Address for Hugging Face</source>
        <translation>Hugging Face 的地址</translation>
    </message>
    <message>
        <source>The usual one; or a mirror, e.g. hf-mirror.com</source>
        <translation>默认地址；也可填写镜像，例如 hf-mirror.com</translation>
    </message>
    <message>
        <source>Address for ModelScope</source>
        <translation>ModelScope 的地址</translation>
    </message>
    <message>
        <source>The usual one</source>
        <translation>默认地址</translation>
    </message>
    <message>
        <source>Access token for Hugging Face</source>
        <translation>Hugging Face 访问令牌</translation>
    </message>
    <message>
        <source>Access token for ModelScope</source>
        <translation>ModelScope 访问令牌</translation>
    </message>
    <message>
        <source>Forget the token for Hugging Face</source>
        <translation>删除 Hugging Face 的令牌</translation>
    </message>
    <message>
        <source>Forget the token for ModelScope</source>
        <translation>删除 ModelScope 的令牌</translation>
    </message>
    <message>
        <source>Press Enter to keep a token.</source>
        <translation>按回车键保存令牌。</translation>
    </message>
</context>
<context>
    <name>HubWords</name>
    <message>
        <source>%1 k</source>
        <comment>thousands</comment>
        <translation>%1k</translation>
    </message>
    <message>
        <source>%1 M</source>
        <comment>millions</comment>
        <translation>%1M</translation>
    </message>
    <message>
        <source>No token. Public models need none.</source>
        <translation>没有令牌。公开的模型不需要令牌。</translation>
    </message>
    <message>
        <source>From the environment of this program.</source>
        <translation>来自本程序的环境变量。</translation>
    </message>
    <message>
        <source>Kept in the desktop&apos;s password store.</source>
        <translation>保存在桌面的密码库中。</translation>
    </message>
    <message>
        <source>Kept in a file that only you can read: this system has no password store.</source>
        <translation>保存在只有您能读取的文件中：此系统没有密码库。</translation>
    </message>
    <message>
        <source>From Hugging Face&apos;s own token file.</source>
        <translation>来自 Hugging Face 自己的令牌文件。</translation>
    </message>
    <message>
        <source>%1 is shown only to people whom its owner has let in. Ask for access on its page, then enter your access token here.</source>
        <translation>%1 只对所有者批准的人开放。请先在它的网页上申请访问，再在这里输入您的访问令牌。</translation>
    </message>
    <message>
        <source>%1 was not found. It may have another name, or be private.</source>
        <translation>找不到 %1。它可能已改名，或者是私有的。</translation>
    </message>
    <message>
        <source>The answer could not be understood. The service may have changed; a newer Corral may know it.</source>
        <translation>无法理解对方的回答。该服务可能已经改变；新版的 Corral 也许能识别。</translation>
    </message>
    <message>
        <source>The service cannot be reached: %1. Your own models are not affected.</source>
        <translation>无法连接该服务：%1。您本机的模型不受影响。</translation>
    </message>
</context>
<context>
    <name>JobCard</name>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>从列表中移除</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>聊天</translation>
    </message>
    <message>
        <source>Chat with %1</source>
        <translation>与 %1 聊天</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Quality report</source>
        <translation>质量报告</translation>
    </message>
</context>
<context>
    <name>JobStrip</name>
    <message>
        <source>%1, %2</source>
        <comment>job, time left</comment>
        <translation>%1，%2</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <comment>jobs</comment>
        <translation>
            <numerusform>还有 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>JobWords</name>
    <message>
        <source>Unchanged</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>%1 → mixed types</source>
        <translation>%1 → 混合类型</translation>
    </message>
    <message>
        <source>%1 → %2</source>
        <comment>model → target</comment>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>Split %1</source>
        <translation>拆分 %1</translation>
    </message>
    <message>
        <source>Merge %1</source>
        <translation>合并 %1</translation>
    </message>
    <message>
        <source>Measure %1</source>
        <translation>测量 %1</translation>
    </message>
    <message>
        <source>%1/s</source>
        <comment>size per second</comment>
        <translation>%1/秒</translation>
    </message>
    <message>
        <source>almost done</source>
        <translation>即将完成</translation>
    </message>
    <message>
        <source>%1 left</source>
        <comment>duration</comment>
        <translation>还需 %1</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分钟</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 分 %2 秒</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 小时 %2 分</translation>
    </message>
    <message>
        <source>%1 %</source>
        <comment>percent</comment>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1, %L2 of %L3</source>
        <comment>tensor</comment>
        <translation>%1，第 %L2 个，共 %L3 个</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在开始…</translation>
    </message>
    <message>
        <source>Perplexity %1</source>
        <translation>困惑度 %1</translation>
    </message>
    <message>
        <source>%1 → %2 (%3)</source>
        <comment>size before → after (share)</comment>
        <translation>%1 → %2（%3）</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>A file is gone: %1</source>
        <translation>文件不见了：%1</translation>
    </message>
    <message>
        <source>Reading or writing failed: %1 Nothing was left behind.</source>
        <translation>读写失败：%1 没有留下任何残余文件。</translation>
    </message>
    <message>
        <source>The model is damaged: %1 Nothing was left behind.</source>
        <translation>模型已损坏：%1 没有留下任何残余文件。</translation>
    </message>
    <message>
        <source>Corral cannot run this model, so its loss cannot be measured: %1</source>
        <translation>Corral 无法运行这个模型，因此无法测量损失：%1</translation>
    </message>
    <message>
        <source>This cannot be made: %1</source>
        <translation>无法生成：%1</translation>
    </message>
    <message>
        <source>There is not enough memory: %1</source>
        <translation>内存不足：%1</translation>
    </message>
    <message>
        <source>“%1” cannot be converted: %2</source>
        <translation>无法转换“%1”：%2</translation>
    </message>
    <message>
        <source>“%1” is not complete: %2</source>
        <translation>“%1”不完整：%2</translation>
    </message>
    <message>
        <source>Token embedding</source>
        <translation>词嵌入</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Attention query</source>
        <translation>注意力 Q</translation>
    </message>
    <message>
        <source>Attention key</source>
        <translation>注意力 K</translation>
    </message>
    <message>
        <source>Attention value</source>
        <translation>注意力 V</translation>
    </message>
    <message>
        <source>Attention, all three</source>
        <translation>注意力 QKV</translation>
    </message>
    <message>
        <source>Attention output</source>
        <translation>注意力输出</translation>
    </message>
    <message>
        <source>Feed-forward gate</source>
        <translation>前馈门控</translation>
    </message>
    <message>
        <source>Feed-forward up</source>
        <translation>前馈升维</translation>
    </message>
    <message>
        <source>Feed-forward down</source>
        <translation>前馈降维</translation>
    </message>
</context>
<context>
    <name>Kinds</name>
    <message>
        <source>The model itself: every tensor as it lies in the file.</source>
        <translation>模型本身：文件中的每个张量。</translation>
    </message>
    <message>
        <source>What the model keeps of the conversation, so that nothing is computed twice. It grows with the context.</source>
        <translation>模型为对话保留的内容，避免重复计算。随上下文增长。</translation>
    </message>
    <message>
        <source>Room for intermediate results while a batch of tokens is computed.</source>
        <translation>计算一批词元时存放中间结果的空间。</translation>
    </message>
    <message>
        <source>One number for each word piece of the vocabulary, from which the next one is drawn.</source>
        <translation>词表中每个词元一个数，下一个词元由此抽取。</translation>
    </message>
    <message>
        <source>The program, the tokenizer and the file&apos;s metadata.</source>
        <translation>程序、分词器和文件的元数据。</translation>
    </message>
    <message>
        <source>Small matrices that are trained in the model&apos;s place.</source>
        <translation>代替模型本身被训练的小矩阵。</translation>
    </message>
    <message>
        <source>How each trained weight should change.</source>
        <translation>每个被训练的权重应如何变化。</translation>
    </message>
    <message>
        <source>What the optimizer remembers of each trained weight.</source>
        <translation>优化器为每个被训练的权重记住的状态。</translation>
    </message>
    <message>
        <source>Intermediate results that the backward pass needs again.</source>
        <translation>反向传播还要用到的中间结果。</translation>
    </message>
    <message>
        <source>The output for every position of every sequence, and its gradients.</source>
        <translation>每个序列每个位置的输出及其梯度。</translation>
    </message>
    <message>
        <source>What serving needs beside the weights, as a rule of thumb.</source>
        <translation>按经验，部署时权重之外还需要的内存。</translation>
    </message>
</context>
<context>
    <name>LayersField</name>
    <message>
        <source>GPU layers</source>
        <translation>GPU 层数</translation>
    </message>
    <message>
        <source>As many as fit</source>
        <translation>尽可能多</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Why not?</source>
        <translation>为什么？</translation>
    </message>
    <message>
        <source>Why no graphics card can be used</source>
        <translation>为什么没有可用的显卡</translation>
    </message>
</context>
<context>
    <name>LibraryDelegate</name>
    <message>
        <source>%1 files</source>
        <translation>%1 个文件</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>放得下</translation>
    </message>
    <message>
        <source>too large</source>
        <translation>太大</translation>
    </message>
</context>
<context>
    <name>LibraryView</name>
    <message>
        <source>Add a folder with models</source>
        <translation>添加存放模型的文件夹</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search the library</source>
        <translation>搜索模型库</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Models on this machine</source>
        <translation>本机上的模型</translation>
    </message>
    <message>
        <source>No models yet</source>
        <translation>还没有模型</translation>
    </message>
    <message>
        <source>Models that you fetch, and those that other programs keep on this machine, are listed here.</source>
        <translation>您下载的模型，以及其他程序保存在本机上的模型，都会列在这里。</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>查找模型</translation>
    </message>
    <message>
        <source>No model matches “%1”</source>
        <translation>没有与“%1”匹配的模型</translation>
    </message>
</context>
<context>
    <name>LicenseWords</name>
    <message>
        <source>May be used, changed and passed on, also commercially.</source>
        <translation>可以使用、修改和分发，包括商业用途。</translation>
    </message>
    <message>
        <source>May be used, changed and passed on under the same licence.</source>
        <translation>可以在同一许可证下使用、修改和分发。</translation>
    </message>
    <message>
        <source>Not for commercial use.</source>
        <translation>不可用于商业用途。</translation>
    </message>
    <message>
        <source>May be used under its maker&apos;s conditions.</source>
        <translation>可以按照作者的条件使用。</translation>
    </message>
</context>
<context>
    <name>LiveView</name>
    <message>
        <source>Tokens/s</source>
        <translation>词元/秒</translation>
    </message>
    <message>
        <source>all requests together</source>
        <translation>所有请求合计</translation>
    </message>
    <message>
        <source>Slots at work</source>
        <translation>使用中的槽位</translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) wait</source>
        <translation>
            <numerusform>%n 个请求在等待</numerusform>
        </translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>已应答</translation>
    </message>
    <message numerus="yes">
        <source>%n of them with an error</source>
        <translation>
            <numerusform>其中 %n 个出错</numerusform>
        </translation>
    </message>
    <message>
        <source>Requests that are being answered</source>
        <translation>正在应答的请求</translation>
    </message>
    <message>
        <source>Running for</source>
        <translation>已运行</translation>
    </message>
    <message>
        <source>No requests at the moment. Each of the programs below sends one.</source>
        <translation>目前没有请求。运行下面任意一段程序即可发送一个。</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Copy the log</source>
        <translation>复制日志</translation>
    </message>
    <message>
        <source>Clear the log</source>
        <translation>清空日志</translation>
    </message>
</context>
<context>
    <name>LossScatter</name>
    <message>
        <source>Loss against size</source>
        <translation>损失与大小</translation>
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
        <source>Quantize</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Make it smaller, split or merge it</source>
        <translation>变小、拆分或合并</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>Make a .gguf file of it</source>
        <translation>制成 .gguf 文件</translation>
    </message>
    <message>
        <source>Load it and talk to it</source>
        <translation>载入并与它对话</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Only model files (.gguf) and Hugging Face folders can be opened here.</source>
        <translation>这里只能打开模型文件（.gguf）和 Hugging Face 文件夹。</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>See what it needs</source>
        <translation>看它需要多少内存</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>“%1” was moved to the trash</source>
        <translation>“%1”已移到回收站</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Downloads (%1)</source>
        <translation>下载（%1）</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
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
    <name>MeasuredCard</name>
    <message>
        <source>Loaded now: %1</source>
        <translation>当前已加载：%1</translation>
    </message>
    <message>
        <source>Estimated, context full</source>
        <translation>估算，上下文填满时</translation>
    </message>
    <message>
        <source>Estimated, as it is now</source>
        <translation>估算，按当前用量</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>What this program has grown by since it had no model. The window&apos;s own growth is in it, and buffers count once they are used.</source>
        <translation>与未加载模型时相比，本程序增长的内存。其中包含窗口自身的增长；缓冲区在用到之后才计入。</translation>
    </message>
</context>
<context>
    <name>Memory</name>
    <message>
        <source>the sum of all tensors as the file stores them</source>
        <translation>文件中所有张量之和</translation>
    </message>
    <message>
        <source>1 tensor: rows × blocks of a row × bytes of a block</source>
        <translation>1 个张量：行数 × 每行块数 × 每块字节数</translation>
    </message>
    <message>
        <source>{} tensors: rows × blocks of a row × bytes of a block</source>
        <translation>{} 个张量：行数 × 每行块数 × 每块字节数</translation>
    </message>
    <message>
        <source>mapped from the file, which other programs share; read ahead after loading where the memory is free</source>
        <translation>从文件映射，可与其他程序共享；加载后在内存空闲时预读</translation>
    </message>
    <message>
        <source>the embedding table once more, as the output matrix</source>
        <translation>嵌入表再存一份，作为输出矩阵</translation>
    </message>
    <message>
        <source>tokens are looked up on the host, whose table stays there</source>
        <translation>词元在主机上查表，那里的表保留</translation>
    </message>
    <message>
        <source>the states of {} layers, 4 bytes a value</source>
        <translation>{} 层的状态，每个数 4 字节</translation>
    </message>
    <message>
        <source>{} users × the states of {} layers, 4 bytes a value</source>
        <translation>{} 个用户 × {} 层的状态，每个数 4 字节</translation>
    </message>
    <message>
        <source>independent of the context</source>
        <translation>与上下文长度无关</translation>
    </message>
    <message>
        <source>{} positions × {} bytes (keys in {}, values in {}; layers: {})</source>
        <translation>{} 个位置 × {} 字节（键 {}，值 {}；层数 {}）</translation>
    </message>
    <message>
        <source>{} users × {} positions × {} bytes (keys in {}, values in {}; layers: {})</source>
        <translation>{} 个用户 × {} 个位置 × {} 字节（键 {}，值 {}；层数 {}）</translation>
    </message>
    <message>
        <source>every user fills the context; no prompt is shared</source>
        <translation>每个用户都填满上下文，不共享提示词</translation>
    </message>
    <message>
        <source>one sequence that fills its context; before that, the system counts what is used of it</source>
        <translation>一个填满上下文的序列；填满之前，系统只计入已用的部分</translation>
    </message>
    <message>
        <source>a layer keeps its window of {} positions and one batch</source>
        <translation>每层保留 {} 个位置的窗口和一个批次</translation>
    </message>
    <message>
        <source>this engine keeps all positions, also those behind the window</source>
        <translation>本引擎保留所有位置，包括窗口之外的</translation>
    </message>
    <message>
        <source>a formula&apos;s estimate: {}</source>
        <translation>按公式估算：{}</translation>
    </message>
    <message>
        <source>the memory plan of this model&apos;s graph for {} tokens at once</source>
        <translation>本模型计算图一次处理 {} 个词元的内存规划</translation>
    </message>
    <message>
        <source>values share memory when their lives do not meet</source>
        <translation>生存期不重叠的数据共用内存</translation>
    </message>
    <message>
        <source>1.1 × 4 bytes × {} tokens × (2 × {} + 6 × {} + {} / 8)</source>
        <translation>1.1 × 4 字节 × {} 个词元 × (2 × {} + 6 × {} + {} / 8)</translation>
    </message>
    <message>
        <source>the most that any operation needs for {} tokens at position {} on 1 thread</source>
        <translation>{} 个词元、位置 {}、1 个线程时单个运算的最大需求</translation>
    </message>
    <message>
        <source>the most that any operation needs for {} tokens at position {} on {} threads</source>
        <translation>{} 个词元、位置 {}、{} 个线程时单个运算的最大需求</translation>
    </message>
    <message>
        <source>operations run one after the other and share it</source>
        <translation>各运算依次进行，共用这块内存</translation>
    </message>
    <message>
        <source>{} tokens × {} values × 9/8 bytes: activations rounded to 8 bits</source>
        <translation>{} 个词元 × {} 个数 × 9/8 字节：激活值舍入到 8 位</translation>
    </message>
    <message>
        <source>as large as on the host</source>
        <translation>与主机上一样大</translation>
    </message>
    <message>
        <source>1 position × {} tokens × 4 bytes</source>
        <translation>1 个位置 × {} 个词元 × 4 字节</translation>
    </message>
    <message>
        <source>{} users × {} tokens × {} bytes</source>
        <translation>{} 个用户 × {} 个词元 × {} 字节</translation>
    </message>
    <message>
        <source>generation wants the logits of the last position only; measuring perplexity wants more</source>
        <translation>生成时只需要最后一个位置的 logits；测量困惑度需要更多</translation>
    </message>
    <message>
        <source>{} tokens × {} bytes</source>
        <translation>{} 个词元 × {} 字节</translation>
    </message>
    <message>
        <source>the sampler looks at the whole vocabulary</source>
        <translation>采样器查看整个词表</translation>
    </message>
    <message>
        <source>{} bytes of headers in the files, {} once read</source>
        <translation>文件头 {} 字节，读入后 {} 字节</translation>
    </message>
    <message>
        <source>{} tokens × {} bytes + {} merges × {} bytes</source>
        <translation>{} 个词元 × {} 字节 + {} 条合并规则 × {} 字节</translation>
    </message>
    <message>
        <source>measured averages</source>
        <translation>实测平均值</translation>
    </message>
    <message>
        <source>measured: this program before it loads a model</source>
        <translation>实测：本程序加载模型之前</translation>
    </message>
    <message>
        <source>measured: a bare program with this engine</source>
        <translation>实测：只含本引擎的最小程序</translation>
    </message>
    <message>
        <source>once for all users</source>
        <translation>所有用户共用一份</translation>
    </message>
    <message>
        <source>{} users × {} bytes for {} positions</source>
        <translation>{} 个用户 × {} 字节（{} 个位置）</translation>
    </message>
    <message>
        <source>buffers for {} tokens at once</source>
        <translation>一次处理 {} 个词元的缓冲区</translation>
    </message>
    <message>
        <source>users take turns in one batch</source>
        <translation>用户在同一批次中轮流</translation>
    </message>
    <message>
        <source>{} users × {} bytes of logits and candidates</source>
        <translation>{} 个用户 × {} 字节的 logits 和候选</translation>
    </message>
    <message>
        <source>code, metadata and tokenizer, once</source>
        <translation>代码、元数据和分词器，各一份</translation>
    </message>
    <message>
        <source>{} parameters × {} bytes</source>
        <translation>{} 个参数 × {} 字节</translation>
    </message>
    <message>
        <source>the weights as the file stores them</source>
        <translation>文件中的权重</translation>
    </message>
    <message>
        <source>4 × inference</source>
        <translation>4 × 推理</translation>
    </message>
    <message>
        <source>1.3 × inference</source>
        <translation>1.3 × 推理</translation>
    </message>
    <message>
        <source>the weights only: the cache of a long context and the buffers come on top</source>
        <translation>只算权重：长上下文的缓存和缓冲区另计</translation>
    </message>
    <message>
        <source>weights, gradients and two moments of the optimizer, all in the type of the weights</source>
        <translation>权重、梯度和优化器的两个矩，类型都与权重相同</translation>
    </message>
    <message>
        <source>usual mixed-precision AdamW needs about twice as much, LoRA far less</source>
        <translation>常用的混合精度 AdamW 约需两倍，LoRA 少得多</translation>
    </message>
    <message>
        <source>activations come on top</source>
        <translation>激活值另计</translation>
    </message>
    <message>
        <source>30 % for the cache, activations and the runtime: too little for long contexts or many users</source>
        <translation>30% 留给缓存、激活值和运行时：长上下文或多用户时不够</translation>
    </message>
    <message>
        <source>one device, no sharding</source>
        <translation>单个设备，不分片</translation>
    </message>
    <message>
        <source>{} frozen parameters × 2 bytes</source>
        <translation>{} 个冻结参数 × 2 字节</translation>
    </message>
    <message>
        <source>the base in bf16, not as the file stores it</source>
        <translation>基础模型按 bf16 计，而不是文件中的类型</translation>
    </message>
    <message>
        <source>{} frozen parameters × 0.5625 bytes + {} × 2 bytes</source>
        <translation>{} 个冻结参数 × 0.5625 字节 + {} × 2 字节</translation>
    </message>
    <message>
        <source>matrices of the layers in 4 bits with a scale for each 64; embedding, output and norms in bf16</source>
        <translation>各层矩阵用 4 位，每 64 个数一个缩放值；嵌入、输出和归一化用 bf16</translation>
    </message>
    <message>
        <source>none: the weights themselves are trained</source>
        <translation>无：直接训练权重本身</translation>
    </message>
    <message>
        <source>not counted: the matrices of this model are not known</source>
        <translation>未计入：不知道该模型的矩阵</translation>
    </message>
    <message>
        <source>rank {} × (in + out) of {} matrices = {} parameters × {} bytes</source>
        <translation>秩 {} × {} 个矩阵的（输入 + 输出）= {} 个参数 × {} 字节</translation>
    </message>
    <message>
        <source>{} trained parameters × {} bytes</source>
        <translation>{} 个被训练的参数 × {} 字节</translation>
    </message>
    <message>
        <source>{} trained parameters, by rows and columns</source>
        <translation>{} 个被训练的参数，按行和列计</translation>
    </message>
    <message>
        <source>AdamW, mixed: an f32 master weight (4 bytes) and two f32 moments (8)</source>
        <translation>AdamW 混合精度：一份 f32 主权重（4 字节）和两个 f32 矩（8 字节）</translation>
    </message>
    <message>
        <source>AdamW in bf16: two bf16 moments</source>
        <translation>AdamW（bf16）：两个 bf16 矩</translation>
    </message>
    <message>
        <source>AdamW in f32: two f32 moments</source>
        <translation>AdamW（f32）：两个 f32 矩</translation>
    </message>
    <message>
        <source>8-bit Adam: an f32 master weight (4 bytes) and two 8-bit moments (2)</source>
        <translation>8 位 Adam：一份 f32 主权重（4 字节）和两个 8 位矩（2 字节）</translation>
    </message>
    <message>
        <source>SGD: one f32 momentum</source>
        <translation>SGD：一个 f32 动量</translation>
    </message>
    <message>
        <source>Adafactor: an f32 number for each row and column of a matrix</source>
        <translation>Adafactor：矩阵每行每列各一个 f32 数</translation>
    </message>
    <message>
        <source>not counted: the layers of this model are not known</source>
        <translation>未计入：不知道该模型的层</translation>
    </message>
    <message>
        <source>{} layers × 2 × {} bytes, and one layer&apos;s {} bytes while it is computed again</source>
        <translation>{} 层 × 2 × {} 字节，外加重算时一层的 {} 字节</translation>
    </message>
    <message>
        <source>{} layers × ({} × 34 + 5 × {} heads × {}² × {}) bytes</source>
        <translation>{} 层 × ({} × 34 + 5 × {} 个头 × {}² × {}) 字节</translation>
    </message>
    <message>
        <source>{} layers × {} × 34 bytes</source>
        <translation>{} 层 × {} × 34 字节</translation>
    </message>
    <message>
        <source>{} layers × {} × 34 bytes, and one layer&apos;s scores of {} bytes while they are computed again</source>
        <translation>{} 层 × {} × 34 字节，外加重算时一层的分数 {} 字节</translation>
    </message>
    <message>
        <source>16-bit activations; a feed-forward of 4 × the embedding: wider ones and several experts at once need more</source>
        <translation>16 位激活值；前馈宽度为嵌入的 4 倍：更宽或同时多个专家需要更多</translation>
    </message>
    <message>
        <source>flash attention: scores are never stored</source>
        <translation>Flash attention：不存储分数</translation>
    </message>
    <message>
        <source>attention that stores its scores</source>
        <translation>存储分数的注意力</translation>
    </message>
    <message>
        <source>{} × {} × {} tokens × (4 + 4) bytes</source>
        <translation>{} × {} × {} 个词元 × (4 + 4) 字节</translation>
    </message>
    <message>
        <source>f32 logits and their gradients for every position</source>
        <translation>每个位置的 f32 logits 及其梯度</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Embedding</source>
        <translation>嵌入</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>注意力</translation>
    </message>
    <message>
        <source>Feed-forward</source>
        <translation>前馈</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>Recurrent layers</source>
        <translation>循环层</translation>
    </message>
    <message>
        <source>Norms</source>
        <translation>归一化</translation>
    </message>
    <message>
        <source>Output matrix</source>
        <translation>输出矩阵</translation>
    </message>
    <message>
        <source>Other tensors</source>
        <translation>其他张量</translation>
    </message>
    <message>
        <source>Cache of full attention</source>
        <translation>全注意力的缓存</translation>
    </message>
    <message>
        <source>Cache of sliding windows</source>
        <translation>滑动窗口的缓存</translation>
    </message>
    <message>
        <source>Cache of compressed attention</source>
        <translation>压缩注意力的缓存</translation>
    </message>
    <message>
        <source>Recurrent states</source>
        <translation>循环状态</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>激活值</translation>
    </message>
    <message>
        <source>Scratch of the kernels</source>
        <translation>内核的临时空间</translation>
    </message>
    <message>
        <source>Logits</source>
        <translation>Logits</translation>
    </message>
    <message>
        <source>Candidates of the sampler</source>
        <translation>采样器的候选</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>元数据</translation>
    </message>
    <message>
        <source>Tokenizer</source>
        <translation>分词器</translation>
    </message>
    <message>
        <source>Code and libraries</source>
        <translation>代码和库</translation>
    </message>
    <message>
        <source>Inference</source>
        <translation>推理</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Deployment</source>
        <translation>部署</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>Gradients</source>
        <translation>梯度</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Cache, buffers and runtime</source>
        <translation>缓存、缓冲区和运行时</translation>
    </message>
    <message>
        <source>In use now</source>
        <translation>目前已用</translation>
    </message>
    <message>
        <source>Kept free</source>
        <translation>保留空闲</translation>
    </message>
</context>
<context>
    <name>MemoryPage</name>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>复制为文本</translation>
    </message>
    <message>
        <source>Name a model on Hugging Face or ModelScope</source>
        <translation>输入 Hugging Face 或 ModelScope 上的模型</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择一个模型</translation>
    </message>
    <message>
        <source>Only the file&apos;s description is read, a few megabytes: you know what it needs before you download it.</source>
        <translation>只读取文件的描述部分，几兆字节：下载之前就知道它需要多少内存。</translation>
    </message>
    <message>
        <source>You see what it needs in memory, for any context, and what else would fit.</source>
        <translation>查看它在任意上下文长度下需要多少内存，以及还有哪些版本放得下。</translation>
    </message>
    <message>
        <source>Reading the model&apos;s description…</source>
        <translation>正在读取模型的描述…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Take another model</source>
        <translation>换一个模型</translation>
    </message>
    <message>
        <source>What for</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Inference</source>
        <translation>推理</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Deployment</source>
        <translation>部署</translation>
    </message>
    <message>
        <source>In detail: %1</source>
        <translation>详细计算：%1</translation>
    </message>
    <message>
        <source>In detail</source>
        <translation>详细计算</translation>
    </message>
    <message>
        <source>Rule of thumb: %1</source>
        <translation>经验法则：%1</translation>
    </message>
    <message>
        <source>Rule of thumb</source>
        <translation>经验法则</translation>
    </message>
    <message>
        <source>A number of parameters says nothing of the cache. For any context, batch or number of users take one of your models, or one on a hub.</source>
        <translation>仅凭参数量无法得知缓存大小。要按上下文、批次或用户数计算，请选择你的某个模型或模型站上的模型。</translation>
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
    <name>MetadataView</name>
    <message>
        <source>Search keys and values</source>
        <translation>搜索键和值</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>元数据</translation>
    </message>
    <message>
        <source>Copy the value (%1)</source>
        <translation>复制此值（%1）</translation>
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
    <name>ModelCard</name>
    <message>
        <source>Then: %1</source>
        <translation>接下来：%1</translation>
    </message>
    <message>
        <source>Take another model</source>
        <translation>换一个模型</translation>
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
    <name>ModelsPage</name>
    <message>
        <source>Downloads</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>模型库</translation>
    </message>
    <message>
        <source>Discover</source>
        <translation>发现</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
</context>
<context>
    <name>NoModelYet</name>
    <message>
        <source>A server needs a model</source>
        <translation>服务器需要一个模型</translation>
    </message>
    <message>
        <source>%1 is being fetched; then it can be served.</source>
        <translation>正在下载 %1，完成后即可提供服务。</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>查找模型</translation>
    </message>
    <message>
        <source>Download %1 (%2)</source>
        <translation>下载 %1（%2）</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>With one, other programs on this computer can use it the way they use OpenAI&apos;s.</source>
        <translation>有了模型，这台电脑上的其他程序就能像使用 OpenAI 那样使用它。</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Offload</name>
    <message>
        <source>%1, %2 of %3 layers</source>
        <comment>a graphics card</comment>
        <translation>%1，%3 层中的 %2 层</translation>
    </message>
    <message>
        <source>The graphics card is not used: the processor computes the whole model.</source>
        <translation>未使用显卡：整个模型由处理器计算。</translation>
    </message>
    <message>
        <source>The model lies on the graphics card, but not as it was wished for.</source>
        <translation>模型在显卡上，但与所选的不同。</translation>
    </message>
    <message>
        <source>%1 of %2 layers are on the graphics card; the processor computes the others.</source>
        <translation>%2 层中有 %1 层在显卡上，其余由处理器计算。</translation>
    </message>
</context>
<context>
    <name>OverviewView</name>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
</context>
<context>
    <name>PartsView</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>%1 (estimated)</source>
        <translation>%1（估算）</translation>
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
    <name>QualityReportView</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Where it was lost</source>
        <translation>损失出在哪里</translation>
    </message>
    <message>
        <source>Loss against size</source>
        <translation>损失与大小</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL 散度</translation>
    </message>
    <message>
        <source>Choose a text…</source>
        <translation>选择文本…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop measuring</source>
        <translation>停止测量</translation>
    </message>
    <message>
        <source>Measure again</source>
        <translation>重新测量</translation>
    </message>
    <message>
        <source>Measure perplexity</source>
        <translation>测量困惑度</translation>
    </message>
    <message>
        <source>On: %1</source>
        <translation>所用文本：%1</translation>
    </message>
    <message>
        <source>Measured on: %1</source>
        <translation>测量所用文本：%1</translation>
    </message>
    <message>
        <source>Choose another text: longer and closer to your use is better</source>
        <translation>换一份文本：越长、越接近您的用途越好</translation>
    </message>
    <message>
        <source>Choose a text to measure on</source>
        <translation>选择用于测量的文本</translation>
    </message>
    <message>
        <source>Texts (*.txt *.md *.raw)</source>
        <translation>文本 (*.txt *.md *.raw)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>QuantizePage</name>
    <message>
        <source>Quantize</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Quality report</source>
        <translation>质量报告</translation>
    </message>
    <message>
        <source>Open another model…</source>
        <translation>打开另一个模型…</translation>
    </message>
    <message>
        <source>Delete it</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Reading the model…</source>
        <translation>正在读取模型…</translation>
    </message>
    <message>
        <source>Take another model</source>
        <translation>换一个模型</translation>
    </message>
    <message>
        <source>This model is quantized already. Doing it again loses more than quantizing the original would.</source>
        <translation>这个模型已经量化过。再次量化的损失会比直接量化原模型更大。</translation>
    </message>
    <message>
        <source>Quantize it again all the same</source>
        <translation>仍要再次量化</translation>
    </message>
    <message>
        <source>All parts become one file. The weights are copied as they are; the parts stay.</source>
        <translation>所有分卷合为一个文件。权重原样复制，分卷会保留。</translation>
    </message>
    <message>
        <source>Open a model</source>
        <translation>打开模型</translation>
    </message>
    <message>
        <source>Models (*.gguf *.safetensors)</source>
        <translation>模型 (*.gguf *.safetensors)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Open a Hugging Face folder</source>
        <translation>打开 Hugging Face 文件夹</translation>
    </message>
    <message>
        <source>Where to write it</source>
        <translation>保存到</translation>
    </message>
    <message>
        <source>Models (*.gguf)</source>
        <translation>模型 (*.gguf)</translation>
    </message>
</context>
<context>
    <name>Ratings</name>
    <message>
        <source>%1 is the usual choice: little is lost, and it fits.</source>
        <translation>%1 是通常的选择：损失很小，内存也够用。</translation>
    </message>
    <message>
        <source>%1 is recommended: small models lose most by stronger quantization, and this one is quick anyway.</source>
        <translation>推荐 %1：小模型在更强的量化下损失最大，而这个模型本来就很快。</translation>
    </message>
    <message>
        <source>%1 is recommended: larger ones do not fit well in the memory of this machine.</source>
        <translation>推荐 %1：更大的文件在这台机器的内存里放不下或很勉强。</translation>
    </message>
    <message>
        <source>There is only this one.</source>
        <translation>只有这一个文件。</translation>
    </message>
    <message>
        <source>All files are larger than the memory of this machine. %1 is the smallest.</source>
        <translation>所有文件都超出了这台机器的内存。%1 是最小的一个。</translation>
    </message>
</context>
<context>
    <name>RepositoryView</name>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Open its page in the browser</source>
        <translation>在浏览器中打开它的网页</translation>
    </message>
    <message>
        <source>Reading the list of files…</source>
        <translation>正在读取文件列表…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Its owner lets people in one by one: agree to the terms on its page, then enter your access token here.</source>
        <translation>此模型需要所有者批准：请先在它的网页上同意条款，再在这里输入您的访问令牌。</translation>
    </message>
    <message>
        <source>Its owner lets people in one by one. If a download is refused, agree to the terms on its page first.</source>
        <translation>此模型需要所有者批准。如果下载被拒绝，请先在它的网页上同意条款。</translation>
    </message>
    <message>
        <source>Open its page</source>
        <translation>打开它的网页</translation>
    </message>
    <message>
        <source>There are no GGUF files in this repository. A Hugging Face checkpoint can be converted in Quantize once it is on your disk.</source>
        <translation>此仓库中没有 GGUF 文件。Hugging Face 检查点下载到磁盘后，可以在“量化”中转换。</translation>
    </message>
    <message>
        <source>Reading what it needs in memory…</source>
        <translation>正在读取所需的内存…</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载大小</translation>
    </message>
    <message>
        <source>Memory it needs</source>
        <translation>所需内存</translation>
    </message>
    <message>
        <source>See where the memory goes</source>
        <translation>查看内存用在哪里</translation>
    </message>
</context>
<context>
    <name>RequestDelegate</name>
    <message>
        <source>%1: %2</source>
        <comment>endpoint: what is done</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>slot %1</source>
        <translation>槽位 %1</translation>
    </message>
</context>
<context>
    <name>RunChoices</name>
    <message>
        <source>Users at once</source>
        <translation>同时在线用户</translation>
    </message>
    <message>
        <source>Each has a context of its own (--users).</source>
        <translation>每个用户有自己的上下文（--users）。</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>上下文长度</translation>
    </message>
    <message>
        <source>Tokens that the model keeps in mind, of question and answer together (-c).</source>
        <translation>模型能记住的词元数，问题与回答合计（-c）。</translation>
    </message>
    <message>
        <source>The largest that fits: &lt;a href=&quot;#&quot;&gt;%L1 tokens&lt;/a&gt;</source>
        <translation>放得下的最大值：&lt;a href=&quot;#&quot;&gt;%L1 个词元&lt;/a&gt;</translation>
    </message>
    <message>
        <source>Not even the shortest context fits.</source>
        <translation>连最短的上下文也放不下。</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Tokens that are computed at once while a prompt is read (-b).</source>
        <translation>读取提示词时一次计算的词元数（-b）。</translation>
    </message>
    <message>
        <source>How exactly the cache is kept (-ctk, -ctv). 8 bits halve it and lose next to nothing.</source>
        <translation>缓存保存的精度（-ctk、-ctv）。8 位可减半，几乎没有损失。</translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>Layers on the card</source>
        <translation>放在显卡上的层</translation>
    </message>
    <message>
        <source>The last layers lie on the card, the output layer counts as one (-ngl).</source>
        <translation>最后几层放在显卡上，输出层也算一层（-ngl）。</translation>
    </message>
    <message>
        <source>As many as fit</source>
        <translation>尽量多放</translation>
    </message>
    <message>
        <source>Cache precision</source>
        <translation>缓存精度</translation>
    </message>
    <message>
        <source>Plans with a card of so much free memory (--gpu).</source>
        <translation>按有这么多空闲显存的显卡来规划（--gpu）。</translation>
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
        <source>The conversation is longer than the model&apos;s context: %1. Nothing was cut off.</source>
        <translation>对话超出了模型的上下文：%1。没有内容被截掉。</translation>
    </message>
    <message>
        <source>The model&apos;s chat template failed: %1</source>
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
    <message>
        <source>The graphics card failed, and what it was computing is lost.</source>
        <translation>显卡出现故障，正在计算的内容已丢失。</translation>
    </message>
</context>
<context>
    <name>ServerForm</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择一个模型</translation>
    </message>
    <message>
        <source>No models yet</source>
        <translation>还没有模型</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Who can reach it</source>
        <translation>谁可以访问</translation>
    </message>
    <message>
        <source>Only this computer (127.0.0.1)</source>
        <translation>仅这台电脑（127.0.0.1）</translation>
    </message>
    <message>
        <source>Other computers too (0.0.0.0)</source>
        <translation>其他电脑也可以（0.0.0.0）</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Slots</source>
        <translation>槽位</translation>
    </message>
    <message>
        <source>Slots: requests that are answered at a time</source>
        <translation>槽位：同时应答的请求数</translation>
    </message>
    <message>
        <source>Use port %1</source>
        <translation>改用端口 %1</translation>
    </message>
    <message>
        <source>One request is answered at a time; others wait.</source>
        <translation>一次只应答一个请求，其余的等待。</translation>
    </message>
    <message numerus="yes">
        <source>%n requests are answered at a time; more wait.</source>
        <translation>
            <numerusform>同时应答 %n 个请求，其余的等待。</numerusform>
        </translation>
    </message>
    <message>
        <source>Context length of a slot</source>
        <translation>每个槽位的上下文长度</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>API 密钥</translation>
    </message>
    <message>
        <source>Hide the key</source>
        <translation>隐藏密钥</translation>
    </message>
    <message>
        <source>Show the key</source>
        <translation>显示密钥</translation>
    </message>
    <message>
        <source>Copy the key</source>
        <translation>复制密钥</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Fewer choices</source>
        <translation>较少选项</translation>
    </message>
    <message>
        <source>More choices</source>
        <translation>更多选项</translation>
    </message>
    <message>
        <source>What the model is called</source>
        <translation>模型名称</translation>
    </message>
    <message>
        <source>Web pages that may use it</source>
        <translation>允许使用的网页</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程数</translation>
    </message>
    <message>
        <source>Threads, 0 for all cores</source>
        <translation>线程数，0 表示使用所有核心</translation>
    </message>
    <message>
        <source>all cores</source>
        <translation>所有核心</translation>
    </message>
    <message>
        <source>Create a key</source>
        <translation>生成密钥</translation>
    </message>
    <message>
        <source>Programs must send it. It is stored in a file only you can read.</source>
        <translation>程序必须发送此密钥。它保存在只有您能读取的文件中。</translation>
    </message>
    <message>
        <source>No key required</source>
        <translation>不需要密钥</translation>
    </message>
    <message>
        <source>Create a new key</source>
        <translation>生成新密钥</translation>
    </message>
    <message>
        <source>The name programs see. They may ask for any name; this model answers.</source>
        <translation>程序看到的名称。无论请求哪个名称，都由此模型应答。</translation>
    </message>
    <message>
        <source>Addresses separated by spaces, * for all. Empty: no web page may, programs still can.</source>
        <translation>以空格分隔的网址，* 表示全部。留空则不允许任何网页，程序不受影响。</translation>
    </message>
    <message>
        <source>Embeddings at /v1/embeddings</source>
        <translation>在 /v1/embeddings 提供嵌入向量</translation>
    </message>
    <message>
        <source>Prometheus metrics at /metrics</source>
        <translation>在 /metrics 提供 Prometheus 指标</translation>
    </message>
    <message>
        <source>GPU layers</source>
        <translation>GPU 层数</translation>
    </message>
    <message>
        <source>The model and its slot take up to %1.</source>
        <translation>模型及其槽位最多占用 %1。</translation>
    </message>
    <message numerus="yes">
        <source>The model and its %n slots take up to %1.</source>
        <translation>
            <numerusform>模型及其 %n 个槽位最多占用 %1。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ServerPage</name>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>Hides the choices</source>
        <translation>隐藏选项</translation>
    </message>
    <message>
        <source>Shows the choices</source>
        <translation>显示选项</translation>
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
        <source>How the temperature follows the model&apos;s certainty.</source>
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
    <message>
        <source>GPU layers</source>
        <translation>GPU 层数</translation>
    </message>
    <message>
        <source>How many of the model&apos;s layers the graphics card computes. The processor computes the others.</source>
        <translation>模型有多少层由显卡计算，其余由处理器计算。</translation>
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
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>When the window is closed while the server is on</source>
        <translation>服务器运行时关闭窗口</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>询问</translation>
    </message>
    <message>
        <source>Stop it and quit</source>
        <translation>停止并退出</translation>
    </message>
    <message>
        <source>Keep the server on, in the system tray</source>
        <translation>服务器在系统托盘中继续运行</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Processor and graphics cards</source>
        <translation>处理器与显卡</translation>
    </message>
    <message>
        <source>What models are computed with here, and why a card is not used</source>
        <translation>这里用什么计算模型，以及显卡为何未被使用</translation>
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
    <name>SourceChooser</name>
    <message>
        <source>One of yours</source>
        <translation>我的模型</translation>
    </message>
    <message>
        <source>On a hub</source>
        <translation>模型站上的</translation>
    </message>
    <message>
        <source>Any model</source>
        <translation>任意模型</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择一个模型</translation>
    </message>
    <message>
        <source>No models yet</source>
        <translation>还没有模型</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Name of a model on a hub, or its address</source>
        <translation>模型站上的模型名或其网址</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>读取</translation>
    </message>
    <message>
        <source>Reads the file&apos;s description, not the file</source>
        <translation>只读取文件的描述，不下载文件</translation>
    </message>
    <message>
        <source>Number of parameters</source>
        <translation>参数量</translation>
    </message>
    <message>
        <source>parameters in</source>
        <translation>参数，类型</translation>
    </message>
    <message>
        <source>Number type of the weights</source>
        <translation>权重的数值类型</translation>
    </message>
    <message>
        <source>hf:owner/name:Q4_K_M, or an address</source>
        <translation>hf:所有者/名称:Q4_K_M，或网址</translation>
    </message>
</context>
<context>
    <name>SplitForm</name>
    <message>
        <source>Several files are easier to upload and to keep on small disks. Programs open them together; any of them can be merged again here.</source>
        <translation>分成几个文件更便于上传，也便于存放在较小的磁盘上。程序会把它们作为整体打开；在这里用其中任何一个都能重新合并。</translation>
    </message>
    <message>
        <source>Each file:</source>
        <translation>每个文件：</translation>
    </message>
    <message>
        <source>at most</source>
        <translation>最多</translation>
    </message>
    <message>
        <source>Split by size</source>
        <translation>按大小拆分</translation>
    </message>
    <message>
        <source>Size of a file in GB</source>
        <translation>每个文件的大小（GB）</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>GB</translation>
    </message>
    <message>
        <source>Split by number of tensors</source>
        <translation>按张量个数拆分</translation>
    </message>
    <message>
        <source>Tensors in a file</source>
        <translation>每个文件的张量个数</translation>
    </message>
    <message>
        <source>tensors</source>
        <translation>个张量</translation>
    </message>
</context>
<context>
    <name>StackedBar</name>
    <message>
        <source>Shows how it is computed</source>
        <translation>显示如何计算</translation>
    </message>
    <message>
        <source>%1. Click for the formula.</source>
        <translation>%1。点击查看公式。</translation>
    </message>
</context>
<context>
    <name>StartBar</name>
    <message>
        <source>Name of the new file</source>
        <translation>新文件的名称</translation>
    </message>
    <message>
        <source>Will be written to %1</source>
        <translation>将保存到 %1</translation>
    </message>
    <message>
        <source>Choose where to write it</source>
        <translation>选择保存位置</translation>
    </message>
</context>
<context>
    <name>StateCard</name>
    <message>
        <source>Address: %1</source>
        <translation>地址：%1</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Open in the browser</source>
        <translation>在浏览器中打开</translation>
    </message>
    <message>
        <source>also %1</source>
        <comment>addresses</comment>
        <translation>也可用 %1</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>启动</translation>
    </message>
    <message>
        <source>Stop the server</source>
        <translation>停止服务器</translation>
    </message>
    <message>
        <source>Start the server</source>
        <translation>启动服务器</translation>
    </message>
    <message>
        <source>One of the settings needs a change: see the marked field.</source>
        <translation>有一项设置需要更改：请看标出的字段。</translation>
    </message>
    <message>
        <source>Start it, and other programs can use the model the way they use OpenAI&apos;s.</source>
        <translation>启动后，其他程序就能像使用 OpenAI 那样使用此模型。</translation>
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
    <name>TargetDelegate</name>
    <message>
        <source>Recommended</source>
        <translation>推荐</translation>
    </message>
    <message>
        <source>needs a matrix</source>
        <translation>需要矩阵</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>放得下</translation>
    </message>
    <message>
        <source>too large</source>
        <translation>太大</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 位</translation>
    </message>
</context>
<context>
    <name>TargetTable</name>
    <message>
        <source>Targets</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>位数</translation>
    </message>
    <message>
        <source>Bits per weight, of all tensors together</source>
        <translation>每个权重的平均位数，按所有张量计算</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Whether it fits in the memory that is free now, with room for a conversation</source>
        <translation>现有空闲内存是否放得下它，并留出对话所需的空间</translation>
    </message>
    <message>
        <source>Loss, measured or expected</source>
        <translation>损失（实测或预计）</translation>
    </message>
    <message>
        <source>Expected loss</source>
        <translation>预计损失</translation>
    </message>
</context>
<context>
    <name>Targets</name>
    <message>
        <source>The usual choice: small, fast, and hardly worse than the original.</source>
        <translation>常用之选：小而快，效果与原模型相差无几。</translation>
    </message>
    <message>
        <source>Small models suffer most from few bits and are fast anyway: keep 8.</source>
        <translation>小模型最怕位数少，而且本来就快：保留 8 位为好。</translation>
    </message>
    <message>
        <source>The best one that fits in the memory that is free now, with room for a conversation.</source>
        <translation>现有空闲内存放得下、并能留出对话空间的目标中，它最好。</translation>
    </message>
    <message>
        <source>Nothing fits in the memory that is free now; this is the usual choice for larger computers.</source>
        <translation>现有空闲内存放不下任何一种；在更大的电脑上通常选它。</translation>
    </message>
    <message>
        <source>The best one that is smaller than the file is now. Made from the original it would be better.</source>
        <translation>比现有文件小的目标中，它最好。用原模型来做效果会更好。</translation>
    </message>
    <message>
        <source>No loss</source>
        <translation>无损失</translation>
    </message>
    <message>
        <source>For mixtures of experts</source>
        <translation>用于混合专家模型</translation>
    </message>
    <message>
        <source>Special models only</source>
        <translation>仅用于专门训练的模型</translation>
    </message>
    <message>
        <source>No loss to speak of</source>
        <translation>可忽略的损失</translation>
    </message>
    <message>
        <source>Almost no loss</source>
        <translation>几乎无损失</translation>
    </message>
    <message>
        <source>Hardly any loss</source>
        <translation>损失极小</translation>
    </message>
    <message>
        <source>Very little loss</source>
        <translation>损失很小</translation>
    </message>
    <message>
        <source>Little loss</source>
        <translation>损失较小</translation>
    </message>
    <message>
        <source>Noticeable loss</source>
        <translation>损失可察觉</translation>
    </message>
    <message>
        <source>Large loss</source>
        <translation>损失大</translation>
    </message>
    <message>
        <source>Very large loss</source>
        <translation>损失很大</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>原样</translation>
    </message>
    <message numerus="yes">
        <source>%n bit(s)</source>
        <translation>
            <numerusform>%n 位</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TaskTabs</name>
    <message>
        <source>Tasks</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>拆分</translation>
    </message>
    <message>
        <source>What is in it</source>
        <translation>内容</translation>
    </message>
</context>
<context>
    <name>TemplateView</name>
    <message>
        <source>This model has no chat template. Corral talks to it in ChatML.</source>
        <translation>此模型没有聊天模板。Corral 以 ChatML 格式与它对话。</translation>
    </message>
    <message>
        <source>The template cannot be used: %1</source>
        <translation>模板无法使用：%1</translation>
    </message>
    <message>
        <source>What the model reads</source>
        <translation>模型读到的内容</translation>
    </message>
    <message>
        <source>The template</source>
        <translation>模板</translation>
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
    <name>TokenForm</name>
    <message>
        <source>Access token for %1</source>
        <translation>%1 访问令牌</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>TrainingChoices</name>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Full trains every weight; LoRA small matrices beside them; QLoRA does so on a model rounded to 4 bits (--train).</source>
        <translation>全量训练所有权重；LoRA 只训练旁边的小矩阵；QLoRA 在舍入到 4 位的模型上这样做（--train）。</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>What it remembers of each weight is often the largest part (--optimizer).</source>
        <translation>它为每个权重记住的状态往往占最大部分（--optimizer）。</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>激活值</translation>
    </message>
    <message>
        <source>Kept for the backward pass, or computed again there: less memory, more time (--recompute).</source>
        <translation>为反向传播保留，或在那时重算：省内存，费时间（--recompute）。</translation>
    </message>
    <message>
        <source>Trained on</source>
        <translation>训练设备</translation>
    </message>
    <message>
        <source>The graphics card&apos;s memory to compare with; without one, the main memory.</source>
        <translation>用来对照的显存；没有显卡时对照主内存。</translation>
    </message>
    <message>
        <source>Main memory</source>
        <translation>主内存</translation>
    </message>
    <message>
        <source>Card of %1</source>
        <translation>%1 显卡</translation>
    </message>
    <message>
        <source>Adapters for</source>
        <translation>适配器用于</translation>
    </message>
    <message>
        <source>Which matrices get a small one beside them (--lora-targets).</source>
        <translation>哪些矩阵旁边加一个小矩阵（--lora-targets）。</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>秩</translation>
    </message>
    <message>
        <source>The adapters&apos; width (--lora-rank).</source>
        <translation>适配器的宽度（--lora-rank）。</translation>
    </message>
    <message>
        <source>Sequence length</source>
        <translation>序列长度</translation>
    </message>
    <message>
        <source>Tokens of one training example (--sequence).</source>
        <translation>一个训练样本的词元数（--sequence）。</translation>
    </message>
    <message>
        <source>Sequences at once</source>
        <translation>同时处理的序列</translation>
    </message>
    <message>
        <source>Examples in one step on this device (--train-batch).</source>
        <translation>该设备上每一步的样本数（--train-batch）。</translation>
    </message>
    <message>
        <source>Flash attention: scores are never stored</source>
        <translation>Flash attention：不存储分数</translation>
    </message>
    <message>
        <source>Activations and adapters need the shape of a real model: take one of yours or one from a hub.</source>
        <translation>计算激活值和适配器需要真实模型的形状：请选择你的某个模型或模型站上的模型。</translation>
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
    <message>
        <source>Continue on the CPU</source>
        <translation>改用 CPU 继续</translation>
    </message>
    <message>
        <source>%1 The conversation is kept: the processor can continue it.</source>
        <comment>a sentence that says that the graphics card failed</comment>
        <translation>%1对话已保留，可由处理器继续。</translation>
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
    <name>corral::app::DeviceListModel</name>
    <message>
        <source>no vector instructions that Corral uses</source>
        <translation>没有 Corral 使用的向量指令</translation>
    </message>
    <message>
        <source>  %1: %2</source>
        <comment>a fact of a device</comment>
        <translation>  %1：%2</translation>
    </message>
    <message>
        <source>There is no graphics card that speaks Vulkan.</source>
        <translation>没有支持 Vulkan 的显卡。</translation>
    </message>
    <message>
        <source>Vulkan, by which Corral computes on graphics cards, is not there.</source>
        <translation>没有找到 Vulkan，Corral 要通过它使用显卡。</translation>
    </message>
    <message>
        <source>Looking for graphics cards failed.</source>
        <translation>查找显卡失败。</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>cores, instructions</comment>
        <translation>%1，%2</translation>
    </message>
    <message numerus="yes">
        <source>%n core(s)</source>
        <translation>
            <numerusform>%n 个核心</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, of which %2 are free</source>
        <translation>%1，其中 %2 可用</translation>
    </message>
    <message>
        <source>Corral %1 on %2, %3</source>
        <translation>Corral %1，%2，%3</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
</context>
<context>
    <name>corral::app::DiscoverController</name>
    <message>
        <source>Most downloads</source>
        <translation>下载最多</translation>
    </message>
    <message>
        <source>Trending</source>
        <translation>近期热门</translation>
    </message>
    <message>
        <source>Most liked</source>
        <translation>最受喜爱</translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>最新</translation>
    </message>
    <message>
        <source>This is neither the name of a repository nor an address: %1</source>
        <translation>这既不是仓库名称，也不是网址：%1</translation>
    </message>
    <message>
        <source>This machine has %1 of memory, %2 are free.</source>
        <translation>这台机器有 %1 内存，其中 %2 可用。</translation>
    </message>
    <message>
        <source>%L1 tokens of context</source>
        <translation>%L1 个词元的上下文</translation>
    </message>
    <message>
        <source>The files&apos; header could not be read, so the memory they need is only estimated.</source>
        <translation>无法读取文件头，因此所需内存只是估计值。</translation>
    </message>
    <message>
        <source>Corral cannot run this model yet: %1. It can be downloaded all the same.</source>
        <translation>Corral 还不能运行这个模型：%1。仍然可以下载。</translation>
    </message>
    <message>
        <source>This is no access token: they consist of letters and digits, without blanks.</source>
        <translation>这不是访问令牌：令牌由字母和数字组成，不含空格。</translation>
    </message>
    <message>
        <source>The token could not be kept: %1</source>
        <translation>无法保存令牌：%1</translation>
    </message>
    <message>
        <source>“%1” is no web address.</source>
        <translation>“%1”不是网址。</translation>
    </message>
    <message>
        <source>, then at </source>
        <comment>between addresses</comment>
        <translation>，其次 </translation>
    </message>
    <message>
        <source>Hugging Face is asked at %1</source>
        <translation>Hugging Face 依次访问：%1</translation>
    </message>
    <message>
        <source>ModelScope is asked at %1</source>
        <translation>ModelScope 依次访问：%1</translation>
    </message>
</context>
<context>
    <name>corral::app::DownloadQueue</name>
    <message>
        <source>%1: the download failed.</source>
        <translation>%1：下载失败。</translation>
    </message>
    <message>
        <source>“%1” is neither a model&apos;s name nor an address.</source>
        <translation>“%1”既不是模型名称，也不是网址。</translation>
    </message>
    <message>
        <source>The address does not end with a file&apos;s name.</source>
        <translation>这个网址不是以文件名结尾。</translation>
    </message>
    <message>
        <source>“%1” cannot be fetched: %2</source>
        <translation>无法下载“%1”：%2</translation>
    </message>
    <message>
        <source>The hub does not have the whole model; missing: %1</source>
        <translation>模型站上的文件不完整，缺少：%1</translation>
    </message>
    <message>
        <source>It has arrived as the hub has it, but it is no model that can be read.</source>
        <translation>文件已按原样下载，但不是可以读取的模型。</translation>
    </message>
    <message>
        <source>%1 has arrived.</source>
        <translation>%1 已下载完成。</translation>
    </message>
    <message>
        <source>Waiting for the network</source>
        <translation>等待网络</translation>
    </message>
    <message>
        <source>Verifying</source>
        <translation>正在验证</translation>
    </message>
    <message>
        <source>Another download is on its way to a file of that name: %1</source>
        <translation>另一个下载正在写入同名文件：%1</translation>
    </message>
</context>
<context>
    <name>corral::app::EstimateBar</name>
    <message>
        <source>of %1</source>
        <comment>size</comment>
        <translation>/ %1</translation>
    </message>
    <message>
        <source>%1 too much</source>
        <translation>超出 %1</translation>
    </message>
    <message>
        <source>%1 stay free</source>
        <translation>剩余 %1</translation>
    </message>
</context>
<context>
    <name>corral::app::EstimateController</name>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>缓存</translation>
    </message>
    <message>
        <source>Working memory</source>
        <translation>工作内存</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>Gradients</source>
        <translation>梯度</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>激活值</translation>
    </message>
    <message>
        <source>Logits</source>
        <translation>Logits</translation>
    </message>
    <message>
        <source>Cache, buffers, runtime</source>
        <translation>缓存、缓冲区、运行时</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 位</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>GB, GiB</comment>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Any model of %1 parameters in %2</source>
        <translation>任意 %1 参数的模型，%2</translation>
    </message>
    <message>
        <source>Corral does not run this model yet: cache and working memory are estimated by formulas.</source>
        <translation>Corral 还不能运行该模型：缓存和工作内存按公式估算。</translation>
    </message>
    <message>
        <source>A number of parameters looks like 7B, 1.5B or 350M.</source>
        <translation>参数量的写法如 7B、1.5B 或 350M。</translation>
    </message>
    <message>
        <source>32 bits (F32)</source>
        <translation>32 位 (F32)</translation>
    </message>
    <message>
        <source>16 bits (F16)</source>
        <translation>16 位 (F16)</translation>
    </message>
    <message>
        <source>8 bits (Q8_0)</source>
        <translation>8 位 (Q8_0)</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>%1 GiB</source>
        <translation>%1 GiB</translation>
    </message>
    <message>
        <source>Main memory</source>
        <translation>主内存</translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>%1 of %2 layers</source>
        <translation>%2 层中的 %1 层</translation>
    </message>
    <message>
        <source>Fits: %1 stay free.</source>
        <translation>放得下：还剩 %1。</translation>
    </message>
    <message>
        <source>Fits.</source>
        <translation>放得下。</translation>
    </message>
    <message>
        <source>Training: %1, %2, %3 tokens × %4</source>
        <translation>训练：%1，%2，%3 个词元 × %4</translation>
    </message>
    <message>
        <source>Context %1, batch %2, cache %3</source>
        <translation>上下文 %1，批次 %2，缓存 %3</translation>
    </message>
    <message numerus="yes">
        <source>%n user(s), each with a context of its own</source>
        <translation>
            <numerusform>%n 个用户，各有自己的上下文</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 layers on a graphics card of %3</source>
        <translation>%2 层中的 %1 层放在 %3 的显卡上</translation>
    </message>
    <message>
        <source>Rule of thumb: %1 = %2</source>
        <translation>经验法则：%1 = %2</translation>
    </message>
    <message>
        <source>In detail: %1</source>
        <translation>详细计算：%1</translation>
    </message>
    <message>
        <source>  %1: %2 = %3</source>
        <comment>name, size, formula</comment>
        <translation>  %1：%2 = %3</translation>
    </message>
    <message>
        <source>  Together: %1</source>
        <translation>  合计：%1</translation>
    </message>
    <message>
        <source>Does not fit in the %1.</source>
        <comment>device</comment>
        <translation>%1放不下。</translation>
    </message>
</context>
<context>
    <name>corral::app::FileSetListModel</name>
    <message>
        <source>Needs about %1 of memory.</source>
        <translation>大约需要 %1 内存。</translation>
    </message>
    <message>
        <source>Needs %1 of memory for a conversation of 4,096 tokens. This machine has %2, of which %3 are free.</source>
        <translation>4,096 个词元的对话需要 %1 内存。这台机器有 %2，其中 %3 可用。</translation>
    </message>
    <message>
        <source>Needs about %1 of memory. This machine has %2, of which %3 are free.</source>
        <translation>大约需要 %1 内存。这台机器有 %2，其中 %3 可用。</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>放得下</translation>
    </message>
    <message>
        <source>tight</source>
        <translation>勉强</translation>
    </message>
    <message>
        <source>too large</source>
        <translation>太大</translation>
    </message>
    <message>
        <source>The repository lacks %1.</source>
        <translation>仓库缺少 %1。</translation>
    </message>
    <message>
        <source>%L1 files</source>
        <translation>%L1 个文件</translation>
    </message>
</context>
<context>
    <name>corral::app::FitListModel</name>
    <message>
        <source>Not possible</source>
        <translation>无法生成</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>放得下</translation>
    </message>
    <message>
        <source>%1 too much</source>
        <translation>超出 %1</translation>
    </message>
    <message>
        <source>Needs %1 (%2)</source>
        <comment>GB, GiB</comment>
        <translation>需要 %1（%2）</translation>
    </message>
    <message>
        <source>Of them weights: %1 (%2)</source>
        <comment>GB, GiB</comment>
        <translation>其中权重：%1（%2）</translation>
    </message>
    <message>
        <source>Fits in the memory that is free now</source>
        <translation>当前空闲内存放得下</translation>
    </message>
    <message>
        <source>More than the memory that is free now</source>
        <translation>超过当前空闲内存</translation>
    </message>
</context>
<context>
    <name>corral::app::FolderListModel</name>
    <message>
        <source>Models folder</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>It cannot be read: %1</source>
        <translation>无法读取：%1</translation>
    </message>
    <message>
        <source>No models</source>
        <translation>没有模型</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>12 models · size</comment>
        <translation>%1 · %2</translation>
    </message>
    <message numerus="yes">
        <source>%n model(s)</source>
        <translation>
            <numerusform>%n 个模型</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>corral::app::HitListModel</name>
    <message>
        <source>%L1 downloads</source>
        <translation>%L1 次下载</translation>
    </message>
</context>
<context>
    <name>corral::app::JobListModel</name>
    <message>
        <source>%1: done.</source>
        <translation>%1：已完成。</translation>
    </message>
    <message>
        <source>%1: failed.</source>
        <translation>%1：失败。</translation>
    </message>
    <message>
        <source>Waiting for its turn</source>
        <translation>排队等待</translation>
    </message>
    <message>
        <source>Paused at %1</source>
        <translation>已暂停，进度 %1</translation>
    </message>
    <message>
        <source>Cancelled. Nothing was left behind.</source>
        <translation>已取消，没有留下任何残余文件。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
</context>
<context>
    <name>corral::app::LibraryModel</name>
    <message>
        <source>Checking… %1 %</source>
        <translation>正在校验… %1 %</translation>
    </message>
    <message>
        <source>Every byte is as it was published.</source>
        <translation>每个字节都与发布时一致。</translation>
    </message>
    <message>
        <source>Every byte is as it was when it was first checked.</source>
        <translation>每个字节都与首次校验时一致。</translation>
    </message>
    <message>
        <source>It is sound. What it should be exactly is not known; its checksum was noted for the next time.</source>
        <translation>文件完好。原始校验和未知；已记下其校验和，供下次比对。</translation>
    </message>
    <message>
        <source>It is not complete: %1</source>
        <translation>文件不完整：%1</translation>
    </message>
    <message>
        <source>It is damaged: %1</source>
        <translation>文件已损坏：%1</translation>
    </message>
    <message>
        <source>Its file is gone.</source>
        <translation>它的文件已不存在。</translation>
    </message>
    <message numerus="yes">
        <source>%n of its files are missing.</source>
        <translation>
            <numerusform>缺少 %n 个文件。</numerusform>
        </translation>
    </message>
    <message>
        <source>Corral cannot run the architecture “%1” yet.</source>
        <translation>Corral 还不能运行架构“%1”。</translation>
    </message>
    <message>
        <source>Reading model %L1 of %L2…</source>
        <translation>正在读取第 %L1 个模型，共 %L2 个…</translation>
    </message>
    <message>
        <source>Looking for models…</source>
        <translation>正在查找模型…</translation>
    </message>
    <message>
        <source>The model is not there any more.</source>
        <translation>模型已不存在。</translation>
    </message>
    <message>
        <source>This model belongs to %1. Corral only reads it there.</source>
        <translation>此模型属于 %1，Corral 只读取它。</translation>
    </message>
    <message>
        <source>It was not renamed: %1</source>
        <translation>没有重命名：%1</translation>
    </message>
    <message>
        <source>“%1” was not deleted: %2</source>
        <translation>“%1”没有删除：%2</translation>
    </message>
    <message>
        <source>It could not be taken back: %1</source>
        <translation>无法撤销：%1</translation>
    </message>
    <message>
        <source>Waiting…</source>
        <translation>正在等待…</translation>
    </message>
    <message>
        <source>“%1” is not a folder.</source>
        <translation>“%1”不是文件夹。</translation>
    </message>
    <message>
        <source>%1 · %2 free of %3</source>
        <comment>models and their size · size free of size</comment>
        <translation>%1 · 可用 %2，共 %3</translation>
    </message>
    <message numerus="yes">
        <source>%n model(s), %1</source>
        <translation>
            <numerusform>%n 个模型，%1</numerusform>
        </translation>
    </message>
    <message>
        <source>Models %1 · free %2 · in all %3</source>
        <translation>模型 %1 · 可用 %2 · 总计 %3</translation>
    </message>
    <message>
        <source>The name of “%1” is not valid text. Corral does not rename or delete it.</source>
        <translation>“%1” 的名称不是有效的文本。Corral 不会重命名或删除它。</translation>
    </message>
    <message>
        <source>It was renamed, but its checksum was not kept: %1</source>
        <translation>已重命名，但未能保留其校验和：%1</translation>
    </message>
    <message>
        <source>The files of “%1” changed a moment ago. Nothing was done.</source>
        <translation>“%1” 的文件刚刚发生了变化。未执行任何操作。</translation>
    </message>
    <message>
        <source>It is sound. What it should be exactly is not known, and its checksum could not be noted.</source>
        <translation>文件完好。它应有的确切内容未知，且未能记下其校验和。</translation>
    </message>
</context>
<context>
    <name>corral::app::LoadedMemory</name>
    <message>
        <source>%1 of %2 tokens</source>
        <translation>%2 个词元中的 %1 个</translation>
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
    <name>corral::app::ModelDetails</name>
    <message>
        <source>%L1 tokens</source>
        <translation>%L1 个词元</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>作者</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>架构</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数量</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>1.5 billion (1,543,714,304)</comment>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Quantization</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>每权重位数</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>986 MB (940 MiB)</comment>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>上下文长度</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层数</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>Attention heads</source>
        <translation>注意力头</translation>
    </message>
    <message>
        <source>%1, %2 of keys and values</source>
        <translation>%1，其中键和值 %2</translation>
    </message>
    <message>
        <source>Feed-forward width</source>
        <translation>前馈宽度</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>%1, %2 for each token</source>
        <translation>%1，每个词元用 %2</translation>
    </message>
    <message>
        <source>Sliding window</source>
        <translation>滑动窗口</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>词表</translation>
    </message>
    <message>
        <source>%L1 tokens (%2)</source>
        <comment>size of the vocabulary, kind of tokenizer</comment>
        <translation>%L1 个词元（%2）</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>源自</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>网页</translation>
    </message>
    <message>
        <source>Downloaded from</source>
        <translation>下载自</translation>
    </message>
    <message>
        <source>Belongs to</source>
        <translation>属于</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
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
    <name>corral::app::OffloadPlan</name>
    <message>
        <source>Main memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>%1 of %2 layers</source>
        <translation>%2 层中的 %1 层</translation>
    </message>
    <message>
        <source>Looking for graphics cards…</source>
        <translation>正在查找显卡…</translation>
    </message>
    <message>
        <source>No graphics card can be used here: the processor computes.</source>
        <translation>这里没有可用的显卡，由处理器计算。</translation>
    </message>
    <message>
        <source>As many layers as there is room for on %1.</source>
        <translation>在 %1 上放置尽可能多的层。</translation>
    </message>
    <message>
        <source>The processor computes all layers.</source>
        <translation>所有层由处理器计算。</translation>
    </message>
    <message>
        <source>That is %1 more than %2 has free. Fewer layers will be put there.</source>
        <translation>比 %2 的空闲显存多 %1，将只放置较少的层。</translation>
    </message>
    <message>
        <source>That is %1 more main memory than there is.</source>
        <translation>比现有内存多 %1。</translation>
    </message>
    <message>
        <source>%1 shares the processor&apos;s memory, so the processor computes all layers. Layers given to it by hand may speed up long prompts.</source>
        <translation>%1 与处理器共用内存，因此所有层由处理器计算。手动分配给它一些层，可能会加快长提示词的处理。</translation>
    </message>
    <message numerus="yes">
        <source>%1 has no room: the processor computes all layers.</source>
        <comment>a card, or several</comment>
        <translation>
            <numerusform>%1 没有空间，所有层由处理器计算。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 computes all layers.</source>
        <comment>a card, or several</comment>
        <translation>
            <numerusform>%1 计算所有层。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 computes %2 of %3 layers, the processor the others.</source>
        <comment>a card, or several</comment>
        <translation>
            <numerusform>%1 计算 %3 层中的 %2 层，其余由处理器计算。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 computes the last %2 of %3 layers, the processor the others.</source>
        <comment>a card, or several</comment>
        <translation>
            <numerusform>%1 计算 %3 层中的后 %2 层，其余由处理器计算。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s) cannot go to %1: a part of this model is larger than what it takes in one piece.</source>
        <translation>
            <numerusform>%n 层无法放到 %1 上：此模型中有一部分超过了它单块内存的上限。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>corral::app::QualityReport</name>
    <message>
        <source>%1 bits, mixed</source>
        <translation>混合 %1 位</translation>
    </message>
    <message>
        <source>Waiting for its turn</source>
        <translation>排队等待</translation>
    </message>
    <message>
        <source>A folder cannot be run, so there is nothing to compare with. Convert it to F16 first and quantize that.</source>
        <translation>文件夹无法直接运行，没有可供比较的对象。请先转换为 F16，再量化转换后的文件。</translation>
    </message>
    <message>
        <source>Runs a text through the original and through this model, and compares what they predict.</source>
        <translation>让原模型和这个模型读同一份文本，比较它们的预测。</translation>
    </message>
    <message>
        <source>Built-in text</source>
        <translation>内置文本</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>model, target</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 loses no measurable perplexity for %2 of the size.</source>
        <translation>%1 的困惑度几乎没有损失，大小是原来的 %2。</translation>
    </message>
    <message>
        <source>%1 is as good as the original on this text, for %2 of the size.</source>
        <translation>在这份文本上 %1 与原模型一样好，大小是原来的 %2。</translation>
    </message>
    <message>
        <source>%1 loses %2 perplexity for %3 of the size.</source>
        <translation>%1 的困惑度损失 %2，大小是原来的 %3。</translation>
    </message>
    <message>
        <source>The weights of %1 are off by %2 on average, for %3 of the size.</source>
        <translation>%1 的权重平均误差为 %2，大小是原来的 %3。</translation>
    </message>
    <message>
        <source>%1 takes %2 of the size.</source>
        <translation>%1 的大小是原来的 %2。</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>%1 → %2</source>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>How surprised the model is by the text: lower is better. Before → after.</source>
        <translation>模型对这份文本感到意外的程度，越低越好。量化前 → 量化后。</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL 散度</translation>
    </message>
    <message>
        <source>How far its predictions have moved from the original&apos;s; 0 is no difference.</source>
        <translation>预测偏离原模型的程度，0 表示没有差别。</translation>
    </message>
    <message>
        <source>Same first choice</source>
        <translation>首选一致</translation>
    </message>
    <message>
        <source>How often its most likely next token is the original&apos;s, of %L1 tokens.</source>
        <translation>在 %L1 个词元中，最可能的下一个词元与原模型相同的比例。</translation>
    </message>
    <message>
        <source>Error of the weights</source>
        <translation>权重误差</translation>
    </message>
    <message>
        <source>Root mean square, relative to the original weights.</source>
        <translation>相对于原权重的均方根误差。</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>每个权重 %1 位</translation>
    </message>
    <message>
        <source>%1, error %2</source>
        <comment>tensor type, error</comment>
        <translation>%1，误差 %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>tensor: facts</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Layer %1, %2: %3</source>
        <comment>number, tensor, facts</comment>
        <translation>第 %1 层，%2：%3</translation>
    </message>
    <message>
        <source>%1: %2, perplexity %3, KL divergence %4</source>
        <translation>%1：%2，困惑度 %3，KL 散度 %4</translation>
    </message>
</context>
<context>
    <name>corral::app::QuantityListModel</name>
    <message>
        <source>%1: %2 (%3)</source>
        <comment>name, GB, GiB</comment>
        <translation>%1：%2（%3）</translation>
    </message>
</context>
<context>
    <name>corral::app::QuantizeController</name>
    <message>
        <source>“%1” holds no model: there should be a config.json and files ending in .safetensors.</source>
        <translation>“%1”里没有模型：应当有 config.json 和以 .safetensors 结尾的文件。</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Hugging Face folder</source>
        <translation>Hugging Face 文件夹</translation>
    </message>
    <message>
        <source>%1 is recommended. %2</source>
        <comment>target, reason</comment>
        <translation>推荐 %1。%2</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) into one</source>
        <translation>
            <numerusform>%n 个文件合为一个</numerusform>
        </translation>
    </message>
    <message>
        <source>Files of at most %1 GB</source>
        <translation>每个文件最多 %1 GB</translation>
    </message>
    <message numerus="yes">
        <source>Files of at most %n tensor(s)</source>
        <translation>
            <numerusform>每个文件最多 %n 个张量</numerusform>
        </translation>
    </message>
    <message>
        <source>Mixed types · %1</source>
        <translation>混合类型 · %1</translation>
    </message>
    <message>
        <source>Mixed types · %1 bits per weight</source>
        <translation>混合类型 · 每个权重 %1 位</translation>
    </message>
    <message>
        <source>%1 · %2 · %3 bits per weight</source>
        <translation>%1 · %2 · 每个权重 %3 位</translation>
    </message>
    <message>
        <source>mixed</source>
        <comment>part of a file name: mixed types</comment>
        <translation>mixed</translation>
    </message>
    <message>
        <source>A file of this name is there. It will be replaced.</source>
        <translation>已有同名文件，将被替换。</translation>
    </message>
    <message>
        <source>A file of this name is there. Choose another name.</source>
        <translation>已有同名文件，请换一个名称。</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>请先打开模型。</translation>
    </message>
    <message>
        <source>The sizes are being computed.</source>
        <translation>正在计算大小。</translation>
    </message>
    <message>
        <source>The folder “%1” is not there.</source>
        <translation>文件夹“%1”不存在。</translation>
    </message>
    <message>
        <source>Nothing can be written to “%1”. Choose another folder.</source>
        <translation>无法写入“%1”，请换一个文件夹。</translation>
    </message>
    <message>
        <source>This would overwrite the model itself. Choose another name.</source>
        <translation>这样会覆盖原模型，请换一个名称。</translation>
    </message>
    <message>
        <source>Choose a target.</source>
        <translation>请选择目标。</translation>
    </message>
    <message>
        <source>%1 cannot be made of this model: %2</source>
        <translation>这个模型无法制成 %1：%2</translation>
    </message>
    <message>
        <source>%1 needs an importance matrix. Choose one under Advanced.</source>
        <translation>%1 需要重要性矩阵，请在“高级”中选择。</translation>
    </message>
    <message>
        <source>This model is quantized already.</source>
        <translation>这个模型已经量化过。</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>拆分</translation>
    </message>
    <message>
        <source>Convert</source>
        <translation>转换</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Corral ended while it was writing “%1”. What is left of it takes %2 and is of no use.</source>
        <translation>Corral 在写入“%1”时意外退出。残余文件占用 %2，已没有用处。</translation>
    </message>
    <message numerus="yes">
        <source>Corral ended while it was writing %n file(s). What is left of them takes %1 and is of no use.</source>
        <translation>
            <numerusform>Corral 在写入 %n 个文件时意外退出。残余文件共占用 %1，已没有用处。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>corral::app::QuantizeOptions</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
</context>
<context>
    <name>corral::app::RequestListModel</name>
    <message>
        <source>Working</source>
        <translation>处理中</translation>
    </message>
    <message numerus="yes">
        <source>%Ln token(s) in the prompt</source>
        <translation>
            <numerusform>提示词共 %Ln 个词元</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln token(s)</source>
        <translation>
            <numerusform>%Ln 个词元</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 · %L2 tokens/s</source>
        <comment>128 tokens · 42.1 tokens/s</comment>
        <translation>%1 · %L2 词元/秒</translation>
    </message>
    <message>
        <source>Waiting for a slot</source>
        <translation>等待空闲槽位</translation>
    </message>
    <message>
        <source>Reading the prompt, %1</source>
        <translation>正在读取提示词，%1</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>正在生成</translation>
    </message>
</context>
<context>
    <name>corral::app::ServeController</name>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Loading %1</source>
        <translation>正在加载 %1</translation>
    </message>
    <message>
        <source>Ready at %1: %2</source>
        <translation>已就绪，地址 %1：%2</translation>
    </message>
    <message>
        <source>Port %1 is taken by another program.</source>
        <translation>端口 %1 已被其他程序占用。</translation>
    </message>
    <message>
        <source>Port %1 cannot be used: those below 1024 are kept for the system.</source>
        <translation>无法使用端口 %1：1024 以下的端口由系统保留。</translation>
    </message>
    <message>
        <source>This address cannot be used: %1</source>
        <translation>无法使用此地址：%1</translation>
    </message>
    <message>
        <source>%L1 ms</source>
        <translation>%L1 毫秒</translation>
    </message>
    <message>
        <source>%1: %2, %3</source>
        <comment>request: status, duration</comment>
        <translation>%1：%2，%3</translation>
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
        <source>A key consists of letters, digits and signs, without blanks.</source>
        <translation>密钥由字母、数字和符号组成，不含空格。</translation>
    </message>
    <message>
        <source>The key could not be kept: %1</source>
        <translation>无法保存密钥：%1</translation>
    </message>
    <message>
        <source>Port %1</source>
        <translation>端口 %1</translation>
    </message>
    <message numerus="yes">
        <source>%n slot(s)</source>
        <translation>
            <numerusform>%n 个槽位</numerusform>
        </translation>
    </message>
    <message>
        <source>reachable from other computers</source>
        <translation>其他电脑可访问</translation>
    </message>
    <message>
        <source>no key</source>
        <translation>无密钥</translation>
    </message>
    <message>
        <source>with a key</source>
        <translation>需要密钥</translation>
    </message>
    <message>
        <source>The server is off</source>
        <translation>服务器未启动</translation>
    </message>
    <message>
        <source>Serving %1</source>
        <translation>%1 正在提供服务</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>The server could not start</source>
        <translation>服务器无法启动</translation>
    </message>
    <message>
        <source>%1 of %L2 tokens · %3</source>
        <comment>4 slots of 8,192 tokens · 2 threads</comment>
        <translation>%1，每个 %L2 个词元 · %3</translation>
    </message>
    <message numerus="yes">
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%n 个线程</numerusform>
        </translation>
    </message>
    <message>
        <source>%L1 of %L2</source>
        <comment>slots at work</comment>
        <translation>%L1 / %L2</translation>
    </message>
    <message>
        <source>Choose the model to serve.</source>
        <translation>请选择要提供服务的模型。</translation>
    </message>
    <message>
        <source>Unreadable request</source>
        <translation>无法读取的请求</translation>
    </message>
    <message>
        <source>%1: client disconnected before the answer, %2</source>
        <translation>%1：应答之前客户端已断开，%2</translation>
    </message>
    <message>
        <source>%1: %2, %3, client disconnected</source>
        <translation>%1：%2，%3，客户端已断开</translation>
    </message>
    <message>
        <source>Anyone who can reach this computer can use the model. Require a key unless you trust everyone on the network.</source>
        <translation>任何能访问这台电脑的人都可以使用模型。除非您信任网络中的所有人，否则请要求密钥。</translation>
    </message>
    <message>
        <source>Other computers can use the model if they know the key. The traffic is not encrypted: do this only in networks you trust.</source>
        <translation>知道密钥的其他电脑可以使用模型。传输内容未加密，请只在可信的网络中使用。</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>sentence, detail</comment>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>The graphics card was lost, and the answers it was working on: %1. Loading %2 again</source>
        <translation>显卡已失联，正在生成的回答随之中断：%1。正在重新加载 %2</translation>
    </message>
    <message>
        <source>%1 could not be loaded again, and will be tried once more: %2</source>
        <translation>%1 未能重新加载，稍后会再试：%2</translation>
    </message>
    <message>
        <source>Loading %1 again</source>
        <translation>正在重新加载 %1</translation>
    </message>
    <message>
        <source>The graphics card was lost. Programs that ask now are told to wait until the model is loaded again.</source>
        <translation>显卡已失联。模型重新加载完成之前，发来请求的程序会收到“请稍候”的答复。</translation>
    </message>
</context>
<context>
    <name>corral::app::SlotListModel</name>
    <message>
        <source>Slot %1, at work: %L2 of %L3 tokens</source>
        <translation>槽位 %1，使用中：%L2 / %L3 个词元</translation>
    </message>
    <message>
        <source>Slot %1, free: remembers %L2 of %L3 tokens</source>
        <translation>槽位 %1，空闲：记住 %L2 / %L3 个词元</translation>
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
<context>
    <name>corral::app::TargetListModel</name>
    <message>
        <source>Not possible</source>
        <translation>无法生成</translation>
    </message>
    <message>
        <source>%1 (%2), %3 bits per weight</source>
        <translation>%1（%2），每个权重 %3 位</translation>
    </message>
    <message>
        <source>Perplexity %1 against the original, as measured</source>
        <translation>实测困惑度比原模型 %1</translation>
    </message>
    <message>
        <source>Fits in the memory that is free now</source>
        <translation>现有空闲内存放得下</translation>
    </message>
    <message>
        <source>Larger than the memory that is free now</source>
        <translation>超出现有空闲内存</translation>
    </message>
    <message>
        <source>Needs an importance matrix</source>
        <translation>需要重要性矩阵</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>推荐</translation>
    </message>
</context>
<context>
    <name>corral::app::TensorListModel</name>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>percent · tensor</comment>
        <translation>%1 · %2</translation>
    </message>
    <message numerus="yes">
        <source>%n tensor(s)</source>
        <translation>
            <numerusform>%n 个张量</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 with %2 weights. %3 of them are zero (density %4). Values from %5 to %6, mean %7, standard deviation %8.</source>
        <translation>%1，共 %2 个权重，其中 %3 为零（密度 %4）。取值从 %5 到 %6，平均值 %7，标准差 %8。</translation>
    </message>
    <message numerus="yes">
        <source>%n weight(s) are not numbers: the model is damaged.</source>
        <translation>
            <numerusform>有 %n 个权重不是数字：模型已损坏。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>corral::app::Tray</name>
    <message>
        <source>Show the window</source>
        <translation>显示窗口</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Stop the server</source>
        <translation>停止服务器</translation>
    </message>
    <message>
        <source>Start the server</source>
        <translation>启动服务器</translation>
    </message>
    <message>
        <source>Slots at work: %1</source>
        <translation>使用中的槽位：%1</translation>
    </message>
</context>
</TS>
