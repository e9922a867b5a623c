#include "app/chat/message_list_model.h"

#include <algorithm>

namespace corral::app {

using message::Block;
using message::BlockSplitter;

// Shown at once when a conversation is opened: more than any window is high.
constexpr qsizetype kAtOnce = 60;
// Older messages are split for so long at a time: a frame must fit between.
constexpr qint64 kSliceMs = 6;

static const QString kUser = QStringLiteral("user");
static const QString kError = QStringLiteral("error");
static const QString kFooter = QStringLiteral("footer");

MessageListModel::MessageListModel(QObject* parent) : QAbstractListModel(parent), m_firstRows{0}
{
    m_olderTimer.setInterval(0);
    connect(&m_olderTimer, &QTimer::timeout, this, &MessageListModel::showOlder);
}

MessageListModel::~MessageListModel() = default;

int MessageListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : m_firstRows.back(); }

MessageListModel::Place MessageListModel::placeOf(int row) const
{
    const auto next = std::upper_bound(m_firstRows.begin(), m_firstRows.end(), row);
    const auto message = std::size_t(next - m_firstRows.begin()) - 1;
    return {&m_messages[message], row - m_firstRows[message]};
}

QVariant MessageListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const auto [message, row] = placeOf(index.row());
    const bool last = row == message->rows() - 1;
    switch (role) {
    case MessageIdRole: return message->record.id;
    case FirstOfMessageRole: return row == 0;
    case LastOfMessageRole: return last;
    case NewestRole: return message == &m_messages.back();
    default: break;
    }
    if (message->isUser()) {
        switch (role) {
        case KindRole: return kUser;
        case Qt::DisplayRole:
        case TextRole: return message->record.content;
        case RightToLeftRole: return message->record.content.isRightToLeft();
        case BranchIndexRole: return message->branchIndex;
        case BranchCountRole: return message->branchCount;
        default: return blockData(*message, -1, role);
        }
    }
    if (row < int(message->blocks.size())) return blockData(*message, row, role);
    if (last) return footerData(*message, role);
    switch (role) {
    case KindRole: return kError;
    case Qt::DisplayRole:
    case TextRole: return message->record.error;
    case RightToLeftRole: return message->record.error.isRightToLeft();
    case HelpTextRole: return message->helpText;
    default: return blockData(*message, -1, role);
    }
}

// block -1: the value that a row without that property has, in its type, so that required properties in QML are never undefined.
QVariant MessageListModel::blockData(const Shown& message, int block, int role)
{
    static const Block none;
    const Block& row = block < 0 ? none : message.blocks[block];
    switch (role) {
    case KindRole: return message::kindName(row.kind);
    case Qt::DisplayRole:
    case TextRole: return row.text;
    case HtmlRole: return block < 0 ? QString() : message::html(row);
    case LanguageRole: return row.language;
    case OpenRole: return block >= 0 && row.open;
    case RightToLeftRole: return row.rightToLeft;
    case TableRole: return QVariant::fromValue(row.rows);
    case AlignmentsRole: return QVariant::fromValue(row.alignments);
    case SecondsRole: return block >= 0 && row.kind == Block::Kind::Thinking && !row.open ? message.thinkingSeconds : 0.0;
    case BranchIndexRole:
    case BranchCountRole: return 1;
    case TokensRole:
    case CachedTokensRole:
    case PromptTokensRole: return 0;
    case TokensPerSecondRole:
    case FirstTokenSecondsRole: return 0.0;
    case ModelNameRole:
    case NoteRole:
    case HelpTextRole: return QString();
    default: return {};
    }
}

QVariant MessageListModel::footerData(const Shown& message, int role)
{
    const QJsonObject& timings = message.record.timings;
    switch (role) {
    case KindRole: return kFooter;
    case OpenRole: return message.open;
    case BranchIndexRole: return message.branchIndex;
    case BranchCountRole: return message.branchCount;
    case TokensRole: return timings[QLatin1String("generatedTokens")].toInt();
    case CachedTokensRole: return timings[QLatin1String("cachedTokens")].toInt();
    case PromptTokensRole: return timings[QLatin1String("promptTokens")].toInt();
    case FirstTokenSecondsRole: return timings[QLatin1String("firstTokenSeconds")].toDouble();
    case TokensPerSecondRole: {
        const double seconds = timings[QLatin1String("generationSeconds")].toDouble();
        return seconds > 0 ? timings[QLatin1String("generatedTokens")].toInt() / seconds : 0.0;
    }
    case ModelNameRole: return message.record.modelName;
    case NoteRole:
        switch (message.record.state) {
        case MessageRecord::State::Stopped: return tr("Stopped");
        case MessageRecord::State::Interrupted: return tr("Interrupted");
        case MessageRecord::State::LimitReached: return tr("Reached the longest answer allowed");
        case MessageRecord::State::ContextFull: return tr("The context is full");
        default: return QString();
        }
    default: return blockData(message, -1, role);
    }
}

QHash<int, QByteArray> MessageListModel::roleNames() const
{
    return {{KindRole, "kind"},
            {MessageIdRole, "messageId"},
            {TextRole, "text"},
            {HtmlRole, "html"},
            {LanguageRole, "language"},
            {OpenRole, "open"},
            {FirstOfMessageRole, "firstOfMessage"},
            {LastOfMessageRole, "lastOfMessage"},
            {RightToLeftRole, "rtl"},
            {TableRole, "rows"},
            {AlignmentsRole, "alignments"},
            {SecondsRole, "seconds"},
            {BranchIndexRole, "branchIndex"},
            {BranchCountRole, "branchCount"},
            {NewestRole, "newest"},
            {TokensRole, "tokens"},
            {TokensPerSecondRole, "tokensPerSecond"},
            {FirstTokenSecondsRole, "firstTokenSeconds"},
            {CachedTokensRole, "cachedTokens"},
            {PromptTokensRole, "promptTokens"},
            {ModelNameRole, "modelName"},
            {NoteRole, "note"},
            {HelpTextRole, "helpText"}};
}

MessageListModel::Shown MessageListModel::split(const BranchMessage& message)
{
    Shown shown{.record = message.record, .branchIndex = message.branchIndex, .branchCount = message.branchCount};
    shown.thinkingSeconds = message.record.timings[QLatin1String("thinkingSeconds")].toDouble();
    if (!shown.isUser()) shown.blocks = BlockSplitter::split(message.record.content);
    return shown;
}

void MessageListModel::countRows()
{
    m_firstRows.resize(m_messages.size() + 1);
    for (std::size_t i = 0; i < m_messages.size(); ++i) m_firstRows[i + 1] = m_firstRows[i] + m_messages[i].rows();
}

void MessageListModel::show(const QList<BranchMessage>& branch)
{
    m_splitter.reset();
    // What stays: the messages above the first difference.
    const auto older = std::size_t(m_older.size());
    std::size_t same = 0;
    while (same < std::size_t(branch.size()) && same < older + m_messages.size()) {
        const int shownId = same < older ? m_older[qsizetype(same)].record.id : m_messages[same - older].record.id;
        if (shownId != branch[qsizetype(same)].record.id) break;
        ++same;
    }
    if (same > older) {
        removeFrom(same - older);
        const Shown& last = m_messages.back();
        const auto& now = branch[qsizetype(same) - 1];
        if (last.branchIndex != now.branchIndex || last.branchCount != now.branchCount) {
            m_messages.back().branchIndex = now.branchIndex;
            m_messages.back().branchCount = now.branchCount;
            emit dataChanged(index(m_firstRows[m_messages.size() - 1]), index(rowCount() - 1), {BranchIndexRole, BranchCountRole});
        }
        appendRows(branch.sliced(qsizetype(same)));
        return;
    }
    beginResetModel();
    m_messages.clear();
    const qsizetype atOnce = std::min(branch.size(), kAtOnce);
    for (const auto& message : branch.last(atOnce)) m_messages.push_back(split(message));
    m_older = branch.first(branch.size() - atOnce);
    countRows();
    endResetModel();
    emit countChanged();
    if (!m_older.isEmpty()) m_olderTimer.start();
}

void MessageListModel::showOlder()
{
    QElapsedTimer clock;
    clock.start();
    std::deque<Shown> more;
    int rows = 0;
    while (!m_older.isEmpty() && clock.elapsed() < kSliceMs) {
        more.push_front(split(m_older.takeLast()));
        rows += more.front().rows();
    }
    if (m_older.isEmpty()) m_olderTimer.stop();
    if (more.empty()) return;
    beginInsertRows({}, 0, rows - 1);
    m_messages.insert(m_messages.begin(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    countRows();
    endInsertRows();
    emit countChanged();
}

void MessageListModel::removeFrom(std::size_t message)
{
    if (message >= m_messages.size()) return;
    beginRemoveRows({}, m_firstRows[message], rowCount() - 1);
    m_messages.resize(message);
    countRows();
    endRemoveRows();
    emit countChanged();
}

void MessageListModel::appendRows(const QList<BranchMessage>& messages)
{
    if (messages.isEmpty()) return;
    const int first = rowCount();
    std::vector<Shown> shown;
    int rows = 0;
    for (const auto& message : messages) {
        shown.push_back(split(message));
        rows += shown.back().rows();
    }
    const std::size_t before = m_messages.size();
    beginInsertRows({}, first, first + rows - 1);
    std::ranges::move(shown, std::back_inserter(m_messages));
    countRows();
    endInsertRows();
    if (before > 0) emit dataChanged(index(m_firstRows[before - 1]), index(first - 1), {NewestRole});
    emit countChanged();
}

void MessageListModel::append(const BranchMessage& message)
{
    appendRows({message});
    if (message.record.role == MessageRecord::Role::User) return;
    m_messages.back().open = true;
    m_splitter = std::make_unique<BlockSplitter>();
    m_thinking.invalidate();
    emit dataChanged(index(rowCount() - 1), index(rowCount() - 1), {OpenRole});
}

void MessageListModel::appendText(const QString& text)
{
    if (!m_splitter || text.isEmpty()) return;
    m_messages.back().record.content += text;
    m_splitter->append(text);
    syncLastBlocks();
}

// Takes over what the splitter says changed. Rows before firstChanged() are final.
void MessageListModel::syncLastBlocks()
{
    Shown& message = m_messages.back();
    const auto& now = m_splitter->blocks();
    const int top = m_firstRows[m_messages.size() - 1];

    if (!now.empty() && now.front().kind == Block::Kind::Thinking) {
        if (!m_thinking.isValid()) m_thinking.start();
        if (!now.front().open && message.thinkingSeconds == 0) message.thinkingSeconds = double(m_thinking.elapsed()) / 1000;
    }

    // A block whose kind turned out to be another (a paragraph that becomes a table) is another row, for another delegate.
    qsizetype same = std::min(qsizetype(m_splitter->firstChanged()), message.blocks.size());
    qsizetype kept = same;
    while (kept < message.blocks.size() && kept < now.size() && message.blocks[kept].kind == now[kept].kind) ++kept;
    if (kept < message.blocks.size()) {
        beginRemoveRows({}, top + int(kept), top + int(message.blocks.size()) - 1);
        message.blocks.resize(kept);
        countRows();
        endRemoveRows();
        emit countChanged();
    }
    for (; same < kept; ++same) {
        if (message.blocks[same] == now[same]) continue;
        message.blocks[same] = now[same];
        const QModelIndex row = index(top + int(same));
        emit dataChanged(row, row, {TextRole, HtmlRole, LanguageRole, OpenRole, RightToLeftRole, TableRole, AlignmentsRole, SecondsRole});
    }
    if (kept < now.size()) {
        beginInsertRows({}, top + int(kept), top + int(now.size()) - 1);
        message.blocks.append(now.sliced(kept));
        countRows();
        endInsertRows();
        const QModelIndex below = index(top + int(now.size()));
        if (kept == 0) emit dataChanged(below, below, {FirstOfMessageRole});
        emit countChanged();
    }
}

void MessageListModel::finishLast(const MessageRecord& record, const QString& helpText)
{
    if (m_messages.empty() || m_messages.back().record.id != record.id) return;
    if (m_splitter) {
        m_splitter->finish();
        syncLastBlocks();
        m_splitter.reset();
    } else if (m_messages.back().record.content != record.content) { // it went on while another conversation was shown
        const BranchMessage whole{record, m_messages.back().branchIndex, m_messages.back().branchCount};
        removeFrom(m_messages.size() - 1);
        appendRows({whole});
    }
    Shown& message = m_messages.back();
    const bool hadError = message.hasErrorRow();
    if (!record.error.isEmpty() && !hadError) {
        const int row = rowCount() - 1; // above the footer
        beginInsertRows({}, row, row);
        message.record = record;
        message.helpText = helpText;
        countRows();
        endInsertRows();
        emit countChanged();
    }
    message.record = record;
    message.helpText = helpText;
    message.open = false;
    const QModelIndex footer = index(rowCount() - 1);
    emit dataChanged(footer, footer,
                     {OpenRole, TokensRole, TokensPerSecondRole, FirstTokenSecondsRole, CachedTokensRole, PromptTokensRole, ModelNameRole, NoteRole});
}

double MessageListModel::thinkingSeconds() const { return m_messages.empty() ? 0 : m_messages.back().thinkingSeconds; }

} // namespace corral::app
