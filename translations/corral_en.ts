<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AdvancedOptions</name>
    <message numerus="yes">
        <source>Advanced (%n changed)</source>
        <translation>
            <numerusform>Advanced (%n changed)</numerusform>
            <numerusform>Advanced (%n changed)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ClosingDialog</name>
    <message numerus="yes">
        <source>%n answer(s) are being written. Quitting ends them, and programs can no longer use the model.</source>
        <translation>
            <numerusform>%n answer is being written. Quitting ends it, and programs can no longer use the model.</numerusform>
            <numerusform>%n answers are being written. Quitting ends them, and programs can no longer use the model.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DownloadCard</name>
    <message numerus="yes">
        <source>%n files</source>
        <comment>shards of a model</comment>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>JobStrip</name>
    <message numerus="yes">
        <source>%n more</source>
        <comment>jobs</comment>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>JobWords</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LiveView</name>
    <message numerus="yes">
        <source>%n request(s) wait</source>
        <translation>
            <numerusform>%n request waits</numerusform>
            <numerusform>%n requests wait</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them with an error</source>
        <translation>
            <numerusform>%n of them with an error</numerusform>
            <numerusform>%n of them with an error</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ServerForm</name>
    <message numerus="yes">
        <source>%n requests are answered at a time; more wait.</source>
        <translation>
            <numerusform>%n request is answered at a time; more wait.</numerusform>
            <numerusform>%n requests are answered at a time; more wait.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The model and its %n slots take up to %1.</source>
        <translation>
            <numerusform>The model and its %n slot take up to %1.</numerusform>
            <numerusform>The model and its %n slots take up to %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Targets</name>
    <message numerus="yes">
        <source>%n bit(s)</source>
        <translation>
            <numerusform>%n bit</numerusform>
            <numerusform>%n bits</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>corral::app::ChatController</name>
    <message numerus="yes">
        <source>CPU, %n thread(s)</source>
        <translation>
            <numerusform>CPU, %n thread</numerusform>
            <numerusform>CPU, %n threads</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>corral::app::DeviceListModel</name>
    <message numerus="yes">
        <source>%n core(s)</source>
        <translation>
            <numerusform>%n core</numerusform>
            <numerusform>%n cores</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>corral::app::EstimateController</name>
    <message numerus="yes">
        <source>%n user(s), each with a context of its own</source>
        <translation>
            <numerusform>%n user, with a context of its own</numerusform>
            <numerusform>%n users, each with a context of its own</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>corral::app::FolderListModel</name>
    <message numerus="yes">
        <source>%n model(s)</source>
        <translation>
            <numerusform>%n model</numerusform>
            <numerusform>%n models</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>corral::app::LibraryModel</name>
    <message numerus="yes">
        <source>%n of its files are missing.</source>
        <translation>
            <numerusform>%n of its files is missing.</numerusform>
            <numerusform>%n of its files are missing.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n model(s), %1</source>
        <translation>
            <numerusform>%n model, %1</numerusform>
            <numerusform>%n models, %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>corral::app::OffloadPlan</name>
    <message numerus="yes">
        <source>%1 has no room: the processor computes all layers.</source>
        <comment>a card, or several</comment>
        <translation>
            <numerusform>%1 has no room: the processor computes all layers.</numerusform>
            <numerusform>%1 have no room: the processor computes all layers.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 computes all layers.</source>
        <comment>a card, or several</comment>
        <translation>
            <numerusform>%1 computes all layers.</numerusform>
            <numerusform>%1 compute all layers.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 computes %2 of %3 layers, the processor the others.</source>
        <comment>a card, or several</comment>
        <translation>
            <numerusform>%1 computes %2 of %3 layers, the processor the others.</numerusform>
            <numerusform>%1 compute %2 of %3 layers, the processor the others.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 computes the last %2 of %3 layers, the processor the others.</source>
        <comment>a card, or several</comment>
        <translation>
            <numerusform>%1 computes the last %2 of %3 layers, the processor the others.</numerusform>
            <numerusform>%1 compute the last %2 of %3 layers, the processor the others.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s) cannot go to %1: a part of this model is larger than what it takes in one piece.</source>
        <translation>
            <numerusform>%n layer cannot go to %1: a part of this model is larger than what it takes in one piece.</numerusform>
            <numerusform>%n layers cannot go to %1: a part of this model is larger than what it takes in one piece.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>corral::app::QuantizeController</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) into one</source>
        <translation>
            <numerusform>%n file into one</numerusform>
            <numerusform>%n files into one</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Files of at most %n tensor(s)</source>
        <translation>
            <numerusform>Files of at most %n tensor</numerusform>
            <numerusform>Files of at most %n tensors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Corral ended while it was writing %n file(s). What is left of them takes %1 and is of no use.</source>
        <translation>
            <numerusform>Corral ended while it was writing %n file. What is left of it takes %1 and is of no use.</numerusform>
            <numerusform>Corral ended while it was writing %n files. What is left of them takes %1 and is of no use.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>corral::app::RequestListModel</name>
    <message numerus="yes">
        <source>%Ln token(s) in the prompt</source>
        <translation>
            <numerusform>%Ln token in the prompt</numerusform>
            <numerusform>%Ln tokens in the prompt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln token(s)</source>
        <translation>
            <numerusform>%Ln token</numerusform>
            <numerusform>%Ln tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>corral::app::ServeController</name>
    <message numerus="yes">
        <source>%n slot(s)</source>
        <translation>
            <numerusform>%n slot</numerusform>
            <numerusform>%n slots</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thread(s)</source>
        <translation>
            <numerusform>%n thread</numerusform>
            <numerusform>%n threads</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>corral::app::TensorListModel</name>
    <message numerus="yes">
        <source>%n tensor(s)</source>
        <translation>
            <numerusform>%n tensor</numerusform>
            <numerusform>%n tensors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n weight(s) are not numbers: the model is damaged.</source>
        <translation>
            <numerusform>%n weight is not a number: the model is damaged.</numerusform>
            <numerusform>%n weights are not numbers: the model is damaged.</numerusform>
        </translation>
    </message>
</context>
</TS>
