#include "app/downloads/download_queue.h"

#include "app/downloads/download_words.h"
#include "app/quantizing/pace_words.h"
#include "app/shelf/known_sums.h"
#include "app/text/sentences.h"
#include "core/gguf/file.h"
#include "core/hub/abandon.h"
#include "core/hub/names.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPointer>
#include <QSaveFile>
#include <QStandardPaths>
#include <QThreadPool>

#include <algorithm>
#include <utility>

namespace corral::app {

DownloadSource DownloadSource::real(hub::HubClient& client, QNetworkAccessManager& network, hub::DownloadOptions options)
{
    return {.repository = [&client](const hub::RepositoryId& id) { return client.repository(id); },
            .request = [&client](const hub::RepositoryId& id, const QString& path) { return client.fileRequest(id, path); },
            .transfer = realTransfers(network, options),
            .check = [](const QString& file) -> Result<void> {
                auto opened = gguf::File::open(std::filesystem::path(file.toStdU16String()));
                return opened ? Result<void>() : std::unexpected(opened.error());
            }};
}

QString DownloadQueue::defaultFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/corral/downloads.json");
}

DownloadQueue::DownloadQueue(DownloadSource source, Options options, QObject* parent)
    : QAbstractListModel(parent), m_source(std::move(source)), m_options(std::move(options))
{
    m_clock.start();
    m_saver.setMaxThreadCount(1);
    QFile file(m_options.file);
    if (m_options.file.isEmpty() || !file.open(QIODevice::ReadOnly)) return;
    for (const auto& value : QJsonDocument::fromJson(file.readAll()).object()[QStringLiteral("downloads")].toArray()) {
        auto item = std::make_unique<DownloadItem>(DownloadItem::fromJson(value.toObject()));
        if (item->source.isEmpty()) continue;
        item->id = ++m_lastId;
        m_items.push_back(std::move(item));
    }
}

DownloadQueue::~DownloadQueue()
{
    hub::abandon(m_asking);
    if (m_transfer) m_transfer->disconnect(this);
}

void DownloadQueue::begin() { startNext(); }

void DownloadQueue::save() const
{
    if (m_options.file.isEmpty()) return;
    QJsonArray list;
    for (const auto& item : m_items) list.append(item->toJson());
    m_saver.clear(); // the newest list is the one that counts
    m_saver.start([name = m_options.file, json = QJsonDocument(QJsonObject{{QStringLiteral("downloads"), list}})] {
        QDir().mkpath(QFileInfo(name).absolutePath());
        QSaveFile file(name);
        if (!file.open(QIODevice::WriteOnly)) return;
        file.write(json.toJson());
        file.commit();
    });
}

int DownloadQueue::rowOf(int itemId) const
{
    const auto it = std::ranges::find(m_items, itemId, [](const auto& item) { return item->id; });
    return it == m_items.end() ? -1 : int(it - m_items.begin());
}

const DownloadItem* DownloadQueue::find(int itemId) const
{
    const int row = rowOf(itemId);
    return row < 0 ? nullptr : m_items[std::size_t(row)].get();
}

DownloadItem* DownloadQueue::active() { return const_cast<DownloadItem*>(std::as_const(*this).find(m_active)); }

void DownloadQueue::show(const DownloadItem& item)
{
    const int row = rowOf(item.id);
    emit dataChanged(index(row), index(row));
    if (item.id == m_active) emit runningProgressChanged();
}

void DownloadQueue::set(DownloadItem& item, DownloadState state)
{
    if (item.state == state) return show(item);
    item.state = state;
    show(item);
    emit runningChanged();
    save();
}

void DownloadQueue::fail(DownloadItem& item, const QString& text, const QString& technical)
{
    item.failureText = text;
    item.technical = technical;
    if (item.id == m_active) {
        dropTransfer();
        m_active = 0;
    }
    const int id = item.id;
    const QString title = item.title;
    set(item, DownloadState::Failed);
    if (find(id)) emit ended(tr("%1: the download failed.").arg(title));
    startNext();
}

// ---- adding

bool DownloadQueue::understands(const QString& text) const
{
    const auto source = hub::parseSource(text.trimmed());
    return source && (source->repository || !source->url.fileName().isEmpty());
}

int DownloadQueue::insert(std::unique_ptr<DownloadItem> item)
{
    item->id = ++m_lastId;
    if (item->folder.isEmpty()) item->folder = m_options.folder;
    const int id = item->id;
    beginInsertRows({}, rowCount(), rowCount());
    m_items.push_back(std::move(item));
    endInsertRows();
    emit countChanged();
    emit runningChanged();
    save();
    return id;
}

int DownloadQueue::add(const QString& text, const QString& folder)
{
    const QString name = text.trimmed();
    const auto source = hub::parseSource(name);
    if (!source || !understands(name)) return 0;
    const auto same = std::ranges::find_if(m_items, [&](const auto& item) { return item->source == name && item->state != DownloadState::Done; });
    if (same != m_items.end()) { // asked for again: goes on
        resume((*same)->id);
        return (*same)->id;
    }
    auto item = std::make_unique<DownloadItem>();
    item->source = name;
    item->folder = folder;
    item->repository = source->repository;
    item->title = source->repository ? source->repository->name.section(u'/', 1) + (source->quantization.isEmpty() ? QString() : u' ' + source->quantization)
                                     : QUrl::fromPercentEncoding(source->url.fileName().toUtf8());
    const int id = insert(std::move(item));
    startNext();
    return id;
}

int DownloadQueue::addSet(const hub::RepositoryId& repository, const hub::FileSet& set, const QString& folder)
{
    QString source = hub::toString(hub::RepositoryId{.service = repository.service, .name = repository.name, .revision = {}});
    if (!set.files.isEmpty()) source += u'/' + set.files.first().path;
    const auto same = std::ranges::find_if(m_items, [&](const auto& item) { return item->source == source && item->state != DownloadState::Done; });
    if (same != m_items.end()) {
        resume((*same)->id);
        return (*same)->id;
    }
    auto item = std::make_unique<DownloadItem>();
    item->source = source;
    item->folder = folder.isEmpty() ? m_options.folder : folder;
    takeSet(*item, repository, set);
    const int id = insert(std::move(item));
    startNext();
    return id;
}

void DownloadQueue::takeSet(DownloadItem& item, const hub::RepositoryId& repository, const hub::FileSet& set) const
{
    item.repository = repository;
    item.title = set.quantization.isEmpty() || set.name.contains(set.quantization, Qt::CaseInsensitive) ? set.name : set.name + u' ' + set.quantization;
    item.files.clear();
    // Another model's file of that name stays, whole or on its way: this one goes into a folder of its own.
    const bool taken = std::ranges::any_of(set.files, [&](const hub::RemoteFile& file) {
        const QFileInfo there(item.folder + u'/' + QFileInfo(file.path).fileName());
        return (there.exists() && there.size() != file.size) || isAwaited(there.filePath(), file.sha256, item);
    });
    const QString folder = taken ? item.folder + u'/' + QString(repository.name).replace(u'/', u'_') : item.folder;
    for (const hub::RemoteFile& file : set.files) {
        item.files.append({.path = file.path, .url = {}, .target = folder + u'/' + QFileInfo(file.path).fileName(), .size = file.size, .sha256 = file.sha256, .gitSha1 = file.gitSha1});
    }
}

bool DownloadQueue::isAwaited(const QString& target, const QByteArray& sha256, const DownloadItem& by) const
{
    return std::ranges::any_of(m_items, [&](const auto& item) {
        return item.get() != &by && item->state != DownloadState::Done && std::ranges::any_of(item->files, [&](const DownloadFile& file) {
                   return file.target == target && (sha256.isEmpty() || file.sha256 != sha256);
               });
    });
}

// ---- the way of an item

void DownloadQueue::startNext()
{
    if (m_active != 0) return;
    const auto next = std::ranges::find(m_items, DownloadState::Waiting, [](const auto& item) { return item->state; });
    if (next == m_items.end()) return emit runningChanged();
    DownloadItem& item = **next;
    m_active = item.id;
    item.failureText.clear();
    item.technical.clear();
    item.pace.restart();
    if (item.files.isEmpty()) ask(item);
    else fetch(item);
}

void DownloadQueue::ask(DownloadItem& item)
{
    const auto source = hub::parseSource(item.source);
    if (!source) return fail(item, tr("“%1” is neither a model's name nor an address.").arg(item.source), detailOf(source.error()));
    if (!source->repository) {
        const QString name = QUrl::fromPercentEncoding(source->url.fileName().toUtf8());
        if (!hub::isFilePath(name)) return fail(item, tr("The address does not end with a file's name."), item.source);
        const QString target = item.folder + u'/' + name;
        if (isAwaited(target, {}, item)) return fail(item, tr("Another download is on its way to a file of that name: %1").arg(name), target);
        item.files = {{.path = {}, .url = source->url, .target = target}};
        return fetch(item);
    }
    set(item, DownloadState::Asking);
    m_asking = m_source.repository(*source->repository);
    m_asking.then(this, [this, id = item.id, source = *source](const Result<hub::Repository>& repository) { listed(id, source, repository); });
}

void DownloadQueue::listed(int itemId, const hub::Source& source, const Result<hub::Repository>& repository)
{
    DownloadItem* item = active();
    if (!item || item->id != itemId || item->state != DownloadState::Asking) return;
    const auto refuse = [&](const Error& error) { fail(*item, tr("“%1” cannot be fetched: %2").arg(item->source, detailOf(error)), detailOf(error)); };
    if (!repository) return refuse(repository.error());
    const auto set = hub::chooseSet(hub::fileSets(*repository), source);
    if (!set) return refuse(set.error());
    if (!set->missing.isEmpty()) return fail(*item, tr("The hub does not have the whole model; missing: %1").arg(set->missing.join(QStringLiteral(", "))), {});
    takeSet(*item, repository->id, *set);
    fetch(*item);
}

void DownloadQueue::fetch(DownloadItem& item)
{
    const auto next = std::ranges::find(item.files, false, &DownloadFile::done);
    if (next == item.files.end()) return check(item);
    m_file = next - item.files.begin();
    hub::DownloadOrder order{.path = next->target, .size = next->size, .sha256 = next->sha256, .gitSha1 = next->gitSha1};
    order.request = item.repository && !next->path.isEmpty() ? m_source.request(*item.repository, next->path) : QNetworkRequest(next->url);
    dropTransfer();
    m_transfer = m_source.transfer(order);
    connect(m_transfer.get(), &Transfer::stateChanged, this, &DownloadQueue::transferChanged);
    connect(m_transfer.get(), &Transfer::progressChanged, this, &DownloadQueue::transferChanged);
    m_transfer->start();
}

void DownloadQueue::dropTransfer()
{
    if (!m_transfer) return;
    m_transfer->disconnect(this);
    m_transfer.release()->deleteLater(); // it may be what is calling
}

void DownloadQueue::transferChanged()
{
    DownloadItem* item = active();
    if (!item || !m_transfer) return;
    DownloadFile& file = item->files[m_file];
    item->received = m_transfer->received();
    if (file.size < 0) file.size = m_transfer->total();
    constexpr double kMilli = 1e-3;
    switch (m_transfer->state()) {
    case Transfer::State::Idle:
    case Transfer::State::Paused: return;
    case Transfer::State::Connecting:
    case Transfer::State::Running:
        if (m_transfer->state() == Transfer::State::Running) item->pace.add(std::uint64_t(item->arrived()), std::uint64_t(std::max<qint64>(0, item->total())), double(m_clock.elapsed()) * kMilli);
        return set(*item, DownloadState::Running);
    case Transfer::State::Waiting:
        item->failureText = wordsFor(m_transfer->failure());
        item->technical = m_transfer->failure().sentence();
        item->pace.restart();
        return set(*item, DownloadState::Retrying);
    case Transfer::State::Verifying: return set(*item, DownloadState::Verifying);
    case Transfer::State::Failed: return fail(*item, wordsFor(m_transfer->failure()), m_transfer->failure().sentence());
    case Transfer::State::Done: return fileArrived(*item);
    }
}

void DownloadQueue::fileArrived(DownloadItem& item)
{
    DownloadFile& file = item.files[m_file];
    if (file.sha256.isEmpty()) file.sha256 = m_transfer->sha256();
    file.size = std::max<qint64>(m_transfer->total(), 0);
    file.done = true;
    item.received = 0;
    dropTransfer();
    save();
    fetch(item);
}

// All files are there and right as the hub has them: what they are is read, and where they came from is noted, both away from this thread.
void DownloadQueue::check(DownloadItem& item)
{
    set(item, DownloadState::Verifying);
    QThreadPool::globalInstance()->start([guard = QPointer(this), id = item.id, files = item.files, repository = item.repository, sums = m_options.sumsFile, check = m_source.check] {
        const auto sumsFile = sums.isEmpty() ? shelf::KnownSums::defaultFile() : std::filesystem::path(sums.toStdU16String());
        for (const DownloadFile& file : files) {
            if (file.sha256.isEmpty()) continue;
            const QString source = repository && !file.path.isEmpty() ? hub::toString(*repository) + u'/' + file.path : file.url.toString();
            (void)shelf::KnownSums::record(sumsFile, std::filesystem::path(file.target.toStdU16String()), {.bytes = std::uint64_t(file.size), .sha256 = file.sha256.toStdString(), .source = source.toStdString()});
        }
        const bool isModel = files.first().target.endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive);
        const Result<void> readable = isModel ? check(files.first().target) : Result<void>();
        QMetaObject::invokeMethod(QCoreApplication::instance(), [guard, id, readable, files] {
            if (!guard) return;
            DownloadItem* item = guard->active();
            if (!item || item->id != id) return;
            QStringList names;
            for (const DownloadFile& file : files) names.append(file.target);
            if (!readable) return guard->fail(*item, tr("It has arrived as the hub has it, but it is no model that can be read."), detailOf(readable.error()));
            guard->m_active = 0;
            const QString title = item->title;
            guard->set(*item, DownloadState::Done);
            emit guard->arrived(names);
            emit guard->ended(tr("%1 has arrived.").arg(title));
            guard->startNext();
        });
    });
}

// ---- verbs

void DownloadQueue::pause(int itemId)
{
    auto* item = const_cast<DownloadItem*>(find(itemId));
    if (!item || !item->alive()) return;
    const bool wasActive = itemId == m_active;
    if (wasActive) {
        if (m_transfer) m_transfer->pause();
        dropTransfer();
        hub::abandon(m_asking);
        m_active = 0;
    }
    item->pace.restart();
    set(*item, DownloadState::Paused);
    if (wasActive) startNext();
}

void DownloadQueue::resume(int itemId)
{
    auto* item = const_cast<DownloadItem*>(find(itemId));
    if (!item || (item->state != DownloadState::Paused && item->state != DownloadState::Failed)) return;
    if (item->state == DownloadState::Failed) { // what was known of it may be what was wrong
        if (item->repository) item->files.clear();
        for (DownloadFile& file : item->files) file.done = false;
    }
    set(*item, DownloadState::Waiting);
    startNext();
}

void DownloadQueue::cancel(int itemId)
{
    const int row = rowOf(itemId);
    if (row < 0) return;
    DownloadItem& item = *m_items[std::size_t(row)];
    const DownloadFile* fetching = nullptr;
    if (itemId == m_active) {
        if (m_transfer) { // what holds the part is what can delete it
            fetching = &item.files[m_file];
            m_transfer->disconnect(this);
            m_transfer->cancel();
        }
        dropTransfer();
        hub::abandon(m_asking);
        m_active = 0;
    }
    if (item.state != DownloadState::Done) {
        for (const DownloadFile& file : item.files) { // a shard that is whole stays: it is a file like any other
            if (file.done || &file == fetching) continue;
            hub::DownloadOrder order{.path = file.target, .size = file.size, .sha256 = file.sha256, .gitSha1 = file.gitSha1};
            auto rest = m_source.transfer(order);
            rest->cancel();
            rest.release()->deleteLater();
        }
    }
    beginRemoveRows({}, row, row);
    m_items.erase(m_items.begin() + row);
    endRemoveRows();
    emit countChanged();
    emit runningChanged();
    save();
    startNext();
}

void DownloadQueue::move(int itemId, int places)
{
    const int row = rowOf(itemId), to = std::clamp(row + places, 0, rowCount() - 1);
    if (row < 0 || to == row) return;
    beginMoveRows({}, row, row, {}, to > row ? to + 1 : to);
    auto item = std::move(m_items[std::size_t(row)]);
    m_items.erase(m_items.begin() + row);
    m_items.insert(m_items.begin() + to, std::move(item));
    endMoveRows();
    save();
}

void DownloadQueue::clearDone()
{
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (m_items[std::size_t(row)]->state == DownloadState::Done) cancel(m_items[std::size_t(row)]->id);
    }
}

void DownloadQueue::cancelRunning() { pause(m_active); }

void DownloadQueue::chat(int itemId)
{
    const DownloadItem* item = find(itemId);
    if (item && item->state == DownloadState::Done) emit chatWanted(QUrl::fromLocalFile(item->files.first().target));
}

QUrl DownloadQueue::folderOf(int itemId) const
{
    const DownloadItem* item = find(itemId);
    if (!item) return {};
    return QUrl::fromLocalFile(item->files.isEmpty() ? item->folder : QFileInfo(item->files.first().target).absolutePath());
}

// ---- what is shown

int DownloadQueue::doneCount() const
{
    return int(std::ranges::count(m_items, DownloadState::Done, [](const auto& item) { return item->state; }));
}

int DownloadQueue::waiting() const
{
    return int(std::ranges::count(m_items, DownloadState::Waiting, [](const auto& item) { return item->state; }));
}

QString DownloadQueue::runningTitle() const
{
    const DownloadItem* item = find(m_active);
    return item ? item->title : QString();
}

double DownloadQueue::runningProgress() const
{
    const DownloadItem* item = find(m_active);
    return item ? item->fraction() : 0;
}

QString DownloadQueue::runningText() const
{
    const DownloadItem* item = find(m_active);
    if (!item) return {};
    if (item->state == DownloadState::Retrying) return tr("Waiting for the network");
    if (item->state == DownloadState::Verifying) return tr("Verifying");
    const auto left = item->pace.secondsLeft();
    return left && item->total() > 0 ? timeLeftText(*left) : percentText(item->fraction());
}

QVariant DownloadQueue::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const DownloadItem& item = *m_items[std::size_t(index.row())];
    switch (role) {
    case ItemIdRole: return item.id;
    case Qt::DisplayRole:
    case TitleRole: return item.title;
    case FromRole: return item.repository ? hub::toString(hub::RepositoryId{.service = item.repository->service, .name = item.repository->name, .revision = {}}) : QUrl(item.source).host();
    case StateRole: return int(item.state);
    case ProgressRole: return item.fraction();
    case DetailRole: return detailOf(item);
    case TechnicalRole: return item.technical;
    case PartsRole: return int(item.files.size());
    case CanChatRole: return item.state == DownloadState::Done && item.files.first().target.endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive);
    default: return {};
    }
}

QHash<int, QByteArray> DownloadQueue::roleNames() const
{
    return {{ItemIdRole, "itemId"},     {TitleRole, "title"},   {FromRole, "from"},           {StateRole, "itemState"}, {ProgressRole, "progress"},
            {DetailRole, "detail"},     {PartsRole, "parts"},   {TechnicalRole, "technical"}, {CanChatRole, "canChat"}};
}

} // namespace corral::app
