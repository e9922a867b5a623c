#include "app/chat/chat_controller.h"

#include "app/devices/offload_words.h"
#include "app/engine/engine_host.h"
#include "app/settings/chat_settings.h"
#include "app/store/store.h"
#include "app/text/sentences.h"
#include "core/engine/engine.h"

#include <QFileInfo>

#include <bit>
#include <chrono>
#include <utility>

namespace corral::app {

using namespace std::chrono_literals;

// A crash costs at most this much of an answer.
constexpr auto kSaveInterval = 800ms;

ChatController::ChatController(EngineHost& host, Store& store, ChatSettings& settings, StarterManifest starter, QObject* parent)
    : QObject(parent), m_host(host), m_store(store), m_settings(settings), m_starter(std::move(starter)), m_messages(new MessageListModel(this))
{
    m_saveTimer.setInterval(kSaveInterval);
    connect(&m_saveTimer, &QTimer::timeout, this, &ChatController::save);

    const auto isAnswer = [this](quint64 request) { return m_answer && m_answer->request == request; };
    connect(&host, &EngineHost::loadProgress, this, [this](quint64 request, double fraction) {
        if (request != m_load) return;
        m_loadProgress = fraction;
        emit loadProgressChanged();
    });
    connect(&host, &EngineHost::loaded, this, [this](quint64 request, const engine::Loaded& what) {
        if (request == m_load) takeLoaded(what);
    });
    connect(&host, &EngineHost::promptProgress, this, [this, isAnswer](quint64 request, int done, int total, int cached) {
        if (!isAnswer(request)) return;
        m_promptDone = done;
        m_promptTokens = total;
        m_cachedTokens = cached;
        emit progressChanged();
    });
    connect(&host, &EngineHost::text, this, [this, isAnswer](quint64 request, const QString& text, int tokens) {
        if (isAnswer(request)) takeText(text, tokens);
    });
    connect(&host, &EngineHost::finished, this, [this, isAnswer](quint64 request, const engine::Finished& what) {
        if (isAnswer(request)) takeFinished(what);
    });
    connect(&host, &EngineHost::failed, this, [this, isAnswer](quint64 request, const Error& error) {
        if (request == m_load) takeLoadFailure(error);
        else if (isAnswer(request)) takeAnswerFailure(error);
    });

    connect(&host, &EngineHost::recovered, this, [this, isAnswer](quint64 request, const engine::Recovered& what) {
        if (!isAnswer(request)) return; // another model is on its way
        setPlacement(what.placement);
        emit modelChanged();
        emit modelRecovered();
    });

    connect(&settings, &ChatSettings::conversationLayerChanged, this, [this](const QJsonObject& layer) {
        if (m_conversation != 0) m_store.setSettings(m_conversation, layer);
    });
    connect(&settings, &ChatSettings::reloadWanted, this, [this] {
        if (!m_modelPath.isEmpty()) loadModel(modelUrl());
    });
    connect(&store, &Store::conversationChanged, this, [this](int id) {
        if (id != m_conversation) return;
        const auto record = m_store.conversation(id);
        if (!record || record->title == m_title) return;
        m_title = record->title;
        emit conversationChanged();
    });
    connect(&store, &Store::conversationRemoved, this, [this](int id) {
        if (id != m_conversation) return;
        newConversation();
        m_removedWhileOpen = id;
    });
    connect(&store, &Store::conversationAdded, this, [this](int id) {
        if (id == std::exchange(m_removedWhileOpen, 0) && m_conversation == 0) open(id);
    });
}

ChatController::~ChatController() { abandonAnswer(); }

// The one place where the state changes. What follows from a state alone follows here.
void ChatController::transition(State next, const Problem& problem)
{
    const bool errorChanges = next == Failed || m_state == Failed;
    const State before = std::exchange(m_state, next);
    if (next == Failed) m_error = problem;
    else m_error = {};
    if (next != Failed) m_answerFailed = false;
    if (next == Prompt || next == Answering) m_saveTimer.start();
    else if (next != Stopping) m_saveTimer.stop();
    if (before != next) emit stateChanged();
    if (errorChanges) emit errorChanged();
}

bool ChatController::canSend() const
{
    return (m_modelReady && (m_state == Ready || m_state == Failed)) || (m_state == Loading && m_waitingMessage == 0);
}

QUrl ChatController::modelUrl() const { return m_modelPath.isEmpty() ? QUrl() : QUrl::fromLocalFile(m_modelPath); }

QString ChatController::modelDevice() const
{
    if (!m_modelReady) return {};
    return m_placement.devices.empty() ? tr("CPU, %n thread(s)", nullptr, m_modelThreads) : whereText(m_placement);
}

QString ChatController::placementNote() const { return m_noteDismissed ? QString() : shortfallText(m_placement); }
QString ChatController::placementDetail() const { return QString::fromStdString(m_placement.note); }

void ChatController::dismissPlacementNote()
{
    m_noteDismissed = true;
    emit placementNoteChanged();
}

void ChatController::setPlacement(const generate::Placement& placement)
{
    m_placement = placement;
    m_noteDismissed = false;
    emit placementNoteChanged();
}

double ChatController::promptProgress() const { return m_promptTokens > 0 ? double(m_promptDone) / m_promptTokens : 0; }

void ChatController::setDraft(const QString& draft)
{
    if (draft == this->draft()) return;
    if (draft.isEmpty()) m_drafts.remove(m_conversation);
    else m_drafts[m_conversation] = draft;
    emit draftChanged();
}

QString ChatController::labelOf(Help help)
{
    switch (help) {
    case Help::None: return {};
    case Help::Retry: return tr("Try again");
    case Help::ChooseModel: return tr("Choose another model");
    case Help::LargerContext: return tr("Use a larger context");
    case Help::NewConversation: return tr("New conversation");
    case Help::WithoutCards: return tr("Continue on the CPU");
    }
    return {};
}

// ---- the conversation

void ChatController::newConversation() { showConversation(0); }

void ChatController::open(int conversationId)
{
    if (conversationId != m_conversation) showConversation(conversationId);
}

void ChatController::showConversation(int id)
{
    const auto record = id != 0 ? m_store.conversation(id) : std::nullopt;
    if (busy()) stop();
    m_waitingMessage = 0;
    m_removedWhileOpen = 0;
    m_conversation = record ? record->id : 0;
    m_title = record ? record->title : QString();
    m_tree.reset(record ? m_store.messages(record->id) : QList<MessageRecord>());
    m_settings.setConversationLayer(record ? record->settings : QJsonObject());
    m_contextUsed = 0;
    showPath(record && m_tree.contains(record->shownLeaf) ? record->shownLeaf : m_tree.newestMessage());
    if (m_state == Failed && m_answerFailed) transition(m_modelReady ? Ready : NoModel);
    emit conversationChanged();
    emit draftChanged();
    emit contextChanged();
}

void ChatController::startConversation(const QString& firstMessage)
{
    constexpr qsizetype kTitle = 60;
    QString title = firstMessage.trimmed().section(u'\n', 0, 0).simplified();
    if (title.size() > kTitle) {
        const qsizetype space = title.lastIndexOf(u' ', kTitle);
        title = title.left(space > kTitle / 2 ? space : kTitle) + u'…';
    }
    ConversationRecord record;
    record.title = title;
    record.modelPath = m_modelPath;
    record.modelName = m_modelName;
    record.settings = m_settings.conversationLayer();
    m_conversation = m_store.addConversation(record);
    m_title = title;
    m_drafts.remove(0);
    emit conversationChanged();
    emit draftChanged();
}

BranchMessage ChatController::branchMessage(int id) const
{
    const QList<int> siblings = m_tree.siblings(id);
    return {m_tree.message(id), int(siblings.indexOf(id)) + 1, int(siblings.size())};
}

MessageRecord ChatController::addMessage(MessageRecord record)
{
    record.conversation = m_conversation;
    record.id = m_store.addMessage(record);
    m_tree.add(record);
    return record;
}

void ChatController::showPath(int leaf)
{
    m_path = m_tree.pathTo(leaf);
    QList<BranchMessage> branch;
    branch.reserve(m_path.size());
    for (const int message : std::as_const(m_path)) branch.append(branchMessage(message));
    m_messages->show(branch);
}

void ChatController::showBranch(int leaf)
{
    showPath(leaf);
    m_store.setShownLeaf(m_conversation, leaf);
}

void ChatController::send(const QString& text)
{
    if (text.trimmed().isEmpty() || !canSend()) return;
    if (m_conversation == 0) startConversation(text);
    setDraft({});
    sendAt(leaf(), text.trimmed());
}

void ChatController::sendAt(int parent, const QString& text)
{
    MessageRecord record;
    record.parent = parent;
    record.role = MessageRecord::Role::User;
    record.content = text;
    showBranch(addMessage(record).id);
    emit sent();
    answer(leaf());
}

void ChatController::regenerate(int messageId)
{
    if (!m_tree.contains(messageId) || !canSend()) return;
    const MessageRecord& message = m_tree.message(messageId);
    const bool isUser = message.role == MessageRecord::Role::User;
    const int question = isUser ? messageId : message.parent;
    if (!m_tree.contains(question)) return;
    showBranch(question);
    answer(question);
}

void ChatController::edit(int messageId, const QString& text)
{
    if (!m_tree.contains(messageId) || text.trimmed().isEmpty() || !canSend()) return;
    const MessageRecord& message = m_tree.message(messageId);
    if (message.role == MessageRecord::Role::User) sendAt(message.parent, text.trimmed());
}

void ChatController::selectBranch(int messageId, int delta)
{
    if (!m_tree.contains(messageId) || busy()) return;
    const QList<int> siblings = m_tree.siblings(messageId);
    const qsizetype wanted = siblings.indexOf(messageId) + delta;
    if (wanted >= 0 && wanted < siblings.size()) showBranch(m_tree.newestLeaf(siblings[wanted]));
}

QString ChatController::messageText(int messageId) const
{
    if (m_answer && m_answer->record.id == messageId) return m_answer->record.content;
    return m_tree.contains(messageId) ? m_tree.message(messageId).content : QString();
}

QString ChatController::conversationText() const
{
    QString text = QStringLiteral("# ") + (m_title.isEmpty() ? tr("New conversation") : m_title) + QStringLiteral("\n");
    for (const int id : m_path) {
        const MessageRecord& message = m_tree.message(id);
        const QString who = message.role == MessageRecord::Role::User ? tr("You") : message.modelName.isEmpty() ? tr("Answer") : message.modelName;
        text += QStringLiteral("\n**") + who + QStringLiteral("**\n\n") + messageText(id).trimmed() + u'\n';
    }
    return text;
}

// ---- the answer

void ChatController::answer(int userMessage)
{
    if (!m_modelReady) {
        m_waitingMessage = userMessage;
        emit stateChanged(); // canSend
        return;
    }
    m_waitingMessage = 0;
    MessageRecord record;
    record.parent = userMessage;
    record.role = MessageRecord::Role::Assistant;
    record.state = MessageRecord::State::Streaming;
    record.modelName = m_modelName;
    record = addMessage(record);
    m_path = m_tree.pathTo(record.id);
    m_store.setShownLeaf(m_conversation, record.id);
    m_messages->append(branchMessage(record.id));

    m_promptDone = m_promptTokens = m_cachedTokens = 0;
    m_tokensPerSecond = 0;
    m_unsaved = false;
    m_answer = Answer{.request = m_host.submit(requestFor(userMessage)), .record = record};
    transition(Prompt);
    emit progressChanged();
}

engine::ChatRequest ChatController::requestFor(int userMessage) const
{
    engine::ChatRequest request;
    if (const QString system = m_settings.systemPrompt(); !system.trimmed().isEmpty()) {
        request.input.messages.push_back({{"role", "system"}, {"content", system.toStdString()}});
    }
    for (const int id : m_tree.pathTo(userMessage)) {
        const MessageRecord& message = m_tree.message(id);
        const bool isUser = message.role == MessageRecord::Role::User;
        if (!isUser && message.content.isEmpty()) continue; // failed before its first word
        request.input.messages.push_back({{"role", isUser ? "user" : "assistant"}, {"content", message.content.toStdString()}});
    }
    request.sampling = m_settings.sampling();
    request.maxTokens = m_settings.longestAnswer();
    return request;
}

void ChatController::takeText(const QString& text, int tokens)
{
    Answer& answer = *m_answer;
    if (answer.tokens == 0) answer.sinceFirstText.start();
    answer.tokens += tokens;
    answer.record.content += text;
    m_unsaved = true;
    const bool isShown = answer.record.conversation == m_conversation;
    if (!isShown) return;
    if (m_state == Prompt) transition(Answering);
    m_messages->appendText(text);
    const double seconds = double(answer.sinceFirstText.nsecsElapsed()) * 1e-9;
    m_tokensPerSecond = seconds > 0 ? answer.tokens / seconds : 0;
    m_contextUsed = m_promptTokens + answer.tokens;
    emit progressChanged();
    emit contextChanged();
}

void ChatController::save()
{
    if (!m_answer || !std::exchange(m_unsaved, false)) return;
    m_store.updateMessage(m_answer->record);
}

void ChatController::stop()
{
    if (!canStop()) return;
    m_host.cancel(m_answer->request);
    transition(Stopping);
}

void ChatController::takeFinished(const engine::Finished& what)
{
    const auto& t = what.timings;
    m_answer->record.timings = {{QStringLiteral("promptTokens"), t.promptTokens},       {QStringLiteral("cachedTokens"), t.cachedTokens},
                                {QStringLiteral("generatedTokens"), t.generatedTokens}, {QStringLiteral("promptSeconds"), t.promptSeconds},
                                {QStringLiteral("generationSeconds"), t.generationSeconds},
                                {QStringLiteral("firstTokenSeconds"), t.firstTokenSeconds}};
    if (m_answer->record.conversation == m_conversation) {
        m_contextUsed = what.contextUsed;
        m_contextLength = what.contextLength;
        m_promptTokens = m_promptDone = t.promptTokens;
        m_cachedTokens = t.cachedTokens;
        m_tokensPerSecond = t.generationSeconds > 0 ? t.generatedTokens / t.generationSeconds : 0;
        emit contextChanged();
    }
    switch (what.reason) {
    case engine::FinishReason::EndOfText:
    case engine::FinishReason::StopString: return endAnswer(MessageRecord::State::Complete, {});
    case engine::FinishReason::MaxTokens: return endAnswer(MessageRecord::State::LimitReached, {});
    case engine::FinishReason::Cancelled: return endAnswer(MessageRecord::State::Stopped, {});
    case engine::FinishReason::ContextFull:
        return endAnswer(MessageRecord::State::ContextFull,
                         {tr("The context of %L1 tokens is full: the answer ends here. Nothing was cut off before it.").arg(what.contextLength), {},
                          helpAgainstFullContext()});
    }
}

void ChatController::takeAnswerFailure(const Error& error)
{
    if (error.code == ErrorCode::Cancelled) return endAnswer(MessageRecord::State::Stopped, {});
    const Help help = error.code == ErrorCode::ContextFull ? helpAgainstFullContext()
                      : error.code == ErrorCode::Template  ? Help::ChooseModel
                      : error.code == ErrorCode::Device    ? Help::WithoutCards
                                                           : Help::Retry;
    QString text = sentenceFor(error, m_modelName);
    if (help == Help::WithoutCards) text = tr("%1 The conversation is kept: the processor can continue it.", "a sentence that says that the graphics card failed").arg(text);
    endAnswer(MessageRecord::State::Failed, {text, detailOf(error), help});
}

int ChatController::largerContext() const
{
    const int needed = std::max({2 * m_contextLength, m_promptTokens + 1024, 2048});
    const int next = int(std::bit_ceil(unsigned(needed)));
    if (m_trainingContext <= 0 || next <= m_trainingContext) return next;
    return std::bit_floor(unsigned(m_trainingContext)) > unsigned(m_contextLength) ? int(std::bit_floor(unsigned(m_trainingContext))) : 0;
}

ChatController::Help ChatController::helpAgainstFullContext() const { return largerContext() > 0 ? Help::LargerContext : Help::NewConversation; }

void ChatController::endAnswer(MessageRecord::State state, const Problem& problem)
{
    Answer answer = *std::exchange(m_answer, std::nullopt);
    answer.record.state = state;
    answer.record.error = problem.text;
    const bool isShown = answer.record.conversation == m_conversation;
    if (isShown && m_messages->thinkingSeconds() > 0) answer.record.timings[QLatin1String("thinkingSeconds")] = m_messages->thinkingSeconds();
    m_store.updateMessage(answer.record);
    m_store.checkpointInBackground();
    if (isShown) {
        m_tree.update(answer.record);
        m_messages->finishLast(answer.record, labelOf(problem.help));
    }
    if (m_state == Loading || m_state == NoModel) return; // another model is on its way
    m_answerFailed = isShown && !problem.text.isEmpty();
    transition(m_answerFailed ? Failed : Ready, problem);
    emit progressChanged();
}

// The program ends, or the model goes: what was written stays, as stopped.
void ChatController::abandonAnswer()
{
    if (!m_answer) return;
    m_host.cancel(m_answer->request);
    m_answer->record.state = MessageRecord::State::Stopped;
    m_store.updateMessage(m_answer->record);
}

// ---- the model

void ChatController::loadModel(const QUrl& file)
{
    const QString path = file.isLocalFile() ? file.toLocalFile() : file.path();
    if (!path.isEmpty()) load(path, Cards::AsWished);
}

void ChatController::load(const QString& path, Cards cards)
{
    if (m_answer) m_host.cancel(m_answer->request);
    if (m_load != 0) m_host.cancel(m_load);
    m_modelReady = false;
    m_modelPath = path;
    m_modelName = QFileInfo(path).completeBaseName();
    m_modelQuantization.clear();
    m_loadProgress = 0;
    m_contextLength = m_contextUsed = 0;
    m_settings.setModel(path, m_modelName);
    setPlacement({});
    auto options = m_settings.sessionOptions();
    if (cards == Cards::None) options.offload.layers = 0; // for now: the settings stay, and offer to load it again as they say
    m_settings.setLoaded(true, options);
    m_load = m_host.submit(engine::LoadRequest{.model = path.toStdString(), .options = options});
    transition(Loading);
    emit modelChanged();
    emit loadProgressChanged();
    emit contextChanged();
}

void ChatController::takeLoaded(const engine::Loaded& what)
{
    m_load = 0;
    m_modelReady = true;
    if (modelIsStarter()) m_modelName = m_starter.name; // its file calls it by the name of a training run
    else if (!what.info.name.empty()) m_modelName = QString::fromStdString(what.info.name);
    m_modelQuantization = QString::fromStdString(what.info.quantization);
    m_modelThreads = what.threads;
    setPlacement(what.placement);
    m_trainingContext = what.info.trainingContext;
    m_contextLength = what.contextLength;
    m_loadProgress = 1;
    m_settings.setModel(m_modelPath, m_modelName);
    transition(Ready);
    emit loadProgressChanged();
    emit modelChanged();
    emit contextChanged();
    if (m_waitingMessage != 0) answer(m_waitingMessage);
}

void ChatController::takeLoadFailure(const Error& error)
{
    m_load = 0;
    m_settings.setLoaded(false, {});
    if (error.code == ErrorCode::Cancelled) {
        m_modelPath.clear();
        m_modelName.clear();
        m_settings.setModel({}, {});
        transition(NoModel);
    } else {
        const bool tryAgain = error.code == ErrorCode::OutOfMemory || error.code == ErrorCode::Io;
        const Help help = error.code == ErrorCode::Device ? Help::WithoutCards : tryAgain ? Help::Retry : Help::ChooseModel;
        transition(Failed, {sentenceFor(error, m_modelName), detailOf(error), help});
    }
    emit modelChanged();
}

void ChatController::unloadModel()
{
    if (m_answer) m_host.cancel(m_answer->request);
    if (m_load != 0) m_host.cancel(std::exchange(m_load, 0));
    m_host.submit(engine::UnloadRequest{});
    m_modelReady = false;
    m_modelPath.clear();
    m_modelName.clear();
    m_modelQuantization.clear();
    setPlacement({});
    m_contextLength = m_contextUsed = 0;
    m_settings.setLoaded(false, {});
    m_settings.setModel({}, {});
    transition(NoModel);
    emit modelChanged();
    emit contextChanged();
}

void ChatController::cancelLoading()
{
    if (m_load != 0) m_host.cancel(m_load);
}

void ChatController::retry()
{
    if (m_state != Failed) return;
    if (!m_answerFailed) return loadModel(modelUrl());
    if (m_path.isEmpty()) return;
    answer(withdrawFailedAnswer());
}

// Steps back from the failed answer to its question, which it returns. An answer without a word is no branch to keep.
int ChatController::withdrawFailedAnswer()
{
    const MessageRecord failed = m_tree.message(leaf());
    showBranch(failed.parent);
    if (failed.content.isEmpty()) {
        m_tree.remove(failed.id);
        m_store.removeMessage(failed.id);
    }
    return failed.parent;
}

void ChatController::help()
{
    switch (m_error.help) {
    case Help::None: return;
    case Help::Retry: return retry();
    case Help::ChooseModel: emit chooseModel(); return;
    case Help::NewConversation: return newConversation();
    case Help::LargerContext: {
        m_settings.set(QStringLiteral("ctx"), largerContext());
        const int question = withdrawFailedAnswer();
        loadModel(modelUrl());
        answer(question); // waits for the model
        return;
    }
    case Help::WithoutCards: {
        const int question = m_answerFailed ? withdrawFailedAnswer() : m_waitingMessage;
        load(m_modelPath, Cards::None);
        if (question != 0) answer(question); // waits for the model
        return;
    }
    }
}

} // namespace corral::app
