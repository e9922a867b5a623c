#pragma once
// One conversation with one model: what can be done (verbs) and how things stand (nouns). QML calls the verbs and binds the nouns.
// The state is one enum, changed in one place (transition()).
//
//   NoModel ──loadModel──▸ Loading ──▸ Ready ──send──▸ Prompt ──▸ Answering ──▸ Ready
//                             │                          │            │ stop
//                             └──▸ Failed ◂──────────────┴────────────┴──▸ Stopping ──▸ Ready
#include "app/chat/message_list_model.h"
#include "app/chat/message_tree.h"
#include "app/starter/starter_manifest.h"
#include "core/base/error.h"
#include "core/generate/offload.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QQmlEngine>
#include <QTimer>
#include <QUrl>

#include <optional>

namespace corral::engine {
struct ChatRequest;
struct Finished;
struct Loaded;
} // namespace corral::engine

namespace corral::app {

class ChatSettings;
class EngineHost;
class Store;

class ChatController : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `chat`")

public:
    enum State {
        NoModel,   // nothing to answer: offer the model picker
        Loading,   // loadProgress moves; a message sent now waits for the model
        Ready,     //
        Prompt,    // the prompt is being processed: promptProgress moves, nothing shown yet
        Answering, // text comes
        Stopping,  // stop was asked for, the engine has not said so yet
        Failed,    // the last load or answer failed: errorText, errorHelp. Another try (or another model) leaves it
    };
    Q_ENUM(State)

private:
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(corral::app::MessageListModel* messages READ messages CONSTANT)
    Q_PROPERTY(bool busy READ busy NOTIFY stateChanged)       // Prompt, Answering or Stopping: the send button is a stop button
    Q_PROPERTY(bool canSend READ canSend NOTIFY stateChanged) // a model is there (or loading) and nothing is being answered
    Q_PROPERTY(bool canStop READ canStop NOTIFY stateChanged) // Prompt or Answering

    // The conversation
    Q_PROPERTY(int conversationId READ conversationId NOTIFY conversationChanged) // 0: new, not stored before its first message
    Q_PROPERTY(QString title READ title NOTIFY conversationChanged)               // "" for a new one
    Q_PROPERTY(QString draft READ draft WRITE setDraft NOTIFY draftChanged)       // the composer's text, kept for each conversation

    // The model
    Q_PROPERTY(QUrl modelUrl READ modelUrl NOTIFY modelChanged) // of the model loaded or being loaded; empty: none
    Q_PROPERTY(QString modelName READ modelName NOTIFY modelChanged)
    Q_PROPERTY(QString modelQuantization READ modelQuantization NOTIFY modelChanged) // "Q4_1"
    Q_PROPERTY(QString modelDevice READ modelDevice NOTIFY modelChanged)             // where it runs: "CPU, 2 threads", "NVIDIA GeForce RTX 4070, 20 of 31 layers"; "" until loaded
    Q_PROPERTY(bool modelIsStarter READ modelIsStarter NOTIFY modelChanged)          // say honestly that it is a small starter
    Q_PROPERTY(QString placementNote READ placementNote NOTIFY placementNoteChanged) // fewer layers are on a card than were wished for: a sentence; "": as wished
    Q_PROPERTY(QString placementDetail READ placementDetail NOTIFY placementNoteChanged) // the engine's own words
    Q_PROPERTY(double loadProgress READ loadProgress NOTIFY loadProgressChanged)     // 0..1

    // The answer
    Q_PROPERTY(double promptProgress READ promptProgress NOTIFY progressChanged)   // 0..1
    Q_PROPERTY(int promptTokens READ promptTokens NOTIFY progressChanged)          // of the prompt in work or answered last
    Q_PROPERTY(int cachedTokens READ cachedTokens NOTIFY progressChanged)          // of them, not processed again
    Q_PROPERTY(double tokensPerSecond READ tokensPerSecond NOTIFY progressChanged) // of the answer in work or the last one
    Q_PROPERTY(int contextUsed READ contextUsed NOTIFY contextChanged)             // tokens
    Q_PROPERTY(int contextLength READ contextLength NOTIFY contextChanged)         // tokens; 0: no model

    // What went wrong (state Failed); "" otherwise
    Q_PROPERTY(QString errorText READ errorText NOTIFY errorChanged)     // a sentence: what happened and what it means
    Q_PROPERTY(QString errorDetail READ errorDetail NOTIFY errorChanged) // the engine's own words, for a tooltip
    Q_PROPERTY(QString errorHelp READ errorHelp NOTIFY errorChanged)     // label of the one button that helps; "" for none → help()
    Q_PROPERTY(bool loadFailed READ loadFailed NOTIFY errorChanged)      // true: show the error on the page; false: it is the newest "error" row

public:
    // Answers `text` at the end of the shown branch. While a model loads the message waits for it. Empty text is ignored.
    Q_INVOKABLE void send(const QString& text);
    // Ends the answer; what is there is kept.
    Q_INVOKABLE void stop();
    // Another answer beside this one (a branch). messageId: of an answer, or of a user's message whose answer is wanted anew.
    Q_INVOKABLE void regenerate(int messageId);
    // A changed user's message as a new branch, answered; the old one stays.
    Q_INVOKABLE void edit(int messageId, const QString& text);
    // Shows the branch `delta` siblings further (-1, +1).
    Q_INVOKABLE void selectBranch(int messageId, int delta);
    // The whole message as it was written (Markdown source): for copying, and as the start of an edit.
    Q_INVOKABLE QString messageText(int messageId) const;
    // The shown branch as Markdown, for export and copying.
    Q_INVOKABLE QString conversationText() const;

    Q_INVOKABLE void newConversation();
    Q_INVOKABLE void open(int conversationId);
    Q_INVOKABLE void loadModel(const QUrl& file);
    Q_INVOKABLE void unloadModel();
    Q_INVOKABLE void cancelLoading();
    Q_INVOKABLE void dismissPlacementNote();
    // What failed last, once more.
    Q_INVOKABLE void retry();
    // Does what errorHelp says: retry, load with a larger context or without graphics cards, or (signal chooseModel) open the model picker.
    Q_INVOKABLE void help();

signals:
    void stateChanged();
    void conversationChanged();
    void draftChanged();
    void modelChanged();
    void placementNoteChanged();
    // The model that lost its card is back, perhaps in another place: placement(). In the middle of an answer, whose state stays.
    void modelRecovered();
    void loadProgressChanged();
    void progressChanged();
    void contextChanged();
    void errorChanged();
    // The window should open its model picker.
    void chooseModel();
    // The user's own message was appended: the view should go to the end and follow.
    void sent();

public:
    ChatController(EngineHost& host, Store& store, ChatSettings& settings, StarterManifest starter, QObject* parent = nullptr);
    ~ChatController() override;

    State state() const { return m_state; }
    MessageListModel* messages() const { return m_messages; }
    bool busy() const { return m_state == Prompt || m_state == Answering || m_state == Stopping; }
    bool canSend() const;
    bool canStop() const { return m_state == Prompt || m_state == Answering; }
    int conversationId() const { return m_conversation; }
    QString title() const { return m_title; }
    QString draft() const { return m_drafts.value(m_conversation); }
    void setDraft(const QString& draft);
    QUrl modelUrl() const;
    QString modelName() const { return m_modelName; }
    QString modelQuantization() const { return m_modelQuantization; }
    QString modelDevice() const;
    QString placementNote() const;
    QString placementDetail() const;
    const generate::Placement& placement() const { return m_placement; } // of the loaded model
    bool modelIsStarter() const { return m_starter.isAt(m_modelPath); }
    double loadProgress() const { return m_loadProgress; }
    double promptProgress() const;
    int promptTokens() const { return m_promptTokens; }
    int cachedTokens() const { return m_cachedTokens; }
    double tokensPerSecond() const { return m_tokensPerSecond; }
    int contextUsed() const { return m_contextUsed; }
    int contextLength() const { return m_contextLength; }
    QString errorText() const { return m_error.text; }
    QString errorDetail() const { return m_error.detail; }
    QString errorHelp() const { return labelOf(m_error.help); }
    bool loadFailed() const { return m_state == Failed && !m_answerFailed; }

private:
    enum class Help { None, Retry, ChooseModel, LargerContext, NewConversation, WithoutCards };
    struct Problem {
        QString text, detail;
        Help help = Help::None;
    };
    // The answer in work: kept apart from what is shown, since another conversation may be opened before its last event comes.
    struct Answer {
        quint64 request = 0; // engine::RequestId
        MessageRecord record;
        int tokens = 0;
        QElapsedTimer sinceFirstText;
    };

    void transition(State next, const Problem& problem);
    void transition(State next) { transition(next, Problem()); }
    static QString labelOf(Help help);

    // The conversation
    void startConversation(const QString& firstMessage);
    void showConversation(int id);
    void showPath(int leaf);
    void showBranch(int leaf); // and remembers it
    BranchMessage branchMessage(int id) const;
    MessageRecord addMessage(MessageRecord record);
    void sendAt(int parent, const QString& text);
    int leaf() const { return m_path.isEmpty() ? 0 : m_path.last(); }

    // The answer
    void answer(int userMessage);
    engine::ChatRequest requestFor(int userMessage) const;
    void takeText(const QString& text, int tokens);
    void save();
    void endAnswer(MessageRecord::State state, const Problem& problem);
    void takeFinished(const engine::Finished& what);
    void takeAnswerFailure(const Error& error);
    Help helpAgainstFullContext() const;
    int largerContext() const; // tokens; 0 if the model knows no more
    void abandonAnswer();
    int withdrawFailedAnswer();

    // The model
    enum class Cards { AsWished, None };
    void load(const QString& path, Cards cards);
    void setPlacement(const generate::Placement& placement);
    void takeLoaded(const engine::Loaded& what);
    void takeLoadFailure(const Error& error);

    EngineHost& m_host;
    Store& m_store;
    ChatSettings& m_settings;
    const StarterManifest m_starter;
    MessageListModel* const m_messages;

    State m_state = NoModel;
    Problem m_error;
    bool m_answerFailed = false;

    int m_conversation = 0;
    int m_removedWhileOpen = 0; // comes back if its deletion is undone
    QString m_title;
    QHash<int, QString> m_drafts;
    MessageTree m_tree;
    QList<int> m_path; // of the shown branch

    quint64 m_load = 0; // engine::RequestId in work; 0: none
    bool m_modelReady = false;
    QString m_modelPath, m_modelName, m_modelQuantization;
    int m_modelThreads = 0, m_trainingContext = 0;
    generate::Placement m_placement;
    bool m_noteDismissed = false;
    double m_loadProgress = 0;
    int m_waitingMessage = 0; // of the user, to be answered as soon as the model is there

    std::optional<Answer> m_answer;
    QTimer m_saveTimer;
    bool m_unsaved = false;
    int m_promptDone = 0, m_promptTokens = 0, m_cachedTokens = 0;
    double m_tokensPerSecond = 0;
    int m_contextUsed = 0, m_contextLength = 0;
};

} // namespace corral::app
