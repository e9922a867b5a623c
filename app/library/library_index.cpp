#include "app/library/library_index.h"

#include "app/settings/settings_file.h"
#include "app/shelf/collect.h"
#include "app/shelf/known_sums.h"
#include "app/shelf/other_programs.h"

#include <QDir>

#include <algorithm>
#include <ranges>

namespace corral::app {

struct LibraryIndex::Walked {
    std::vector<shelf::Folder> folders;
    std::vector<ModelPointer> models;
    QStringList directories;
    QHash<QString, QString> problems;
    Disk disk;
    int unread = 0; // models whose facts the cache does not have
};

static LibraryIndex::Disk diskOf(const std::filesystem::path& folder, const std::vector<shelf::Model>& models)
{
    std::filesystem::path there = folder;
    std::error_code error;
    while (!std::filesystem::exists(there, error) && there.has_relative_path()) there = there.parent_path();
    const auto space = std::filesystem::space(there, error);
    if (error) return {};
    return {.total = double(space.capacity), .free = double(space.available), .models = double(shelf::bytesBeside(models, there))};
}

LibraryIndex::Options LibraryIndex::defaultOptions(const QString& ownFolder, shelf::Inspect inspect)
{
    return {.ownFolder = ownFolder,
            .otherPrograms = [] { return shelf::otherPrograms(shelf::Environment::ofProcess()); },
            .cacheFile = QString::fromStdString(shelf::FactsCache::defaultFile().string()),
            .sumsFile = QString::fromStdString(shelf::KnownSums::defaultFile().string()),
            .inspect = std::move(inspect)};
}

LibraryIndex::LibraryIndex(SettingsFile& settings, Options options, QObject* parent)
    : QObject(parent), m_settings(settings), m_options(std::move(options)), m_folders(usersFolders())
{
    m_worker.setMaxThreadCount(1);
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, [this] {
        m_sinceOwnAccord.start();
        walk();
    });
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &LibraryIndex::folderChanged);
}

LibraryIndex::~LibraryIndex()
{
    ++m_generation;
    m_worker.clear();
    m_worker.waitForDone();
}

std::vector<shelf::Folder> LibraryIndex::usersFolders() const
{
    std::vector<shelf::Folder> folders{{m_options.ownFolder.toStdString(), shelf::Origin::Own}};
    for (const QString& folder : addedFolders()) folders.push_back({folder.toStdString(), shelf::Origin::Own});
    return folders;
}

void LibraryIndex::changeAdded(const QStringList& added)
{
    m_settings.setFolders(added);
    std::vector<shelf::Folder> folders = usersFolders();
    std::ranges::copy_if(m_folders, std::back_inserter(folders), [](const shelf::Folder& folder) { return folder.origin != shelf::Origin::Own; });
    m_folders = std::move(folders);
    emit foldersChanged();
    refresh();
}

QStringList LibraryIndex::addedFolders() const { return m_settings.folders(); }

void LibraryIndex::addFolder(const QString& folder)
{
    const QString path = QDir::cleanPath(folder);
    QStringList added = addedFolders();
    if (path.isEmpty() || added.contains(path) || path == QDir::cleanPath(m_options.ownFolder)) return;
    added.append(path);
    changeAdded(added);
}

void LibraryIndex::removeFolder(const QString& folder)
{
    QStringList added = addedFolders();
    if (added.removeAll(folder) > 0) changeAdded(added);
}

LibraryIndex::ModelPointer LibraryIndex::find(const QString& path) const
{
    const auto it = m_byFile.constFind(path);
    return it == m_byFile.cend() ? nullptr : m_models[*it];
}

QString LibraryIndex::problemOf(const QString& folder) const { return m_problems.value(folder); }

void LibraryIndex::refresh()
{
    m_sinceOwnAccord.invalidate();
    walk();
}

// A download writes its state into its folder several times a second: such changes neither put off a walk for ever, nor end one, nor make one follow the other.
void LibraryIndex::folderChanged()
{
    constexpr qint64 kBurstMs = 300, kPauseMs = 2'000;
    if (reading()) m_stale = true;
    else if (!m_again.isActive()) m_again.start(int(m_sinceOwnAccord.isValid() ? std::max(kBurstMs, kPauseMs - m_sinceOwnAccord.elapsed()) : kBurstMs));
}

void LibraryIndex::walkEnded()
{
    if (m_sinceOwnAccord.isValid()) m_sinceOwnAccord.restart();
    if (std::exchange(m_stale, false)) folderChanged();
}

// On the worker: walks, tells what the cache knows, reads the other headers, tells them in portions, keeps them.
void LibraryIndex::walk()
{
    const quint64 generation = ++m_generation;
    m_walking = true;
    m_stale = false;
    m_again.stop();
    emit readingChanged();
    m_worker.clear();
    m_worker.start([this, generation, folders = usersFolders()]() mutable {
        const auto proceed = [this, generation] { return m_generation == generation; };
        const auto tell = [this](auto&& what) { QMetaObject::invokeMethod(this, std::forward<decltype(what)>(what)); };
        if (m_options.otherPrograms) std::ranges::move(m_options.otherPrograms(), std::back_inserter(folders)); // some may be new
        shelf::Collection found = shelf::collect(folders, {}, proceed);
        if (!proceed()) return;
        const std::filesystem::path cacheFile = m_options.cacheFile.toStdString();
        auto cache = cacheFile.empty() ? shelf::FactsCache() : shelf::FactsCache::load(cacheFile);
        auto walked = std::make_shared<Walked>();
        std::vector<shelf::Model> unread;
        for (shelf::Model& model : found.models) {
            const bool gone = model.files.front().identity == 0 && !model.missing.empty(); // a store speaks of it, but it is not there
            if (!cache.fill(model) && !gone) unread.push_back(model);
            walked->models.push_back(std::make_shared<const shelf::Model>(model));
        }
        walked->disk = diskOf(m_options.ownFolder.toStdString(), found.models);
        for (const shelf::Folder& folder : folders) { // a new model in it is seen, also when there was none
            std::error_code error;
            if (std::filesystem::is_directory(folder.path, error)) walked->directories.append(QString::fromStdString(folder.path.string()));
        }
        for (const auto& directory : found.directories) walked->directories.append(QString::fromStdString(directory.string()));
        for (const auto& [folder, error] : found.problems) {
            const QString path = QString::fromStdString(folder.path.string());
            const bool notYet = path == m_options.ownFolder && error.code == ErrorCode::NotFound; // it is made with the first download
            if (!notYet) walked->problems.insert(path, QString::fromStdString(error.message));
        }
        walked->folders = std::move(folders);
        walked->unread = int(unread.size());
        tell([this, generation, walked] { takeWalked(generation, walked); });

        constexpr int kPortionMs = 200;
        std::vector<ModelPointer> portion;
        QElapsedTimer since;
        since.start();
        int read = 0;
        for (shelf::Model& model : unread) {
            if (!proceed()) break; // what was read is kept all the same
            shelf::readFacts(model, m_options.inspect);
            cache.add(model);
            portion.push_back(std::make_shared<const shelf::Model>(std::move(model)));
            ++read;
            if (since.elapsed() < kPortionMs && read < walked->unread) continue;
            since.restart();
            tell([this, generation, read, portion = std::exchange(portion, {})] { takeFacts(generation, portion, read); });
        }
        cache.keepOnly(found.models);
        if (!cacheFile.empty() && cache.changed()) (void)cache.save(cacheFile); // not vital
    });
}

void LibraryIndex::takeWalked(quint64 generation, std::shared_ptr<Walked> walked)
{
    if (generation != m_generation) return;
    // Facts of headers that could not be read are not in the cache: they stay until they are read again, so that rows do not flicker.
    for (ModelPointer& model : walked->models) {
        const ModelPointer old = find(QString::fromStdString(model->path().string()));
        if (!old || model->facts || !old->error || old->files != model->files) continue;
        auto same = std::make_shared<shelf::Model>(*model);
        same->error = old->error;
        model = std::move(same);
    }
    const bool same = m_listed && std::ranges::equal(m_models, walked->models, [](const auto& a, const auto& b) { return *a == *b; });
    m_folders = std::move(walked->folders);
    m_walking = false;
    m_listed = true;
    m_toRead = walked->unread;
    m_read = 0;
    m_problems = walked->problems;
    m_disk = walked->disk;
    watch(walked->directories);
    if (!same) setModels(std::move(walked->models));
    emit foldersChanged();
    emit readingChanged();
    if (!reading()) walkEnded();
}

void LibraryIndex::setModels(std::vector<ModelPointer> models)
{
    m_models = std::move(models);
    m_byFile.clear();
    for (std::size_t i = 0; i < m_models.size(); ++i)
        for (const shelf::File& file : m_models[i]->files) m_byFile.insert(QString::fromStdString(file.path.string()), i);
    emit modelsChanged();
}

void LibraryIndex::moved(const std::vector<std::pair<std::filesystem::path, std::filesystem::path>>& fromTo)
{
    std::vector<ModelPointer> models = m_models;
    for (ModelPointer& model : models) {
        auto next = std::make_shared<shelf::Model>(*model);
        bool touched = false;
        for (shelf::File& file : next->files) {
            const auto move = std::ranges::find(fromTo, file.path, [](const auto& pair) { return pair.first; });
            if (move == fromTo.end()) continue;
            file.path = move->second;
            touched = true;
        }
        if (touched) model = std::move(next);
    }
    setModels(std::move(models));
}

void LibraryIndex::takeFacts(quint64 generation, const std::vector<ModelPointer>& models, int read)
{
    if (generation != m_generation) return;
    bool changed = false;
    for (const ModelPointer& model : models) {
        const auto it = m_byFile.constFind(QString::fromStdString(model->path().string()));
        if (it == m_byFile.cend() || *m_models[*it] == *model) continue;
        m_models[*it] = model;
        changed = true;
    }
    m_read = read;
    if (m_read >= m_toRead) m_toRead = 0;
    if (changed) emit modelsChanged();
    emit readingChanged();
    if (!reading()) walkEnded();
}

void LibraryIndex::watch(const QStringList& directories)
{
    constexpr qsizetype kMost = 1000; // the system has few watches for all programs
    QStringList wanted = directories;
    wanted.removeDuplicates();
    if (wanted.size() > kMost) wanted.resize(kMost);
    const QStringList watched = m_watcher.directories();
    const QSet<QString> now(wanted.cbegin(), wanted.cend()), before(watched.cbegin(), watched.cend());
    QStringList stale, fresh;
    std::ranges::copy_if(watched, std::back_inserter(stale), [&](const QString& path) { return !now.contains(path); });
    std::ranges::copy_if(wanted, std::back_inserter(fresh), [&](const QString& path) { return !before.contains(path); });
    if (!stale.isEmpty()) m_watcher.removePaths(stale);
    if (!fresh.isEmpty()) m_watcher.addPaths(fresh);
}

} // namespace corral::app
