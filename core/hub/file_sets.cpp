#include "core/hub/client.h"

#include "core/hub/names.h"

#include <QRegularExpression>

#include <algorithm>
#include <limits>
#include <map>

namespace corral::hub {

namespace {

constexpr qsizetype kMostNamed = 20; // in an error
constexpr int kMostMissing = 100;    // a hostile name may speak of 99,999 shards

bool isModel(const QString& path) // not what stands beside a model
{
    static const QString ending = QStringLiteral(".gguf");
    if (!path.endsWith(ending, Qt::CaseInsensitive)) return false;
    const QString name = path.section(u'/', -1).toLower();
    const auto others = {QStringLiteral("mmproj"), QStringLiteral("imatrix"), QStringLiteral("mtp-"), QStringLiteral("eagle3-"), QStringLiteral("dflash-"), QStringLiteral("dspark-")};
    return std::ranges::none_of(others, [&](const QString& other) { return name.contains(other); });
}

// The last part of the name that is called like a type: "Qwen3-8B-UD-Q4_K_XL" → "Q4_K_XL"; empty where it says something else.
QString quantizationOf(const QString& name)
{
    static const QRegularExpression type(QRegularExpression::anchoredPattern(
        QStringLiteral("IQ[1-8]_[A-Z0-9_]+|Q[1-8](?:_[A-Z0-9]+)*|TQ[12]_0|BF16|FP?(?:16|32|64)|MXFP4(?:_MOE)?|NVFP4")));
    static const QRegularExpression separator(QStringLiteral("[.-]"));
    const QString last = name.toUpper().split(separator).last();
    return type.match(last).hasMatch() ? last : QString();
}

QStringList quantizations(const QList<FileSet>& sets)
{
    QStringList names;
    for (const FileSet& set : sets)
        if (const QString name = set.quantization.isEmpty() ? set.name : set.quantization; names.size() < kMostNamed && !names.contains(name)) names << name;
    return names;
}

Result<FileSet> complete(const FileSet& set)
{
    if (set.missing.isEmpty()) return set;
    return fail(ErrorCode::NotFound, "the repository lacks {}, a part of {}", plainLine(set.missing.first(), 200).toStdString(), plainLine(set.name, 200).toStdString());
}

} // namespace

qint64 FileSet::bytes() const
{
    qint64 sum = 0;
    for (const RemoteFile& file : files) {
        if (file.size < 0 || file.size > std::numeric_limits<qint64>::max() - sum) return -1;
        sum += file.size;
    }
    return sum;
}

QList<FileSet> fileSets(const Repository& repository)
{
    static const QRegularExpression shard(QStringLiteral("^(.*)-(\\d{5})-of-(\\d{5})\\.gguf$"), QRegularExpression::CaseInsensitiveOption);
    struct Group {
        std::map<int, RemoteFile> shards;
        int count = 0;
    };
    std::map<QString, Group> groups; // by path without shard number, with the count
    QStringList order;
    for (const RemoteFile& file : repository.files) {
        if (!isModel(file.path)) continue;
        const auto match = shard.match(file.path);
        const int number = match.hasMatch() ? match.captured(2).toInt() : 1, count = match.hasMatch() ? match.captured(3).toInt() : 1;
        const bool counts = match.hasMatch() && number >= 1 && number <= count;
        const QString key = counts ? match.captured(1) + QStringLiteral("-of-") + match.captured(3) : file.path;
        if (!groups.contains(key)) order << key;
        Group& group = groups[key];
        group.shards.emplace(counts ? number : 1, file);
        group.count = counts ? count : 1;
    }
    QList<FileSet> sets;
    for (const QString& key : order) {
        const Group& group = groups[key];
        const QString first = group.shards.begin()->second.path;
        const auto match = shard.match(first);
        const QString stem = match.hasMatch() && group.count > 1 ? match.captured(1) : first.chopped(5); // ".gguf"
        FileSet set;
        set.name = stem.section(u'/', -1);
        set.quantization = quantizationOf(set.name);
        if (set.quantization.isEmpty() && stem.contains(u'/')) set.quantization = quantizationOf(stem.section(u'/', -2, -2)); // "Q4_K_M/model.gguf"
        for (const auto& [number, file] : group.shards) set.files << file;
        for (int number = 1; number <= group.count && set.missing.size() < kMostMissing; ++number)
            if (!group.shards.contains(number)) set.missing << QStringLiteral("%1-%2-of-%3.gguf").arg(stem).arg(number, 5, 10, QLatin1Char('0')).arg(group.count, 5, 10, QLatin1Char('0'));
        sets << set;
    }
    return sets;
}

Result<FileSet> chooseSet(const QList<FileSet>& sets, const Source& source)
{
    if (!source.file.isEmpty()) {
        for (const FileSet& set : sets)
            if (std::ranges::any_of(set.files, [&](const RemoteFile& file) { return file.path == source.file; })) return complete(set);
        return fail(ErrorCode::NotFound, "the repository has no model file {}", plainLine(source.file, 200).toStdString());
    }
    if (sets.isEmpty()) return fail(ErrorCode::NotFound, "the repository has no GGUF files");
    if (!source.quantization.isEmpty()) {
        const QString tag = source.quantization.toUpper();
        for (const FileSet& set : sets)
            if (set.quantization == tag) return complete(set);
        const QRegularExpression within(QRegularExpression::escape(tag) + QStringLiteral("[.-]"), QRegularExpression::CaseInsensitiveOption);
        for (const FileSet& set : sets)
            if (within.match(set.files.first().path).hasMatch()) return complete(set);
        return fail(ErrorCode::NotFound, "the repository has no {}; it has {}", tag.toStdString(), plainLine(quantizations(sets).join(QStringLiteral(", ")), 1000).toStdString());
    }
    for (const auto* usual : {u"Q4_K_M", u"Q8_0"})
        for (const FileSet& set : sets)
            if (set.quantization == QStringView(usual) && set.missing.isEmpty()) return set;
    return complete(sets.first());
}

} // namespace corral::hub
