#include "app/discovering/file_rating.h"

#include "app/quantizing/target_table.h"
#include "core/memory/account.h"

#include <QCoreApplication>

#include <algorithm>

namespace corral::app {

namespace {

class Ratings {
    Q_DECLARE_TR_FUNCTIONS(Ratings)
};

constexpr std::uint64_t kFewParameters = 1'000'000'000;
constexpr std::uint64_t kBesideShare = 20; // a part in so many of the weights, where nothing better is known

const QStringList& usualOrder(bool small)
{
    static const QStringList few{QStringLiteral("Q8_0"), QStringLiteral("Q6_K"), QStringLiteral("Q5_K_M"), QStringLiteral("BF16"), QStringLiteral("F16")},
        many{QStringLiteral("Q4_K_M"), QStringLiteral("Q4_K_XL"), QStringLiteral("Q4_K_S"), QStringLiteral("Q5_K_M"), QStringLiteral("Q5_K_S"), QStringLiteral("IQ4_XS"), QStringLiteral("IQ4_NL"),
             QStringLiteral("MXFP4"), QStringLiteral("Q4_0"), QStringLiteral("Q4_1"), QStringLiteral("Q6_K"), QStringLiteral("Q8_0")};
    return small ? few : many;
}

bool usable(const hub::FileSet& set) { return set.missing.isEmpty() && set.bytes() > 0; }

} // namespace

Result<Footprint> footprintOf(const HeaderPointer& header)
{
    memory::ModelMemory model(header);
    Footprint footprint;
    footprint.parameters = model.shape().parameters;
    footprint.context = model.shape().trainingContext;
    footprint.architecture = QString::fromStdString(model.shape().architecture);
    footprint.problem = QString::fromStdString(model.whyEstimated());
    const auto account = model.account({.context = kContextRoom});
    if (!account) return std::unexpected(account.error());
    footprint.beside = account->total() - account->bytes(memory::Group::Weights);
    return footprint;
}

FileRating rate(const hub::FileSet& set, const std::optional<Footprint>& footprint, const MemoryStatus& machine)
{
    FileRating rating;
    const qint64 bytes = set.bytes();
    if (bytes <= 0) return rating;
    const auto weights = std::uint64_t(bytes);
    rating.needed = memory::sum({weights, footprint ? footprint->beside : weights / kBesideShare});
    if (machine.total == 0) return rating;
    rating.fit = rating.needed <= machine.available ? Fit::Fits : rating.needed <= machine.total ? Fit::Tight : Fit::TooLarge;
    return rating;
}

FileAdvice advise(const QList<hub::FileSet>& sets, const QList<FileRating>& ratings, std::uint64_t parameters)
{
    const bool small = parameters > 0 && parameters < kFewParameters;
    const auto named = [&](const QString& type) {
        for (int row = 0; row < sets.size(); ++row)
            if (sets[row].quantization == type && usable(sets[row])) return row;
        return -1;
    };
    QList<int> rows;
    for (int row = 0; row < sets.size(); ++row)
        if (usable(sets[row])) rows << row;
    if (rows.isEmpty()) return {};
    const auto fits = [&](int row) { return ratings[row].fit == Fit::Fits || ratings[row].fit == Fit::Unknown; };
    int wanted = -1;
    for (const QString& type : usualOrder(small))
        if (const int row = named(type); row >= 0) {
            wanted = row;
            break;
        }
    const bool usual = wanted >= 0;
    if (!usual) wanted = rows.first();
    if (fits(wanted)) return {wanted, rows.size() == 1 ? FileAdvice::Reason::Only : small && usual ? FileAdvice::Reason::SmallModel : FileAdvice::Reason::Usual};
    const auto needs = [&](int a, int b) { return ratings[a].needed < ratings[b].needed; };
    for (const Fit most : {Fit::Fits, Fit::Tight}) { // the largest below it that fits, else one that does when other programs are closed
        int best = -1;
        for (const int row : rows)
            if (ratings[row].fit <= most && ratings[row].needed <= ratings[wanted].needed && (best < 0 || needs(best, row))) best = row;
        if (best >= 0) return {best, rows.size() == 1 ? FileAdvice::Reason::Only : FileAdvice::Reason::Memory};
    }
    return {*std::ranges::min_element(rows, needs), FileAdvice::Reason::TooLarge};
}

QString adviceText(const FileAdvice& advice, const hub::FileSet& set)
{
    const QString name = set.quantization.isEmpty() ? set.name : set.quantization;
    switch (advice.reason) {
    case FileAdvice::Reason::Usual: return Ratings::tr("%1 is the usual choice: little is lost, and it fits.").arg(name);
    case FileAdvice::Reason::SmallModel: return Ratings::tr("%1 is recommended: small models lose most by stronger quantization, and this one is quick anyway.").arg(name);
    case FileAdvice::Reason::Memory: return Ratings::tr("%1 is recommended: larger ones do not fit well in the memory of this machine.").arg(name);
    case FileAdvice::Reason::Only: return Ratings::tr("There is only this one.");
    case FileAdvice::Reason::TooLarge: return Ratings::tr("All files are larger than the memory of this machine. %1 is the smallest.").arg(name);
    }
    return {};
}

int tellingSet(const QList<hub::FileSet>& sets)
{
    int best = -1;
    const auto rank = [&](int row) {
        const qsizetype order = usualOrder(false).indexOf(sets[row].quantization);
        return std::pair(sets[row].files.size(), order < 0 ? usualOrder(false).size() : order);
    };
    for (int row = 0; row < sets.size(); ++row)
        if (usable(sets[row]) && (best < 0 || rank(row) < rank(best))) best = row;
    return best;
}

} // namespace corral::app
