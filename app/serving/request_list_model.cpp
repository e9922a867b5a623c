#include "app/serving/request_list_model.h"

#include "app/quantizing/job_words.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace corral::app {

RequestListModel::RequestListModel(QObject* parent) : QAbstractListModel(parent) {}

void RequestListModel::fill(Row& row, const server::RequestNow& request, const ServerHost::Glance& glance)
{
    row.request = request;
    row.seconds = std::chrono::duration<double>(glance.at - request.began).count();
    row.promptTokens = row.promptDone = row.tokens = 0;
    row.places.clear();
    for (std::size_t i = 0; i < glance.state.slotStates.size(); ++i) {
        const generate::SlotState& slot = glance.state.slotStates[i];
        if (slot.task == 0 || !std::ranges::contains(request.tasks, slot.task)) continue;
        row.places.append(int(i) + 1);
        row.promptTokens += slot.promptTokens;
        row.promptDone += slot.promptDone;
        row.tokens += slot.generatedTokens;
    }
    if (request.tasks.empty()) row.stage = Working;
    else if (row.places.isEmpty()) row.stage = Waiting;
    else row.stage = row.tokens == 0 && row.promptDone < row.promptTokens ? Reading : Writing;
    row.rate.add(std::uint64_t(row.tokens), glance.at);
}

// Rows keep their places: those that ended are taken out, new ones come last.
void RequestListModel::show(const ServerHost::Glance& glance)
{
    const auto before = m_rows.size();
    for (int i = int(m_rows.size()) - 1; i >= 0; --i) {
        if (std::ranges::contains(glance.requests, m_rows[i].request.id, &server::RequestNow::id)) continue;
        beginRemoveRows({}, i, i);
        m_rows.removeAt(i);
        endRemoveRows();
    }
    const auto kept = m_rows.size();
    for (const server::RequestNow& request : glance.requests) {
        const auto known = std::ranges::find(m_rows, request.id, [](const Row& row) { return row.request.id; });
        if (known != m_rows.end()) {
            fill(*known, request, glance);
            continue;
        }
        beginInsertRows({}, count(), count());
        m_rows.append(Row{});
        fill(m_rows.back(), request, glance);
        endInsertRows();
    }
    if (kept > 0) emit dataChanged(index(0), index(int(kept) - 1));
    if (m_rows.size() != before) emit countChanged();
}

void RequestListModel::clear()
{
    if (m_rows.isEmpty()) return;
    beginResetModel();
    m_rows.clear();
    endResetModel();
    emit countChanged();
}

QVariant RequestListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Row& row = m_rows[index.row()];
    const double share = row.promptTokens > 0 ? double(row.promptDone) / row.promptTokens : 0;
    switch (role) {
    case Qt::DisplayRole:
    case EndpointRole: return QString::fromStdString(row.request.path);
    case StageRole: return row.stage;
    case StageTextRole:
        switch (row.stage) {
        case Working: return tr("Working");
        case Waiting: return tr("Waiting for a slot");
        case Reading: return tr("Reading the prompt, %1").arg(percentText(share));
        case Writing: return tr("Writing");
        }
        return {};
    case ProgressRole: return share;
    case TokensRole: return row.tokens;
    case FiguresRole: {
        if (row.stage == Reading) return tr("%Ln token(s) in the prompt", nullptr, row.promptTokens);
        if (row.stage != Writing) return QString();
        const QString tokens = tr("%Ln token(s)", nullptr, row.tokens);
        const double rate = row.rate.perSecond();
        return rate > 0 ? tr("%1 · %L2 tokens/s", "128 tokens · 42.1 tokens/s").arg(tokens).arg(rate, 0, 'f', 1) : tokens;
    }
    case SlotRole: {
        QStringList numbers;
        for (const int place : row.places) numbers.append(QLocale().toString(place));
        return numbers.join(QStringLiteral(", "));
    }
    case PeerRole: {
        const QString peer = QString::fromStdString(row.request.peer);
        return peer.left(std::max<qsizetype>(0, peer.contains(u':') ? peer.lastIndexOf(u':') : peer.size())); // without the port
    }
    case TimeTextRole: return durationText(std::floor(row.seconds));
    default: return {};
    }
}

QHash<int, QByteArray> RequestListModel::roleNames() const
{
    return {{EndpointRole, "endpoint"}, {StageRole, "stage"},   {StageTextRole, "stageText"}, {ProgressRole, "progress"}, {TokensRole, "tokens"},
            {FiguresRole, "figures"},   {SlotRole, "slotText"}, {PeerRole, "peer"},           {TimeTextRole, "timeText"}};
}

} // namespace corral::app
